/* The body of a reply that goes out while it is made: what was made and the client has not taken yet. */
#ifndef STANCED_SERVER_STREAM_H
#define STANCED_SERVER_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/buffer.h"

struct gzip;

struct stream {
    struct buffer made;
    size_t taken;      /* bytes of it that the client has */
    struct gzip *gzip; /* NULL: as it is */
    bool ended;        /* no more will be made */
    bool broken;       /* …and this is not the whole */
    int64_t
        moved_at; /* nanoseconds of the monotonic clock: when the client last took something, or there last was nothing to take */
};

/* Ends the process where there is no memory. */
struct stream *stream_open(bool gzip);
void stream_close(struct stream *stream);

/* Takes the bytes in, and empties `body`; `last` ends the stream. */
void stream_put(struct stream *stream, struct buffer *body, bool last, int64_t now);

/* Bytes that the client has not taken. */
size_t stream_left(const struct stream *stream);

/* Moves up to `room` of them to `bytes`. Returns how many. */
size_t stream_take(struct stream *stream, char *bytes, size_t room, int64_t now);

#endif
