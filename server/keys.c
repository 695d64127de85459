/* One pointer under a mutex, and a count of holders. */
#include "server/keys.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Where the database has not been heard of for so long, no key is taken: it may have been revoked. */
#define CURRENT_NANOSECONDS INT64_C(10000000000)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct keys *latest;
static _Atomic(const struct keys *) latest_seen; /* the same, to be compared without the lock */
static _Atomic int64_t confirmed_at;

struct keys *keys_new(size_t most)
{
    struct keys *keys = calloc(1, sizeof *keys + most * sizeof keys->list[0]);
    if (keys != NULL) {
        atomic_init(&keys->holders, 1);
    }
    return keys;
}

void keys_release(struct keys *held)
{
    if (held != NULL && atomic_fetch_sub(&held->holders, 1) == 1) {
        free(held);
    }
}

void keys_publish(struct keys *keys)
{
    pthread_mutex_lock(&mutex);
    struct keys *before = latest;
    latest = keys;
    atomic_store(&latest_seen, keys);
    pthread_mutex_unlock(&mutex);
    keys_release(before);
}

void keys_confirm(int64_t now)
{
    atomic_store(&confirmed_at, now);
}

bool keys_current(int64_t now)
{
    int64_t at = atomic_load(&confirmed_at);
    return at != 0 && now - at < CURRENT_NANOSECONDS;
}

struct keys *keys_renew(struct keys *held)
{
    if (atomic_load(&latest_seen) == held) {
        return held;
    }
    pthread_mutex_lock(&mutex);
    struct keys *found = latest;
    if (found != NULL) {
        atomic_fetch_add(&found->holders, 1);
    }
    pthread_mutex_unlock(&mutex);
    keys_release(held);
    return found;
}

/* Hashes are looked up, not keys: what the time that this takes tells about a hash leads to no key. */
static int by_hash(const void *wanted, const void *key)
{
    return memcmp(wanted, ((const struct key *)key)->hash, SECRET_HASH);
}

const struct key *keys_find(const struct keys *keys, const unsigned char *hash, int64_t moment)
{
    if (keys == NULL) {
        return NULL;
    }
    const struct key *found = bsearch(hash, keys->list, keys->count, sizeof keys->list[0], by_hash);
    return found != NULL && secret_equal(found->hash, hash) && moment < found->expires ? found : NULL;
}
