/* From the temporary tables of an import into those that stay.

   All lines of a kind are written a few thousand at a time, kinds in the order in which they refer to each other; within a kind, lines
   may refer to each other in any order: constraints between actors wait for the commit, and lists come behind their records.

   Where batches are written on their own, a line waits until what it refers to is there: it is put off, and so is what leans on it, and
   every later line of the same record. What the database refuses without a reason that is known before is found by halving. */
#include "handlers/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"
#include "handlers/sql.h"
#include "handlers/stage_sql.h"

#define ROWS 8192                   /* that one statement writes… */
#define STEP (ROWS * STAGE_RECORDS) /* …out of so many numbers */
#define ATTEMPTS_MOST 3
#define NUMBER 24
#define LINES_LIMIT ((size_t)256 * 1024 * 1024)

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

/* What was merged into another record is there, as that one. */
static const char move_sql[] = "INSERT INTO import_move SELECT m.id, m.into_id FROM import_reference r JOIN merged m "
                               "ON m.id = r.id AND m.kind = r.kind";

static const char absent_sql[] =
    "WITH absent AS (INSERT INTO import_absent SELECT r.kind, r.id FROM import_reference r"
    " LEFT JOIN import_move m ON m.id = r.id"
    " WHERE coalesce((SELECT c.operation FROM change c WHERE c.kind = r.kind AND c.id = coalesce(m.into_id, r.id)"
    " ORDER BY c.version DESC LIMIT 1), 'delete') IN ('delete', 'merge') RETURNING id) SELECT count(*) FROM absent";

static const char want_sql[] = "INSERT INTO import_wanted SELECT kind, id FROM import_absent ON CONFLICT DO NOTHING";

/* A record that waits has all its later lines wait. */
static const char follow_sql[] =
    "WITH moved AS (DELETE FROM import_line s USING import_later l WHERE l.kind = s.kind AND l.id = s.id"
    " AND l.line < s.line AND s.line >= $1::bigint AND s.line < $2::bigint RETURNING s.*)"
    " INSERT INTO import_later SELECT * FROM moved";

/* As in handlers/guard.c; looked at after the writing, in `actor` itself. $3: the longest chain. */
static const char climb_sql[] =
    "WITH RECURSIVE climb (line, start, at, steps) AS ("
    "SELECT s.line, a.id, a.part_of_id, 1 FROM import_line s JOIN actor a ON a.id = s.id"
    " WHERE s.kind = 'actor' AND s.line >= $1::bigint AND s.line < $2::bigint AND s.record ? 'part_of'"
    " UNION ALL "
    "SELECT line, start, (SELECT actor.part_of_id FROM actor WHERE actor.id = at), steps + 1 FROM climb"
    " WHERE at IS NOT NULL AND at <> start AND steps <= $3::integer"
    ") SELECT line, '/part_of', CASE WHEN at = start THEN 'cycle' ELSE 'too_deep' END, NULL::bigint FROM climb"
    " WHERE at = start OR (at IS NOT NULL AND steps > $3::integer) ORDER BY line";

/* Those who try again do so one by one, and batches wait meanwhile: there is always another that could get in the way. */
static const char queue_lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended('stanced/again/import', 0))";
static const char batch_lock_sql[] = "SELECT pg_advisory_xact_lock_shared(hashtextextended('stanced/again/import', 0))";
static const char free_sql[] = "SET CONSTRAINTS actor_part_of_id_fkey, actor_owned_by_id_fkey DEFERRED";

/* One attempt at writing some lines. */
struct attempt {
    struct settle *settle;
    long long counts[WRITTEN_KINDS][RECORD_KINDS];
    enum record_kind kind; /* that is being written */
    int64_t first, last;   /* seqs of its rows in `change`; 0 for none */
    struct buffer faulty;  /* lines with faults, as an array */
    size_t faults;
};

static enum errand_outcome run(struct settle *settle, const char *sql)
{
    return settle->errand->query(settle->errand, &(struct query){.sql = sql}, NULL, NULL);
}

/* With two numbers, and a third value that may be left out. */
static enum errand_outcome run_range(struct settle *settle, const char *sql, int64_t from, int64_t to, const char *more,
                                     errand_row *row, void *context)
{
    char first[NUMBER];
    char behind[NUMBER];
    snprintf(first, sizeof first, "%lld", (long long)from);
    snprintf(behind, sizeof behind, "%lld", (long long)to);
    struct query query = {.sql = sql, .count = more == NULL ? 2 : 3, .values = {first, behind, more}};
    return settle->errand->query(settle->errand, &query, row, context);
}

static void take_count(void *context, const struct row *row)
{
    *(int64_t *)context = cell_integer(&row->cells[0]);
}

bool settle_begin(struct settle *settle)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (run(settle, tables[i]) != ERRAND_DONE) {
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

/* Finds what of all that is named the database does not have. */
static enum errand_outcome find_absent(struct settle *settle, int64_t *ret_count)
{
    static const char *const before[] = {"DELETE FROM import_absent", "DELETE FROM import_move", move_sql};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        enum errand_outcome outcome = run(settle, before[i]);
        if (outcome != ERRAND_DONE) {
            return outcome;
        }
    }
    return settle->errand->query(settle->errand, &(struct query){.sql = absent_sql}, take_count, ret_count);
}

/* `line` is the number of a record. */
static void note_fault(struct attempt *attempt, size_t line, const char *pointer, const char *code, const char *kind)
{
    attempt->settle->fault(attempt->settle->context, line / STAGE_RECORDS, pointer, code, kind);
    array_number(&attempt->faulty, (long long)line);
    attempt->faults++;
}

/* A text out of a row, NUL-terminated. */
static const char *text_of(const struct cell *cell, char *buffer, size_t size)
{
    snprintf(buffer, size, "%.*s", cell->length < 0 ? 0 : cell->length, cell->bytes);
    return buffer;
}

enum { COLUMN_LINE, COLUMN_POINTER, COLUMN_CODE, COLUMN_COUNT };

static void take_written(void *context, const struct row *row)
{
    struct attempt *attempt = context;
    const struct cell *code = &row->cells[COLUMN_CODE];
    const struct cell *count = &row->cells[COLUMN_COUNT];
    char pointer[128];
    char word[32];
    if (!cell_null(&row->cells[COLUMN_LINE])) {
        note_fault(attempt, (size_t)cell_integer(&row->cells[COLUMN_LINE]),
                   text_of(&row->cells[COLUMN_POINTER], pointer, sizeof pointer), text_of(code, word, sizeof word),
                   records[attempt->kind]->name);
    } else if (cell_null(count)) {
        return; /* nothing written, so no seqs */
    } else if (cell_is(code, "first")) {
        int64_t first = cell_integer(count);
        attempt->first = attempt->first == 0 || first < attempt->first ? first : attempt->first;
    } else if (cell_is(code, "last")) {
        int64_t last = cell_integer(count);
        attempt->last = last > attempt->last ? last : attempt->last;
    } else {
        enum written written = cell_is(code, "create") ? WRITTEN_CREATED
                               : cell_is(code, "none") ? WRITTEN_UNCHANGED
                                                       : WRITTEN_UPDATED;
        attempt->counts[written][attempt->kind] += cell_integer(count);
    }
}

static enum errand_outcome write_step(struct attempt *attempt, int64_t from, int64_t to)
{
    struct settle *settle = attempt->settle;
    char first[NUMBER];
    char behind[NUMBER];
    snprintf(first, sizeof first, "%lld", (long long)from);
    snprintf(behind, sizeof behind, "%lld", (long long)to);
    /* once something is wrong, the rest is read for its faults only */
    struct query query = {
        .sql = stage_sql()->write[attempt->kind],
        .count = 7,
        .values = {first, behind, settle->call->request_id, attempt->faults > 0 ? "t" : "f", settle->keep ? "t" : "f",
                   sql_references(), settle->call->who},
    };
    return settle->errand->query(settle->errand, &query, take_written, attempt);
}

static enum errand_outcome write_lists(struct attempt *attempt)
{
    const char *const *lists = stage_sql()->lists[attempt->kind];
    for (int i = 0; i < STAGE_LISTS && lists[i] != NULL && attempt->first > 0; i++) {
        for (int64_t at = attempt->first; at <= attempt->last; at += ROWS) {
            enum errand_outcome outcome = run_range(attempt->settle, lists[i], at, at + ROWS, NULL, NULL, NULL);
            if (outcome != ERRAND_DONE) {
                return outcome;
            }
        }
    }
    return ERRAND_DONE;
}

static enum errand_outcome write_kind(struct attempt *attempt, int64_t from, int64_t to)
{
    struct settle *settle = attempt->settle;
    const struct stage *stage = settle->stage;
    attempt->first = attempt->last = 0;
    if (stage->first[attempt->kind] == 0) {
        return ERRAND_DONE;
    }
    from = from > stage->first[attempt->kind] ? from : stage->first[attempt->kind];
    to = to <= stage->last[attempt->kind] ? to : stage->last[attempt->kind] + 1;
    for (int64_t at = from; at < to; at += STEP) {
        int64_t behind = at + STEP < to ? at + STEP : to;
        enum errand_outcome outcome = write_step(attempt, at, behind);
        if (outcome != ERRAND_DONE) {
            return outcome;
        }
        settle->written += behind - at;
        settle->errand->tell(settle->errand,
                             &(struct errand_progress){ERRAND_WRITING, settle->written / STAGE_RECORDS, 0});
    }
    return write_lists(attempt);
}

/* Two writes at a time, each without a circle in what it sees, could close one together: so under a lock, and as the last thing. */
static enum errand_outcome climb(struct attempt *attempt, int64_t from, int64_t to)
{
    char most[NUMBER];
    if (!attempt->settle->stage->climbs || attempt->faults > 0) {
        return ERRAND_DONE;
    }
    attempt->kind = RECORD_ACTOR;
    snprintf(most, sizeof most, "%d", WALK_MOST);
    enum errand_outcome outcome = run(attempt->settle, guard_climb_lock_sql);
    return outcome != ERRAND_DONE ? outcome
                                  : run_range(attempt->settle, climb_sql, from, to, most, take_written, attempt);
}

static enum errand_outcome write_range(struct attempt *attempt, int64_t from, int64_t to)
{
    enum errand_outcome outcome = run(attempt->settle, free_sql);
    for (int kind = 0; outcome == ERRAND_DONE && kind < RECORD_KINDS; kind++) {
        attempt->kind = (enum record_kind)kind;
        outcome = write_kind(attempt, from, to);
    }
    return outcome == ERRAND_DONE ? climb(attempt, from, to) : outcome;
}

static void take_lost(void *context, const struct row *row)
{
    struct attempt *attempt = context;
    char pointer[128];
    char kind[32];
    note_fault(attempt, (size_t)cell_integer(&row->cells[0]), text_of(&row->cells[1], pointer, sizeof pointer),
               "unknown_reference", text_of(&row->cells[2], kind, sizeof kind));
}

/* Puts off every line that cannot be written yet. */
static enum errand_outcome put_off(struct settle *settle, int64_t from, int64_t to)
{
    enum errand_outcome outcome =
        settle->later ? run_range(settle, follow_sql, from, to, NULL, NULL, NULL) : ERRAND_DONE;
    int64_t absent = 0;
    int64_t count = 0;
    outcome = outcome == ERRAND_DONE ? find_absent(settle, &absent) : outcome;
    if (outcome == ERRAND_DONE && absent > 0) {
        outcome = run(settle, want_sql);
        outcome = outcome == ERRAND_DONE
                      ? run_range(settle, stage_sql()->lost_defer, from, to, NULL, take_count, &count)
                      : outcome;
    }
    if (outcome == ERRAND_DONE && count > 0) {
        settle->later = true;
        outcome = run_range(settle, follow_sql, from, to, NULL, NULL, NULL);
    }
    return outcome;
}

/* Tells every line that leans on what nobody brings. */
static enum errand_outcome tell_lost(struct attempt *attempt)
{
    int64_t absent = 0;
    enum errand_outcome outcome = find_absent(attempt->settle, &absent);
    return outcome == ERRAND_DONE && absent > 0
               ? run_range(attempt->settle, stage_sql()->lost_list, 0, INT64_MAX, NULL, take_lost, attempt)
               : outcome;
}

/* Everything behind BEGIN and before the end. */
static enum errand_outcome settle_range(struct attempt *attempt, int64_t from, int64_t to, bool defer)
{
    enum errand_outcome outcome = defer ? put_off(attempt->settle, from, to) : tell_lost(attempt);
    return outcome == ERRAND_DONE && attempt->faults == 0 ? write_range(attempt, from, to) : outcome;
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
    enum errand_outcome outcome = run(settle, "BEGIN");
    if (outcome == ERRAND_DONE && (alone || defer)) {
        outcome = run(settle, alone ? queue_lock_sql : batch_lock_sql);
    }
    if (outcome == ERRAND_DONE && settle->enter != NULL) {
        outcome = settle->enter(settle->context);
    }
    if (outcome == ERRAND_DONE) {
        outcome = settle_range(attempt, from, to, defer);
    }
    if (outcome == ERRAND_DONE && attempt->faults == 0 && settle->leave != NULL) {
        outcome = settle->leave(settle->context, attempt->counts);
    }
    if (outcome == ERRAND_DONE && attempt->faults == 0) {
        outcome = run(settle, "COMMIT");
        if (outcome == ERRAND_DONE) {
            add_counts(settle, attempt);
            return ERRAND_DONE;
        }
        settle->errand->problem = outcome == ERRAND_FAILED ? PROBLEM_OUTCOME_UNKNOWN : settle->errand->problem;
    }
    if (outcome != ERRAND_FAILED && run(settle, "ROLLBACK") != ERRAND_DONE) {
        return ERRAND_FAILED;
    }
    return outcome;
}

static void attempt_init(struct attempt *attempt, struct settle *settle)
{
    *attempt = (struct attempt){.settle = settle};
    buffer_init(&attempt->faulty, LINES_LIMIT);
    array_begin(&attempt->faulty);
}

static void attempt_free(struct attempt *attempt)
{
    buffer_free(&attempt->faulty);
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
            note_fault(&attempt, (size_t)from, "", "refused", NULL);
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
        run(settle, "TRUNCATE import_line, import_reference, import_absent, import_move") != ERRAND_DONE) {
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
        if (run(settle, swap[i]) != ERRAND_DONE) {
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
