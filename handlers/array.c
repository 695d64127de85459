/* Writes PostgreSQL arrays in text form. Every text is quoted, which spares telling apart those that must be. */
#include "handlers/array.h"

#include <string.h>

void array_begin(struct buffer *array)
{
    buffer_clear(array);
    buffer_char(array, '{');
}

void array_end(struct buffer *array)
{
    buffer_char(array, '}');
}

static void separate(struct buffer *array)
{
    if (array->length > 1) {
        buffer_char(array, ',');
    }
}

void array_text(struct buffer *array, const char *bytes, size_t length)
{
    separate(array);
    buffer_char(array, '"');
    const char *end = bytes + length;
    while (bytes < end) {
        const char *special = bytes;
        while (special < end && *special != '"' && *special != '\\') {
            special++;
        }
        buffer_put(array, bytes, (size_t)(special - bytes));
        if (special < end) {
            buffer_char(array, '\\');
            buffer_char(array, *special++);
        }
        bytes = special;
    }
    buffer_char(array, '"');
}

void array_optional(struct buffer *array, const char *text)
{
    if (text != NULL) {
        array_text(array, text, strlen(text));
        return;
    }
    separate(array);
    buffer_text(array, "NULL");
}

void array_number(struct buffer *array, long long number)
{
    separate(array);
    buffer_number(array, number);
}
