/* zlib's inflate, a buffer at a time. */
#include "handlers/gunzip.h"

#define WINDOW (15 + 16) /* zlib's largest, in a gzip wrapper */
#define PIECE ((size_t)32 * 1024)

bool gunzip_init(struct gunzip *gunzip)
{
    *gunzip = (struct gunzip){.state = GUNZIP_GOING, .between = true};
    return inflateInit2(&gunzip->stream, WINDOW) == Z_OK;
}

void gunzip_free(struct gunzip *gunzip)
{
    inflateEnd(&gunzip->stream);
}

static bool bomb(const struct gunzip *gunzip)
{
    return gunzip->out > GUNZIP_FREE && gunzip->out / GUNZIP_RATIO_MOST > gunzip->in;
}

void gunzip_feed(struct gunzip *gunzip, const char *bytes, size_t length, gunzip_take *take, void *context)
{
    unsigned char piece[PIECE];
    z_stream *stream = &gunzip->stream;
    stream->next_in = (unsigned char *)(size_t)bytes; /* zlib only reads it */
    stream->avail_in = (unsigned)length;
    gunzip->in += length;
    while (gunzip->state == GUNZIP_GOING) {
        if (gunzip->between && stream->avail_in > 0) {
            gunzip->between = inflateReset(stream) != Z_OK;
        }
        if (gunzip->between) {
            break;
        }
        stream->next_out = piece;
        stream->avail_out = sizeof piece;
        int status = inflate(stream, Z_NO_FLUSH);
        size_t made = sizeof piece - stream->avail_out;
        gunzip->out += made;
        gunzip->between = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            gunzip->state = GUNZIP_BROKEN;
        } else if (bomb(gunzip)) {
            gunzip->state = GUNZIP_BOMB;
        } else if (made > 0) {
            take(context, (const char *)piece, made);
        }
        if (!gunzip->between && stream->avail_in == 0 && stream->avail_out > 0) {
            break; /* it wants more */
        }
    }
}

bool gunzip_whole(const struct gunzip *gunzip)
{
    return gunzip->state == GUNZIP_GOING && gunzip->between && gunzip->in > 0;
}
