/* All endpoints, gathered once from the tables of the resources. */
#include <stdlib.h>

#include "handlers/derived.h"
#include "handlers/endpoints.h"
#include "handlers/merge_sql.h"
#include "handlers/sql.h"
#include "handlers/stage_sql.h"

#define ENDPOINTS_MOST 128

static const struct endpoint_table *const tables[] = {
    &actors_endpoints,         &sources_endpoints,    &claims_endpoints,    &stances_endpoints,  &reviews_endpoints,
    &positions_endpoints,      &provenance_endpoints, &reversals_endpoints, &timeline_endpoints, &topics_endpoints,
    &import_endpoints,         &export_endpoints,     &changes_endpoints,   &index_endpoints,    &health_endpoints,
    &description_endpoints,    &docs_endpoints,       &problems_endpoints,  &history_endpoints,  &merge_endpoints,
    &contradictions_endpoints, &match_endpoints,      &matches_endpoints,   &networks_endpoints, &matrix_endpoints,
    &search_endpoints,         &suggest_endpoints,
};

static struct endpoint complete[ENDPOINTS_MOST]; /* the tables' entries with all their parameters */
static const struct endpoint *gathered[ENDPOINTS_MOST];
static size_t gathered_count;
static struct arena *memory; /* of their parameters: as long as the process lives */

void endpoints_init(void)
{
    if (gathered_count > 0) {
        return;
    }
    memory = arena_new();
    sql_init();
    merge_sql_init(memory);
    stage_sql_init();
    derived_init(memory);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (size_t j = 0; j < tables[i]->count; j++) {
            if (gathered_count == ENDPOINTS_MOST) {
                abort(); /* a fault of the program, met by whoever added the last one */
            }
            complete[gathered_count] = derived_endpoint(&tables[i]->endpoints[j], memory);
            gathered[gathered_count] = &complete[gathered_count];
            gathered_count++;
        }
    }
}

const struct endpoint *const *endpoints(size_t *ret_count)
{
    *ret_count = gathered_count;
    return gathered;
}

size_t endpoint_number(const struct endpoint *endpoint)
{
    return (size_t)(endpoint - complete);
}
