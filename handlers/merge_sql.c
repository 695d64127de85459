/* Generates the statements of a merge. */
#include "handlers/merge_sql.h"

#include <stdlib.h>

#include "handlers/guard.h"
#include "handlers/uses.h"
#include "schema/buffer.h"
#include "schema/columns.h"

#define SQL_LIMIT ((size_t)64 * 1024)

static struct merge_sql texts[RECORD_KINDS];

const char merge_lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended('stanced/merge', 0))";

const char merge_forward_sql[] =
    "UPDATE merged SET into_id = c.into_id FROM change c"
    " WHERE c.xid = pg_current_xact_id() AND c.operation = 'merge' AND merged.into_id = c.id";

const char merge_enter_sql[] = "INSERT INTO merged (id, kind, into_id) SELECT c.id, c.kind, c.into_id FROM change c"
                               " WHERE c.xid = pg_current_xact_id() AND c.operation = 'merge'";

const char merge_rejections_sql[] =
    "INSERT INTO claim_rejection (claim_id, other_id, rejected_at, request_id)"
    " SELECT pair.claim_id, pair.other_id, r.rejected_at, r.request_id FROM claim_rejection AS r"
    " CROSS JOIN LATERAL (VALUES ($2::uuid, r.other_id), (r.other_id, $2::uuid)) AS pair (claim_id, other_id)"
    " WHERE r.claim_id = $1::uuid AND r.other_id <> $2::uuid AND EXISTS (SELECT FROM change one"
    " WHERE one.xid = pg_current_xact_id() AND one.operation = 'merge') ON CONFLICT DO NOTHING";

static const char *keep(struct buffer *sql, struct arena *memory)
{
    if (sql->overflowed) {
        abort(); /* a fault of the program */
    }
    const char *text = arena_copy(memory, sql->data, sql->length);
    buffer_clear(sql);
    return text;
}

static void put_look(struct buffer *sql, const struct record *target)
{
    buffer_format(
        sql,
        "SELECT one.place, last.id, last.version, last.ref, last.record ->> '%s', last.record, %s"
        " FROM unnest(ARRAY[$1::uuid, coalesce((SELECT merged.into_id FROM merged WHERE merged.id = $2::uuid),"
        " $2::uuid)]) WITH ORDINALITY AS one (id, place)"
        " CROSS JOIN LATERAL (SELECT * FROM change WHERE change.kind = '%s' AND change.id = one.id"
        " ORDER BY change.version DESC LIMIT 1) AS last WHERE " COLUMNS_LIVE("last"),
        target->label,
        target->kind == RECORD_ACTOR ? "EXISTS (SELECT FROM actor WHERE actor.part_of_id = $1::uuid)" : "false",
        target->name);
}

/* Up from the other: whoever is part of the one will be below it. */
static void put_climb(struct buffer *sql)
{
    buffer_format(sql,
                  "climb (at, steps, path) AS ("
                  "SELECT a.part_of_id, 1, ARRAY[coalesce(a.ref, a.id::text)] FROM actor a"
                  " WHERE a.id = $2::uuid AND a.part_of_id <> $1::uuid"
                  " UNION ALL"
                  " SELECT a.part_of_id, climb.steps + 1, climb.path || coalesce(a.ref, a.id::text)"
                  " FROM climb JOIN actor a ON a.id = climb.at WHERE climb.at <> $1::uuid AND climb.steps <= %d"
                  "), ",
                  WALK_MOST);
}

static void put_climb_faults(struct buffer *sql)
{
    buffer_format(sql,
                  " UNION ALL"
                  " SELECT 'cycle', array_to_string(path || (SELECT coalesce(a.ref, a.id::text) FROM actor a"
                  " WHERE a.id = $1::uuid), ' → ') FROM climb WHERE at = $1::uuid"
                  " UNION ALL"
                  " SELECT 'too_deep', NULL FROM climb WHERE at IS NOT NULL AND at <> $1::uuid AND steps = %d"
                  " AND EXISTS (SELECT FROM used WHERE field = 'part_of' AND count > 0)",
                  WALK_MOST);
}

static void put_guard(struct buffer *sql, const struct record *target)
{
    buffer_format(sql,
                  "WITH RECURSIVE pair AS MATERIALIZED ("
                  "SELECT last.* FROM unnest(ARRAY[$1::uuid, $2::uuid]) AS one (id)"
                  " CROSS JOIN LATERAL (SELECT * FROM change WHERE change.kind = '%s' AND change.id = one.id"
                  " ORDER BY change.version DESC LIMIT 1) AS last"
                  "), used (kind, field, count) AS MATERIALIZED (",
                  target->name);
    uses_count(sql, target, "$8::bigint + 1", "NOT IN ($1::uuid, $2::uuid)");
    buffer_text(sql, "), ");
    if (target->kind == RECORD_ACTOR) {
        put_climb(sql);
    }
    buffer_text(sql, "fault (code, note) AS MATERIALIZED ("
                     "SELECT 'raced'::text, NULL::text WHERE 2 > (SELECT count(*) FROM pair WHERE " COLUMNS_LIVE(
                         "pair") " AND version = CASE WHEN id = $1::uuid THEN $3::integer ELSE $4::integer END)"
                                 " OR (NOT $9::boolean AND EXISTS (SELECT FROM used WHERE field = 'part_of' AND count "
                                 "> 0))"
                                 " UNION ALL SELECT 'too_many', NULL WHERE $8::bigint < (SELECT sum(count) FROM used)");
    if (target->kind == RECORD_ACTOR) {
        put_climb_faults(sql);
    }
    buffer_text(
        sql,
        "), written AS ("
        "INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, record, into_id)"
        " SELECT $6::text, $7::text, kind, id, ref, CASE WHEN id = $1::uuid THEN 'merge' ELSE 'update' END, version + "
        "1,"
        " created_at, CASE WHEN id = $1::uuid THEN record ELSE $5::jsonb END, CASE WHEN id = $1::uuid THEN $2::uuid END"
        " FROM pair WHERE NOT EXISTS (SELECT FROM fault) ORDER BY id RETURNING id"
        ") SELECT code, NULL::text, NULL::text, 1::bigint, note FROM fault"
        " UNION ALL SELECT 'used', kind, field, count, NULL FROM used WHERE count > 0"
        " UNION ALL SELECT 'written', NULL, NULL, count(*), NULL FROM written WHERE id = $1::uuid HAVING count(*) > 0");
}

static bool put_rewrite(struct buffer *sql, const struct record *record, const struct record *target)
{
    buffer_text(sql, "WITH referrer AS MATERIALIZED (");
    if (!uses_select(sql, record, target)) {
        buffer_clear(sql);
        return false;
    }
    buffer_text(sql,
                ") INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, record)"
                " SELECT $3::text, $4::text, last.kind, last.id, last.ref, 'update', last.version + 1, last.created_at,"
                " record_moved(last.record, '");
    uses_names(sql, record);
    buffer_format(sql,
                  "', jsonb_build_object($1::uuid::text, $2::uuid::text))"
                  " FROM referrer CROSS JOIN LATERAL (SELECT * FROM change WHERE change.kind = '%s'"
                  " AND change.id = referrer.id ORDER BY change.version DESC LIMIT 1) AS last"
                  " WHERE last.id NOT IN ($1::uuid, $2::uuid) AND EXISTS (SELECT FROM change one"
                  " WHERE one.xid = pg_current_xact_id() AND one.operation = 'merge')"
                  " ORDER BY last.id",
                  record->name);
    return true;
}

/* What a merge did to others, by `change` alone, so that it can be told again: records rewritten, and entries of lists that went because the
   same was there already. */
static void put_account(struct buffer *sql, const struct record *target)
{
    buffer_format(sql,
                  "WITH fresh AS MATERIALIZED ("
                  "SELECT c.kind, c.record, (SELECT before.record FROM change before WHERE before.kind = c.kind"
                  " AND before.id = c.id AND before.version = c.version - 1) AS before FROM change c"
                  " WHERE c.xid = coalesce($1::text::xid8, pg_current_xact_id()) AND c.operation = 'update'"
                  " AND NOT (c.kind = '%s' AND c.id = $2::uuid)"
                  ") SELECT 'rewritten'::text, kind, NULL::text, count(*) FROM fresh GROUP BY kind",
                  target->name);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        for (size_t i = 0; i < record->field_count; i++) {
            const struct field *field = &record->fields[i];
            if (field->table != NULL && uses_refers(field, target->kind)) {
                buffer_format(
                    sql,
                    " UNION ALL SELECT 'folded', '%s', '%s', coalesce(sum(jsonb_array_length(before -> '%s')"
                    " - jsonb_array_length(record -> '%s')), 0) FROM fresh WHERE kind = '%s' AND record ? '%s'",
                    record->name, field->name, field->name, field->name, record->name, field->name);
            }
        }
    }
}

/* A new claim is a new place: the row that the projection wrote there is another than the one here. */
static bool put_leave(struct buffer *sql, const struct record *record, const struct record *target)
{
    if (!record->by_claim || target->kind != RECORD_CLAIM) {
        return false;
    }
    buffer_format(sql,
                  "DELETE FROM %s t USING change c WHERE c.xid = pg_current_xact_id() AND c.kind = '%s'"
                  " AND t.claim_id = $1::uuid AND t.id = c.id",
                  record->name, record->name);
    return true;
}

void merge_sql_init(struct arena *memory)
{
    struct buffer sql __attribute__((cleanup(buffer_free)));
    buffer_init(&sql, SQL_LIMIT);
    for (int target = 0; target < RECORD_KINDS; target++) {
        if (records[target]->label == NULL) {
            continue;
        }
        struct merge_sql *text = &texts[target];
        put_look(&sql, records[target]);
        text->look = keep(&sql, memory);
        buffer_format(&sql, "SELECT FROM %s t WHERE t.id = $1::uuid FOR UPDATE", records[target]->name);
        text->lock = keep(&sql, memory);
        put_guard(&sql, records[target]);
        text->guard = keep(&sql, memory);
        put_account(&sql, records[target]);
        text->account = keep(&sql, memory);
        for (int kind = 0; kind < RECORD_KINDS; kind++) {
            text->rewrite[kind] = put_rewrite(&sql, records[kind], records[target]) ? keep(&sql, memory) : NULL;
            text->leave[kind] = put_leave(&sql, records[kind], records[target]) ? keep(&sql, memory) : NULL;
        }
    }
}

const struct merge_sql *merge_sql_of(const struct record *record)
{
    return texts[record->kind].guard == NULL ? NULL : &texts[record->kind];
}
