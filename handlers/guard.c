/* The guarded write, and what its verdict means.
   It reads nothing but `change` (the latest row of a record says whether and how it is there) and, for chains of part_of,
   `actor`. Every look-up is one step into an index, whatever the planner believes about the size of the arrays: what a
   batch says about itself is looked up in an array's own row or in a JSON object, never by joining the arrays. */
#include "handlers/guard.h"

#include <string.h>

#include "handlers/sql.h"

/* $1–$6: per record of the batch its line, kind, id, ref, document and mode. $7–$10: per reference to a record outside the
   batch its line, pointer, kind and id. $11: id → part_of of the actors in the batch. $12: who writes, $13: request id.
   $14: the longest chain of part_of. $15, $16: versions in which the records may be, and may not be, 0 for none. $17: kind → its
   fields that refer to something.

   What a reference names may have been merged into another record: `moves` says into which, and the documents are written with that.

   Rows (line, pointer, code, kind, count): every fault with its line and pointer; or, where there is none, how many records of a kind were
   created, updated or unchanged.

   Two that write the same version of a record at a time meet in change's unique (kind, id, version): the second waits for the first, then
   fails as a whole with 23505 and is planned again. */
static const char guard_sql[] =
    "WITH RECURSIVE given AS MATERIALIZED ("
    " SELECT * FROM unnest($1::integer[], $2::text[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[])"
    " AS given (line, kind, id, ref, record, mode)"
    "), "
    "reference AS MATERIALIZED ("
    " SELECT named.*, last.operation, CASE WHEN last.operation = 'merge' THEN"
    " (SELECT merged.into_id FROM merged WHERE merged.id = named.id) END AS into_id"
    " FROM unnest($7::integer[], $8::text[], $9::text[], $10::uuid[]) WITH ORDINALITY"
    " AS named (line, pointer, kind, id, place) LEFT JOIN LATERAL ("
    " SELECT operation FROM change WHERE change.kind = named.kind AND change.id = named.id"
    " ORDER BY change.version DESC LIMIT 1"
    " ) AS last ON true"
    "), "
    "moves AS MATERIALIZED ("
    " SELECT jsonb_object_agg(id, into_id) AS list FROM reference WHERE into_id IS NOT NULL"
    "), "
    /* what there is already of each */
    "met AS MATERIALIZED ("
    " SELECT given.line, given.kind, given.id, given.ref, given.mode, CASE WHEN moves.list IS NULL THEN given.record"
    " ELSE record_moved(given.record, $17::jsonb -> given.kind, moves.list) END AS record,"
    " last.ref AS last_ref, last.version, last.created_at, last.record AS last_record,"
    " coalesce(last.operation NOT IN ('delete', 'merge'), false) AS live,"
    " coalesce(last.operation = 'merge', false) AS merged"
    " FROM given CROSS JOIN moves LEFT JOIN LATERAL ("
    " SELECT * FROM change WHERE change.kind = given.kind AND change.id = given.id"
    " ORDER BY change.version DESC LIMIT 1"
    " ) AS last ON true"
    "), "
    /* up the chains of part_of that change, as they would be after this write */
    "climb (line, start, at, steps) AS ("
    " SELECT line, id, (record ->> 'part_of')::uuid, 1 FROM met"
    " WHERE kind = 'actor' AND record ? 'part_of'"
    " AND NOT (live AND last_record -> 'part_of' IS NOT DISTINCT FROM record -> 'part_of')"
    " UNION ALL"
    " SELECT line, start,"
    " CASE WHEN $11::jsonb ? at::text THEN coalesce((SELECT list FROM moves) ->> ($11::jsonb ->> at::text),"
    " $11::jsonb ->> at::text)::uuid"
    " ELSE (SELECT actor.part_of_id FROM actor WHERE actor.id = at) END,"
    " steps + 1"
    " FROM climb WHERE at IS NOT NULL AND at <> start AND steps <= $14::integer"
    "), "
    "fault (line, place, pointer, code, kind) AS MATERIALIZED ("
    " SELECT line, 0, '/ref', 'ref_taken', kind FROM met WHERE mode = 'create' AND (live OR merged)"
    " UNION ALL"
    " SELECT line, 0, '', 'not_found', kind FROM met"
    " WHERE CASE mode WHEN 'replace' THEN NOT live WHEN 'put' THEN merged AND line = 0 END"
    " UNION ALL"
    " SELECT line, 0, CASE WHEN ref IS NULL THEN '/id' ELSE '/ref' END, 'merged', kind FROM met"
    " WHERE mode = 'put' AND merged AND line > 0"
    " UNION ALL"
    " SELECT line, 0, '', 'stale', kind FROM met"
    " WHERE NOT (CASE WHEN live <> (mode = 'restore') THEN version ELSE 0 END <@ $15::int4multirange - "
    "$16::int4multirange)"
    " UNION ALL"
    " SELECT line, 0, '/claim', 'immutable', kind FROM met"
    " WHERE live AND kind IN ('stance', 'review') AND last_record -> 'claim' <> record -> 'claim'"
    " UNION ALL"
    " SELECT line, 0, '/part_of', CASE WHEN at = start THEN 'cycle' ELSE 'too_deep' END, 'actor' FROM climb"
    " WHERE at = start OR (at IS NOT NULL AND steps > $14::integer)"
    " UNION ALL"
    " SELECT line, place, pointer, 'unknown_reference', kind FROM reference"
    " WHERE coalesce(CASE WHEN into_id IS NULL THEN operation ELSE ("
    " SELECT change.operation FROM change WHERE change.kind = reference.kind AND change.id = reference.into_id"
    " ORDER BY change.version DESC LIMIT 1) END, 'delete') IN ('delete', 'merge')"
    "), "
    /* all or nothing; in the order of ids, so that two batches wait for each other in one direction only */
    "written AS ("
    " INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, record)"
    " SELECT $12::text, $13::text, kind, id, coalesce(ref, last_ref), "
    " CASE WHEN live THEN 'update' WHEN mode = 'restore' THEN mode ELSE 'create' END,"
    " coalesce(version, 0) + 1, CASE WHEN live OR mode = 'restore' THEN created_at ELSE now() END, record"
    " FROM met WHERE NOT EXISTS (SELECT FROM fault) AND (NOT live OR last_record <> record)"
    " ORDER BY kind, id"
    " RETURNING kind, operation"
    ") "
    "(SELECT line, pointer, code, kind, 1::bigint FROM fault ORDER BY line, place)"
    " UNION ALL "
    "SELECT NULL, NULL, operation, kind, count(*) FROM written GROUP BY operation, kind"
    " UNION ALL "
    "SELECT NULL, NULL, 'none', kind, count(*) FROM met"
    " WHERE NOT EXISTS (SELECT FROM fault) AND live AND last_record = record GROUP BY kind";

enum { COLUMN_LINE, COLUMN_POINTER, COLUMN_CODE, COLUMN_KIND, COLUMN_COUNT };

/* Two writes at a time, each without a circle in what it sees, could close one together. */
const char guard_climb_lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended('stanced/part_of', 0))";

static const char queue_lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended('stanced/again/' || $1::text, 0))";

void guard_queue(struct call *call, struct plan *plan, const char *name)
{
    if (call->attempt > 0) {
        query_value(plan_query(plan, queue_lock_sql), name);
    }
}

void guard_project(struct plan *plan, const char *const *statements)
{
    for (; *statements != NULL; statements++) {
        plan_query(plan, *statements);
    }
}

void guard_plan(struct call *call, struct plan *plan, const struct batch *batch, struct verdict *ret)
{
    if (batch->climbs) {
        plan_query(plan, guard_climb_lock_sql);
    }
    guard_queue(call, plan, batch->count == 1 ? batch->ids.data : "import");
    *ret = (struct verdict){.query = plan->count};
    const char *const values[] = {
        batch->lines.data,
        batch->kinds.data,
        batch->ids.data,
        batch->refs.data,
        batch->documents.data,
        batch->modes.data,
        batch->reference_lines.data,
        batch->reference_pointers.data,
        batch->reference_kinds.data,
        batch->reference_ids.data,
        batch->parents.data,
        call->who,
        call->request_id,
        arena_format(call->arena, "%d", WALK_MOST),
        batch->precondition.allowed,
        batch->precondition.refused,
        sql_references(),
    };
    struct query *query = plan_query(plan, guard_sql);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        query_value(query, values[i]);
    }
    /* in the order of the kinds a record refers only to those before it, or to its own */
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if ((batch->kinds_given >> kind & 1U) != 0) {
            guard_project(plan, sql_of(records[kind])->projections);
        }
    }
}

static void take_count(struct verdict *verdict, const struct cell *code, const struct record *record, int64_t count)
{
    enum written written = cell_is(code, "create") ? WRITTEN_CREATED
                           : cell_is(code, "none") ? WRITTEN_UNCHANGED
                                                   : WRITTEN_UPDATED;
    verdict->counts[written][record->kind] = count;
}

void guard_fault(struct call *call, const char *pointer, const char *code, const char *kind)
{
    struct faults *faults = &call->faults;
    if (strcmp(code, "unknown_reference") == 0) {
        faults_add(faults, pointer, "unknown_reference", "There is no %s with this id or ref.", kind);
    } else if (strcmp(code, "immutable") == 0) {
        faults_add(faults, pointer, "immutable", "The claim of a %s never changes.", kind);
    } else if (strcmp(code, "merged") == 0) {
        faults_add(faults, pointer, "merged", "This %s was merged into another, and is not there by itself any more.",
                   kind);
    } else if (strcmp(code, "cycle") == 0) {
        faults_add(faults, pointer, "cycle", "The actor would be part of itself.");
    } else {
        faults_add(faults, pointer, "too_deep", "The chain of part_of above it is longer than %d, or runs in a circle.",
                   WALK_MOST);
    }
}

void guard_row(struct call *call, struct verdict *verdict, const struct row *row)
{
    const struct cell *code = &row->cells[COLUMN_CODE];
    const struct record *record = cell_record(&row->cells[COLUMN_KIND]);
    if (record == NULL) {
        return;
    }
    if (cell_null(&row->cells[COLUMN_LINE])) {
        take_count(verdict, code, record, cell_integer(&row->cells[COLUMN_COUNT]));
    } else if (cell_is(code, "ref_taken")) {
        verdict->taken = true;
    } else if (cell_is(code, "not_found")) {
        verdict->gone = true;
    } else if (cell_is(code, "stale")) {
        verdict->stale = true;
    } else {
        const struct cell *pointer = &row->cells[COLUMN_POINTER];
        call->faults.line = (size_t)cell_integer(&row->cells[COLUMN_LINE]);
        guard_fault(call, arena_copy(call->arena, pointer->bytes, (size_t)pointer->length),
                    arena_copy(call->arena, code->bytes, (size_t)code->length), record->name);
    }
}

bool guard_refused(struct call *call, const struct verdict *verdict, const char *detail, struct reply *reply)
{
    if (verdict->gone) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return true;
    }
    if (verdict->stale) {
        precondition_refuse(call, reply, reply->version);
        return true;
    }
    if (verdict->taken) {
        call->faults.count = 0; /* first things first: the ref has to be another one anyway */
        call->faults.omitted = 0;
        reply_problem(call, reply, PROBLEM_REF_TAKEN, NULL);
        return true;
    }
    if (call->faults.count == 0) {
        return false;
    }
    reply_problem(call, reply, faults_problem(&call->faults), detail);
    return true;
}
