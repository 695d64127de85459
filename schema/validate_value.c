/* The check of each type of field, and the canonical form that it stores. */
#include "schema/validate_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/compact.h"
#include "schema/format.h"
#include "schema/moment.h"
#include "schema/unicode.h"

#define EXCERPT_MOST 60 /* characters */
#define WHOLE_MOST 1e15 /* numbers without a fraction are whole numbers up to here, as encode_number writes them */

typedef json_t *checker(struct validation *validation, const struct field *field, const struct pointer *at,
                        const json_t *value);

json_t *validate_made(json_t *value)
{
    if (value == NULL) {
        fputs("stanced: out of memory\n", stderr);
        abort();
    }
    return value;
}

const char *validate_type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    default:
        return "null";
    }
}

const char *validate_excerpt(struct arena *arena, const char *text)
{
    size_t length = strlen(text);
    size_t at = 0;
    size_t size;
    for (int points = 0; at < length; at += size) {
        if (points++ == EXCERPT_MOST) {
            return arena_format(arena, "%.*s...", (int)at, text);
        }
        (void)unicode_next(text + at, length - at, &size);
    }
    return text;
}

/* Adds a fault at a place. Always NULL, for the checkers to return. */
#define fault_at(validation, at, ...) \
    (faults_add((validation)->faults, pointer_text(at, (validation)->arena), __VA_ARGS__), (json_t *)NULL)

static json_t *wrong_type(struct validation *validation, const struct pointer *at, const char *wanted,
                          const json_t *value)
{
    return fault_at(validation, at, "wrong_type", "This has to be %s, and is %s.", wanted, validate_type_name(value));
}

static json_t *copy_text(const json_t *value)
{
    return validate_made(json_stringn_nocheck(json_string_value(value), json_string_length(value)));
}

static json_t *check_text(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    const char *text = json_string_value(value);
    size_t bytes = json_string_length(value);
    size_t length = unicode_length(text, bytes);
    if ((double)length < field->least) {
        return fault_at(validation, at, "too_short", "This has %zu characters and needs %.0f or more.", length,
                        field->least);
    }
    if ((double)length > field->most) {
        return fault_at(validation, at, "too_long", "This has %zu characters; at most %.0f are taken.", length,
                        field->most);
    }
    if (unicode_has_control(text, bytes)) {
        return fault_at(validation, at, "control_character",
                        "This holds a control character other than tab, newline and carriage return.");
    }
    if (field->least > 0 && unicode_blank(text, bytes)) {
        return fault_at(validation, at, "blank", "There is nothing to be seen in this text.");
    }
    return copy_text(value);
}

static json_t *check_word(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    if (vocabulary_has(field->vocabulary, json_string_value(value), json_string_length(value))) {
        return copy_text(value);
    }
    const char *list = "";
    for (const char *const *word = field->vocabulary->words; *word != NULL; word++) {
        list = arena_format(validation->arena, "%s%s%s", list, *list == '\0' ? "" : ", ", *word);
    }
    return fault_at(validation, at, "not_in_vocabulary", "This has to be one of: %s.", list);
}

/* A string with a form of its own, as it stands. */
static json_t *check_form(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    const char *text = json_string_value(value);
    size_t bytes = json_string_length(value);
    size_t length = unicode_length(text, bytes);
    if (field->most > 0 && (double)length > field->most) {
        return fault_at(validation, at, "too_long", "This has %zu characters; at most %.0f are taken.", length,
                        field->most);
    }
    const struct format *format = format_of(field);
    if (!format->check(text, bytes)) {
        return fault_at(validation, at, format->code, "%s", format->detail);
    }
    return copy_text(value);
}

/* …and a time, in UTC. */
static json_t *check_time(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    struct moment moment;
    if (!moment_parse(json_string_value(value), json_string_length(value), false, &moment)) {
        return check_form(validation, field, at, value);
    }
    char text[MOMENT_TEXT];
    moment_format(moment, text);
    return validate_made(json_string(text));
}

/* A number within its bounds, whole where it has no fraction, so that 1 and 1.0 are the same document. */
static json_t *check_number(struct validation *validation, const struct field *field, const struct pointer *at,
                            const json_t *value)
{
    double number = json_number_value(value);
    bool above = (field->flags & FIELD_ABOVE) != 0;
    if (number < field->least || (above && number <= field->least) || number > field->most) {
        return fault_at(validation, at, "out_of_range", "This has to be %s %.15g %s %.15g.", above ? "above" : "from",
                        field->least, above ? "and at most" : "to", field->most);
    }
    bool whole = number == trunc(number) && fabs(number) < WHOLE_MOST;
    return validate_made(whole ? json_integer((json_int_t)number) : json_real(number));
}

static json_t *check_integer(struct validation *validation, const struct field *field, const struct pointer *at,
                             const json_t *value)
{
    double number = json_number_value(value);
    if (number != trunc(number)) {
        return fault_at(validation, at, "wrong_type", "This has to be a whole number.");
    }
    return check_number(validation, field, at, value);
}

static json_t *check_boolean(struct validation *validation, const struct field *field, const struct pointer *at,
                             const json_t *value)
{
    (void)validation;
    (void)field;
    (void)at;
    return json_boolean(json_is_true(value));
}

/* Its size is that of the text in which it goes out again. */
static json_t *check_object(struct validation *validation, const struct field *field, const struct pointer *at,
                            const json_t *value)
{
    struct buffer compact __attribute__((cleanup(buffer_free)));
    buffer_init(&compact, (size_t)field->most);
    char *text = json_dumps(value, JSON_COMPACT);
    if (text == NULL) {
        (void)validate_made(NULL);
    }
    compact_json(&compact, text, strlen(text));
    free(text);
    if (compact.overflowed) {
        return fault_at(validation, at, "too_long", "This takes more than %.0f bytes as compact JSON.", field->most);
    }
    return validate_made(json_deep_copy(value));
}

static json_t *check_reference(struct validation *validation, const struct field *field, const struct pointer *at,
                               const json_t *value)
{
    struct reference reference = {.kind = field->target};
    if (!identity_resolve(field->target, json_string_value(value), json_string_length(value), &reference.id)) {
        return fault_at(validation, at, "invalid_reference", "Neither an id nor a ref, which would name %s %s: `%s`.",
                        field->target == RECORD_ACTOR ? "an" : "a", records[field->target]->name,
                        validate_excerpt(validation->arena, json_string_value(value)));
    }
    reference.pointer = pointer_text(at, validation->arena);
    validation->references[validation->reference_count++] = reference;
    char text[IDENTITY_TEXT];
    identity_format(&reference.id, text);
    return validate_made(json_string(text));
}

static checker check_link;

static const struct {
    checker *check;
    const char *wanted; /* the JSON type, for the text of a fault */
    unsigned types;     /* bits by json_type */
} checks[] = {
    [FIELD_TEXT] = {check_text, "a string", 1U << JSON_STRING},
    [FIELD_WORD] = {check_word, "a string", 1U << JSON_STRING},
    [FIELD_SLUG] = {check_form, "a string", 1U << JSON_STRING},
    [FIELD_URI] = {check_form, "a string", 1U << JSON_STRING},
    [FIELD_LANGUAGE] = {check_form, "a string", 1U << JSON_STRING},
    [FIELD_COUNTRY] = {check_form, "a string", 1U << JSON_STRING},
    [FIELD_TIME] = {check_time, "a string", 1U << JSON_STRING},
    [FIELD_INTEGER] = {check_integer, "a number", 1U << JSON_INTEGER | 1U << JSON_REAL},
    [FIELD_NUMBER] = {check_number, "a number", 1U << JSON_INTEGER | 1U << JSON_REAL},
    [FIELD_BOOLEAN] = {check_boolean, "true or false", 1U << JSON_TRUE | 1U << JSON_FALSE},
    [FIELD_OBJECT] = {check_object, "an object", 1U << JSON_OBJECT},
    [FIELD_REFERENCE] = {check_reference, "a string", 1U << JSON_STRING},
    [FIELD_LINK] = {check_link, "an object", 1U << JSON_OBJECT},
};

json_t *validate_value(struct validation *validation, const struct field *field, const struct pointer *at,
                       const json_t *value)
{
    if ((checks[field->type].types >> json_typeof(value) & 1U) == 0) {
        return wrong_type(validation, at, checks[field->type].wanted, value);
    }
    return checks[field->type].check(validation, field, at, value);
}

/* A member of a link that must be there, as a field of its own. */
static json_t *check_end(struct validation *validation, const struct field *field, const struct pointer *at,
                         const json_t *link)
{
    const json_t *value = json_object_get(link, field->name);
    struct pointer here = {.up = at, .name = field->name};
    if (value == NULL || json_is_null(value)) {
        return fault_at(validation, &here, "required", "Every item needs a `%s`.", field->name);
    }
    return validate_value(validation, field, &here, value);
}

static json_t *check_link(struct validation *validation, const struct field *field, const struct pointer *at,
                          const json_t *value)
{
    struct field target = {.name = records[field->target]->name, .type = FIELD_REFERENCE, .target = field->target};
    struct field relation = {.name = "relation", .type = FIELD_WORD, .vocabulary = field->vocabulary};
    json_t *end = check_end(validation, &target, at, value);
    json_t *word = check_end(validation, &relation, at, value);
    size_t before = validation->faults->count + validation->faults->omitted;
    const char *name;
    const json_t *ignored;
    json_object_foreach((json_t *)value, name, ignored)
    {
        if (strcmp(name, target.name) != 0 && strcmp(name, relation.name) != 0) {
            struct pointer here = {.up = at, .name = name};
            (void)fault_at(validation, &here, "unknown_field", "An item has `%s` and `relation`, and no `%s`.",
                           target.name, validate_excerpt(validation->arena, name));
        }
    }
    if (end == NULL || word == NULL || validation->faults->count + validation->faults->omitted > before) {
        json_decref(end);
        json_decref(word);
        return NULL;
    }
    json_t *link = validate_made(json_object());
    json_object_set_new_nocheck(link, target.name, end);
    json_object_set_new_nocheck(link, relation.name, word);
    return link;
}
