/* zlib, set up for replies. */
#include "server/gzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#define FAST 3            /* zlib's level: JSON shrinks nearly as far as at 6, in half the time */
#define WRAPPED (15 + 16) /* zlib's largest window, in a gzip wrapper */
#define MEMORY 8          /* zlib's own default */
#define ROOM 64           /* beside what the bytes themselves may come to: header and trailer */

struct gzip {
    z_stream stream;
};

struct gzip *gzip_open(void)
{
    struct gzip *gzip = calloc(1, sizeof *gzip);
    if (gzip == NULL || deflateInit2(&gzip->stream, FAST, Z_DEFLATED, WRAPPED, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        abort(); /* as arena_alloc: what was answered is safe in the database */
    }
    return gzip;
}

void gzip_close(struct gzip *gzip)
{
    if (gzip != NULL) {
        deflateEnd(&gzip->stream);
        free(gzip);
    }
}

void gzip_put(struct gzip *gzip, const char *bytes, size_t length, bool last, struct buffer *out)
{
    z_stream *stream = &gzip->stream;
    stream->next_in = (Bytef *)(uintptr_t)bytes; /* only read, whatever the interface says */
    stream->avail_in = (uInt)length;
    do {
        size_t room = deflateBound(stream, (uLong)stream->avail_in) + ROOM;
        stream->next_out = (Bytef *)buffer_reserve(out, room);
        if (stream->next_out == NULL) {
            return; /* `out` has overflowed, and says so */
        }
        stream->avail_out = (uInt)room;
        deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
        out->length += room - stream->avail_out;
    } while (stream->avail_out == 0);
}
