/* gzip, piece by piece. */
#ifndef STANCED_SERVER_GZIP_H
#define STANCED_SERVER_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/buffer.h"

struct gzip; /* zlib's state: about 260 KB */

/* Ends the process where there is no memory, as arena_alloc does. */
struct gzip *gzip_open(void);
void gzip_close(struct gzip *gzip);

/* Appends to `out` what has become of these bytes; with `last`, of all that were put. */
void gzip_put(struct gzip *gzip, const char *bytes, size_t length, bool last, struct buffer *out);

#endif
