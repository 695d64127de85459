/* A record, field by field in the order of its description, then what its fields say together. */
#include "schema/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/pointer.h"
#include "schema/validate_value.h"

/* What every record has beside its fields. */
static const char *const own[] = {"id", "ref", "version", "created_at", "updated_at"};

/* Null means the same as nothing, in every place where there may be nothing. */
static const json_t *given(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    return json_is_null(value) ? NULL : value;
}

static void put(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new_nocheck(object, name, value) != 0) {
        fputs("stanced: out of memory\n", stderr);
        abort();
    }
}

static bool repeated(const json_t *list, const json_t *item)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(json_array_get(list, i), item)) {
            return true;
        }
    }
    return false;
}

static json_t *check_many(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    struct faults *faults = validation->faults;
    if (!json_is_array(value)) {
        faults_add(faults, pointer_text(at, validation->arena), "wrong_type", "This has to be an array, and is %s.",
                   validate_type_name(value));
        return NULL;
    }
    size_t count = json_array_size(value);
    if (count > field->items) {
        faults_add(faults, pointer_text(at, validation->arena), "too_many",
                   "There are %zu items; at most %zu are taken.", count, field->items);
        count = field->items; /* the others are not worth the time */
    }
    json_t *list = validate_made(json_array());
    for (size_t i = 0; i < count; i++) {
        struct pointer here = {.up = at, .index = i};
        json_t *item = validate_value(validation, field, &here, json_array_get(value, i));
        if (item != NULL && (field->flags & FIELD_SET) != 0 && repeated(list, item)) {
            faults_add(faults, pointer_text(&here, validation->arena), "duplicate_item",
                       "This stands in the array already.");
        }
        if (item != NULL && json_array_append_new(list, item) != 0) {
            (void)validate_made(NULL);
        }
    }
    return list;
}

/* An array without items and an object without members say nothing, so that leaving them out is the same. */
static bool says_nothing(const json_t *value)
{
    return (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

static void check_field(struct validation *validation, const struct field *field, const json_t *body, json_t *document)
{
    struct pointer at = {.name = field->name};
    const json_t *value = given(body, field->name);
    if (value == NULL) {
        if ((field->flags & FIELD_REQUIRED) != 0) {
            faults_add(validation->faults, pointer_text(&at, validation->arena), "required", "`%s` is needed here.",
                       field->name);
        }
        return;
    }
    json_t *checked = (field->flags & FIELD_MANY) != 0 ? check_many(validation, field, &at, value)
                                                       : validate_value(validation, field, &at, value);
    if (checked == NULL || says_nothing(checked)) {
        json_decref(checked);
        return;
    }
    put(document, field->name, checked);
}

static void check_unknown(struct validation *validation, const struct record *record, const json_t *body)
{
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)body, name, value)
    {
        bool known = record_field(record, name) != NULL;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
            known = known || strcmp(own[i], name) == 0;
        }
        if (!known) {
            struct pointer at = {.name = name};
            faults_add(validation->faults, pointer_text(&at, validation->arena), "unknown_field",
                       "No %s has a field `%s`.", record->name, validate_excerpt(validation->arena, name));
        }
    }
}

/* A string among what is not a field. NULL where there is none, or none that will do. */
static const char *own_text(struct validation *validation, const json_t *body, const char *name)
{
    const json_t *value = given(body, name);
    if (value == NULL) {
        return NULL;
    }
    struct pointer at = {.name = name};
    if (!json_is_string(value)) {
        faults_add(validation->faults, pointer_text(&at, validation->arena), "wrong_type",
                   "This has to be a string, and is %s.", validate_type_name(value));
        return NULL;
    }
    return arena_copy(validation->arena, json_string_value(value), json_string_length(value));
}

static void check_identity(struct validation *validation, const json_t *body, struct draft *draft)
{
    struct faults *faults = validation->faults;
    struct identity ignored;
    draft->id = own_text(validation, body, "id");
    if (draft->id != NULL && !identity_parse(draft->id, strlen(draft->id), &ignored)) {
        faults_add(faults, "/id", "invalid_id", "An id is a UUID: `%s`.",
                   validate_excerpt(validation->arena, draft->id));
    }
    draft->ref = own_text(validation, body, "ref");
    if (draft->ref != NULL && !ref_valid(draft->ref, strlen(draft->ref))) {
        faults_add(
            faults, "/ref", "invalid_ref",
            "A ref is up to %d of the characters a-z 0-9 . _ - that begin with a letter or digit, and no UUID: `%s`.",
            REF_MOST, validate_excerpt(validation->arena, draft->ref));
    }
}

/* How many references the body can have at most. */
static size_t count_references(const struct record *record, const json_t *body)
{
    size_t count = 0;
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if (field->type == FIELD_REFERENCE || field->type == FIELD_LINK) {
            size_t items = json_array_size(json_object_get(body, field->name)); /* 0 for what is no array */
            count += items < 1 ? 1 : items < field->items ? items : field->items;
        }
    }
    return count;
}

/* What `complete` adds goes to its place in the order of the description. */
static json_t *in_order(const struct record *record, json_t *document)
{
    json_t *ordered = validate_made(json_object());
    for (size_t i = 0; i < record->field_count; i++) {
        json_t *value = json_object_get(document, record->fields[i].name);
        if (value != NULL) {
            put(ordered, record->fields[i].name, json_incref(value));
        }
    }
    json_decref(document);
    return ordered;
}

bool validate_record(const struct record *record, const json_t *body, struct arena *arena, struct faults *faults,
                     struct draft *ret)
{
    size_t before = faults->count + faults->omitted;
    if (!json_is_object(body)) {
        faults_add(faults, "", "wrong_type", "A record has to be an object, and this is %s.", validate_type_name(body));
        return false;
    }
    struct validation validation = {.arena = arena, .faults = faults};
    validation.references = arena_alloc(arena, count_references(record, body) * sizeof(struct reference));
    struct draft draft = {.record = record, .body = body, .document = validate_made(json_object())};
    check_identity(&validation, body, &draft);
    for (size_t i = 0; i < record->field_count; i++) {
        check_field(&validation, &record->fields[i], body, draft.document);
    }
    check_unknown(&validation, record, body);
    if (record->complete != NULL) {
        record->complete(&draft);
        draft.document = in_order(record, draft.document);
    }
    if (record->check != NULL) {
        record->check(&draft, faults);
    }
    if (faults->count + faults->omitted > before) {
        draft_free(&draft);
        return false;
    }
    draft.body = NULL;
    draft.references = validation.references;
    draft.reference_count = validation.reference_count;
    *ret = draft;
    return true;
}

void draft_free(struct draft *draft)
{
    json_decref(draft->document);
    draft->document = NULL;
}
