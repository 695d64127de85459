/* From PGresult to cells: this is where libpq ends. */
#include "server/result.h"

#include <libpq-fe.h>

#include "handlers/moved.h"

#define CELLS_MOST 128

void result_fold(const struct pg_result *result, struct call *call, int query, struct reply *reply)
{
    struct cell cells[CELLS_MOST];
    int count = PQnfields(result);
    int rows = PQntuples(result);
    if (call->endpoint->row == NULL || count > CELLS_MOST) {
        return;
    }
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < count; j++) {
            cells[j].bytes = PQgetvalue(result, i, j);
            cells[j].length = PQgetisnull(result, i, j) == 1 ? -1 : PQgetlength(result, i, j);
        }
        const struct row row = {.cells = cells, .count = count};
        if (!moved_row(call, query, &row)) {
            call->endpoint->row(call, query, &row, reply);
        }
    }
}
