/* Comes by fifty times a second. Queues are in order of age and time-outs are the same for a whole lane, so only what has
   expired is looked at. */
#include "server/janitor.h"

#include "server/log.h"
#include "server/loop.h"
#include "server/outflow.h"
#include "server/rounds.h"

#define MILLISECOND INT64_C(1000000)
#define PERIOD (20 * MILLISECOND)

/* A kept-alive client may have sent its next request in the moment in which we stop: so long no request must have come. */
#define QUIET (200 * MILLISECOND)

/* …and half a request whose other half does not come holds up nothing for longer than this. */
#define SILENCE (2000 * MILLISECOND)

/* The database has time-outs of its own and is the better judge; this is for when it doesn't answer. */
#define GRACE (500 * MILLISECOND)

int janitor_due(const struct loop *loop)
{
    int64_t left = loop->next_check - loop->now;
    return left <= 0 ? 0 : (int)(left / MILLISECOND) + 1;
}

static void expire_waiting(struct pool *pool, struct lane_queue *queue, int64_t now)
{
    struct request *request;
    while ((request = TAILQ_FIRST(&queue->waiting)) != NULL && now - request->waits_since > pool->queue_timeout) {
        rounds_expire(request);
    }
}

/* Requests in flight, or at a worker, are found through the list of all that are open: there are few, and they are in order of arrival. */
static void expire_running(struct loop *loop, int64_t now)
{
    struct request *request;
    struct request *next;
    for (request = TAILQ_FIRST(&loop->open); request != NULL; request = next) {
        next = TAILQ_NEXT(request, open);
        if (request->stream != NULL) {
            outflow_check(request, now);
        } else if ((request->state == REQUEST_RUNNING || request->state == REQUEST_WORKING) &&
                   now - request->sent_at > loop->pool.lanes[request->call.lane].run_timeout + GRACE) {
            rounds_expire(request);
        }
    }
}

/* Whether some request is owed an answer: it was received whole, or is still on its way. */
static bool owes(const struct loop *loop, int64_t now)
{
    const struct request *request;
    TAILQ_FOREACH (request, &loop->open, open) {
        if (!request_incomplete(request) || now - request->heard_at < SILENCE) {
            return true;
        }
    }
    return !TAILQ_EMPTY(&loop->followers.list); /* they were told that this is the end, and may hear it */
}

static void drain(struct loop *loop, int64_t now)
{
    if (owes(loop, now)) {
        loop->quiet_since = 0;
    } else if (loop->quiet_since == 0) {
        loop->quiet_since = now;
    }
    bool quiet = loop->quiet_since != 0 && now - loop->quiet_since >= QUIET;
    if (now >= loop->drain_ends && !quiet) {
        log_event(LOG_WARNING, "drain_timeout", "stopping with requests under way: the time to drain is over");
    }
    if (quiet || http_connections(loop->http) == 0 || now >= loop->drain_ends) {
        loop->phase = LOOP_STOPPED;
    }
}

void janitor_visit(struct loop *loop)
{
    int64_t now = loop->now;
    loop->next_check = now + PERIOD;
    for (int lane = 0; lane < LANES; lane++) {
        struct lane_queue *queue = &loop->pool.lanes[lane];
        for (int i = 0; i < queue->connection_count; i++) {
            postgres_check(&queue->connections[i], now);
        }
        expire_waiting(&loop->pool, queue, now);
    }
    expire_running(loop, now);
    loop->keys = keys_renew(loop->keys);
    followers_visit(loop, now);
    http_expire(loop->http, now);
    metrics_observe(&loop->metrics, loop);
    if (loop->phase == LOOP_DRAINING) {
        drain(loop, now);
    }
}
