/* Row by row from libpq into the file; nothing is kept. */
#include "server/dump.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/moved.h"
#include "handlers/parameters.h"
#include "schema/moment.h"
#include "server/conninfo.h"
#include "server/migrate.h"
#include "server/result.h"

#define BINARY 1
#define PIECE ((size_t)64 * 1024)
#define UNFINISHED ".partial" /* behind the name of a file that is being written */

static bool complain(const PGconn *connection)
{
    const char *message = PQerrorMessage(connection);
    fprintf(stderr, "stanced: the database said: %.*s.\n", (int)strcspn(message, "\n"), message);
    return false;
}

static bool command(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return done || complain(connection);
}

static bool write_body(struct buffer *body, size_t least, FILE *out)
{
    if (body->overflowed) {
        fputs("stanced: a record is too large.\n", stderr);
        return false;
    }
    if (body->length < least || body->length == 0) {
        return true;
    }
    bool written = fwrite(body->data, 1, body->length, out) == body->length;
    buffer_clear(body);
    if (!written) {
        perror("stanced: the export could not be written");
    }
    return written;
}

static bool run_query(PGconn *connection, struct call *call, const struct plan *plan, int index, struct reply *reply,
                      FILE *out)
{
    const struct query *query = &plan->queries[index];
    if (PQsendQueryParams(connection, query->sql, query->count, NULL, query->values, NULL, NULL, BINARY) == 0 ||
        PQsetSingleRowMode(connection) == 0) {
        return complain(connection);
    }
    bool good = true;
    PGresult *result;
    while ((result = PQgetResult(connection)) != NULL) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
            result_fold(result, call, index, reply);
            good = good && write_body(&reply->body, PIECE, out);
        } else if (status != PGRES_COMMAND_OK) {
            good = good && complain(connection);
        }
        PQclear(result);
        if (!good) { /* the rest of the rows is not waited for */
            return false;
        }
    }
    return good;
}

/* Plans, and runs what is planned. */
static bool run_round(PGconn *connection, struct call *call, struct reply *reply, FILE *out)
{
    struct plan plan = {.count = 0};
    if (call->endpoint->plan(call, &plan, reply) != PLAN_RUN) {
        fprintf(stderr, "stanced: %s", reply->body.data);
        return false;
    }
    moved_plan(call, &plan);
    bool good = command(connection, "BEGIN READ ONLY");
    for (int i = 0; good && i < plan.count; i++) {
        good = run_query(connection, call, &plan, i, reply, out);
    }
    return good && command(connection, "COMMIT");
}

static bool run_connected(PGconn *connection, struct call *call, struct reply *reply, FILE *out)
{
    if (PQstatus(connection) != CONNECTION_OK) {
        conninfo_complain(connection, "the database can't be reached");
        return false;
    }
    if (!command(connection, "SET TimeZone = 'UTC'")) {
        return false;
    }
    for (call->round = 0; call->round < ROUNDS_MOST && run_round(connection, call, reply, out); call->round++) {
        if (moved_renamed(call)) {
            if (call->round > 0) {
                fputs("stanced: what was asked for was merged meanwhile; try again.\n", stderr);
                return false;
            }
        } else if (call->endpoint->finish(call, reply) == FINISH_REPLY) {
            return write_body(&reply->body, 0, out);
        }
    }
    return false;
}

static bool read_parameters(struct call *call, const char *query)
{
    if (parameters_read(call, query)) {
        return true;
    }
    for (size_t i = 0; i < call->faults.count; i++) {
        fprintf(stderr, "stanced: %s\n", call->faults.list[i].detail);
    }
    return false;
}

bool dump_run(const struct settings *settings, const struct endpoint *endpoint, const char *query, FILE *out)
{
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        return false;
    }
    struct reply reply = {0};
    buffer_init(&reply.body, REPLY_LIMIT);
    call->endpoint = endpoint;
    call->arena = arena_new();
    call->target = endpoint->path;
    call->request_id = "command-line";
    call->now = moment_now();
    call->migration = migrate_newest();
    faults_init(&call->faults, call->arena);
    bool good = read_parameters(call, query);
    if (good) {
        PGconn *connection = conninfo_connect(settings);
        good = run_connected(connection, call, &reply, out);
        PQfinish(connection);
    }
    if (good && fflush(out) != 0) {
        perror("stanced: the export could not be written");
        good = false;
    }
    if (endpoint->close != NULL) {
        endpoint->close(call);
    }
    buffer_free(&reply.body);
    arena_free(call->arena);
    free(call);
    return good;
}

bool dump_file(const struct settings *settings, const struct endpoint *endpoint, const char *query, const char *path)
{
    if (path == NULL || strcmp(path, "-") == 0) {
        return dump_run(settings, endpoint, query, stdout);
    }
    struct buffer unfinished __attribute__((cleanup(buffer_free)));
    buffer_init(&unfinished, 64 * (size_t)1024);
    buffer_format(&unfinished, "%s" UNFINISHED, path);
    FILE *out = unfinished.overflowed ? NULL : fopen(unfinished.data, "wb");
    if (out == NULL) {
        fprintf(stderr, "stanced: %s could not be made.\n", path);
        return false;
    }
    bool good = dump_run(settings, endpoint, query, out);
    if (fclose(out) != 0 && good) {
        perror("stanced: the export could not be written");
        good = false;
    }
    if (good && rename(unfinished.data, path) != 0) {
        fprintf(stderr, "stanced: %s could not be made.\n", path);
        good = false;
    }
    if (!good) {
        (void)remove(unfinished.data);
    }
    return good;
}
