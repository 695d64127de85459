/* Generates every record's statements from its description, at start. */
#include "handlers/sql.h"

#include <stdlib.h>

#include "handlers/uses.h"
#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/columns.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define REFERENCES_LIMIT TEXT(REFERENCES_COUNTED)

#define SQL_LIMIT ((size_t)64 * 1024)

static struct record_sql texts[RECORD_KINDS];
static const char *reference_fields;
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
    buffer_format(sql, "SELECT %s FROM %s t WHERE t.id = ANY ($1::uuid[])", texts[record->kind].columns, record->name);
    texts[record->kind].read_many = keep(sql);
    columns_known(sql, record);
    texts[record->kind].known = keep(sql);
    columns_known_names(sql, record);
    texts[record->kind].known_names = keep(sql);
}

static void moved(struct buffer *sql, const struct record *record)
{
    buffer_format(sql,
                  "SELECT merged.into_id, t.ref FROM merged LEFT JOIN %s t ON t.id = merged.into_id"
                  " WHERE merged.id = $1::uuid AND merged.kind = '%s'",
                  record->name, record->name);
    texts[record->kind].moved = keep(sql);
}

/* The names of every kind's fields that refer to something. */
static void references(struct buffer *sql)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        buffer_format(sql, "%s\"%s\":", kind == 0 ? "{" : ",", records[kind]->name);
        uses_names(sql, records[kind]);
    }
    buffer_char(sql, '}');
    reference_fields = keep(sql);
}

static void recall(struct buffer *sql, const struct record *record)
{
    columns_recall(sql, record, ", c.operation");
    buffer_text(sql, " AND c.id = $1::uuid AND c.version = $2::integer");
    texts[record->kind].recall = keep(sql);
    columns_recall(sql, record,
                   ", c.operation, c.who, c.request_id, c.record,"
                   " (SELECT before.record FROM change before WHERE before.kind = c.kind AND before.id = c.id"
                   " AND before.version = c.version - 1 AND c.operation <> 'create'), c.into_id");
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

static void erase(struct buffer *sql, const struct record *target)
{
    buffer_format(sql,
                  "WITH last AS MATERIALIZED ("
                  "SELECT version, ref, operation, created_at, record FROM change"
                  " WHERE kind = '%s' AND id = $1::uuid ORDER BY version DESC LIMIT 1"
                  "), used (kind, field, count) AS MATERIALIZED (",
                  target->name);
    uses_count(sql, target, REFERENCES_LIMIT, "<> $1::uuid");
    buffer_format(
        sql,
        "), stale AS MATERIALIZED ("
        "SELECT version FROM last WHERE " COLUMNS_LIVE(
            "last") " AND NOT version <@ ($4::int4multirange - $5::int4multirange)"
                    "), written AS ("
                    "INSERT INTO change (who, request_id, kind, id, ref, operation, version, created_at, record)"
                    " SELECT $2::text, $3::text, '%s', $1::uuid, ref, 'delete', version + 1, created_at, record FROM "
                    "last"
                    " WHERE " COLUMNS_LIVE(
                        "last") " AND NOT EXISTS (SELECT FROM used WHERE count > 0) AND NOT EXISTS "
                                "(SELECT FROM stale)"
                                " RETURNING version)"
                                " SELECT 'deleted'::text, NULL::text, NULL::text, 1::bigint FROM written"
                                " UNION ALL"
                                " SELECT 'stale', NULL, NULL, version FROM stale"
                                " UNION ALL"
                                " SELECT 'used', kind, field, count FROM used"
                                " WHERE count > 0 AND EXISTS (SELECT FROM last WHERE " COLUMNS_LIVE("last") ")",
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
        moved(&sql, records[kind]);
    }
    references(&sql);
}

const struct record_sql *sql_of(const struct record *record)
{
    return &texts[record->kind];
}

const char *sql_references(void)
{
    return reference_fields;
}
