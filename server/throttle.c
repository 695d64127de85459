/* A bucket is one number, the time at which it will be full: taking a token moves that on. */
#include "server/throttle.h"

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

#define MINUTE INT64_C(60000000000)

bool throttle_init(struct throttle *throttle, int64_t per_minute)
{
    *throttle = (struct throttle){0};
    if (per_minute == 0) {
        return true;
    }
    throttle->interval = MINUTE / per_minute;
    throttle->burst = MINUTE;
    throttle->full_at = calloc(THROTTLE_BUCKETS, sizeof *throttle->full_at);
    return throttle->full_at != NULL &&
           getrandom(&throttle->seed, sizeof throttle->seed, 0) == (ssize_t)sizeof throttle->seed;
}

void throttle_free(struct throttle *throttle)
{
    free(throttle->full_at);
    throttle->full_at = NULL;
}

bool throttle_take(struct throttle *throttle, const void *name, size_t length, int64_t now, struct taken *ret)
{
    *ret = (struct taken){0};
    if (throttle->interval == 0) {
        return true;
    }
    uint64_t hash = XXH3_64bits_withSeed(name, length, throttle->seed);
    _Atomic int64_t *bucket = &throttle->full_at[hash % THROTTLE_BUCKETS];
    int64_t before = atomic_load_explicit(bucket, memory_order_relaxed);
    int64_t after;
    do {
        after = (before > now ? before : now) + throttle->interval;
        if (after - now > throttle->burst) {
            ret->wait = after - now - throttle->burst;
            ret->full = before - now;
            return false;
        }
    } while (
        !atomic_compare_exchange_weak_explicit(bucket, &before, after, memory_order_relaxed, memory_order_relaxed));
    ret->left = (throttle->burst - (after - now)) / throttle->interval;
    ret->full = after - now;
    return true;
}
