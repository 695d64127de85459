/* The thread, and the ring that it fills. What it reads is older than every transaction still running, so nothing can come before it any
   more; asking takes well under a millisecond, and no write pays for it, as it would for a NOTIFY. */
#include "server/feed.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/conninfo.h"
#include "server/followers.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/result.h"

#define PERIOD_MILLISECONDS 100              /* between two questions */
#define PAUSE_MILLISECONDS 1000              /* …where the database does not answer */
#define RING_CHANGES 4096U                   /* the most that are kept, a power of two… */
#define RING_BYTES ((size_t)8 * 1024 * 1024) /* …and their size, but for the last one */
#define BINARY 1

#define PAGE_SQL                                                                                       \
    "SELECT feed.epoch, pg_snapshot_xmin(pg_current_snapshot()), page.* FROM feed LEFT JOIN LATERAL (" \
    "SELECT " CHANGE_COLUMNS " FROM change c WHERE (c.xid, c.seq) > ($1::xid8, $2::bigint)"            \
    " AND c.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY c.xid, c.seq LIMIT 500) AS page ON true"
#define PAGE_ROWS 500

enum { COLUMN_EPOCH, COLUMN_PRESENT, COLUMN_CHANGE };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t stir;
    pthread_t thread;
    const struct settings *settings;
    struct loop *loops;
    int loop_count;
    unsigned long followers;
    bool running, stopping;
} feed = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* All changes behind `since`, up to `head`, while it is valid. */
static struct {
    pthread_rwlock_t lock;
    struct change changes[RING_CHANGES];
    unsigned first, count;
    size_t bytes;
    struct place since, head;
    bool valid;
} ring = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static struct change *ring_at(unsigned index)
{
    return &ring.changes[(ring.first + index) % RING_CHANGES];
}

static void ring_drop(void)
{
    struct change *oldest = ring_at(0);
    ring.since = oldest->place;
    ring.bytes -= oldest->json.length;
    change_free(oldest);
    ring.first = (ring.first + 1) % RING_CHANGES;
    ring.count--;
}

static void ring_add(const struct change *change)
{
    while (ring.count > 0 && (ring.count == RING_CHANGES || ring.bytes + change->json.length > RING_BYTES)) {
        ring_drop();
    }
    *ring_at(ring.count) = *change;
    ring.count++;
    ring.bytes += change->json.length;
    ring.head = change->place;
}

static void ring_clear(void)
{
    pthread_rwlock_wrlock(&ring.lock);
    while (ring.count > 0) {
        ring_drop();
    }
    ring.valid = false;
    pthread_rwlock_unlock(&ring.lock);
}

/* The first one behind `place`, or ring.count. */
static unsigned ring_find(struct place place)
{
    unsigned low = 0;
    unsigned high = ring.count;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (place_before(place, ring_at(middle)->place)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

enum feed_outcome feed_read(struct place *place, bool (*take)(void *context, const struct change *change),
                            void *context)
{
    enum feed_outcome outcome = FEED_QUIET;
    pthread_rwlock_rdlock(&ring.lock);
    if (ring.valid && place_before(*place, ring.since)) {
        outcome = FEED_BEHIND;
    } else if (ring.valid) {
        unsigned at = ring_find(*place);
        bool more = true;
        for (; more && at < ring.count; at++) {
            *place = ring_at(at)->place;
            outcome = FEED_CHANGE;
            more = take(context, ring_at(at));
        }
        if (more && place_before(*place, ring.head)) {
            *place = ring.head;
        }
    }
    pthread_rwlock_unlock(&ring.lock);
    return outcome;
}

/* Asks what came after ring.head; or, at first, where the present is. Returns how many changes there were, or -1 where it can't be told. */
static int ask(PGconn *connection)
{
    char xid[24];
    char seq[24];
    const char *values[] = {ring.valid ? xid : NULL, seq};
    snprintf(xid, sizeof xid, "%lld", (long long)ring.head.xid);
    snprintf(seq, sizeof seq, "%lld", (long long)ring.head.seq);
    PGresult *result = PQexecParams(connection, PAGE_SQL, 2, NULL, values, NULL, NULL, BINARY);
    unsigned changes = 0;
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (good) {
        struct cell cells[RESULT_CELLS];
        struct row row;
        struct place present = {0};
        pthread_rwlock_wrlock(&ring.lock);
        for (int i = 0; i < PQntuples(result) && result_row(result, i, cells, &row); i++) {
            struct change change;
            present.xid = cell_integer(&row.cells[COLUMN_PRESENT]);
            if (change_read(&row, COLUMN_CHANGE, (int)cell_integer(&row.cells[COLUMN_EPOCH]), &change)) {
                ring_add(&change);
                changes++;
            }
        }
        if (!ring.valid) {
            ring.since = present;
            ring.valid = true;
        }
        if (changes < PAGE_ROWS && place_before(ring.head, present)) {
            ring.head = present; /* that was all up to here */
        }
        pthread_rwlock_unlock(&ring.lock);
    }
    PQclear(result);
    return good ? (int)changes : -1;
}

static void tell(void)
{
    for (int i = 0; i < feed.loop_count; i++) {
        followers_tell(&feed.loops[i]);
    }
}

static void pause_for(long milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += milliseconds % 1000 * 1000000;
    until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!feed.stopping && pthread_cond_timedwait(&feed.stir, &feed.mutex, &until) == 0) {
    }
}

static bool connected(PGconn **connection)
{
    static const char sql[] =
        "SELECT set_config('statement_timeout', '5s', false), set_config('TimeZone', 'UTC', false),"
        " set_config('jit', 'off', false), set_config('plan_cache_mode', 'force_custom_plan', false)";
    if (*connection != NULL && PQstatus(*connection) == CONNECTION_OK) {
        return true;
    }
    PQfinish(*connection);
    *connection = conninfo_connect(feed.settings);
    if (PQstatus(*connection) != CONNECTION_OK) {
        return false;
    }
    PGresult *result = PQexec(*connection, sql);
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    return good;
}

/* One question, and what comes of it. False where the database did not answer. */
static bool look(PGconn **connection)
{
    int changes;
    if (!connected(connection)) {
        return false;
    }
    do {
        bool began = !ring.valid; /* only this thread changes it */
        changes = ask(*connection);
        if (changes > 0 || (began && changes == 0)) {
            tell();
        }
    } while (changes == PAGE_ROWS);
    return changes >= 0;
}

static void *follow(void *unused)
{
    (void)unused;
    PGconn *connection = NULL;
    bool answered = true;
    pthread_mutex_lock(&feed.mutex);
    while (!feed.stopping) {
        if (feed.followers == 0) {
            PQfinish(connection);
            connection = NULL;
            ring_clear();
            pthread_cond_wait(&feed.stir, &feed.mutex);
            continue;
        }
        pthread_mutex_unlock(&feed.mutex);
        bool answers = look(&connection);
        if (answered && !answers) { /* one line for an outage */
            const char *reason = conninfo_reason(connection);
            log_event(LOG_WARNING, "feed_lost", "the feed of changes was not read: %.*s", (int)strcspn(reason, "\n"),
                      reason);
        }
        answered = answers;
        pthread_mutex_lock(&feed.mutex);
        pause_for(answers ? PERIOD_MILLISECONDS : PAUSE_MILLISECONDS);
    }
    pthread_mutex_unlock(&feed.mutex);
    PQfinish(connection);
    ring_clear();
    return NULL;
}

bool feed_start(struct loop *loops, int count, const struct settings *settings)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&feed.stir, &monotonic);
    pthread_condattr_destroy(&monotonic);
    feed.settings = settings;
    feed.loops = loops;
    feed.loop_count = count;
    feed.stopping = false;
    feed.running = pthread_create(&feed.thread, NULL, follow, NULL) == 0;
    if (!feed.running) {
        log_event(LOG_ERROR, "start", "the thread of the feed could not be started");
    }
    return feed.running;
}

void feed_stop(void)
{
    if (!feed.running) {
        return;
    }
    pthread_mutex_lock(&feed.mutex);
    feed.stopping = true;
    pthread_cond_signal(&feed.stir);
    pthread_mutex_unlock(&feed.mutex);
    pthread_join(feed.thread, NULL);
    pthread_cond_destroy(&feed.stir);
    feed.running = false;
}

void feed_join(void)
{
    pthread_mutex_lock(&feed.mutex);
    if (feed.followers++ == 0) {
        pthread_cond_signal(&feed.stir);
    }
    pthread_mutex_unlock(&feed.mutex);
}

void feed_leave(void)
{
    pthread_mutex_lock(&feed.mutex);
    feed.followers--;
    pthread_mutex_unlock(&feed.mutex);
}
