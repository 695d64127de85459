/* Unpacks gzip (RFC 1952) that arrives in pieces, one member or several, and refuses what unpacks to too much. */
#ifndef STANCED_HANDLERS_GUNZIP_H
#define STANCED_HANDLERS_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <zlib.h>

/* Deflate makes up to 1032 bytes out of one; lines of records stay far below this. So many times more is taken… */
#define GUNZIP_RATIO_MOST 200
/* …once this much has come out. */
#define GUNZIP_FREE ((size_t)16 * 1024 * 1024)

enum gunzip_state { GUNZIP_GOING, GUNZIP_BROKEN, GUNZIP_BOMB };

struct gunzip {
    z_stream stream;
    enum gunzip_state state;
    bool between; /* a member has ended, and no other has begun */
    size_t in, out;
};

/* Takes unpacked bytes. */
typedef void gunzip_take(void *context, const char *bytes, size_t length);

bool gunzip_init(struct gunzip *gunzip) __attribute__((warn_unused_result));
void gunzip_free(struct gunzip *gunzip);

/* The next piece. Once the state is not GUNZIP_GOING nothing more comes out. */
void gunzip_feed(struct gunzip *gunzip, const char *bytes, size_t length, gunzip_take *take, void *context);

/* Whether what came ends where it may. */
bool gunzip_whole(const struct gunzip *gunzip);

#endif
