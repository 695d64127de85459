/* libpq without pipeline mode: one statement after the other, waiting with poll. */
#include "server/session.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "server/conninfo.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/result.h"
#include "server/sqlstate.h"

#define BINARY 1
#define MILLISECOND INT64_C(1000000)
/* The server has time-outs of its own; only when it does not keep them is the connection given up. */
#define GRACE_MILLISECONDS 2000
#define COPY_PIECE ((size_t)64 * 1024)

static void complain(const struct session *session, const char *what)
{
    if (session->loud) {
        conninfo_complain(session->connection, what);
    } else {
        const char *message = PQerrorMessage(session->connection);
        log_event(LOG_WARNING, "database_error", "%s: %.*s", what, (int)strcspn(message, "\n"), message);
    }
}

static enum errand_outcome fail(struct session *session, enum problem problem)
{
    session->problem = problem;
    return ERRAND_FAILED;
}

/* Has the server cancel what runs. This may block for a moment, which hurts nobody in a thread of its own. */
static void cancel(const struct session *session)
{
    char error[256];
    PGcancel *handle = PQgetCancel(session->connection);
    if (handle != NULL) {
        PQcancel(handle, error, sizeof error);
        PQfreeCancel(handle);
    }
}

/* Waits until the connection is readable, or with `writing` also writable. False when the time is up or the work is to end. */
static bool wait(struct session *session, bool writing, int64_t timeout)
{
    struct pollfd polled[] = {
        {.fd = PQsocket(session->connection), .events = (short)(writing ? POLLIN | POLLOUT : POLLIN)},
        {.fd = session->stop, .events = POLLIN},
    };
    int ready;
    do {
        ready = poll(polled, 2, (int)timeout);
    } while (ready < 0);
    session->stopped = session->stopped || polled[1].revents != 0;
    return ready > 0 && !session->stopped;
}

static int64_t patience(const struct session *session)
{
    return session->settings->slow_timeout + GRACE_MILLISECONDS;
}

static bool wait_for_it(struct session *session, bool writing)
{
    if (wait(session, writing, patience(session))) {
        return true;
    }
    cancel(session);
    session->problem = PROBLEM_TIMEOUT;
    return false;
}

/* Sends what is to be sent, reading meanwhile. */
static bool flush(struct session *session)
{
    int left;
    while ((left = PQflush(session->connection)) > 0) {
        if (!wait_for_it(session, true) || PQconsumeInput(session->connection) == 0) {
            return false;
        }
    }
    return left == 0;
}

/* The next result, or NULL behind the last. False when there will be none. */
static bool next_result(struct session *session, PGresult **ret)
{
    while (PQisBusy(session->connection) == 1) {
        if (!wait_for_it(session, false) || PQconsumeInput(session->connection) == 0) {
            return false;
        }
    }
    *ret = PQgetResult(session->connection);
    return true;
}

static enum errand_outcome judge(struct session *session, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == NULL) {
        complain(session, "the connection to the database broke");
        return fail(session, PROBLEM_DATABASE_AWAY);
    }
    const struct sqlstate_meaning *meaning = sqlstate_meaning(state);
    session->problem = meaning->problem;
    if (meaning->advice == SQLSTATE_AGAIN) {
        return ERRAND_AGAIN;
    }
    complain(session, "the database refused");
    return strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0 ? ERRAND_REFUSED : ERRAND_FAILED;
}

/* Takes results up to the last. */
static enum errand_outcome take_results(struct session *session, errand_row *row, void *context)
{
    enum errand_outcome outcome = ERRAND_DONE;
    PGresult *result;
    for (;;) {
        if (!next_result(session, &result)) {
            return fail(session, session->stopped || session->problem == PROBLEM_TIMEOUT ? session->problem
                                                                                         : PROBLEM_DATABASE_AWAY);
        }
        if (result == NULL) {
            return outcome;
        }
        switch (PQresultStatus(result)) {
        case PGRES_TUPLES_OK:
        case PGRES_SINGLE_TUPLE:
            if (row != NULL) {
                result_rows(result, row, context);
            }
            break;
        case PGRES_COMMAND_OK:
            break;
        case PGRES_COPY_IN:
            PQclear(result);
            return ERRAND_DONE;
        default:
            outcome = judge(session, result);
        }
        PQclear(result);
    }
}

static bool connect(struct session *session)
{
    int64_t until = clock_nanoseconds() + session->settings->connect_timeout * MILLISECOND;
    session->connection = conninfo_start(session->settings);
    PostgresPollingStatusType polled = PGRES_POLLING_WRITING;
    while (session->connection != NULL && PQstatus(session->connection) != CONNECTION_BAD) {
        int64_t left = (until - clock_nanoseconds()) / MILLISECOND;
        struct pollfd socket = {.fd = PQsocket(session->connection),
                                .events = polled == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (left <= 0 || poll(&socket, 1, (int)left) <= 0) {
            return false;
        }
        polled = PQconnectPoll(session->connection);
        if (polled == PGRES_POLLING_OK || polled == PGRES_POLLING_FAILED) {
            return polled == PGRES_POLLING_OK;
        }
    }
    return false;
}

bool session_open(struct session *session)
{
    static const char sql[] = "SELECT set_config('statement_timeout', $1, false), set_config('TimeZone', 'UTC', false),"
                              " set_config('jit', 'off', false)";
    char timeout[32];
    snprintf(timeout, sizeof timeout, "%lld", (long long)session->settings->slow_timeout);
    if (!connect(session) || PQsetnonblocking(session->connection, 1) != 0) {
        complain(session, "the database can't be reached");
        session->problem = PROBLEM_DATABASE_AWAY;
        return false;
    }
    return session_query(session, &(struct query){.sql = sql, .count = 1, .values = {timeout}}, NULL, NULL) ==
           ERRAND_DONE;
}

void session_close(struct session *session)
{
    PQfinish(session->connection);
    session->connection = NULL;
}

enum errand_outcome session_query(struct session *session, const struct query *query, errand_row *row, void *context)
{
    if (session->stopped || PQsendQueryParams(session->connection, query->sql, query->count, NULL, query->values, NULL,
                                              NULL, BINARY) == 0) {
        return fail(session, PROBLEM_DATABASE_AWAY);
    }
    PQsetSingleRowMode(session->connection); /* or libpq would hold the whole result */
    return flush(session) ? take_results(session, row, context) : fail(session, PROBLEM_DATABASE_AWAY);
}

/* Hands over the data of a COPY. */
static bool put_all(struct session *session, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t piece = length < COPY_PIECE ? length : COPY_PIECE;
        int taken = PQputCopyData(session->connection, bytes, (int)piece);
        if (taken < 0 || (taken == 0 && !wait_for_it(session, true)) || !flush(session)) {
            return false;
        }
        if (taken > 0) {
            bytes += piece;
            length -= piece;
        }
    }
    int ended;
    while ((ended = PQputCopyEnd(session->connection, NULL)) == 0) {
        if (!wait_for_it(session, true)) {
            return false;
        }
    }
    return ended > 0 && flush(session);
}

enum errand_outcome session_copy(struct session *session, const char *sql, const char *bytes, size_t length)
{
    if (session->stopped || PQsendQuery(session->connection, sql) == 0 || !flush(session)) {
        return fail(session, PROBLEM_DATABASE_AWAY);
    }
    enum errand_outcome outcome = take_results(session, NULL, NULL);
    if (outcome == ERRAND_DONE && !put_all(session, bytes, length)) {
        return fail(session, PROBLEM_DATABASE_AWAY);
    }
    return outcome == ERRAND_DONE ? take_results(session, NULL, NULL) : outcome;
}
