/* One connection to PostgreSQL: made without blocking, driven in pipeline mode, made again when it breaks. */
#ifndef STANCED_SERVER_POSTGRES_H
#define STANCED_SERVER_POSTGRES_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/endpoint.h"
#include "server/canceller.h"
#include "server/flight.h"
#include "server/statements.h"
#include "server/watch.h"

struct pool;
struct request;

enum postgres_state {
    POSTGRES_AWAY,       /* waits until retry_at */
    POSTGRES_CONNECTING, /* libpq is connecting */
    POSTGRES_GREETING,   /* its session settings are under way */
    POSTGRES_READY       /* takes requests */
};

struct postgres {
    struct watch watch;
    struct pg_conn *connection; /* libpq's PGconn; NULL while away */
    enum postgres_state state;
    struct pool *pool;
    enum lane lane;
    struct flights expected;      /* what its results will belong to, in order */
    struct statements statements; /* prepared on it */
    unsigned flights;             /* requests in flight */
    unsigned unsynced;            /* …of them behind the last Sync */
    bool more;                    /* results are at hand, but the turn's time was up */
    bool held;                    /* results are left where they are: whom they are for has enough for now */
    bool dirty;                   /* something is to be flushed */
    bool broken;                  /* to be given up at the next chance */
    struct cancel cancel;
    int64_t retry_at; /* nanoseconds of the monotonic clock */
    int64_t connect_by;
    int64_t progress_at; /* when its last result arrived, or it was last sent something while idle */
    unsigned failures;   /* attempts in a row that failed */
};

bool postgres_init(struct postgres *postgres, struct pool *pool, enum lane lane) __attribute__((warn_unused_result));
void postgres_free(struct postgres *postgres);

/* Asks the server to cancel what it runs for `request`, unless that is over. Only for connections that carry one request at a time. */
void postgres_cancel(struct postgres *postgres, const struct request *request);

/* Gives the connection up: everything in flight is told RUN_LOST, and it will be made again. */
void postgres_break(struct postgres *postgres, const char *why);

/* The janitor's visit: connects again when it is time, gives up on what takes too long. */
void postgres_check(struct postgres *postgres, int64_t now);

#endif
