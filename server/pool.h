/* A loop's database connections, in three lanes, and the requests that wait for them. */
#ifndef STANCED_SERVER_POOL_H
#define STANCED_SERVER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/endpoint.h"
#include "server/postgres.h"
#include "server/request.h"
#include "server/settings.h"

struct lane_queue {
    struct postgres *connections;
    int connection_count;
    struct request_list waiting; /* oldest first */
    unsigned waiting_count;
    unsigned depth;      /* requests in flight per connection */
    unsigned batch;      /* requests that may share a pipeline segment */
    int64_t run_timeout; /* nanoseconds */
    int64_t away_since;  /* when its last connection was lost; 0 while there is one */
};

struct pool {
    struct loop *loop;
    struct lane_queue lanes[LANES];
    int64_t queue_timeout; /* nanoseconds */
    unsigned queue_most;
};

enum pool_outcome {
    POOL_ACCEPTED,
    POOL_FULL, /* as many wait already as may */
    POOL_AWAY  /* no connection for longer than a request may wait */
};

bool pool_init(struct pool *pool, struct loop *loop, const struct settings *settings)
    __attribute__((warn_unused_result));
void pool_free(struct pool *pool);

/* Queues a planned request for its endpoint's lane; pool_dispatch sends it. `first` puts it in front, and is never refused: for one that
   had its turn already. */
enum pool_outcome pool_submit(struct pool *pool, struct request *request, bool first);

/* Takes a waiting request out of its queue. */
void pool_withdraw(struct pool *pool, struct request *request);

/* Sends what waits over whatever is free, and flushes. Once a turn. */
void pool_dispatch(struct pool *pool);

/* Goes on with results that were left for the next turn. True while there are more. */
bool pool_continue(struct pool *pool);

/* True when the lane has a connection that works. */
bool pool_connected(const struct pool *pool, enum lane lane);

/* From a connection: it came up or went down. */
void pool_changed(struct pool *pool, enum lane lane);

#endif
