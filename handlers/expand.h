/* References in whose place a reply shows the record that they name: read with one statement for each such field. */
#ifndef STANCED_HANDLERS_EXPAND_H
#define STANCED_HANDLERS_EXPAND_H

#include <stdbool.h>

#include "handlers/endpoint.h"
#include "handlers/roster.h"
#include "handlers/statement.h"

#define EXPANSIONS_MOST 8 /* fields of one record that are references */

/* Appends a SELECT of `column` over the alias `t` of the records that the reply shows. */
typedef void expand_rows(struct statement *statement, const void *context, const char *column);

struct expansions {
    struct {
        const struct field *field;
        int query; /* index in the plan */
    } list[EXPANSIONS_MOST];
    int count;
    struct roster roster; /* which records have come in */
    struct buffer texts;  /* …their JSON, one after the other */
    struct buffer ends;   /* …and where in it each ends, of size_t */
};

void expand_init(struct expansions *expansions);
void expand_free(struct expansions *expansions);

/* Adds the statement for a field of `record`. It has to stand before those whose rows the reply is made of. */
void expand_plan(struct expansions *expansions, struct arena *arena, struct plan *plan, const struct record *record,
                 const struct field *field, expand_rows *rows, const void *context);

/* Takes a row. False when it belongs to another statement. */
bool expand_row(struct expansions *expansions, int query, const struct row *row);

/* Writes the record; its id alone, as an object, when it was not there when it was looked up. For struct encode_view. */
void expand_put(void *expansions, struct buffer *buffer, const struct field *field, const struct identity *id);

#endif
