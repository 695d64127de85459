/* Generates queries over all fields that refer. */
#include "handlers/uses.h"

bool uses_refers(const struct field *field, enum record_kind target)
{
    return (field->type == FIELD_REFERENCE || field->type == FIELD_LINK) && field->target == target;
}

static void count_field(struct buffer *sql, const struct record *record, const struct field *field,
                        const struct record *target, const char *limit, const char *counted)
{
    bool many = field->table != NULL;
    buffer_format(sql, "SELECT '%s', '%s', count(*) FROM (SELECT ", record->name, field->name);
    if (many) { /* a source may cite another twice, in two relations */
        buffer_format(sql, "DISTINCT t.%s_id FROM %s t WHERE t.target_id = $1::uuid", record->name, field->table);
    } else {
        buffer_format(sql, "FROM %s t WHERE t.%s_id = $1::uuid", record->name, field->name);
    }
    if (record == target) {
        buffer_format(sql, " AND t.%s%s %s", many ? record->name : "", many ? "_id" : "id", counted);
    }
    buffer_format(sql, " LIMIT %s) counted", limit);
}

void uses_count(struct buffer *sql, const struct record *target, const char *limit, const char *counted)
{
    const char *joint = "";
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        for (size_t i = 0; i < record->field_count; i++) {
            if (uses_refers(&record->fields[i], target->kind)) {
                buffer_text(sql, joint);
                count_field(sql, record, &record->fields[i], target, limit, counted);
                joint = " UNION ALL ";
            }
        }
    }
    if (*joint == '\0') {
        buffer_text(sql, "SELECT '', '', 0::bigint");
    }
}

bool uses_select(struct buffer *sql, const struct record *record, const struct record *target)
{
    const char *joint = "";
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (!uses_refers(field, target->kind)) {
            continue;
        }
        if (field->table != NULL) {
            buffer_format(sql, "%sSELECT DISTINCT t.%s_id AS id FROM %s t WHERE t.target_id = $1::uuid", joint,
                          record->name, field->table);
        } else {
            buffer_format(sql, "%sSELECT t.id FROM %s t WHERE t.%s_id = $1::uuid", joint, record->name, field->name);
        }
        joint = " UNION ";
    }
    return *joint != '\0';
}

void uses_names(struct buffer *json, const struct record *record)
{
    const char *joint = "[";
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->type == FIELD_REFERENCE || field->type == FIELD_LINK) {
            buffer_format(json, "%s\"%s\"", joint, field->name);
            joint = ",";
        }
    }
    buffer_text(json, *joint == '[' ? "[]" : "]");
}
