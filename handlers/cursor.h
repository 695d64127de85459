/* Where a list goes on: opaque text that holds the sort key of the last row shown, tied to the list that gave it out. */
#ifndef STANCED_HANDLERS_CURSOR_H
#define STANCED_HANDLERS_CURSOR_H

#include <stdbool.h>

#include "handlers/endpoint.h"

#define CURSOR_KEYS 2

/* The values of the sort columns in the last row, in their order; NULL where the row has none. */
struct cursor {
    const char *keys[CURSOR_KEYS];
};

/* The cursor's text (base64url), in the arena. It is tied to the endpoint's path and to every argument that decides which rows
   there are and in which order: filters and sort, but not the size and shape of a page. */
char *cursor_write(const struct call *call, const struct cursor *cursor);

/* Reads what cursor_write wrote in a call with the same arguments. False for anything else, however it came about. The
   keys are text that this service once wrote, unless somebody forged the checksum: their form is for the caller to
   check before the database sees them. */
bool cursor_read(const struct call *call, const char *text, struct cursor *ret) __attribute__((warn_unused_result));

#endif
