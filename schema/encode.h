/* From rows to JSON, straight into the reply: the hot path. Integers of the wire, arrays, UUIDs and times are turned into text here. */
#ifndef STANCED_SCHEMA_ENCODE_H
#define STANCED_SCHEMA_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/buffer.h"
#include "schema/record.h"
#include "schema/row.h"

/* A JSON string, quotes and escapes included. Bytes must be UTF-8. */
void encode_string(struct buffer *buffer, const char *bytes, size_t length);
void encode_identity(struct buffer *buffer, const struct identity *identity);
/* Quoted; micros as in struct moment. */
void encode_moment(struct buffer *buffer, int64_t micros, bool is_date);
/* Shortest decimal that reads back as the same double. */
void encode_number(struct buffer *buffer, double number);

/* The record whose columns (schema/columns.h, in their order) begin at cell `first`, as one JSON object. Fields without a
   value are left out; arrays and attributes are always there. Returns the cell after the record. */
int encode_record(struct buffer *buffer, const struct record *record, const struct row *row, int first);

/* What stands before the fields in every record, and so in the bits of a view. */
#define ENCODE_OWN 5
extern const char *const encode_own[ENCODE_OWN]; /* id, ref, version, created_at, updated_at */

/* A part of a record, or more than the record. Bit i is encode_own[i]; bit ENCODE_OWN + i is the record's fields[i]. */
struct encode_view {
    uint64_t shown;
    uint64_t expanded; /* references in whose place the record that they name is shown… */
    /* …by this */
    void (*expand)(void *context, struct buffer *buffer, const struct field *field, const struct identity *id);
    void *context;
};

#define ENCODE_ALL (~UINT64_C(0))

/* The same as far as the view shows it; NULL for all of it. */
int encode_record_view(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                       const struct encode_view *view);

/* The members of that object alone, each with a comma before it unless it stands right behind an opening brace. */
int encode_members(struct buffer *buffer, const struct record *record, const struct row *row, int first);

/* The cells that a field takes. */
int encode_cells(const struct field *field);

/* Whether a field whose cells begin at `at` has a value; arrays and objects always have. */
bool encode_has(const struct field *field, const struct row *row, int at);

/* The value of such a field as JSON. `view` says whether references in it are expanded; NULL for no. */
void encode_value(struct buffer *buffer, const struct field *field, const struct row *row, int at,
                  const struct encode_view *view);

#endif
