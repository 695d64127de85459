/* Which request goes over which connection, and how many may wait. */
#include "server/pool.h"

#include <stdlib.h>

#include "server/loop.h"
#include "server/pipeline.h"

#define MILLISECOND INT64_C(1000000)

/* Reads of one turn share a Sync, for libpq 15 flushes at every one; so many at the most, since their results come together. */
#define READ_BATCH 16

/* Reads by key that share a statement. */
#define SHARE_MOST 32

static bool lane_init(struct pool *pool, enum lane lane, int64_t connections, int64_t depth, int64_t timeout)
{
    struct lane_queue *queue = &pool->lanes[lane];
    TAILQ_INIT(&queue->waiting);
    queue->depth = (unsigned)depth;
    queue->batch = lane == LANE_READ ? READ_BATCH : 1;
    queue->run_timeout = timeout * MILLISECOND;
    queue->away_since = clock_nanoseconds();
    queue->connections = calloc((size_t)connections, sizeof *queue->connections);
    if (queue->connections == NULL) {
        return false;
    }
    queue->connection_count = (int)connections;
    for (int i = 0; i < queue->connection_count; i++) {
        if (!postgres_init(&queue->connections[i], pool, lane)) {
            return false;
        }
    }
    return true;
}

bool pool_init(struct pool *pool, struct loop *loop, const struct settings *settings)
{
    pool->loop = loop;
    pool->queue_timeout = settings->queue_timeout * MILLISECOND;
    pool->queue_most = (unsigned)settings->queue;
    return lane_init(pool, LANE_READ, settings->read_connections, settings->read_depth, settings->read_timeout) &&
           lane_init(pool, LANE_WRITE, settings->write_connections, settings->write_depth, settings->write_timeout) &&
           lane_init(pool, LANE_SLOW, settings->slow_connections, 1, settings->slow_timeout);
}

void pool_free(struct pool *pool)
{
    for (int lane = 0; lane < LANES; lane++) {
        struct lane_queue *queue = &pool->lanes[lane];
        for (int i = 0; i < queue->connection_count; i++) {
            postgres_free(&queue->connections[i]);
        }
        free(queue->connections);
        queue->connection_count = 0;
    }
}

bool pool_connected(const struct pool *pool, enum lane lane)
{
    const struct lane_queue *queue = &pool->lanes[lane];
    for (int i = 0; i < queue->connection_count; i++) {
        if (queue->connections[i].state == POSTGRES_READY) {
            return true;
        }
    }
    return false;
}

void pool_changed(struct pool *pool, enum lane lane)
{
    struct lane_queue *queue = &pool->lanes[lane];
    if (pool_connected(pool, lane)) {
        queue->away_since = 0;
    } else if (queue->away_since == 0) {
        queue->away_since = clock_nanoseconds();
    }
}

enum pool_outcome pool_submit(struct pool *pool, struct request *request, bool first)
{
    struct lane_queue *queue = &pool->lanes[request->call.lane];
    if (first) {
        TAILQ_INSERT_HEAD(&queue->waiting, request, queued);
        queue->waiting_count++;
        return POOL_ACCEPTED;
    }
    if (queue->away_since != 0 && pool->loop->now - queue->away_since > pool->queue_timeout) {
        return POOL_AWAY;
    }
    if (queue->waiting_count >= pool->queue_most) {
        return POOL_FULL;
    }
    TAILQ_INSERT_TAIL(&queue->waiting, request, queued);
    queue->waiting_count++;
    return POOL_ACCEPTED;
}

void pool_withdraw(struct pool *pool, struct request *request)
{
    struct lane_queue *queue = &pool->lanes[request->call.lane];
    TAILQ_REMOVE(&queue->waiting, request, queued);
    queue->waiting_count--;
}

/* The connection with the least to do, or NULL when all are full or away. */
static struct postgres *choose(struct lane_queue *queue)
{
    struct postgres *best = NULL;
    for (int i = 0; i < queue->connection_count; i++) {
        struct postgres *postgres = &queue->connections[i];
        if (pipeline_room(postgres, queue->depth) > 0 && (best == NULL || postgres->flights < best->flights)) {
            best = postgres;
        }
    }
    return best;
}

static struct request *take_first(struct lane_queue *queue)
{
    struct request *request = TAILQ_FIRST(&queue->waiting);
    TAILQ_REMOVE(&queue->waiting, request, queued);
    queue->waiting_count--;
    return request;
}

/* Puts up to `most` of those that follow and ask for the same kind of record by key behind the first, to share its statement:
   PostgreSQL's work for a statement is larger than that for a row of it. */
static void gather(struct lane_queue *queue, struct request *first, unsigned most)
{
    struct request *last = first;
    while (most-- > 0 && !TAILQ_EMPTY(&queue->waiting) && pipeline_fellows(first, TAILQ_FIRST(&queue->waiting))) {
        last->fellow = take_first(queue);
        last = last->fellow;
    }
}

/* A connection keeps what it was given until its batch is full, so that reads of one turn share their Sync. */
static void dispatch_lane(struct lane_queue *queue)
{
    struct postgres *postgres = NULL;
    unsigned sent = 0;
    while (!TAILQ_EMPTY(&queue->waiting)) {
        if (postgres == NULL || sent >= queue->batch || pipeline_room(postgres, queue->depth) == 0) {
            postgres = choose(queue);
            sent = 0;
        }
        if (postgres == NULL) {
            break;
        }
        struct request *request = take_first(queue);
        unsigned room = pipeline_room(postgres, queue->depth);
        gather(queue, request, (room < SHARE_MOST ? room : SHARE_MOST) - 1);
        pipeline_send(postgres, request, queue->batch);
        sent++;
    }
    for (int i = 0; i < queue->connection_count; i++) {
        pipeline_flush(&queue->connections[i]);
    }
}

void pool_dispatch(struct pool *pool)
{
    for (int lane = 0; lane < LANES; lane++) {
        dispatch_lane(&pool->lanes[lane]);
    }
}

bool pool_continue(struct pool *pool)
{
    bool more = false;
    for (int lane = 0; lane < LANES; lane++) {
        struct lane_queue *queue = &pool->lanes[lane];
        for (int i = 0; i < queue->connection_count; i++) {
            if (queue->connections[i].more) {
                pipeline_receive(&queue->connections[i]);
                more = more || queue->connections[i].more;
            }
        }
    }
    return more;
}
