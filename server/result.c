/* From PGresult to cells: this is where libpq ends. */
#include "server/result.h"

#include <libpq-fe.h>
#include <string.h>

#include "handlers/moved.h"
#include "handlers/replay.h"
#include "server/request.h"

static void take(struct call *call, int query, const struct row *row, struct reply *reply)
{
    if (!replay_row(call, row) && !moved_row(call, query, row)) {
        call->endpoint->row(call, query, row, reply);
    }
}

bool result_row(const PGresult *result, int number, struct cell cells[static RESULT_CELLS], struct row *ret)
{
    int count = PQnfields(result);
    if (count > RESULT_CELLS) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        cells[i].bytes = PQgetvalue(result, number, i);
        cells[i].length = PQgetisnull(result, number, i) == 1 ? -1 : PQgetlength(result, number, i);
    }
    *ret = (struct row){.cells = cells, .count = count};
    return true;
}

void result_fold(const struct pg_result *result, struct call *call, int query, struct reply *reply)
{
    struct cell cells[RESULT_CELLS];
    struct row row;
    int rows = call->endpoint->row == NULL ? 0 : PQntuples(result);
    for (int i = 0; i < rows && result_row(result, i, cells, &row); i++) {
        take(call, query, &row, reply);
    }
}

void result_deal(const struct pg_result *result, struct request *first)
{
    struct cell cells[RESULT_CELLS];
    struct row row;
    int rows = PQntuples(result);
    for (int i = 0; i < rows && result_row(result, i, cells, &row); i++) {
        struct identity key = cell_identity(&cells[0]);
        for (struct request *each = first; each != NULL; each = each->fellow) {
            if (each->state == REQUEST_RUNNING && memcmp(&each->plan.queries[0].key, &key, sizeof key) == 0) {
                take(&each->call, 0, &row, &each->reply);
            }
        }
    }
}

void result_rows(const struct pg_result *result, errand_row *row, void *context)
{
    struct cell cells[RESULT_CELLS];
    struct row made;
    int rows = PQntuples(result);
    for (int i = 0; i < rows && result_row(result, i, cells, &made); i++) {
        row(context, &made);
    }
}
