/* The life of a connection: made without blocking, greeted with its session's settings, given up when it breaks or hangs,
   made again with growing pauses. */
#include "server/postgres.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "server/conninfo.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/pipeline.h"
#include "server/pool.h"

#define MILLISECOND INT64_C(1000000)
#define PAUSE_FIRST (50 * MILLISECOND)
#define PAUSE_MOST (2000 * MILLISECOND)
/* The server has time-outs of its own; only when it does not keep them is the connection given up. */
#define GRACE (2000 * MILLISECOND)

static struct loop *loop_of(const struct postgres *postgres)
{
    return postgres->pool->loop;
}

static void drop_cancelled(struct message *message)
{
    CONTAINER_OF(message, struct cancel, message)->pending = false;
}

static void close_connection(struct postgres *postgres)
{
    loop_watch(loop_of(postgres), &postgres->watch, 0);
    PQfinish(postgres->connection);
    postgres->connection = NULL;
    postgres->watch.descriptor = -1;
    postgres->broken = false;
    statements_clear(&postgres->statements);
}

/* Back-off that doubles, with some spread, so that not all come back in the same moment. */
static int64_t pause_after(const struct postgres *postgres)
{
    unsigned doublings = postgres->failures > 6 ? 6 : postgres->failures;
    int64_t pause = PAUSE_FIRST << doublings;
    pause = pause > PAUSE_MOST ? PAUSE_MOST : pause;
    return pause - pause / 4 + (int64_t)((uintptr_t)postgres / sizeof *postgres % 16) * (pause / 32);
}

void postgres_break(struct postgres *postgres, const char *why)
{
    if (postgres->state == POSTGRES_AWAY) {
        return;
    }
    bool was_ready = postgres->state == POSTGRES_READY;
    if (was_ready) {
        metrics_add(&loop_of(postgres)->metrics.connections_lost[postgres->lane], 1);
    }
    /* one line for an outage, not one for every attempt */
    if (was_ready || postgres->failures == 0) {
        char reason[256];
        snprintf(reason, sizeof reason, "%s", why);
        reason[strcspn(reason, "\n")] = '\0';
        log_event(LOG_WARNING, "database_lost", "a database connection %s: %s", was_ready ? "broke" : "was not made",
                  reason);
    }
    postgres->state = POSTGRES_AWAY;
    postgres->retry_at = clock_nanoseconds() + (was_ready ? 0 : pause_after(postgres));
    postgres->failures++;
    close_connection(postgres);
    pool_changed(postgres->pool, postgres->lane);
    pipeline_lose(postgres);
}

static void become_ready(struct postgres *postgres)
{
    if (PQenterPipelineMode(postgres->connection) == 0) {
        postgres_break(postgres, PQerrorMessage(postgres->connection));
        return;
    }
    if (postgres->failures > 0) {
        log_event(LOG_INFO, "database_back", "a database connection was made again");
    }
    postgres->state = POSTGRES_READY;
    postgres->failures = 0;
    postgres->progress_at = clock_nanoseconds();
    loop_watch(loop_of(postgres), &postgres->watch, EPOLLIN);
    pool_changed(postgres->pool, postgres->lane);
}

/* The results of the greeting. */
static void hear(struct postgres *postgres)
{
    if (PQconsumeInput(postgres->connection) == 0) {
        postgres_break(postgres, PQerrorMessage(postgres->connection));
        return;
    }
    while (PQisBusy(postgres->connection) == 0) {
        PGresult *result = PQgetResult(postgres->connection);
        if (result == NULL) {
            become_ready(postgres);
            return;
        }
        bool refused = PQresultStatus(result) != PGRES_TUPLES_OK;
        PQclear(result);
        if (refused) {
            postgres_break(postgres, PQerrorMessage(postgres->connection));
            return;
        }
    }
}

/* Session settings: an answer in time or none, UTC, no surprises from the planner's just-in-time compiler on short queries. Writes find
   everything by keys, so no value can change their plans: planning the guarded statement takes longer than running it. */
static void greet(struct postgres *postgres)
{
    static const char sql[] =
        "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
        " set_config('TimeZone', 'UTC', false), set_config('jit', 'off', false),"
        " set_config('idle_in_transaction_session_timeout', '60s', false), set_config('plan_cache_mode', $3, false)";
    const struct settings *settings = loop_of(postgres)->settings;
    char statement[32];
    char lock[32];
    const char *values[] = {statement, lock, postgres->lane == LANE_WRITE ? "force_generic_plan" : "auto"};
    snprintf(statement, sizeof statement, "%lld",
             (long long)(postgres->pool->lanes[postgres->lane].run_timeout / MILLISECOND));
    snprintf(lock, sizeof lock, "%lld", postgres->lane == LANE_WRITE ? (long long)settings->lock_timeout : 0LL);
    postgres->state = POSTGRES_GREETING;
    if (PQsetnonblocking(postgres->connection, 1) != 0 ||
        PQsendQueryParams(postgres->connection, sql, 3, NULL, values, NULL, NULL, 0) == 0 ||
        PQflush(postgres->connection) < 0) {
        postgres_break(postgres, PQerrorMessage(postgres->connection));
        return;
    }
    loop_watch(loop_of(postgres), &postgres->watch, EPOLLIN);
}

static void go_on_connecting(struct postgres *postgres)
{
    PostgresPollingStatusType polled = PQconnectPoll(postgres->connection);
    /* libpq may have closed its socket and opened another, even with the same number */
    loop_watch(loop_of(postgres), &postgres->watch, 0);
    postgres->watch.descriptor = PQsocket(postgres->connection);
    switch (polled) {
    case PGRES_POLLING_OK:
        greet(postgres);
        break;
    case PGRES_POLLING_READING:
        loop_watch(loop_of(postgres), &postgres->watch, EPOLLIN);
        break;
    case PGRES_POLLING_WRITING:
        loop_watch(loop_of(postgres), &postgres->watch, EPOLLOUT);
        break;
    default:
        postgres_break(postgres, PQerrorMessage(postgres->connection));
    }
}

static void on_ready(struct watch *watch, uint32_t events)
{
    struct postgres *postgres = CONTAINER_OF(watch, struct postgres, watch);
    switch (postgres->state) {
    case POSTGRES_CONNECTING:
        go_on_connecting(postgres);
        break;
    case POSTGRES_GREETING:
        hear(postgres);
        break;
    case POSTGRES_READY:
        if ((events & EPOLLOUT) != 0) {
            postgres->dirty = true; /* flushed at the end of the turn */
        }
        /* read while writing, or both sides wait for the other's buffer; but what has been read comes first, or libpq's would grow */
        if (!postgres->more && !postgres->held && PQconsumeInput(postgres->connection) == 0) {
            postgres->broken = true;
        }
        pipeline_receive(postgres);
        break;
    case POSTGRES_AWAY:
        break;
    }
}

static void connect(struct postgres *postgres)
{
    struct loop *loop = loop_of(postgres);
    postgres->state = POSTGRES_CONNECTING;
    postgres->connect_by = clock_nanoseconds() + loop->settings->connect_timeout * MILLISECOND;
    postgres->connection = conninfo_start(loop->settings);
    if (postgres->connection == NULL || PQstatus(postgres->connection) == CONNECTION_BAD) {
        postgres_break(postgres, conninfo_reason(postgres->connection));
        return;
    }
    postgres->watch.descriptor = PQsocket(postgres->connection);
    loop_watch(loop, &postgres->watch, EPOLLOUT);
}

bool postgres_init(struct postgres *postgres, struct pool *pool, enum lane lane)
{
    const struct settings *settings = pool->loop->settings;
    int64_t depth = lane == LANE_READ ? settings->read_depth : lane == LANE_WRITE ? settings->write_depth : 1;
    *postgres = (struct postgres){.pool = pool, .lane = lane, .state = POSTGRES_AWAY};
    postgres->watch = (struct watch){.descriptor = -1, .ready = on_ready};
    postgres->cancel.message.deliver = drop_cancelled;
    statements_init(&postgres->statements);
    if (!flights_init(&postgres->expected, pipeline_flights(depth))) {
        return false;
    }
    connect(postgres);
    return true;
}

void postgres_free(struct postgres *postgres)
{
    postgres->state = POSTGRES_AWAY;
    pipeline_lose(postgres);
    if (postgres->connection != NULL) {
        close_connection(postgres);
    }
    statements_clear(&postgres->statements);
    flights_free(&postgres->expected);
}

void postgres_cancel(struct postgres *postgres, const struct request *request)
{
    if (postgres->state != POSTGRES_READY || postgres->cancel.pending || request->connection != postgres) {
        return;
    }
    PGcancel *handle = PQgetCancel(postgres->connection);
    if (handle != NULL) {
        canceller_post(&postgres->cancel, loop_of(postgres), handle);
    }
}

void postgres_check(struct postgres *postgres, int64_t now)
{
    int64_t run_timeout = postgres->pool->lanes[postgres->lane].run_timeout;
    switch (postgres->state) {
    case POSTGRES_AWAY:
        if (now >= postgres->retry_at && loop_of(postgres)->phase != LOOP_STOPPED) {
            connect(postgres);
        }
        break;
    case POSTGRES_CONNECTING:
    case POSTGRES_GREETING:
        if (now >= postgres->connect_by) {
            postgres_break(postgres, "the server did not answer in time");
        }
        break;
    case POSTGRES_READY:
        if (postgres->flights > 0 && !postgres->held && now - postgres->progress_at > run_timeout + GRACE) {
            postgres_break(postgres, "the server does not answer");
        }
        break;
    }
}
