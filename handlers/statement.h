/* A statement that is put together: constant fragments go into its text, values only ever into its parameters. */
#ifndef STANCED_HANDLERS_STATEMENT_H
#define STANCED_HANDLERS_STATEMENT_H

#include "handlers/endpoint.h"
#include "schema/arena.h"
#include "schema/buffer.h"

struct statement {
    struct buffer sql;
    struct arena *arena;
    const char *values[QUERY_VALUES];
    int count;
};

void statement_init(struct statement *statement, struct arena *arena);
void statement_free(struct statement *statement);

/* Appends a fragment: constant text, or what was generated from descriptions. */
void statement_text(struct statement *statement, const char *sql);

/* Appends the next parameter with its type ("$3::uuid"), and keeps its value, which must live as long as the request. Returns its
   number. */
int statement_value(struct statement *statement, const char *value, const char *type);

/* Appends a parameter that is there already. */
void statement_again(struct statement *statement, int number, const char *type);

/* Adds it to the plan. Returns its index there. */
int statement_plan(struct statement *statement, struct plan *plan);

#endif
