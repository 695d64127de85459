/* A map against what maps are made of. */
#include "handlers/map.h"

#include <string.h>

#include "schema/pointer.h"
#include "schema/validate_parse.h"
#include "schema/validate_value.h"

/* A check under way. */
struct check {
    struct arena *arena;
    struct faults *faults;
};

static void complain(const struct check *check, const struct pointer *at, const char *code, const char *detail)
{
    faults_add(check->faults, pointer_text(at, check->arena), code, "%s", detail);
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0) {
        names++;
    }
    return *names != NULL;
}

static const char *const sources[] = {"column", "first", "text", "slug", NULL};
static const char *const parts[] = {"column", "first", "text", "slug", "values", "otherwise", "cut", NULL};

/* Whether an object says where a value comes from, and so is not a value itself. */
static bool computed(const json_t *spec)
{
    for (size_t i = 0; sources[i] != NULL; i++) {
        if (json_object_get(spec, sources[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static bool constant(const json_t *value)
{
    return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
}

static void check_template(const struct check *check, const struct pointer *at, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        complain(check, at, "wrong_type", "This is a text with names of columns in {braces}.");
        return;
    }
    while (*(text += strcspn(text, "{}")) != '\0') {
        size_t name = *text == '{' ? strcspn(text + 1, "{}") : 0;
        if (name == 0 || text[1 + name] != '}') {
            complain(check, at, "malformed", "A name of a column stands in {braces}, one pair around each.");
            return;
        }
        text += name + 2;
    }
}

static void check_part(const struct check *check, const struct pointer *at, const char *name, const json_t *value)
{
    if (!is_one_of(name, parts)) {
        complain(check, at, "unknown_field",
                 "A value has `column`, `first`, `text` or `slug`, and `values`, `otherwise` and `cut`.");
    } else if (strcmp(name, "text") == 0 || strcmp(name, "slug") == 0) {
        check_template(check, at, value);
    } else if (strcmp(name, "column") == 0 && !json_is_string(value)) {
        complain(check, at, "wrong_type", "This is the name of a column.");
    } else if (strcmp(name, "cut") == 0 && json_integer_value(value) < 1) {
        complain(check, at, "out_of_range", "This is a number of characters, from 1.");
    } else if (strcmp(name, "otherwise") == 0 && !constant(value)) {
        complain(check, at, "wrong_type", "This is a text, a number, true or false.");
    } else if (strcmp(name, "first") == 0) {
        for (size_t i = 0; i < json_array_size(value) || i == 0; i++) {
            if (!json_is_string(json_array_get(value, i))) {
                complain(check, at, "wrong_type", "These are the names of columns.");
                return;
            }
        }
    } else if (strcmp(name, "values") == 0) {
        const char *cell;
        const json_t *each;
        if (!json_is_object(value)) {
            complain(check, at, "wrong_type", "This is an object: what stands in a cell, and what it means.");
        }
        json_object_foreach((json_t *)value, cell, each)
        {
            if (!constant(each)) {
                struct pointer here = {.up = at, .name = cell};
                complain(check, &here, "wrong_type", "This is a text, a number, true or false.");
            }
        }
    }
}

/* Bounded by the depth that validate_parse takes. */
static void check_value(const struct check *check, const struct pointer *at, const json_t *spec)
{
    const char *name;
    const json_t *value;
    if (json_is_array(spec)) {
        for (size_t i = 0; i < json_array_size(spec); i++) {
            struct pointer here = {.up = at, .index = i};
            check_value(check, &here, json_array_get(spec, i));
        }
    } else if (json_is_object(spec)) {
        bool whole = !computed(spec);
        int count = 0;
        json_object_foreach((json_t *)spec, name, value)
        {
            struct pointer here = {.up = at, .name = name};
            count += is_one_of(name, sources);
            if (whole) {
                check_value(check, &here, value);
            } else {
                check_part(check, &here, name, value);
            }
        }
        if (count > 1) {
            complain(check, at, "conflicting_fields", "A value has one of `column`, `first`, `text` and `slug`.");
        }
    } else if (!constant(spec)) {
        complain(check, at, "wrong_type",
                 "This is a constant, an array, or an object that says where a value comes from.");
    }
}

static void check_record(const struct check *check, const struct pointer *at, const json_t *spec)
{
    static const char *const members[] = {"type", "if", "fields", NULL};
    const char *name;
    const json_t *value;
    const char *type = json_string_value(json_object_get(spec, "type"));
    const struct record *record = type == NULL ? NULL : record_named(type);
    struct pointer type_at = {.up = at, .name = "type"};
    struct pointer fields_at = {.up = at, .name = "fields"};
    if (record == NULL) {
        complain(check, &type_at, type == NULL ? "required" : "not_in_vocabulary",
                 "`type` is one of actor, source, claim, stance and review.");
    }
    json_object_foreach((json_t *)spec, name, value)
    {
        struct pointer here = {.up = at, .name = name};
        if (!is_one_of(name, members)) {
            complain(check, &here, "unknown_field", "A record has `type`, `fields` and `if`.");
        } else if (strcmp(name, "if") == 0 && !json_is_string(value)) {
            complain(check, &here, "wrong_type", "`if` is the name of a column that has something in it.");
        }
    }
    if (!json_is_object(json_object_get(spec, "fields"))) {
        complain(check, &fields_at, "required", "`fields` says what the record's fields are.");
    }
    json_object_foreach(json_object_get(spec, "fields"), name, value)
    {
        struct pointer here = {.up = &fields_at, .name = name};
        if (record != NULL && strcmp(name, "ref") != 0 && record_field(record, name) == NULL) {
            complain(check, &here, "unknown_field", "The record has no such field.");
        }
        check_value(check, &here, value);
    }
}

static void check_map(const struct check *check, const json_t *map)
{
    static const char *const members[] = {"help", "delimiter", "records", NULL};
    const char *name;
    const json_t *value;
    json_object_foreach((json_t *)map, name, value)
    {
        struct pointer here = {.name = name};
        if (!is_one_of(name, members)) {
            complain(check, &here, "unknown_field", "A map has `records`, `delimiter` and `help`.");
        } else if (strcmp(name, "delimiter") == 0 &&
                   (json_string_length(value) != 1 || strchr(",;|\t:", json_string_value(value)[0]) == NULL)) {
            complain(check, &here, "not_in_vocabulary", "`delimiter` is a comma, semicolon, colon, bar or tab.");
        }
    }
    struct pointer records_at = {.name = "records"};
    const json_t *list = json_object_get(map, "records");
    if (json_array_size(list) == 0 || json_array_size(list) > MAP_RECORDS_MOST) {
        complain(check, &records_at, "required", "`records` are one to sixteen that a row becomes.");
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct pointer here = {.up = &records_at, .index = i};
        check_record(check, &here, json_array_get(list, i));
    }
}

json_t *map_read(const char *text, size_t length, struct arena *arena, struct faults *faults)
{
    size_t before = faults->count + faults->omitted;
    const struct check check = {arena, faults};
    if (length > 0 && text[0] != '{') {
        size_t i = 0;
        while (i < shipped_maps_count && strcmp(shipped_maps[i].name, text) != 0) {
            i++;
        }
        if (i == shipped_maps_count) {
            faults_add_parameter(faults, "map", "not_in_vocabulary",
                                 "There is no map of this name; a map of your own is JSON.");
            return NULL;
        }
        text = shipped_maps[i].text;
        length = strlen(text);
    }
    json_t *map = validate_parse(text, length, faults);
    if (map != NULL) {
        check_map(&check, map);
    }
    if (faults->count + faults->omitted > before) {
        json_decref(map);
        return NULL;
    }
    return map;
}

char map_delimiter(const json_t *map)
{
    const char *text = json_string_value(json_object_get(map, "delimiter"));
    return text == NULL ? ',' : text[0];
}

size_t map_records(const json_t *map)
{
    return json_array_size(json_object_get(map, "records"));
}
