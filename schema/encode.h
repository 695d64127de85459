/* From rows to JSON, straight into the reply: the hot path. Integers of the wire, arrays, UUIDs and times are turned into text here. */
#ifndef STANCED_SCHEMA_ENCODE_H
#define STANCED_SCHEMA_ENCODE_H

#include <stddef.h>

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

#endif
