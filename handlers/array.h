/* PostgreSQL's text form of arrays (its manual, 8.15.6): how many values travel in one parameter. */
#ifndef STANCED_HANDLERS_ARRAY_H
#define STANCED_HANDLERS_ARRAY_H

#include <stddef.h>

#include "schema/buffer.h"

/* An array is begun, filled one element after the other, and ended; what stands between in the buffer is not yet an array. */
void array_begin(struct buffer *array);
void array_end(struct buffer *array);

/* An element of any type whose text form is `bytes`: quoted, so that nothing in it can be mistaken for the array's own
   characters. */
void array_text(struct buffer *array, const char *bytes, size_t length);

/* A C string, or NULL for SQL NULL. */
void array_optional(struct buffer *array, const char *text);

void array_number(struct buffer *array, long long number);

#endif
