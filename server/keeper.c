/* Twice a second one statement, whose answer becomes the table. A revocation is known to every process within a second. */
#include "server/keeper.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "schema/row.h"
#include "server/conninfo.h"
#include "server/keys.h"
#include "server/log.h"
#include "server/loop.h"

#define MILLISECOND INT64_C(1000000)
#define PERIOD (500 * MILLISECOND)
#define PERIOD_NUDGED (50 * MILLISECOND) /* so often at the most, whoever sends what */
#define PATIENCE (2000 * MILLISECOND)    /* with the database, for one look */
#define BINARY 1

static const char sql[] =
    "SELECT name, role, hash, coalesce((extract(epoch FROM expires_at) * 1000000)::bigint, 9223372036854775807)"
    " FROM api_key WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY hash LIMIT 10001";

static struct {
    const struct settings *settings;
    PGconn *connection;
    pthread_t thread;
    int wake;
    atomic_bool stopping, nudged;
    bool failing; /* one line for an outage */
    const struct keys *published;
} keeper = {.wake = -1};

/* Waits for the database's socket, until `deadline`, or until the end. */
static bool await_socket(short events, int64_t deadline)
{
    while (!atomic_load(&keeper.stopping)) {
        int64_t left = deadline - clock_nanoseconds();
        if (left <= 0) {
            return false;
        }
        struct pollfd socket = {.fd = PQsocket(keeper.connection), .events = events};
        /* short waits, so that the end is seen in time */
        int ready = poll(&socket, 1, left > 100 * MILLISECOND ? 100 : (int)(left / MILLISECOND) + 1);
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return false;
        }
    }
    return false;
}

static bool connect_by(int64_t deadline)
{
    if (keeper.connection != NULL && PQstatus(keeper.connection) == CONNECTION_OK) {
        return true;
    }
    PQfinish(keeper.connection);
    keeper.connection = conninfo_start(keeper.settings);
    if (keeper.connection == NULL || PQstatus(keeper.connection) == CONNECTION_BAD) {
        return false;
    }
    PostgresPollingStatusType polled = PGRES_POLLING_WRITING;
    while (polled == PGRES_POLLING_READING || polled == PGRES_POLLING_WRITING) {
        if (!await_socket(polled == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
            return false;
        }
        polled = PQconnectPoll(keeper.connection);
    }
    return polled == PGRES_POLLING_OK;
}

/* The one result of the statement, or NULL. */
static PGresult *ask_by(int64_t deadline)
{
    if (PQsendQueryParams(keeper.connection, sql, 0, NULL, NULL, NULL, NULL, BINARY) == 0) {
        return NULL;
    }
    while (PQisBusy(keeper.connection) == 1) {
        if (!await_socket(POLLIN, deadline) || PQconsumeInput(keeper.connection) == 0) {
            return NULL;
        }
    }
    PGresult *result = PQgetResult(keeper.connection);
    PGresult *more;
    while (result != NULL && (more = PQgetResult(keeper.connection)) != NULL) {
        PQclear(more);
    }
    return result;
}

static enum role role_named(const char *name, int length)
{
    static const struct {
        const char *name;
        enum role role;
    } roles[] = {{"reader", ROLE_READER}, {"editor", ROLE_EDITOR}, {"admin", ROLE_ADMIN}};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if ((int)strlen(roles[i].name) == length && memcmp(roles[i].name, name, (size_t)length) == 0) {
            return roles[i].role;
        }
    }
    return ROLE_OPEN; /* of a later version of stanced: good for nothing here */
}

static struct keys *read_keys(const PGresult *result)
{
    int rows = PQntuples(result);
    if (rows > KEYS_MOST) {
        log_event(LOG_WARNING, "keys", "there are more than %d keys: the rest is not known here", KEYS_MOST);
        rows = KEYS_MOST;
    }
    struct keys *keys = keys_new((size_t)rows);
    for (int i = 0; keys != NULL && i < rows; i++) {
        struct key *key = &keys->list[keys->count];
        const struct cell expires = {.bytes = PQgetvalue(result, i, 3), .length = PQgetlength(result, i, 3)};
        if (PQgetlength(result, i, 0) >= KEY_NAME || PQgetlength(result, i, 2) != SECRET_HASH) {
            continue;
        }
        memcpy(key->name, PQgetvalue(result, i, 0), (size_t)PQgetlength(result, i, 0));
        key->role = role_named(PQgetvalue(result, i, 1), PQgetlength(result, i, 1));
        memcpy(key->hash, PQgetvalue(result, i, 2), SECRET_HASH);
        key->expires = cell_integer(&expires);
        keys->count++;
    }
    return keys;
}

static bool same(const struct keys *left, const struct keys *right)
{
    return left != NULL && left->count == right->count &&
           memcmp(left->list, right->list, left->count * sizeof left->list[0]) == 0;
}

static bool look(void)
{
    int64_t begun = clock_nanoseconds();
    PGresult *result = connect_by(begun + PATIENCE) ? ask_by(begun + PATIENCE) : NULL;
    struct keys *keys = PQresultStatus(result) == PGRES_TUPLES_OK ? read_keys(result) : NULL;
    if (keys == NULL) {
        const char *reason = result != NULL ? PQresultErrorMessage(result) : conninfo_reason(keeper.connection);
        if (!keeper.failing && !atomic_load(&keeper.stopping)) {
            log_event(LOG_WARNING, "keys", "the keys could not be read: %.*s", (int)strcspn(reason, "\n"), reason);
        }
        keeper.failing = true;
        if (result == NULL) { /* in the middle of something, or gone */
            PQfinish(keeper.connection);
            keeper.connection = NULL;
        }
        PQclear(result);
        return false;
    }
    PQclear(result);
    keeper.failing = false;
    if (same(keeper.published, keys)) {
        keys_release(keys);
    } else {
        keeper.published = keys;
        keys_publish(keys);
    }
    keys_confirm(begun);
    return true;
}

/* Until it is time for the next look. */
static void pause_from(int64_t begun)
{
    while (!atomic_load(&keeper.stopping)) {
        int64_t due = begun + (atomic_load(&keeper.nudged) ? PERIOD_NUDGED : PERIOD);
        int64_t left = due - clock_nanoseconds();
        if (left <= 0) {
            break;
        }
        struct pollfd wake = {.fd = keeper.wake, .events = POLLIN};
        uint64_t count;
        if (poll(&wake, 1, (int)(left / MILLISECOND) + 1) > 0 && read(keeper.wake, &count, sizeof count) < 0) {
            break;
        }
    }
    atomic_store(&keeper.nudged, false);
}

static void *keep(void *unused)
{
    (void)unused;
    int64_t begun = clock_nanoseconds();
    for (;;) {
        pause_from(begun);
        if (atomic_load(&keeper.stopping)) {
            return NULL;
        }
        begun = clock_nanoseconds();
        look();
    }
}

bool keeper_start(const struct settings *settings)
{
    keeper.settings = settings;
    keeper.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    look();
    if (keeper.wake < 0 || pthread_create(&keeper.thread, NULL, keep, NULL) != 0) {
        log_event(LOG_ERROR, "start", "the thread that reads the keys could not be started");
        return false;
    }
    return true;
}

static void wake(void)
{
    uint64_t one = 1;
    if (write(keeper.wake, &one, sizeof one) < 0) {
        return; /* the counter is full: it is awake already */
    }
}

void keeper_nudge(void)
{
    if (!atomic_exchange(&keeper.nudged, true)) {
        wake();
    }
}

void keeper_stop(void)
{
    atomic_store(&keeper.stopping, true);
    wake();
    pthread_join(keeper.thread, NULL);
    PQfinish(keeper.connection);
    close(keeper.wake);
    keys_publish(NULL);
}
