/* A queue of bytes, compressed on their way in where that was asked for. */
#include "server/stream.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/endpoint.h"
#include "server/gzip.h"

struct stream *stream_open(bool gzip)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        abort(); /* as arena_alloc */
    }
    /* whoever fills it stops long before, but for what comes in one row */
    buffer_init(&stream->made, REPLY_LIMIT * 2);
    stream->gzip = gzip ? gzip_open() : NULL;
    return stream;
}

void stream_close(struct stream *stream)
{
    if (stream != NULL) {
        buffer_free(&stream->made);
        gzip_close(stream->gzip);
        free(stream);
    }
}

/* Moves what is left to the front. */
static void pack(struct stream *stream)
{
    size_t left = stream_left(stream);
    if (stream->taken > 0 && left > 0) {
        memmove(stream->made.data, stream->made.data + stream->taken, left);
    }
    stream->made.length = left;
    stream->taken = 0;
}

void stream_put(struct stream *stream, struct buffer *body, bool last, int64_t now)
{
    if (stream_left(stream) == 0) {
        stream->moved_at = now;
    }
    pack(stream);
    if (stream->gzip != NULL) {
        gzip_put(stream->gzip, body->data, body->length, last, &stream->made);
    } else if (body->length > 0) {
        buffer_put(&stream->made, body->data, body->length);
    }
    stream->broken = stream->broken || body->overflowed || stream->made.overflowed;
    stream->ended = stream->ended || last || stream->broken;
    buffer_clear(body);
}

size_t stream_left(const struct stream *stream)
{
    return stream->made.length - stream->taken;
}

size_t stream_take(struct stream *stream, char *bytes, size_t room, int64_t now)
{
    size_t left = stream_left(stream);
    size_t length = left < room ? left : room;
    if (length > 0) {
        memcpy(bytes, stream->made.data + stream->taken, length);
        stream->taken += length;
        stream->moved_at = now;
    }
    if (stream->taken > 0 && length == left) {
        buffer_free(&stream->made); /* many streams have nothing to say for hours */
        stream->taken = 0;
    }
    return length;
}
