/* Token buckets without locks: who does something more often than agreed has to wait. */
#ifndef STANCED_SERVER_THROTTLE_H
#define STANCED_SERVER_THROTTLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Buckets that one kind of limit has. Two names may fall into one and share it; which do, nobody outside can tell or choose. */
#define THROTTLE_BUCKETS 65536

struct throttle {
    int64_t interval;         /* nanoseconds in which one token comes back */
    int64_t burst;            /* …in which all of a full bucket do */
    _Atomic int64_t *full_at; /* per bucket, when it will be full again: the generic cell rate algorithm, ITU-T I.371 */
    uint64_t seed;
};

/* How a bucket stands after a token was asked for. Nanoseconds. */
struct taken {
    int64_t wait; /* until there is one again, where there was none */
    int64_t left; /* tokens */
    int64_t full; /* until all are there */
};

/* `per_minute` tokens come back in a minute, and as many are there at first; 0 for no limit. False when memory runs out. */
bool throttle_init(struct throttle *throttle, int64_t per_minute) __attribute__((warn_unused_result));
void throttle_free(struct throttle *throttle);

/* Takes a token of whoever is called `name`. False when there is none. From any thread. */
bool throttle_take(struct throttle *throttle, const void *name, size_t length, int64_t now, struct taken *ret)
    __attribute__((warn_unused_result));

#endif
