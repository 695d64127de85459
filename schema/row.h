/* A row of a query's result, as the database sent it: cells in PostgreSQL's binary format. This is how results reach
   code that must not know libpq. */
#ifndef STANCED_SCHEMA_ROW_H
#define STANCED_SCHEMA_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/identity.h"

struct cell {
    const char *bytes;
    int length; /* -1: NULL */
};

struct row {
    const struct cell *cells;
    int count;
};

static inline bool cell_null(const struct cell *cell)
{
    return cell->length < 0;
}

bool cell_boolean(const struct cell *cell);             /* boolean; false for NULL */
int64_t cell_integer(const struct cell *cell);          /* smallint, integer or bigint by its length; 0 for NULL */
double cell_number(const struct cell *cell);            /* double precision; 0 for NULL */
int64_t cell_moment(const struct cell *cell);           /* timestamptz → microseconds since 1970 */
struct identity cell_identity(const struct cell *cell); /* uuid */

bool cell_is(const struct cell *cell, const char *text); /* text; false for NULL */

/* The record that a text names, or NULL. */
const struct record *cell_record(const struct cell *cell);

/* A one-dimensional array (text[], uuid[], …) as it is read element by element. */
struct array {
    const char *at;
    const char *end;
    int left; /* elements not yet read */
};

/* Begins with the first element. NULL, an empty array and bytes that are no such array have no elements. */
struct array cell_array(const struct cell *cell);

/* The next element; false past the last one. */
bool array_next(struct array *array, struct cell *ret);

#endif
