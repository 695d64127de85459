/* Statements over the records' tables, generated from the descriptions. */
#include "schema/columns.h"

#include <stdio.h>
#include <string.h>

/* What every record begins with; `change` has all of them, the last under another name. */
static const char own_columns[] = "id, ref, version, created_at, updated_at";
static const char own_values[] = "c.id, c.ref, c.version, c.created_at, c.at";

const struct column columns_common[COLUMNS_COMMON] = {
    {.name = "id", .type = "uuid"},
    {.name = "ref", .type = "text", .nullable = true},
    {.name = "version", .type = "integer"},
    {.name = "created_at", .type = "timestamp with time zone"},
    {.name = "updated_at", .type = "timestamp with time zone"},
};

static const char *column_type(const struct field *field)
{
    switch (field->type) {
    case FIELD_TIME:
        return "timestamp with time zone";
    case FIELD_INTEGER:
        return "integer";
    case FIELD_NUMBER:
        return "double precision";
    case FIELD_BOOLEAN:
        return "boolean";
    case FIELD_OBJECT:
        return "jsonb";
    case FIELD_REFERENCE:
    case FIELD_LINK:
        return "uuid";
    default:
        return field->flags & FIELD_MANY ? "text[]" : "text";
    }
}

static void column_set(struct column *column, const char *stem, const char *ending, const char *type, bool nullable)
{
    snprintf(column->name, sizeof column->name, "%s%s", stem, ending);
    column->type = type;
    column->nullable = nullable;
}

int columns_of_field(const struct record *record, const struct field *field, struct column ret[static COLUMNS_OF_FIELD])
{
    const char *type = column_type(field);
    if (field->table != NULL) {
        column_set(&ret[0], record->name, "_id", "uuid", false);
        column_set(&ret[1], "ordinal", "", "smallint", false);
        column_set(&ret[2], "target", "_id", type, false);
        if (field->type != FIELD_LINK) {
            return 3;
        }
        column_set(&ret[3], "relation", "", "text", false);
        return 4;
    }
    /* An array or an object without a value is an empty one. */
    bool nullable = (field->flags & (FIELD_REQUIRED | FIELD_MANY)) == 0 && field->type != FIELD_OBJECT;
    column_set(&ret[0], field->name, field->type == FIELD_REFERENCE ? "_id" : "", type, nullable);
    if (field->type != FIELD_TIME) {
        return 1;
    }
    column_set(&ret[1], field->name, "_is_date", "boolean", nullable);
    return 2;
}

#define TABLES_MOST 16

/* A list in the field's table, as an array in the order in which it was given. */
static void select_table(struct buffer *sql, const struct record *record, const struct field *field, const char *column)
{
    buffer_format(sql, ", ARRAY(SELECT l.%s FROM %s l WHERE l.%s_id = t.id ORDER BY l.ordinal)", column, field->table,
                  record->name);
}

void columns_select(struct buffer *sql, const struct record *record)
{
    buffer_text(sql, "t.id, t.ref, t.version, t.created_at, t.updated_at");
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->table != NULL) {
            select_table(sql, record, field, "target_id");
            if (field->type == FIELD_LINK) {
                select_table(sql, record, field, "relation");
            }
            continue;
        }
        struct column columns[COLUMNS_OF_FIELD];
        int count = columns_of_field(record, field, columns);
        for (int j = 0; j < count; j++) {
            buffer_format(sql, ", t.%s", columns[j].name);
        }
    }
}

int columns_count(const struct record *record)
{
    int count = COLUMNS_COMMON;
    for (size_t i = 0; i < record->field_count; i++) {
        count += 1 + (record->fields[i].type == FIELD_TIME || record->fields[i].type == FIELD_LINK);
    }
    return count;
}

/* The rows of `change` that a projection is about: this transaction's, and where it wrote a record more than once, the last. */
static void where_written(struct buffer *sql, const struct record *record, const char *operation)
{
    buffer_format(
        sql,
        " WHERE c.xid = pg_current_xact_id() AND c.kind = '%s'%s AND NOT EXISTS"
        " (SELECT FROM change later WHERE later.kind = c.kind AND later.id = c.id AND later.version > c.version)",
        record->name, operation);
}

/* Of records of which these rows of `change` are. */
static void delete_table(struct buffer *sql, const struct record *record, const struct field *field, const char *rows)
{
    buffer_format(sql, "DELETE FROM %s l USING change c", field->table);
    where_written(sql, record, rows);
    buffer_format(sql, " AND l.%s_id = c.id", record->name);
}

void columns_write_list(struct buffer *sql, const struct record *record, const struct field *field, const char *where)
{
    bool link = field->type == FIELD_LINK;
    buffer_format(sql, "INSERT INTO %s (%s_id, ordinal, target_id%s) SELECT c.id, e.ordinal::smallint, ", field->table,
                  record->name, link ? ", relation" : "");
    if (link) {
        buffer_format(sql, "(e.value ->> '%s')::uuid, e.value ->> 'relation'", records[field->target]->name);
    } else {
        buffer_text(sql, "e.value::uuid");
    }
    buffer_format(sql, " FROM change c CROSS JOIN LATERAL %s(c.record -> '%s') WITH ORDINALITY AS e (value, ordinal)",
                  link ? "jsonb_array_elements" : "jsonb_array_elements_text", field->name);
    buffer_text(sql, where);
}

static void insert_table(struct buffer *sql, const struct record *record, const struct field *field)
{
    columns_write_list(sql, record, field, "");
    where_written(sql, record, " AND " COLUMNS_LIVE("c"));
}

/* A field as jsonb_to_record is to read it from the document: r."name" type. */
static void document_column(struct buffer *sql, const struct field *field, const char *joint)
{
    /* A time stays text at first: whether it is a date alone shows in its length. */
    buffer_format(sql, "%s\"%s\" %s", joint, field->name, field->type == FIELD_TIME ? "text" : column_type(field));
}

/* A document's fields as the columns of `r`. */
static void document_columns(struct buffer *sql, const struct record *record)
{
    const char *joint = "jsonb_to_record(c.record) AS r (";
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].table == NULL) {
            document_column(sql, &record->fields[i], joint);
            joint = ", ";
        }
    }
    buffer_char(sql, ')');
}

/* …and the values of its columns. */
static void document_value(struct buffer *sql, const struct field *field)
{
    if (field->type == FIELD_TIME) {
        /* Canonical times are in UTC, so the zone is put on here and the session's does not matter. */
        buffer_format(sql, ", r.\"%s\"::timestamp AT TIME ZONE 'UTC', length(r.\"%s\") = 10", field->name, field->name);
    } else if (field->flags & FIELD_MANY || field->type == FIELD_OBJECT) {
        buffer_format(sql, ", coalesce(r.\"%s\", '{}')", field->name);
    } else {
        buffer_format(sql, ", r.\"%s\"", field->name);
    }
}

/* The record's own columns but the first ones: ", name", or ", name = excluded.name" for those that are not the key. */
static void project_columns(struct buffer *sql, const struct record *record, bool assign)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        struct column columns[COLUMNS_OF_FIELD];
        int count = field->table == NULL ? columns_of_field(record, field, columns) : 0;
        for (int j = 0; j < count; j++) {
            const char *name = columns[j].name;
            if (!assign) {
                buffer_format(sql, ", %s", name);
            } else if (!record->by_claim || strcmp(name, "claim_id") != 0) {
                buffer_format(sql, ", %s = excluded.%s", name, name);
            }
        }
    }
}

static void delete_record(struct buffer *sql, const struct record *record)
{
    buffer_format(sql, "DELETE FROM %s t USING change c", record->name);
    where_written(sql, record, " AND NOT " COLUMNS_LIVE("c"));
    buffer_format(sql, " AND t.id = c.id%s", record->by_claim ? " AND t.claim_id = (c.record ->> 'claim')::uuid" : "");
}

/* "SELECT …, in the order of its own columns and project_columns, FROM … c …": a record as its row of `change`, or of what has the
   same columns, has it. `now`: what it referred to and was merged since is what it was merged into. */
static void select_document(struct buffer *sql, const struct record *record, const char *relation, bool now)
{
    buffer_format(sql, "SELECT %s", own_values);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->table == NULL && field->type == FIELD_REFERENCE && now) {
            buffer_format(sql, ", coalesce((SELECT m.into_id FROM merged m WHERE m.id = r.\"%s\"), r.\"%s\")",
                          field->name, field->name);
        } else if (field->table == NULL) {
            document_value(sql, field);
        }
    }
    buffer_format(sql, " FROM %s c CROSS JOIN LATERAL ", relation);
    document_columns(sql, record);
}

static void insert_record(struct buffer *sql, const struct record *record, const char *relation)
{
    buffer_format(sql, "INSERT INTO %s (%s", record->name, own_columns);
    project_columns(sql, record, false);
    buffer_text(sql, ") ");
    select_document(sql, record, relation, false);
}

static void over_record(struct buffer *sql, const struct record *record)
{
    buffer_format(sql,
                  " ON CONFLICT (%sid) DO UPDATE SET ref = excluded.ref, version = excluded.version,"
                  " created_at = excluded.created_at, updated_at = excluded.updated_at",
                  record->by_claim ? "claim_id, " : "");
    project_columns(sql, record, true);
}

void columns_write(struct buffer *sql, const struct record *record, const char *relation, const char *where)
{
    insert_record(sql, record, relation);
    buffer_text(sql, where);
    over_record(sql, record);
}

static void project_record(struct buffer *sql, const struct record *record)
{
    insert_record(sql, record, "change");
    where_written(sql, record, " AND " COLUMNS_LIVE("c"));
    over_record(sql, record);
}

/* A list in a table of its own, as its documents have it: an array in the order in which it was given. */
static void recall_list(struct buffer *sql, const struct field *field)
{
    const char *elements = field->type == FIELD_LINK ? "jsonb_array_elements" : "jsonb_array_elements_text";
    const char *parts[] = {"e.value", NULL, NULL};
    char target[COLUMN_NAME + 16];
    if (field->type == FIELD_LINK) {
        snprintf(target, sizeof target, "e.value ->> '%s'", records[field->target]->name);
        parts[0] = target;
        parts[1] = "e.value ->> 'relation'";
    }
    for (int i = 0; parts[i] != NULL; i++) {
        buffer_format(sql,
                      ", ARRAY(SELECT (%s)::%s FROM %s(c.record -> '%s') WITH ORDINALITY AS e (value, ordinal)"
                      " ORDER BY e.ordinal)",
                      parts[i], i == 0 ? "uuid" : "text", elements, field->name);
    }
}

void columns_recall(struct buffer *sql, const struct record *record, const char *more)
{
    buffer_format(sql, "SELECT %s", own_values);
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].table != NULL) {
            recall_list(sql, &record->fields[i]);
        } else {
            document_value(sql, &record->fields[i]);
        }
    }
    buffer_format(sql, "%s FROM change c CROSS JOIN LATERAL ", more);
    document_columns(sql, record);
    buffer_format(sql, " WHERE c.kind = '%s'", record->name);
}

/* The fields of a record that have a table of their own. Returns how many. */
static int tables_of(const struct record *record, const struct field *ret_fields[static TABLES_MOST])
{
    int count = 0;
    for (size_t i = 0; i < record->field_count && count < TABLES_MOST; i++) {
        if (record->fields[i].table != NULL) {
            ret_fields[count++] = &record->fields[i];
        }
    }
    return count;
}

bool columns_project(struct buffer *sql, const struct record *record, int index)
{
    /* The record first, for its lists refer to it. */
    const struct field *tables[TABLES_MOST];
    int count = tables_of(record, tables);
    if (index < 0 || index > 2 * count) {
        return false;
    }
    if (index == 0) {
        project_record(sql, record);
    } else if (index <= count) {
        delete_table(sql, record, tables[index - 1], "");
    } else {
        insert_table(sql, record, tables[index - count - 1]);
    }
    return true;
}

bool columns_remove(struct buffer *sql, const struct record *record, int index)
{
    /* Lists go first, since they hold on to their record. */
    const struct field *tables[TABLES_MOST];
    int count = tables_of(record, tables);
    if (index < 0 || index > count) {
        return false;
    }
    if (index < count) {
        delete_table(sql, record, tables[index], " AND NOT " COLUMNS_LIVE("c"));
    } else {
        delete_record(sql, record);
    }
    return true;
}

void columns_known(struct buffer *sql, const struct record *record)
{
    select_document(sql, record, "change", true);
    buffer_format(sql, " WHERE c.kind = '%s' AND " COLUMNS_LIVE("c"), record->name);
}

void columns_known_names(struct buffer *sql, const struct record *record)
{
    buffer_text(sql, own_columns);
    project_columns(sql, record, false);
}
