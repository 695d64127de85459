/* Rows made by hand, in PostgreSQL's binary format. */
#ifndef STANCED_TESTS_UNIT_HANDLERS_ROWS_H
#define STANCED_TESTS_UNIT_HANDLERS_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/handlers/fixture.h"

#define ROW_CELLS 64

struct made_row {
    struct cell cells[ROW_CELLS];
    char bytes[ROW_CELLS][128]; /* of the cells that are not text */
    int count;
};

/* Each adds a cell behind those that are there. */
void row_null(struct made_row *row);
void row_text(struct made_row *row, const char *text); /* NULL for SQL NULL; kept by reference */
void row_integer(struct made_row *row, int32_t number);
void row_count(struct made_row *row, int64_t number);
void row_number(struct made_row *row, double number);
void row_boolean(struct made_row *row, bool value);
void row_identity(struct made_row *row, const struct identity *id);

/* timestamptz and boolean, as moment_parse reads them; NULL for a time that is not given. */
void row_moment(struct made_row *row, const char *text);

/* text[] or uuid[] without elements. */
void row_empty_array(struct made_row *row);

/* Hands the row to the endpoint and empties it. */
void row_send(struct made_row *row, struct fixture *fixture, int query);

#define GUARD "INSERT INTO change"

/* What the guard of a write says of one record: a fault at this pointer, or how it was written where that is NULL. */
void row_send_verdict(struct made_row *row, struct fixture *fixture, const char *pointer, const char *code,
                      const char *kind);

/* An actor called North, a state, as the last statement of the plan reads it. */
void row_send_actor(struct made_row *row, struct fixture *fixture, const char *ref, int version);

#endif
