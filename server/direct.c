/* One connection, one transaction, waiting for each step. */
#include "server/direct.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "schema/moment.h"
#include "server/conninfo.h"
#include "server/migrate.h"
#include "server/result.h"
#include "server/sqlstate.h"

#define ATTEMPTS_MOST 3
#define BINARY 1

enum step { STEP_DONE, STEP_REPLIED, STEP_AGAIN, STEP_FAILED };

static enum step fail(const PGconn *connection, const PGresult *result)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != NULL && sqlstate_meaning(state)->advice == SQLSTATE_AGAIN) {
        return STEP_AGAIN;
    }
    const char *message = PQerrorMessage(connection);
    fprintf(stderr, "stanced: the database said: %.*s.\n", (int)strcspn(message, "\n"), message);
    return STEP_FAILED;
}

static enum step run_query(PGconn *connection, struct call *call, const struct plan *plan, int index,
                           struct reply *reply)
{
    const struct query *query = &plan->queries[index];
    PGresult *result = PQexecParams(connection, query->sql, query->count, NULL, query->values, NULL, NULL, BINARY);
    ExecStatusType status = PQresultStatus(result);
    enum step step = STEP_DONE;
    if (status == PGRES_TUPLES_OK) {
        result_fold(result, call, index, reply);
    } else if (status != PGRES_COMMAND_OK) {
        step = fail(connection, result);
    }
    PQclear(result);
    return step;
}

static enum step run_command(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    enum step step = PQresultStatus(result) == PGRES_COMMAND_OK ? STEP_DONE : fail(connection, result);
    PQclear(result);
    return step;
}

/* Plans, and runs what is planned; STEP_REPLIED where there is nothing to run. */
static enum step run_round(PGconn *connection, struct call *call, struct reply *reply)
{
    struct plan plan = {.count = 0};
    reply_clear(reply);
    if (call->endpoint->plan(call, &plan, reply) == PLAN_REPLY) {
        return STEP_REPLIED;
    }
    enum step step = run_command(connection, "BEGIN");
    for (int i = 0; step == STEP_DONE && i < plan.count; i++) {
        step = run_query(connection, call, &plan, i, reply);
    }
    if (step == STEP_DONE) {
        step = run_command(connection, "COMMIT");
    } else if (run_command(connection, "ROLLBACK") == STEP_FAILED) {
        step = STEP_FAILED;
    }
    return step;
}

/* All rounds of it, from the first. */
static enum step attempt(PGconn *connection, struct call *call, struct reply *reply)
{
    for (call->round = 0; call->round < ROUNDS_MOST; call->round++) {
        enum step step = run_round(connection, call, reply);
        if (step != STEP_DONE) {
            return step == STEP_REPLIED ? STEP_DONE : step;
        }
        enum finish_outcome outcome = call->endpoint->finish(call, reply);
        if (outcome != FINISH_NEXT) {
            return outcome == FINISH_AGAIN ? STEP_AGAIN : STEP_DONE;
        }
    }
    return STEP_FAILED;
}

static bool feed(struct call *call, FILE *input, struct buffer *body)
{
    char piece[8192];
    size_t length;
    size_t total = 0;
    size_t limit = call->endpoint->body_limit != 0 ? call->endpoint->body_limit : BODY_LIMIT;
    while ((length = fread(piece, 1, sizeof piece, input)) > 0) {
        total += length;
        if (total > limit) {
            fprintf(stderr, "stanced: the file is larger than the %zu bytes that are taken at a time.\n", limit);
            return false;
        }
        if (call->endpoint->body != NULL) {
            call->endpoint->body(call, piece, length);
        } else {
            buffer_put(body, piece, length);
        }
    }
    if (ferror(input) != 0) {
        perror("stanced: the file could not be read");
        return false;
    }
    call->body = body->data != NULL ? body->data : "";
    call->body_length = body->length;
    return true;
}

static bool run_connected(PGconn *connection, struct call *call, struct reply *reply)
{
    if (PQstatus(connection) != CONNECTION_OK) {
        conninfo_complain(connection, "the database can't be reached");
        return false;
    }
    if (run_command(connection, "SET TimeZone = 'UTC'") != STEP_DONE) {
        return false;
    }
    enum step step = STEP_AGAIN;
    for (; step == STEP_AGAIN && call->attempt < ATTEMPTS_MOST; call->attempt++) {
        step = attempt(connection, call, reply);
    }
    if (step == STEP_AGAIN) {
        fputs("stanced: others were writing the same at the same time; try again.\n", stderr);
    }
    return step == STEP_DONE;
}

bool direct_run(const struct settings *settings, const struct endpoint *endpoint, FILE *input, struct reply *reply)
{
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        return false;
    }
    struct buffer body;
    call->endpoint = endpoint;
    call->arena = arena_new();
    call->target = endpoint->path;
    call->request_id = "command-line";
    call->now = moment_now();
    call->migration = migrate_newest();
    faults_init(&call->faults, call->arena);
    buffer_init(&body, BODY_LIMIT);
    *reply = (struct reply){0};
    buffer_init(&reply->body, REPLY_LIMIT);
    if (endpoint->open != NULL) {
        endpoint->open(call);
    }
    bool done = feed(call, input, &body);
    if (done) {
        PGconn *connection = conninfo_connect(settings);
        done = run_connected(connection, call, reply);
        PQfinish(connection);
    }
    if (endpoint->close != NULL) {
        endpoint->close(call);
    }
    buffer_free(&body);
    reply->header_count = 0; /* they lived in the arena */
    arena_free(call->arena);
    free(call);
    return done;
}
