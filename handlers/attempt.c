/* The statements of one attempt, in their order: what cannot be written yet is put off or told, then kind by kind what refers to others behind
   what they refer to, then a look at the chains of part_of. */
#include "handlers/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"
#include "handlers/sql.h"
#include "handlers/stage_sql.h"

#define ROWS 8192                   /* that one statement writes… */
#define STEP (ROWS * STAGE_RECORDS) /* …out of so many numbers */
#define NUMBER 24
#define LINES_LIMIT ((size_t)256 * 1024 * 1024)

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

static const char free_sql[] = "SET CONSTRAINTS actor_part_of_id_fkey, actor_owned_by_id_fkey DEFERRED";

enum errand_outcome attempt_run(struct settle *settle, const char *sql)
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

/* Finds what of all that is named the database does not have. */
static enum errand_outcome find_absent(struct settle *settle, int64_t *ret_count)
{
    static const char *const before[] = {"DELETE FROM import_absent", "DELETE FROM import_move", move_sql};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        enum errand_outcome outcome = attempt_run(settle, before[i]);
        if (outcome != ERRAND_DONE) {
            return outcome;
        }
    }
    return settle->errand->query(settle->errand, &(struct query){.sql = absent_sql}, take_count, ret_count);
}

void attempt_fault(struct attempt *attempt, size_t line, const char *pointer, const char *code, const char *kind)
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
        attempt_fault(attempt, (size_t)cell_integer(&row->cells[COLUMN_LINE]),
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
    enum errand_outcome outcome = attempt_run(attempt->settle, guard_climb_lock_sql);
    return outcome != ERRAND_DONE ? outcome
                                  : run_range(attempt->settle, climb_sql, from, to, most, take_written, attempt);
}

static enum errand_outcome write_range(struct attempt *attempt, int64_t from, int64_t to)
{
    enum errand_outcome outcome = attempt_run(attempt->settle, free_sql);
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
    attempt_fault(attempt, (size_t)cell_integer(&row->cells[0]), text_of(&row->cells[1], pointer, sizeof pointer),
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
        outcome = attempt_run(settle, want_sql);
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

enum errand_outcome attempt_write(struct attempt *attempt, int64_t from, int64_t to, bool defer)
{
    enum errand_outcome outcome = defer ? put_off(attempt->settle, from, to) : tell_lost(attempt);
    return outcome == ERRAND_DONE && attempt->faults == 0 ? write_range(attempt, from, to) : outcome;
}

void attempt_init(struct attempt *attempt, struct settle *settle)
{
    *attempt = (struct attempt){.settle = settle};
    buffer_init(&attempt->faulty, LINES_LIMIT);
    array_begin(&attempt->faulty);
}

void attempt_free(struct attempt *attempt)
{
    buffer_free(&attempt->faulty);
}
