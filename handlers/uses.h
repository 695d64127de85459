/* Who refers to a record, by which field: SQL that follows from the descriptions. */
#ifndef STANCED_HANDLERS_USES_H
#define STANCED_HANDLERS_USES_H

#include <stdbool.h>

#include "schema/buffer.h"
#include "schema/record.h"

/* Whether a field refers to records of that kind. */
bool uses_refers(const struct field *field, enum record_kind target);

/* Appends a query of (kind text, field text, count bigint): for every field of any record that can refer to a `target`, how many refer
   to the one whose id is $1, counted up to `limit`. Of its own kind those do not count whose id fulfils not "<id> `counted`". */
void uses_count(struct buffer *sql, const struct record *target, const char *limit, const char *counted);

/* Appends a query of the ids of records of a kind that refer to the `target` whose id is $1, each once. False, with nothing appended,
   where they cannot. */
bool uses_select(struct buffer *sql, const struct record *record, const struct record *target);

/* Appends the names of a record's fields that refer to something, as a JSON array. */
void uses_names(struct buffer *json, const struct record *record);

#endif
