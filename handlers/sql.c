/* Generates every record's statements from its description, at start. */
#include "handlers/sql.h"

#include <stdlib.h>

#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/columns.h"

#define SQL_LIMIT ((size_t)64 * 1024)

static struct record_sql texts[RECORD_KINDS];
static struct arena *memory; /* of the texts: as long as the process lives */

/* Moves what was generated into lasting memory. A statement that does not fit is a fault of the program. */
static const char *keep(struct buffer *sql)
{
    if (sql->overflowed) {
        abort();
    }
    const char *text = arena_copy(memory, sql->data, sql->length);
    buffer_clear(sql);
    return text;
}

static void select_columns(struct buffer *sql, const struct record *record)
{
    columns_select(sql, record);
    texts[record->kind].columns = keep(sql);
    buffer_format(sql, "SELECT %s FROM %s t WHERE t.id = $1::uuid", texts[record->kind].columns, record->name);
    texts[record->kind].read = keep(sql);
    columns_known(sql, record);
    texts[record->kind].known = keep(sql);
    columns_known_names(sql, record);
    texts[record->kind].known_names = keep(sql);
}

static void recall(struct buffer *sql, const struct record *record)
{
    columns_recall(sql, record, ", c.operation");
    buffer_text(sql, " AND c.id = $1::uuid AND c.version = $2::integer");
    texts[record->kind].recall = keep(sql);
    columns_recall(sql, record,
                   ", c.operation, c.who, c.request_id, c.record,"
                   " (SELECT before.record FROM change before WHERE before.kind = c.kind AND before.id = c.id"
                   " AND before.version = c.version - 1 AND c.operation <> 'create')");
    buffer_text(sql, " AND c.id = $1::uuid AND c.version < $2::bigint ORDER BY c.version DESC LIMIT $3::integer");
    texts[record->kind].history = keep(sql);
}

typedef bool generator(struct buffer *sql, const struct record *record, int index);

/* All that a generator of schema/columns.h has for a record. */
static void generate(struct buffer *sql, const struct record *record, generator *next,
                     const char *ret_texts[static PROJECTIONS_MOST])
{
    int count = 0;
    while (next(sql, record, count)) {
        if (count + 1 == PROJECTIONS_MOST) {
            abort();
        }
        ret_texts[count++] = keep(sql);
    }
}

/* How many records name the one under `target` in this field; it itself does not count. */
static void count_references(struct buffer *sql, const struct record *record, const struct field *field,
                             enum record_kind target)
{
    bool many = (field->flags & FIELD_MANY) != 0;
    buffer_format(sql, "SELECT '%s', '%s', count(*) FROM (SELECT ", record->name, field->name);
    if (many) { /* a source may cite another twice, in two relations */
        buffer_format(sql, "DISTINCT t.%s_id FROM %s t WHERE t.target_id = $1::uuid", record->name, field->table);
    } else {
        buffer_format(sql, "FROM %s t WHERE t.%s_id = $1::uuid", record->name, field->name);
    }
    if (record->kind == target) {
        buffer_format(sql, " AND t.%s%s <> $1::uuid", many ? record->name : "", many ? "_id" : "id");
    }
    buffer_format(sql, " LIMIT %d) counted", REFERENCES_COUNTED);
}

static void erase(struct buffer *sql, const struct record *target)
{
    buffer_format(sql,
                  "WITH last AS MATERIALIZED ("
                  "SELECT version, ref, operation, created_at, record FROM change"
                  " WHERE kind = '%s' AND id = $1::uuid ORDER BY version DESC LIMIT 1"
                  "), used (kind, field, count) AS MATERIALIZED (",
                  target->name);
    const char *joint = "";
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        for (size_t i = 0; i < record->field_count; i++) {
            const struct field *field = &record->fields[i];
            bool refers = field->type == FIELD_REFERENCE || field->type == FIELD_LINK;
            if (refers && field->target == target->kind) {
                buffer_text(sql, joint);
                count_references(sql, record, field, target->kind);
                joint = " UNION ALL ";
            }
        }
    }
    if (*joint == '\0') {
        buffer_text(sql, "SELECT ''::text, ''::text, 0::bigint");
    }
    buffer_format(sql,
                  "), stale AS MATERIALIZED ("
                  "SELECT version FROM last WHERE operation <> 'delete'"
                  " AND NOT version <@ ($4::int4multirange - $5::int4multirange)"
                  "), written AS ("
                  "INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, record)"
                  " SELECT $2::text, $3::text, '%s', $1::uuid, ref, 'delete', version + 1, created_at, record FROM last"
                  " WHERE operation <> 'delete' AND NOT EXISTS (SELECT FROM used WHERE count > 0) AND NOT EXISTS "
                  "(SELECT FROM stale)"
                  " RETURNING version)"
                  " SELECT 'deleted'::text, NULL::text, NULL::text, 1::bigint FROM written"
                  " UNION ALL"
                  " SELECT 'stale', NULL, NULL, version FROM stale"
                  " UNION ALL"
                  " SELECT 'used', kind, field, count FROM used"
                  " WHERE count > 0 AND EXISTS (SELECT FROM last WHERE operation <> 'delete')",
                  target->name);
    texts[target->kind].erase = keep(sql);
}

void sql_init(void)
{
    if (memory != NULL) {
        return;
    }
    memory = arena_new();
    struct buffer sql __attribute__((cleanup(buffer_free)));
    buffer_init(&sql, SQL_LIMIT);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        select_columns(&sql, records[kind]);
        recall(&sql, records[kind]);
        generate(&sql, records[kind], columns_project, texts[kind].projections);
        generate(&sql, records[kind], columns_remove, texts[kind].removals);
        erase(&sql, records[kind]);
    }
}

const struct record_sql *sql_of(const struct record *record)
{
    return &texts[record->kind];
}
