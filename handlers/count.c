/* The estimate is what EXPLAIN says of the list's own condition with the request's own values, so it takes no longer than
   planning does; how far it is off depends on how well the database knows its data (ANALYZE). */
#include "handlers/count.h"

#include <jansson.h>
#include <string.h>

bool count_exact(const struct call *call)
{
    const char *word = call_argument(call, "count");
    return word != NULL && strcmp(word, "exact") == 0;
}

int count_plan(struct call *call, struct plan *plan, const struct selection *selection)
{
    if (call_argument(call, "count") == NULL) {
        return -1;
    }
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, count_exact(call) ? "SELECT count(*) FROM " : "EXPLAIN (FORMAT JSON) SELECT FROM ");
    statement_text(&statement, selection->record->name);
    statement_text(&statement, " t");
    selection_put_filters(&statement, selection, " WHERE ");
    return statement_plan(&statement, plan);
}

/* [{"Plan": {"Plan Rows": n, …}}] */
static bool read_estimate(const struct cell *cell, long long *ret)
{
    json_t *plans = cell_null(cell) ? NULL : json_loadb(cell->bytes, (size_t)cell->length, 0, NULL);
    const json_t *rows = json_object_get(json_object_get(json_array_get(plans, 0), "Plan"), "Plan Rows");
    bool found = json_is_number(rows);
    if (found) {
        *ret = (long long)json_number_value(rows);
    }
    json_decref(plans);
    return found;
}

bool count_read(const struct call *call, const struct row *row, long long *ret)
{
    if (!count_exact(call)) {
        return read_estimate(&row->cells[0], ret);
    }
    *ret = cell_integer(&row->cells[0]);
    return true;
}
