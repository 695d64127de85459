/* Lines out of a stream that arrives in pieces. */
#ifndef STANCED_HANDLERS_LINES_H
#define STANCED_HANDLERS_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/buffer.h"

struct lines {
    struct buffer partial; /* the line that has begun and not ended; its limit is that of a line */
    size_t number;         /* of the line that comes next, from 1 */
    bool skipping;         /* it was too long: the rest of it is dropped */
};

/* Takes line `number`, without its end; `line` is NULL for one that was too long. */
typedef void lines_take(void *context, size_t number, const char *line, size_t length);

void lines_init(struct lines *lines, size_t longest);
void lines_free(struct lines *lines);

/* The next piece: calls `take` for every line that ends in it. */
void lines_feed(struct lines *lines, const char *bytes, size_t length, lines_take *take, void *context);

/* The end: calls `take` for a last line without an end of its own. */
void lines_end(struct lines *lines, lines_take *take, void *context);

#endif
