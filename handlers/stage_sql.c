/* Generated from the descriptions of the records, at start: one statement writes many lines of a kind. */
#include "handlers/stage_sql.h"

#include <stdlib.h>

#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/columns.h"

#define LAST_LIVE COLUMNS_LIVE("last")
#define SQL_LIMIT ((size_t)64 * 1024)

static struct stage_sql texts;
static struct arena *memory; /* of the texts: as long as the process lives */

static const char *keep(struct buffer *sql)
{
    if (sql->overflowed) {
        abort(); /* a fault of the program */
    }
    const char *text = arena_copy(memory, sql->data, sql->length);
    buffer_clear(sql);
    return text;
}

/* What there is already of each line's record, and what the lines make of it one after the other: a record may come more than once.
   As in the guard of single writes (handlers/guard.c), only `change` is asked, one step into its index for each line. */
static void look(struct buffer *sql, const struct record *record)
{
    /* what a line would change; one that is only written where there is none changes nothing where there is one */
    static const char differs[] = "(record IS DISTINCT FROM before AND NOT (once AND (merged OR before IS NOT NULL)))";
    buffer_text(sql, "WITH moves AS MATERIALIZED (SELECT jsonb_object_agg(id, into_id) AS list FROM import_move), ");
    buffer_format(sql,
                  "given AS MATERIALIZED ("
                  "SELECT s.line, s.id, coalesce(s.ref, last.ref) AS ref, s.once,"
                  " CASE WHEN moves.list IS NULL THEN s.record"
                  " ELSE record_moved(s.record, $6::jsonb -> '%s', moves.list) END AS record,"
                  " coalesce(last.operation = 'merge', false) AS merged,"
                  " CASE WHEN $5::boolean THEN s.version END AS kept,"
                  " CASE WHEN $5::boolean THEN s.created_at END AS kept_created,"
                  " CASE WHEN $5::boolean THEN s.updated_at END AS kept_updated,"
                  " coalesce(last.version, 0) AS last_version,"
                  " CASE WHEN " LAST_LIVE " THEN last.created_at END AS last_created,"
                  " CASE WHEN " LAST_LIVE " THEN last.record END AS last_record"
                  " FROM import_line s CROSS JOIN moves LEFT JOIN LATERAL ("
                  "SELECT c.* FROM change c WHERE c.kind = '%s' AND c.id = s.id ORDER BY c.version DESC LIMIT 1"
                  ") AS last ON true"
                  " WHERE s.kind = '%s' AND s.line >= $1::bigint AND s.line < $2::bigint), ",
                  record->name, record->name, record->name);
    buffer_text(sql, "near AS ("
                     "SELECT given.*, coalesce(lag(record) OVER w, last_record) AS before,"
                     " coalesce(lag(kept) OVER w, last_version) AS version_before, lead(line) OVER w IS NULL AS final"
                     " FROM given WINDOW w AS (PARTITION BY id ORDER BY line)), ");
    buffer_format(sql,
                  "met AS MATERIALIZED ("
                  "SELECT line, id, ref, record, before, once, merged, kept, version_before, last_version, final,"
                  " %s OR coalesce(kept > version_before, false) AS changed,"
                  " coalesce(kept, last_version + (count(*) FILTER (WHERE %s) OVER w)::integer) AS version,"
                  " coalesce(kept_created, last_created, now()) AS created_at, coalesce(kept_updated, now()) AS at"
                  " FROM near WINDOW w AS (PARTITION BY id ORDER BY line))",
                  differs, differs);
}

static void find_faults(struct buffer *sql, const struct record *record)
{
    buffer_text(sql, ", fault (line, pointer, code) AS MATERIALIZED ("
                     "SELECT line, '/version', 'version_taken' FROM met WHERE kept < version_before OR"
                     " (kept = version_before AND record IS DISTINCT FROM before)"
                     " UNION ALL SELECT line, CASE WHEN ref IS NULL THEN '/id' ELSE '/ref' END, 'merged' FROM met "
                     "WHERE merged AND NOT once");
    if (record->by_claim) {
        buffer_text(sql, " UNION ALL SELECT line, '/claim', 'immutable' FROM met"
                         " WHERE before IS NOT NULL AND before -> 'claim' <> record -> 'claim'");
    } else if (record->kind ==
               RECORD_ACTOR) { /* which the table itself refuses; longer circles are looked for behind the writing */
        buffer_text(sql, " UNION ALL SELECT line, '/part_of', 'cycle' FROM met WHERE record ->> 'part_of' = id::text");
    }
    buffer_char(sql, ')');
}

static void write_lines(struct buffer *sql, const struct record *record)
{
    look(sql, record);
    find_faults(sql, record);
    buffer_format(
        sql,
        ", written AS ("
        "INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, at, record)"
        " SELECT $7::text, $3::text, '%s', id, ref, CASE WHEN before IS NULL THEN 'create' ELSE 'update' END, version,"
        " created_at, at, record FROM met"
        " WHERE changed AND NOT $4::boolean AND NOT EXISTS (SELECT FROM fault) ORDER BY id, line RETURNING seq"
        "), projected AS (",
        record->name);
    columns_write(
        sql, record, "met",
        " WHERE c.final AND c.version > c.last_version AND NOT $4::boolean AND NOT EXISTS (SELECT FROM fault)");
    buffer_text(sql, ") SELECT line, pointer, code, NULL::bigint FROM fault"
                     " UNION ALL SELECT NULL, NULL, CASE WHEN NOT changed THEN 'none' WHEN before IS NULL THEN 'create'"
                     " ELSE 'update' END, count(*) FROM met GROUP BY 3"
                     " UNION ALL SELECT NULL, NULL, 'first', min(seq) FROM written"
                     " UNION ALL SELECT NULL, NULL, 'last', max(seq) FROM written");
    texts.write[record->kind] = keep(sql);
}

static void write_lists(struct buffer *sql, const struct record *record)
{
    int count = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->table == NULL) {
            continue;
        }
        if (count + 3 > STAGE_LISTS + 1) {
            abort(); /* likewise */
        }
        buffer_format(sql,
                      "DELETE FROM %s l USING change c WHERE c.xid = pg_current_xact_id() AND c.seq >= $1::bigint AND"
                      " c.seq < $2::bigint AND c.kind = '%s' AND l.%s_id = c.id",
                      field->table, record->name, record->name);
        texts.lists[record->kind][count++] = keep(sql);
        columns_write_list(sql, record, field,
                           " WHERE c.xid = pg_current_xact_id() AND c.seq >= $1::bigint AND c.seq < $2::bigint AND"
                           " c.version = (SELECT l.version FROM change l WHERE l.kind = c.kind AND l.id = c.id"
                           " ORDER BY l.version DESC LIMIT 1)");
        buffer_format(sql, " AND c.kind = '%s'", record->name);
        texts.lists[record->kind][count++] = keep(sql);
    }
}

/* Every reference in the lines of a kind, with its place. */
static void references_of(struct buffer *sql, const struct record *record, const struct field *field)
{
    const char *target = records[field->target]->name;
    const char *lines = "import_line s";
    if ((field->flags & FIELD_MANY) == 0) {
        buffer_format(sql, "SELECT s.line, '/%s' AS pointer, '%s' AS kind, (s.record ->> '%s')::uuid AS id FROM %s",
                      field->name, target, field->name, lines);
    } else if (field->type == FIELD_LINK) {
        buffer_format(
            sql,
            "SELECT s.line, '/%s/' || e.ordinal - 1 || '/%s', '%s', (e.value ->> '%s')::uuid FROM %s"
            " CROSS JOIN LATERAL jsonb_array_elements(s.record -> '%s') WITH ORDINALITY AS e (value, ordinal)",
            field->name, target, target, target, lines, field->name);
    } else {
        buffer_format(
            sql,
            "SELECT s.line, '/%s/' || e.ordinal - 1, '%s', e.value::uuid FROM %s"
            " CROSS JOIN LATERAL jsonb_array_elements_text(s.record -> '%s') WITH ORDINALITY AS e (value, ordinal)",
            field->name, target, lines, field->name);
    }
    buffer_format(sql, " WHERE s.kind = '%s' AND s.line >= $1::bigint AND s.line < $2::bigint AND s.record ? '%s'",
                  record->name, field->name);
}

/* `lost` are the lines that name what neither the database nor another line brings, or what only a lost line brings. import_absent
   says which of all that is named the database does not have. */
static void find_lost(struct buffer *sql)
{
    buffer_text(sql, "WITH RECURSIVE edge AS MATERIALIZED (SELECT r.* FROM (");
    const char *joint = "";
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        for (size_t i = 0; i < records[kind]->field_count; i++) {
            const struct field *field = &records[kind]->fields[i];
            if (field->type == FIELD_REFERENCE || field->type == FIELD_LINK) {
                buffer_text(sql, joint);
                references_of(sql, records[kind], field);
                joint = " UNION ALL ";
            }
        }
    }
    buffer_text(sql,
                ") AS r JOIN import_absent a ON a.kind = r.kind AND a.id = r.id"
                "), own AS MATERIALIZED ("
                "SELECT s.line, s.kind, s.id FROM import_line s JOIN import_absent a ON a.kind = s.kind AND a.id = s.id"
                " WHERE s.line >= $1::bigint AND s.line < $2::bigint"
                "), lost (line) AS ("
                "SELECT e.line FROM edge e LEFT JOIN own o ON o.kind = e.kind AND o.id = e.id WHERE o.id IS NULL"
                " UNION "
                "SELECT e.line FROM lost l JOIN own o ON o.line = l.line JOIN edge e ON e.kind = o.kind AND e.id = o.id"
                ") ");
}

void stage_sql_init(void)
{
    if (memory != NULL) {
        return;
    }
    memory = arena_new();
    struct buffer sql __attribute__((cleanup(buffer_free)));
    buffer_init(&sql, SQL_LIMIT);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        write_lines(&sql, records[kind]);
        write_lists(&sql, records[kind]);
    }
    find_lost(&sql);
    buffer_text(&sql, "SELECT e.line, e.pointer, e.kind FROM edge e LEFT JOIN own o ON o.kind = e.kind AND o.id = e.id"
                      " WHERE o.id IS NULL OR o.line IN (SELECT line FROM lost) ORDER BY e.line, e.pointer");
    texts.lost_list = keep(&sql);
    find_lost(&sql);
    buffer_text(&sql, ", moved AS (DELETE FROM import_line s USING lost WHERE s.line = lost.line RETURNING s.*)"
                      ", kept AS (INSERT INTO import_later SELECT * FROM moved RETURNING line)"
                      " SELECT count(*) FROM kept");
    texts.lost_defer = keep(&sql);
    find_lost(&sql);
    buffer_text(&sql, "DELETE FROM import_line s USING lost WHERE s.line = lost.line");
    texts.lost_drop = keep(&sql);
}

const struct stage_sql *stage_sql(void)
{
    return &texts;
}
