/* The keys that are good, as this process knows them: a table that is replaced as a whole by the keeper and only read by the loops. */
#ifndef STANCED_SERVER_KEYS_H
#define STANCED_SERVER_KEYS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/endpoint.h"
#include "server/secret.h"

#define KEYS_MOST 10000 /* that a process takes; further ones are not known to it, and the log says so */
#define KEY_NAME 65     /* with the NUL */

struct key {
    char name[KEY_NAME];
    enum role role;
    unsigned char hash[SECRET_HASH];
    int64_t expires; /* microseconds since 1970; INT64_MAX for never */
};

struct keys {
    atomic_uint holders;
    size_t count;
    struct key list[]; /* in the order of their hashes */
};

/* Room for `most` keys. NULL when memory runs out. */
struct keys *keys_new(size_t most) __attribute__((warn_unused_result));

/* Makes `keys` the table of the process, and takes it over. */
void keys_publish(struct keys *keys);

/* The table was found to be the latest at `now` (nanoseconds of the monotonic clock). */
void keys_confirm(int64_t now);

/* Whether it was confirmed lately enough to go by. */
bool keys_current(int64_t now);

/* The latest table in place of `held` (NULL for none), which is given back. Takes no lock where there is none that is newer. */
struct keys *keys_renew(struct keys *held);
void keys_release(struct keys *held);

/* The key with this hash that is good at `moment` (microseconds since 1970), or NULL. */
const struct key *keys_find(const struct keys *keys, const unsigned char *hash, int64_t moment);

#endif
