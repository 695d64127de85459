/* A row by its map: cells to values, values to a record's body. */
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "handlers/map.h"
#include "handlers/parameter_value.h"
#include "schema/buffer.h"
#include "schema/pointer.h"
#include "schema/unicode.h"
#include "schema/validate_value.h"

#define TEXT_LIMIT ((size_t)1024 * 1024)

struct mapping {
    const struct map_columns *columns;
    const struct csv_row *row;
    struct arena *arena;
};

static size_t column_of(const struct map_columns *columns, const char *name, size_t length)
{
    size_t i = 0;
    while (i < columns->count && (strncmp(columns->names[i], name, length) != 0 || columns->names[i][length] != '\0')) {
        i++;
    }
    return i;
}

/* Puts a cell's text without control characters (a tab or a line's end becomes a space) and without blanks around it. What is no UTF-8 stays, for
   the validator to refuse. */
static void put_cell(struct buffer *buffer, const struct mapping *mapping, const char *name, size_t length)
{
    size_t column = column_of(mapping->columns, name, length);
    if (column >= mapping->row->count) {
        return;
    }
    size_t start = column == 0 ? 0 : mapping->row->ends[column - 1];
    const char *at = mapping->row->text + start;
    const char *end = mapping->row->text + mapping->row->ends[column];
    while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0') {
        at++;
    }
    while (end > at && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != '\0') {
        end--;
    }
    while (at < end) {
        size_t size = 1;
        long point = unicode_next(at, (size_t)(end - at), &size);
        bool control = point >= 0 && (point < 0x20 || (point >= 0x7F && point < 0xA0));
        if (point < 0) {
            size = 1;
        }
        if (!control) {
            buffer_put(buffer, at, size);
        } else if (strchr("\t\r\n", *at) != NULL && *at != '\0') {
            buffer_char(buffer, ' ');
        }
        at += size;
    }
}

/* A text with cells in it. Nothing comes out where all of them are empty. */
static void put_template(struct buffer *buffer, const struct mapping *mapping, const char *text)
{
    size_t begun = buffer->length;
    bool cells = false;
    bool filled = false;
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        buffer_put(buffer, text, plain);
        text += plain;
        if (*text == '{') {
            size_t name = strcspn(text + 1, "}");
            size_t before = buffer->length;
            put_cell(buffer, mapping, text + 1, name);
            cells = true;
            filled = filled || buffer->length > before;
            text += name + 2;
        }
    }
    if (cells && !filled && buffer->data != NULL) {
        buffer->length = begun;
        buffer->data[begun] = '\0';
    }
}

/* a-z, 0-9 and a dash for every run of anything else; with a hash of the text where something was lost that could tell it from another. */
static const char *slug_of(const char *text, size_t length, struct arena *arena)
{
    char *slug = arena_alloc(arena, length + 20);
    size_t at = 0;
    bool lost = false;
    bool gap = false;
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        byte = (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        lost = lost || (byte & 0x80) != 0;
        if (plain && gap && at > 0) {
            slug[at++] = '-';
        }
        gap = !plain;
        if (plain) {
            slug[at++] = byte;
        }
    }
    if (lost || at > SLUG_MOST || (at == 0 && length > 0)) {
        at = at > SLUG_MOST ? SLUG_MOST : at;
        snprintf(slug + at, 12, "%s%08lx", at > 0 ? "-" : "", (unsigned long)(XXH64(text, length, 0) & 0xFFFFFFFFU));
    }
    return slug;
}

static const char *cut(const char *text, json_int_t most, struct arena *arena)
{
    size_t length = strlen(text);
    size_t at = 0;
    for (json_int_t i = 0; i < most && at < length; i++) {
        size_t size = 1;
        at += unicode_next(text + at, length - at, &size) < 0 ? 1 : size;
    }
    return arena_copy(arena, text, at < length ? at : length);
}

/* The text that an object asks for; empty for none. */
static const char *text_of(const struct mapping *mapping, const json_t *spec)
{
    struct buffer buffer __attribute__((cleanup(buffer_free)));
    buffer_init(&buffer, TEXT_LIMIT);
    const json_t *slug = json_object_get(spec, "slug");
    const json_t *template = slug != NULL ? slug : json_object_get(spec, "text");
    const json_t *column = json_object_get(spec, "column");
    const json_t *first = json_object_get(spec, "first");
    if (template != NULL) {
        put_template(&buffer, mapping, json_string_value(template));
    } else if (column != NULL) {
        put_cell(&buffer, mapping, json_string_value(column), json_string_length(column));
    }
    for (size_t i = 0; i < json_array_size(first) && buffer.length == 0; i++) {
        const json_t *name = json_array_get(first, i);
        put_cell(&buffer, mapping, json_string_value(name), json_string_length(name));
    }
    const char *text = slug != NULL ? slug_of(buffer.data, buffer.length, mapping->arena)
                                    : arena_copy(mapping->arena, buffer.data != NULL ? buffer.data : "", buffer.length);
    json_int_t most = json_integer_value(json_object_get(spec, "cut"));
    return most > 0 ? cut(text, most, mapping->arena) : text;
}

/* A text as the field's type has it; what does not fit stays a text, so that the validator says what is wrong with it. */
static json_t *typed(const struct field *field, const char *text)
{
    double number;
    if (field != NULL && (field->type == FIELD_INTEGER || field->type == FIELD_NUMBER) &&
        value_number(text, strlen(text), false, &number)) {
        bool whole = number == (double)(json_int_t)number;
        return validate_made(whole ? json_integer((json_int_t)number) : json_real(number));
    }
    if (field != NULL && field->type == FIELD_BOOLEAN && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        return json_boolean(text[0] == 't');
    }
    json_t *made = json_string(text);
    return made != NULL ? made
                        : validate_made(json_string("\xEF\xBF\xBD")); /* no UTF-8: U+FFFD, "replacement character" */
}

static json_t *value_of(const struct mapping *mapping, const struct field *field, const json_t *spec);

/* Members that have no value are left out, and so is what has none at all. */
static json_t *object_of(const struct mapping *mapping, const json_t *spec)
{
    const char *name;
    const json_t *member;
    json_t *object = validate_made(json_object());
    json_object_foreach((json_t *)spec, name, member)
    {
        json_t *value = value_of(mapping, NULL, member);
        if (value != NULL) {
            json_object_set_new(object, name, value);
        }
    }
    if (json_object_size(object) == 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *array_of(const struct mapping *mapping, const json_t *spec)
{
    json_t *array = validate_made(json_array());
    for (size_t i = 0; i < json_array_size(spec); i++) {
        json_t *value = value_of(mapping, NULL, json_array_get(spec, i));
        if (value != NULL) {
            json_array_append_new(array, value);
        }
    }
    return array;
}

/* Bounded by the map's depth. NULL for no value. */
static json_t *value_of(const struct mapping *mapping, const struct field *field, const json_t *spec)
{
    if (json_is_array(spec)) {
        return array_of(mapping, spec);
    }
    if (!json_is_object(spec)) {
        return json_incref((json_t *)spec);
    }
    if (json_object_get(spec, "column") == NULL && json_object_get(spec, "first") == NULL &&
        json_object_get(spec, "text") == NULL && json_object_get(spec, "slug") == NULL) {
        return object_of(mapping, spec);
    }
    const char *text = text_of(mapping, spec);
    json_t *values = json_object_get(spec, "values");
    json_t *meant = json_object_get(values, text);
    if (meant == NULL && (values != NULL || *text == '\0')) {
        meant = json_object_get(spec, "otherwise");
    }
    return meant != NULL ? json_incref(meant) : *text == '\0' ? NULL : typed(field, text);
}

json_t *map_record(const json_t *map, size_t number, const struct map_columns *columns, const struct csv_row *row,
                   struct arena *arena, const struct record **ret)
{
    const struct mapping mapping = {columns, row, arena};
    const json_t *spec = json_array_get(json_object_get(map, "records"), number);
    const json_t *needed = json_object_get(spec, "if");
    const char *name;
    const json_t *value;
    *ret = record_named(json_string_value(json_object_get(spec, "type")));
    if (needed != NULL) {
        struct buffer cell __attribute__((cleanup(buffer_free)));
        buffer_init(&cell, TEXT_LIMIT);
        put_cell(&cell, &mapping, json_string_value(needed), json_string_length(needed));
        if (cell.length == 0) {
            return NULL;
        }
    }
    json_t *body = validate_made(json_object());
    json_object_foreach(json_object_get(spec, "fields"), name, value)
    {
        json_t *made = value_of(&mapping, record_field(*ret, name), value);
        if (made != NULL) {
            json_object_set_new(body, name, made);
        }
    }
    return body;
}

static void check_name(const struct map_columns *columns, const char *name, size_t length, struct arena *arena,
                       struct faults *faults)
{
    if (column_of(columns, name, length) == columns->count) {
        const char *whole = arena_copy(arena, name, length);
        faults_add(faults, pointer_text(&(struct pointer){.name = whole}, arena), "required",
                   "The map names a column `%s`, and the table has none of this name.", whole);
    }
}

static void check_templates(const struct map_columns *columns, const char *text, struct arena *arena,
                            struct faults *faults)
{
    while (text != NULL && (text = strchr(text, '{')) != NULL) {
        size_t name = strcspn(text + 1, "}");
        check_name(columns, text + 1, name, arena, faults);
        text += name + 2;
    }
}

/* Everything in a value that names a column. */
static void check_names(const struct map_columns *columns, const json_t *spec, struct arena *arena,
                        struct faults *faults)
{
    const char *key;
    const json_t *value;
    for (size_t i = 0; i < json_array_size(spec); i++) {
        check_names(columns, json_array_get(spec, i), arena, faults);
    }
    json_object_foreach((json_t *)spec, key, value)
    {
        if ((strcmp(key, "column") == 0 || strcmp(key, "if") == 0) && json_is_string(value)) {
            check_name(columns, json_string_value(value), json_string_length(value), arena, faults);
        } else if (strcmp(key, "text") == 0 || strcmp(key, "slug") == 0) {
            check_templates(columns, json_string_value(value), arena, faults);
            check_names(columns, value, arena, faults);
        } else if (strcmp(key, "first") == 0) {
            for (size_t i = 0; i < json_array_size(value); i++) {
                const json_t *name = json_array_get(value, i);
                check_name(columns, json_string_value(name), json_string_length(name), arena, faults);
            }
        } else if (strcmp(key, "values") != 0) {
            check_names(columns, value, arena, faults);
        }
    }
}

void map_check_columns(const json_t *map, const struct map_columns *columns, struct arena *arena, struct faults *faults)
{
    check_names(columns, json_object_get(map, "records"), arena, faults);
}
