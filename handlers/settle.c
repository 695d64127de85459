/* From the temporary tables of an import into those that stay.

   All lines of a kind are written a few thousand at a time, kinds in the order in which they refer to each other; within a kind, lines
   may refer to each other in any order: constraints between actors wait for the commit, and lists come behind their records.

   Where batches are written on their own, a line waits until what it refers to is there: it is put off, and so is what leans on it, and
   every later line of the same record. What the database refuses without a reason that is known before is found by halving. */
#include "handlers/settle.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"
#include "handlers/attempt.h"

#define ATTEMPTS_MOST 3

static const char *const tables[] = {
    ("CREATE TEMP TABLE import_line (line bigint NOT NULL, kind text NOT NULL, id uuid NOT NULL, ref text, version "
     "integer,"
     " created_at timestamptz, updated_at timestamptz, once boolean NOT NULL, record jsonb NOT NULL)"),
    "CREATE INDEX ON import_line (kind, line)",
    "CREATE TEMP TABLE import_later (LIKE import_line)",
    "CREATE INDEX ON import_later (kind, id)",
    "CREATE TEMP TABLE import_reference (kind text, id uuid, PRIMARY KEY (kind, id))",
    "CREATE TEMP TABLE import_absent (kind text, id uuid, PRIMARY KEY (kind, id))",
    "CREATE TEMP TABLE import_wanted (kind text, id uuid, PRIMARY KEY (kind, id))",
    "CREATE TEMP TABLE import_move (id uuid, into_id uuid)",
};

static const char refer_sql[] =
    "INSERT INTO import_reference SELECT * FROM unnest($1::text[], $2::uuid[]) ON CONFLICT DO NOTHING";

/* Those who try again do so one by one, and batches wait meanwhile: there is always another that could get in the way. */
static const char queue_lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended('stanced/again/import', 0))";
static const char batch_lock_sql[] = "SELECT pg_advisory_xact_lock_shared(hashtextextended('stanced/again/import', 0))";

bool settle_begin(struct settle *settle)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (attempt_run(settle, tables[i]) != ERRAND_DONE) {
            return false;
        }
    }
    return true;
}

bool settle_collect(struct settle *settle)
{
    struct stage *stage = settle->stage;
    bool done = true;
    if (stage->count > 0) {
        stage_seal(stage);
        done = settle->errand->copy(settle->errand, STAGE_COPY, stage->rows.data, stage->rows.length) == ERRAND_DONE;
        if (done && stage->referred.count > 0) {
            struct query query = {
                .sql = refer_sql, .count = 2, .values = {stage->reference_kinds.data, stage->reference_ids.data}};
            done = settle->errand->query(settle->errand, &query, NULL, NULL) == ERRAND_DONE;
        }
        stage_clear(stage);
    }
    return done;
}

static void add_counts(struct settle *settle, const struct attempt *attempt)
{
    for (int written = 0; written < WRITTEN_KINDS; written++) {
        for (int kind = 0; kind < RECORD_KINDS; kind++) {
            settle->counts[written][kind] += attempt->counts[written][kind];
        }
    }
}

/* One transaction; rolled back where there are faults. ERRAND_AGAIN and ERRAND_REFUSED leave none open either. */
static enum errand_outcome attempt_range(struct attempt *attempt, int64_t from, int64_t to, bool defer, bool alone)
{
    struct settle *settle = attempt->settle;
    enum errand_outcome outcome = attempt_run(settle, "BEGIN");
    if (outcome == ERRAND_DONE && (alone || defer)) {
        outcome = attempt_run(settle, alone ? queue_lock_sql : batch_lock_sql);
    }
    if (outcome == ERRAND_DONE && settle->enter != NULL) {
        outcome = settle->enter(settle->context);
    }
    if (outcome == ERRAND_DONE) {
        outcome = attempt_write(attempt, from, to, defer);
    }
    if (outcome == ERRAND_DONE && attempt->faults == 0 && settle->leave != NULL) {
        outcome = settle->leave(settle->context, attempt->counts);
    }
    if (outcome == ERRAND_DONE && attempt->faults == 0) {
        outcome = attempt_run(settle, "COMMIT");
        if (outcome == ERRAND_DONE) {
            add_counts(settle, attempt);
            return ERRAND_DONE;
        }
        settle->errand->problem = outcome == ERRAND_FAILED ? PROBLEM_OUTCOME_UNKNOWN : settle->errand->problem;
    }
    if (outcome != ERRAND_FAILED && attempt_run(settle, "ROLLBACK") != ERRAND_DONE) {
        return ERRAND_FAILED;
    }
    return outcome;
}

/* Until it is written, or there are faults, or it does not work: nothing is then written. */
static enum errand_outcome try_range(struct attempt *attempt, int64_t from, int64_t to, bool defer)
{
    struct settle *settle = attempt->settle;
    long long before = settle->written;
    enum errand_outcome outcome = ERRAND_AGAIN;
    for (int i = 0; outcome == ERRAND_AGAIN && i < ATTEMPTS_MOST; i++) {
        memset(attempt->counts, 0, sizeof attempt->counts);
        settle->written = before;
        outcome = attempt_range(attempt, from, to, defer, i > 0);
    }
    return outcome;
}

static void say_busy(struct settle *settle, enum errand_outcome outcome)
{
    if (outcome == ERRAND_AGAIN) {
        settle->errand->problem = PROBLEM_TIMEOUT;
        settle->detail = "Others were writing the same at the same time.";
    } else if (outcome == ERRAND_REFUSED) {
        settle->errand->problem = PROBLEM_INTERNAL;
    }
}

enum settle_outcome settle_all(struct settle *settle)
{
    struct attempt attempt __attribute__((cleanup(attempt_free)));
    attempt_init(&attempt, settle);
    enum errand_outcome outcome = try_range(&attempt, 0, INT64_MAX, false);
    say_busy(settle, outcome);
    return outcome != ERRAND_DONE ? SETTLE_FAILED : attempt.faults > 0 ? SETTLE_FAULTY : SETTLE_DONE;
}

/* Takes lines with faults out. */
static bool drop_faulty(struct attempt *attempt)
{
    struct settle *settle = attempt->settle;
    array_end(&attempt->faulty);
    struct query query = {
        .sql = "DELETE FROM import_line WHERE line = ANY ($1::bigint[])", .count = 1, .values = {attempt->faulty.data}};
    return !attempt->faulty.overflowed && settle->errand->query(settle->errand, &query, NULL, NULL) == ERRAND_DONE;
}

/* Writes what can be written of some lines, halving them where the database refuses them as a whole. */
static bool settle_lines(struct settle *settle, int64_t from, int64_t to, bool defer)
{
    for (;;) {
        struct attempt attempt __attribute__((cleanup(attempt_free)));
        attempt_init(&attempt, settle);
        enum errand_outcome outcome = try_range(&attempt, from, to, defer);
        if (outcome == ERRAND_FAILED) {
            return false;
        }
        if (outcome == ERRAND_DONE && attempt.faults == 0) {
            return true;
        }
        if (outcome != ERRAND_DONE && to - from > 1) {
            int64_t middle = from + (to - from) / 2;
            return settle_lines(settle, from, middle, defer) && settle_lines(settle, middle, to, defer);
        }
        if (outcome != ERRAND_DONE) {
            attempt_fault(&attempt, (size_t)from, "", "refused", NULL);
        }
        if (!drop_faulty(&attempt)) {
            return false;
        }
    }
}

/* The lines that there are, as a range. */
static void extent(const struct stage *stage, int64_t *ret_from, int64_t *ret_to)
{
    *ret_from = INT64_MAX;
    *ret_to = 0;
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (stage->first[kind] != 0) {
            *ret_from = stage->first[kind] < *ret_from ? stage->first[kind] : *ret_from;
            *ret_to = stage->last[kind] >= *ret_to ? stage->last[kind] + 1 : *ret_to;
        }
    }
}

bool settle_batch(struct settle *settle)
{
    int64_t from;
    int64_t to;
    struct stage *stage = settle->stage;
    extent(stage, &from, &to);
    if (from >= to) {
        return true;
    }
    if (!settle_lines(settle, from, to, true) ||
        attempt_run(settle, "TRUNCATE import_line, import_reference, import_absent, import_move") != ERRAND_DONE) {
        return false;
    }
    memset(stage->first, 0, sizeof stage->first);
    memset(stage->last, 0, sizeof stage->last);
    return true;
}

static void take_extent(void *context, const struct row *row)
{
    struct stage *stage = context;
    const struct record *record = cell_record(&row->cells[0]);
    if (record != NULL) {
        stage->first[record->kind] = cell_integer(&row->cells[1]);
        stage->last[record->kind] = cell_integer(&row->cells[2]);
    }
}

bool settle_rest(struct settle *settle)
{
    static const char *const swap[] = {
        "INSERT INTO import_line SELECT * FROM import_later",
        "TRUNCATE import_later",
        "INSERT INTO import_reference SELECT * FROM import_wanted",
    };
    if (!settle->later) {
        return true;
    }
    for (size_t i = 0; i < sizeof swap / sizeof *swap; i++) {
        if (attempt_run(settle, swap[i]) != ERRAND_DONE) {
            return false;
        }
    }
    int64_t from;
    int64_t to;
    struct query query = {.sql = "SELECT kind, min(line), max(line) FROM import_line GROUP BY kind"};
    if (settle->errand->query(settle->errand, &query, take_extent, settle->stage) != ERRAND_DONE) {
        return false;
    }
    extent(settle->stage, &from, &to);
    return from >= to || settle_lines(settle, from, to, false);
}
