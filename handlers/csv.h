/* Records as CSV (RFC 4180): a line of names, then a line per record. What goes out this way comes in again by an import.

   Texts, times and references stand in their cells as they are, numbers and booleans as in JSON, arrays and objects as JSON
   text. An empty cell is a field without a value; no field has the empty text.

   Spreadsheets run a cell that begins with one of = + - @ tab CR as a formula. A text that does gets an apostrophe in front, and
   so does one that begins with an apostrophe before one of these or before another apostrophe; reading takes it away again. */
#ifndef STANCED_HANDLERS_CSV_H
#define STANCED_HANDLERS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/buffer.h"
#include "schema/encode.h"

/* A cell that is read as it is: quoted where it has to be. */
void csv_cell(struct buffer *buffer, const char *bytes, size_t length);

/* A cell with a text of the user's. */
void csv_text(struct buffer *buffer, const char *bytes, size_t length);

/* How many bytes at the front of a cell are not of the text in it: 1 where an apostrophe was put there, or 0. */
size_t csv_guard(const char *bytes, size_t length);

void csv_end_line(struct buffer *buffer);

/* The line of names of what the view shows. */
void csv_names(struct buffer *buffer, const struct record *record, const struct encode_view *view);

/* The line of a record whose columns begin at cell `first`. */
void csv_record(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                const struct encode_view *view);

#endif
