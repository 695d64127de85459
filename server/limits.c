/* Buckets of tokens (throttle.h) that all loops share. */
#include "server/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "handlers/forwarded.h"
#include "server/loop.h"
#include "server/throttle.h"

#define SECOND INT64_C(1000000000)

const char *const limit_names[LIMITS] = {"address", "key", "bad_key", "head_time"};

static struct networks trusted;
static struct throttle buckets[LIMITS];
static int64_t quotas[LIMITS]; /* per minute; 0 for no limit */

bool limits_start(const struct settings *settings)
{
    quotas[LIMIT_ADDRESS] = settings->rate_per_address;
    quotas[LIMIT_KEY] = settings->rate_per_key;
    quotas[LIMIT_BAD_KEY] = settings->key_failures;
    if (!networks_read(settings->trusted_proxies, &trusted)) {
        fprintf(stderr,
                "stanced: STANCED_TRUSTED_PROXIES is \"%s\", but must be up to %d addresses or networks, like "
                "10.0.0.0/8 ::1.\n",
                settings->trusted_proxies, NETWORKS_MOST);
        return false;
    }
    for (int i = 0; i < LIMITS; i++) {
        if (!throttle_init(&buckets[i], quotas[i])) {
            fputs("stanced: there is no memory for the limits.\n", stderr);
            return false;
        }
    }
    return true;
}

void limits_stop(void)
{
    for (int i = 0; i < LIMITS; i++) {
        throttle_free(&buckets[i]);
    }
}

static struct address client_of(const struct request *request)
{
    const struct call_head *head = &request->call.head;
    bool standard = strcmp(request->loop->settings->forwarded_header, "forwarded") == 0;
    struct address peer;
    http_address(request->exchange, &peer);
    return forwarded_client(&trusted, peer, standard ? head->forwarded : head->x_forwarded_for, standard);
}

struct address limits_client(const struct request *request)
{
    return address_customer(client_of(request));
}

/* Takes a token, and keeps in mind what is left where that is the least so far. */
static bool take(struct request *request, enum limit limit, const void *name, size_t length, const char *refusal)
{
    struct taken taken;
    bool granted = throttle_take(&buckets[limit], name, length, request->opened_at, &taken);
    struct allowance *allowance = &request->allowance;
    if (limit != LIMIT_BAD_KEY && quotas[limit] > 0 && (allowance->quota == 0 || taken.left < allowance->left)) {
        *allowance = (struct allowance){limit_names[limit], quotas[limit], taken.left, taken.full / SECOND + 1};
    }
    if (!granted) {
        metrics_add(&request->loop->metrics.limited[limit], 1);
        request_refuse(request, PROBLEM_RATE_LIMITED, refusal);
        reply_retry_after(&request->call, &request->reply, (int)(taken.wait / SECOND) + 1);
    }
    return granted;
}

bool limits_take_address(struct request *request)
{
    struct address address = limits_client(request);
    return quotas[LIMIT_ADDRESS] == 0 || address_local(&address) ||
           take(request, LIMIT_ADDRESS, &address, sizeof address, "Too many requests came from this address.");
}

bool limits_take_key(struct request *request)
{
    const char *who = request->call.who;
    struct address address = client_of(request);
    return quotas[LIMIT_KEY] == 0 || who == NULL || address_local(&address) ||
           take(request, LIMIT_KEY, who, strlen(who), "Too many requests came with this key.");
}

bool limits_take_bad_key(struct request *request)
{
    struct address address = limits_client(request);
    return take(request, LIMIT_BAD_KEY, &address, sizeof address, "Too many bad keys came from this address.");
}

void limits_show(struct request *request)
{
    const struct allowance *allowance = &request->allowance;
    if (allowance->quota > 0) { /* draft-ietf-httpapi-ratelimit-headers-10 */
        reply_header(&request->reply, "RateLimit-Policy",
                     arena_format(request->arena, "\"%s\";q=%" PRId64 ";w=60", allowance->policy, allowance->quota));
        reply_header(&request->reply, "RateLimit",
                     arena_format(request->arena, "\"%s\";r=%" PRId64 ";t=%" PRId64, allowance->policy, allowance->left,
                                  allowance->reset));
    }
}
