/* All endpoints, gathered once from the tables of the resources. */
#include <stdlib.h>

#include "handlers/endpoints.h"
#include "handlers/sql.h"

#define ENDPOINTS_MOST 128

static const struct endpoint_table *const tables[] = {
    &actors_endpoints,    &sources_endpoints, &claims_endpoints, &stances_endpoints, &reviews_endpoints,
    &positions_endpoints, &topics_endpoints,  &import_endpoints, &index_endpoints,   &health_endpoints,
};

static const struct endpoint *gathered[ENDPOINTS_MOST];
static size_t gathered_count;

void endpoints_init(void)
{
    if (gathered_count > 0) {
        return;
    }
    sql_init();
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (size_t j = 0; j < tables[i]->count; j++) {
            if (gathered_count == ENDPOINTS_MOST) {
                abort(); /* a fault of the program, met by whoever added the last one */
            }
            gathered[gathered_count++] = &tables[i]->endpoints[j];
        }
    }
}

const struct endpoint *const *endpoints(size_t *ret_count)
{
    *ret_count = gathered_count;
    return gathered;
}
