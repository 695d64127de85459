/* Text and parameters of one statement. */
#include "handlers/statement.h"

#include <stdlib.h>

#define SQL_LIMIT ((size_t)256 * 1024)

void statement_init(struct statement *statement, struct arena *arena)
{
    statement->arena = arena;
    statement->count = 0;
    buffer_init(&statement->sql, SQL_LIMIT);
}

void statement_free(struct statement *statement)
{
    buffer_free(&statement->sql);
}

void statement_text(struct statement *statement, const char *sql)
{
    buffer_text(&statement->sql, sql);
}

int statement_value(struct statement *statement, const char *value, const char *type)
{
    if (statement->count == QUERY_VALUES) {
        abort(); /* a fault of the program: what a request can bring is bounded below that */
    }
    statement->values[statement->count++] = value;
    statement_again(statement, statement->count, type);
    return statement->count;
}

void statement_again(struct statement *statement, int number, const char *type)
{
    buffer_format(&statement->sql, "$%d::%s", number, type);
}

int statement_plan(struct statement *statement, struct plan *plan)
{
    if (statement->sql.overflowed) {
        abort(); /* likewise */
    }
    struct query *query = plan_query(plan, arena_copy(statement->arena, statement->sql.data, statement->sql.length));
    for (int i = 0; i < statement->count; i++) {
        query_value(query, statement->values[i]);
    }
    return plan->count - 1;
}
