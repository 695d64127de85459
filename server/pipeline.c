/* libpq's pipeline mode. Each request that writes is a segment of its own; reads of one turn share one, and those that a
   failing neighbour took down with it are sent again alone. */
#include "server/pipeline.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "server/log.h"
#include "server/loop.h"
#include "server/pool.h"
#include "server/result.h"
#include "server/rounds.h"

#define TURN_NANOSECONDS INT64_C(1000000)
#define RESULTS_PER_LOOK 64 /* results between two looks at the clock */
#define BINARY 1

/* The most that one request takes: each statement may have to be prepared, in the place of another, and a Sync ends
   the segment before it and its own. */
#define FLIGHTS_MOST (PLAN_QUERIES * 3 + 2)
#define FLIGHTS_USUAL 4

unsigned pipeline_flights(int64_t depth)
{
    return (unsigned)depth * FLIGHTS_USUAL + FLIGHTS_MOST;
}

unsigned pipeline_room(const struct postgres *postgres, unsigned depth)
{
    if (postgres->state != POSTGRES_READY || postgres->broken || postgres->cancel.pending ||
        postgres->flights >= depth || flights_room(&postgres->expected) < FLIGHTS_MOST) {
        return 0;
    }
    return depth - postgres->flights;
}

/* Drops the oldest prepared statements where there are too many: behind what was sent, for an export's first statement must come before any
   that takes a snapshot, as this does. */
static bool drop_oldest(struct postgres *postgres)
{
    struct statement *victim;
    bool good = true;
    while (good && (victim = statements_victim(&postgres->statements)) != NULL) {
        char sql[40];
        snprintf(sql, sizeof sql, "DEALLOCATE %s", victim->name);
        statements_remove(&postgres->statements, victim);
        flights_push(&postgres->expected, (struct flight){.type = FLIGHT_CLOSE});
        good = PQsendQueryParams(postgres->connection, sql, 0, NULL, NULL, NULL, NULL, BINARY) == 1;
    }
    return good;
}

/* The prepared statement for `sql`; prepares it on the way. NULL when the connection broke. */
static struct statement *prepared(struct postgres *postgres, struct request *request, const char *sql)
{
    struct statement *statement = statements_find(&postgres->statements, sql);
    if (statement != NULL) {
        return statement;
    }
    statement = statements_add(&postgres->statements, sql);
    /* by number: the statement may have been dropped by the time of its result */
    flights_push(&postgres->expected,
                 (struct flight){.type = FLIGHT_PREPARE, .request = request, .statement = statement->number});
    return PQsendPrepare(postgres->connection, statement->name, sql, 0, NULL) == 1 ? statement : NULL;
}

/* The keys of all who share the statement, as an array. */
static const char *keys_of(const struct request *first)
{
    size_t count = 0;
    for (const struct request *request = first; request != NULL; request = request->fellow) {
        count++;
    }
    char *text = arena_alloc(first->arena, count * IDENTITY_TEXT + 2);
    char *end = text;
    for (const struct request *request = first; request != NULL; request = request->fellow) {
        *end++ = request == first ? '{' : ',';
        identity_format(&request->plan.queries[0].key, end);
        end += IDENTITY_TEXT - 1;
    }
    memcpy(end, "}", 2);
    return text;
}

static bool send_query(struct postgres *postgres, struct request *request, int index)
{
    const struct query *query = &request->plan.queries[index];
    const struct query shared = {.sql = query->many, .count = 1, .values = {NULL}};
    const char *keys = NULL;
    const char *const *values = query->values;
    if (request->fellow != NULL) {
        query = &shared;
        keys = keys_of(request);
        values = &keys;
    }
    const struct statement *statement = prepared(postgres, request, query->sql);
    if (statement == NULL) {
        return false;
    }
    bool concludes = !request->single && index == request->plan.count - 1;
    flights_push(&postgres->expected,
                 (struct flight){.type = FLIGHT_QUERY, .request = request, .query = index, .concludes = concludes});
    request->concluding = request->concluding || concludes;
    return PQsendQueryPrepared(postgres->connection, statement->name, query->count, values, NULL, NULL, BINARY) == 1;
}

/* Ends the segment; with `request`, its answer is what the Sync says. */
static bool sync_segment(struct postgres *postgres, struct request *request)
{
    postgres->unsynced = 0;
    flights_push(&postgres->expected,
                 (struct flight){.type = FLIGHT_SYNC, .request = request, .concludes = request != NULL});
    if (request != NULL) {
        request->concluding = true;
    }
    return PQpipelineSync(postgres->connection) == 1;
}

static bool send_all(struct postgres *postgres, struct request *request, unsigned batch)
{
    if (request->single && postgres->unsynced > 0 && !sync_segment(postgres, NULL)) {
        return false;
    }
    for (int i = 0; i < request->plan.count; i++) {
        if (!send_query(postgres, request, i)) {
            return false;
        }
    }
    if (!drop_oldest(postgres)) {
        return false;
    }
    if (request->single) {
        return sync_segment(postgres, request);
    }
    return ++postgres->unsynced < batch || sync_segment(postgres, NULL);
}

void pipeline_send(struct postgres *postgres, struct request *request, unsigned batch)
{
    if (postgres->flights == 0) {
        postgres->progress_at = postgres->pool->loop->now;
    }
    struct request *each = request;
    do {
        each->connection = postgres;
        each->failed = each->aborted = each->concluding = false;
        each->single = batch <= 1 || each->alone;
        postgres->flights++;
        rounds_sent(each);
        each = each->fellow;
    } while (each != NULL);
    postgres->dirty = true;
    if (send_all(postgres, request, batch)) {
        return;
    }
    postgres->broken = true;
    if (!request->concluding) { /* so that the loss of the connection finds it */
        flights_push(&postgres->expected, (struct flight){.type = FLIGHT_SYNC, .request = request, .concludes = true});
    }
}

bool pipeline_fellows(const struct request *request, const struct request *other)
{
    const struct query *query = &request->plan.queries[0];
    return request->plan.count == 1 && other->plan.count == 1 && query->many != NULL &&
           query->many == other->plan.queries[0].many && !request->alone && !other->alone;
}

void pipeline_flush(struct postgres *postgres)
{
    if (postgres->state != POSTGRES_READY) {
        return;
    }
    if (!postgres->broken && postgres->unsynced > 0) {
        postgres->broken = !sync_segment(postgres, NULL);
    }
    int left = 0;
    if (!postgres->broken && postgres->dirty) {
        left = PQflush(postgres->connection);
        postgres->dirty = left > 0;
        loop_watch(postgres->pool->loop, &postgres->watch,
                   (postgres->held ? 0U : (uint32_t)EPOLLIN) | (left > 0 ? (uint32_t)EPOLLOUT : 0U));
    }
    if (postgres->broken || left < 0) {
        postgres_break(postgres, PQerrorMessage(postgres->connection));
    }
}

/* The request has had its last result, and so have those who shared its statement. */
static void settle(struct postgres *postgres, struct request *request, enum run_outcome outcome)
{
    while (request != NULL) {
        struct request *next = request->fellow;
        request->fellow = NULL;
        request->connection = NULL;
        postgres->flights--;
        rounds_ran(request, outcome);
        request = next;
    }
}

static void conclude(struct postgres *postgres, struct request *request)
{
    bool shared = request->fellow != NULL; /* then none of them is to blame by itself */
    settle(postgres, request,
           request->failed && !shared            ? RUN_REFUSED
           : request->failed || request->aborted ? RUN_ABORTED
                                                 : RUN_DONE);
}

static void note_error(struct request *request, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!request->failed) {
        request->failed = true;
        snprintf(request->sqlstate, sizeof request->sqlstate, "%s", state != NULL ? state : "XX000");
    }
    log_event(
        strncmp(request->sqlstate, "XX", 2) == 0 || strncmp(request->sqlstate, "42", 2) == 0 ? LOG_ERROR : LOG_WARNING,
        "database_error", "%s (SQLSTATE %s) in %s, request %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
        request->sqlstate, request->call.endpoint->name, request->call.request_id);
}

static void take_query_result(struct flight *flight, const PGresult *result)
{
    struct request *request = flight->request;
    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
        if (request->failed) {
            break;
        }
        if (request->fellow != NULL) {
            result_deal(result, request);
        } else if (request->state == REQUEST_RUNNING || request->state == REQUEST_STREAMING) {
            result_fold(result, &request->call, flight->query, &request->reply);
            rounds_folded(request);
        }
        break;
    case PGRES_COMMAND_OK:
        break;
    case PGRES_PIPELINE_ABORTED:
        request->aborted = true;
        break;
    default:
        note_error(request, result);
    }
}

static void take_result(struct postgres *postgres, struct flight *flight, const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    switch (flight->type) {
    case FLIGHT_QUERY:
        take_query_result(flight, result);
        break;
    case FLIGHT_PREPARE:
        if (status != PGRES_COMMAND_OK) {
            statements_forget(&postgres->statements, flight->statement);
            if (status != PGRES_PIPELINE_ABORTED) {
                note_error(flight->request, result);
            }
        }
        break;
    case FLIGHT_SYNC:
        /* what fails at the commit itself comes before the Sync */
        if (status != PGRES_PIPELINE_SYNC && flight->request != NULL) {
            note_error(flight->request, result);
        }
        break;
    case FLIGHT_CLOSE:
        break;
    }
}

/* All results of the oldest flight are in. */
static void land(struct postgres *postgres)
{
    struct flight flight = *flights_first(&postgres->expected);
    flights_pop(&postgres->expected);
    if (flight.concludes) {
        conclude(postgres, flight.request);
    }
}

/* The server is going away, or has: its FATAL message may come before the end of the connection is seen. */
static bool says_farewell(const PGconn *connection, const PGresult *result)
{
    if (PQstatus(connection) == CONNECTION_BAD) {
        return true;
    }
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state != NULL && (strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0);
}

/* Takes one result. False when there is none at hand. */
static bool take_one(struct postgres *postgres)
{
    struct flight *flight = flights_first(&postgres->expected);
    if (flight == NULL) {
        return false;
    }
    if (postgres->lane == LANE_SLOW && flight->type == FLIGHT_QUERY && !flight->started) {
        PQsetSingleRowMode(postgres->connection); /* or libpq would hold the whole result */
        flight->started = true;
    }
    if (PQisBusy(postgres->connection) == 1) {
        return false;
    }
    PGresult *result = PQgetResult(postgres->connection);
    if (says_farewell(postgres->connection, result)) {
        PQclear(result);
        postgres->broken = true;
        return false;
    }
    if (result == NULL) {
        land(postgres);
        return true;
    }
    bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    take_result(postgres, flight, result);
    PQclear(result);
    if (synced) {
        land(postgres); /* no NULL comes after it */
    }
    return true;
}

void pipeline_receive(struct postgres *postgres)
{
    int64_t until = clock_nanoseconds() + TURN_NANOSECONDS;
    unsigned taken = 0;
    postgres->more = false;
    while (!postgres->held && take_one(postgres)) {
        if (++taken % RESULTS_PER_LOOK == 0 && clock_nanoseconds() >= until) {
            postgres->more = true;
            break;
        }
    }
    if (taken > 0) {
        postgres->progress_at = postgres->pool->loop->now;
    }
    if (postgres->broken || PQstatus(postgres->connection) == CONNECTION_BAD) {
        postgres_break(postgres, PQerrorMessage(postgres->connection));
    }
}

void pipeline_hold(struct postgres *postgres)
{
    postgres->held = true;
    loop_watch(postgres->pool->loop, &postgres->watch, postgres->dirty ? EPOLLOUT : 0);
}

void pipeline_release(struct postgres *postgres)
{
    postgres->held = false;
    postgres->more = true; /* what libpq has read already */
    postgres->progress_at = postgres->pool->loop->now;
    loop_watch(postgres->pool->loop, &postgres->watch, postgres->dirty ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void pipeline_lose(struct postgres *postgres)
{
    struct flight *flight;
    while ((flight = flights_first(&postgres->expected)) != NULL) {
        struct request *request = flight->concludes ? flight->request : NULL;
        flights_pop(&postgres->expected);
        if (request != NULL) {
            settle(postgres, request, RUN_LOST);
        }
    }
    postgres->flights = 0;
    postgres->unsynced = 0;
    postgres->more = false;
    postgres->held = false;
    postgres->dirty = false;
}
