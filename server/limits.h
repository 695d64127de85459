/* How often somebody may ask: by address, and by key. */
#ifndef STANCED_SERVER_LIMITS_H
#define STANCED_SERVER_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/address.h"
#include "server/settings.h"

struct request;

/* Kinds of limits, for the metrics. */
enum limit { LIMIT_ADDRESS, LIMIT_KEY, LIMIT_BAD_KEY, LIMIT_HEAD, LIMITS };

extern const char *const limit_names[LIMITS];

/* What is left of the limit that leaves the least; `quota` 0 for none. */
struct allowance {
    const char *policy;
    int64_t quota; /* requests per minute */
    int64_t left;
    int64_t reset; /* seconds until all of it is there again */
};

/* Before any loop runs. False with one sentence on stderr. */
bool limits_start(const struct settings *settings) __attribute__((warn_unused_result));
void limits_stop(void);

/* Where a request comes from: what one customer of a network has, behind proxies that are trusted. */
struct address limits_client(const struct request *request);

/* Counts a request of this address, or of call.who. False where it was refused with 429. This machine itself has no limit. */
bool limits_take_address(struct request *request) __attribute__((warn_unused_result));
bool limits_take_key(struct request *request) __attribute__((warn_unused_result));

/* Counts a bad key of this address. False where that was one too many, and the request is refused. */
bool limits_take_bad_key(struct request *request) __attribute__((warn_unused_result));

/* Adds the RateLimit headers to the reply. */
void limits_show(struct request *request);

#endif
