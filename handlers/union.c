/* Unites documents, field by field. */
#include "handlers/union.h"

#include <string.h>

#define ALIASES "aliases"

static bool refers(const struct field *field)
{
    return field->type == FIELD_REFERENCE || field->type == FIELD_LINK;
}

static bool names(const json_t *value, const char *id)
{
    const char *text = json_string_value(value);
    return text != NULL && strcmp(text, id) == 0;
}

/* What an entry refers to; for one that refers to nothing itself. */
static const json_t *target_of(const struct field *field, const json_t *entry)
{
    return field->type == FIELD_LINK ? json_object_get(entry, records[field->target]->name) : entry;
}

static bool contains(const json_t *list, const json_t *entry)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(json_array_get(list, i), entry) == 1) {
            return true;
        }
    }
    return false;
}

static void count_folded(json_t *folded, const struct field *field)
{
    json_int_t count = json_integer_value(json_object_get(folded, field->name));
    json_object_set_new(folded, field->name, json_integer(count + 1));
}

static bool itself(const struct record *record, const struct field *field, const json_t *value,
                   const struct side *stays, const struct side *other)
{
    return refers(field) && field->target == record->kind && (names(value, stays->id) || names(value, other->id));
}

/* Appends a side's entries. */
static void unite_list(const struct record *record, const struct field *field, const json_t *entries, json_t *list,
                       const struct side *stays, const struct side *other, json_t *folded)
{
    for (size_t i = 0; i < json_array_size(entries); i++) {
        json_t *entry = json_array_get(entries, i);
        if (itself(record, field, target_of(field, entry), stays, other)) {
            count_folded(folded, field);
        } else if (!contains(list, entry)) {
            json_array_append(list, entry);
        } else if (refers(field)) {
            count_folded(folded, field);
        }
    }
}

/* The label that goes becomes an alias, unless it is the one that stays; and that one is no alias of its own. */
static void unite_aliases(json_t *list, const struct side *stays, const struct side *other)
{
    json_t *label = json_string(other->label);
    if (strcmp(stays->label, other->label) != 0 && !contains(list, label)) {
        json_array_append(list, label);
    }
    json_decref(label);
}

static void drop_label(json_t *list, size_t from, const char *label)
{
    for (size_t i = json_array_size(list); i > from; i--) {
        if (names(json_array_get(list, i - 1), label)) {
            json_array_remove(list, i - 1);
        }
    }
}

static void unite_many(const struct record *record, const struct field *field, const struct side *stays,
                       const struct side *other, struct unified *unified)
{
    json_t *list = json_array();
    bool aliases = strcmp(field->name, ALIASES) == 0;
    unite_list(record, field, json_object_get(stays->document, field->name), list, stays, other, unified->folded);
    size_t own = json_array_size(list);
    if (aliases) {
        unite_aliases(list, stays, other);
    }
    unite_list(record, field, json_object_get(other->document, field->name), list, stays, other, unified->folded);
    if (aliases) {
        drop_label(list, own, stays->label);
    }
    if (json_array_size(list) > 0) {
        json_object_set(unified->document, field->name, list);
    } else {
        json_object_del(unified->document, field->name);
    }
    json_decref(list);
}

static void unite_one(const struct record *record, const struct field *field, const struct side *stays,
                      const struct side *other, struct unified *unified)
{
    json_t *own = json_object_get(stays->document, field->name);
    json_t *value = json_object_get(other->document, field->name);
    if (own != NULL && itself(record, field, own, stays, other)) {
        json_object_del(unified->document, field->name);
        count_folded(unified->folded, field);
    }
    bool label = record->label != NULL && strcmp(field->name, record->label) == 0;
    bool kept = label && record_field(record, ALIASES) != NULL;
    if (value == NULL || kept || (own != NULL && json_equal(own, value) == 1)) {
        return;
    }
    if (itself(record, field, value, stays, other)) {
        count_folded(unified->folded, field);
    } else if (field->type != FIELD_OBJECT || json_object_size(value) > 0) {
        json_object_set(unified->left_out, field->name, value);
    }
}

struct unified union_of(const struct record *record, const struct side *stays, const struct side *other)
{
    struct unified unified = {json_deep_copy(stays->document), json_object(), json_object()};
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_MANY) != 0) {
            unite_many(record, field, stays, other, &unified);
        } else {
            unite_one(record, field, stays, other, &unified);
        }
    }
    return unified;
}

void union_free(struct unified *unified)
{
    json_decref(unified->document);
    json_decref(unified->left_out);
    json_decref(unified->folded);
    *unified = (struct unified){NULL, NULL, NULL};
}
