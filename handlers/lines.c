/* Splits a stream at its newlines. A line that lies within one piece is handed on from there, without a copy. */
#include "handlers/lines.h"

#include <string.h>

void lines_init(struct lines *lines, size_t longest)
{
    *lines = (struct lines){.number = 1};
    buffer_init(&lines->partial, longest);
}

void lines_free(struct lines *lines)
{
    buffer_free(&lines->partial);
}

static void put_part(struct lines *lines, const char *bytes, size_t length)
{
    if (!lines->skipping) {
        buffer_put(&lines->partial, bytes, length);
        lines->skipping = lines->partial.overflowed;
    }
}

/* A line is complete: `bytes` is all of it, or its end when there is a part already. */
static void put_line(struct lines *lines, const char *bytes, size_t length, lines_take *take, void *context)
{
    if (lines->partial.length == 0 && !lines->skipping && length <= lines->partial.limit) {
        take(context, lines->number++, bytes, length);
        return;
    }
    put_part(lines, bytes, length);
    take(context, lines->number++, lines->skipping ? NULL : lines->partial.data, lines->partial.length);
    buffer_clear(&lines->partial);
    lines->skipping = false;
}

void lines_feed(struct lines *lines, const char *bytes, size_t length, lines_take *take, void *context)
{
    const char *end = bytes + length;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        if (newline == NULL) {
            put_part(lines, bytes, (size_t)(end - bytes));
            return;
        }
        put_line(lines, bytes, (size_t)(newline - bytes), take, context);
        bytes = newline + 1;
    }
}

void lines_end(struct lines *lines, lines_take *take, void *context)
{
    if (lines->partial.length > 0 || lines->skipping) {
        put_line(lines, "", 0, take, context);
    }
}
