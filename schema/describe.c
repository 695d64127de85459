/* The descriptions, written out as JSON. */
#include "schema/describe.h"

#include <string.h>

#include "schema/columns.h"
#include "schema/encode.h"
#include "schema/record.h"

static const char *const type_names[] = {
    [FIELD_TEXT] = "text",       [FIELD_WORD] = "word",         [FIELD_SLUG] = "slug",
    [FIELD_URI] = "uri",         [FIELD_LANGUAGE] = "language", [FIELD_COUNTRY] = "country",
    [FIELD_TIME] = "time",       [FIELD_INTEGER] = "integer",   [FIELD_NUMBER] = "number",
    [FIELD_BOOLEAN] = "boolean", [FIELD_OBJECT] = "object",     [FIELD_REFERENCE] = "reference",
    [FIELD_LINK] = "link",
};

static const struct {
    enum field_flag flag;
    const char *name;
} flag_names[] = {
    {FIELD_REQUIRED, "required"}, {FIELD_MANY, "many"},   {FIELD_SET, "set"},       {FIELD_FIXED, "fixed"},
    {FIELD_ABOVE, "above"},       {FIELD_WEB, "web"},     {FIELD_FILTER, "filter"}, {FIELD_SORT, "sort"},
    {FIELD_SEARCH, "search"},     {FIELD_INDEX, "index"},
};

/* Separates what is to be written from what stands before it in the same object or array. */
static void separate(struct buffer *buffer)
{
    char last = buffer->length > 0 ? buffer->data[buffer->length - 1] : '[';
    if (last != '[' && last != '{') {
        buffer_char(buffer, ',');
    }
}

static void describe_name(struct buffer *buffer, const char *name)
{
    separate(buffer);
    encode_string(buffer, name, strlen(name));
    buffer_char(buffer, ':');
}

/* A member that is a string; NULL leaves it out. */
static void describe_text(struct buffer *buffer, const char *name, const char *text)
{
    if (text != NULL) {
        describe_name(buffer, name);
        encode_string(buffer, text, strlen(text));
    }
}

static void describe_item(struct buffer *buffer, const char *text)
{
    separate(buffer);
    encode_string(buffer, text, strlen(text));
}

static void describe_columns(struct buffer *buffer, const struct column *columns, int count)
{
    for (int i = 0; i < count; i++) {
        separate(buffer);
        buffer_char(buffer, '{');
        describe_text(buffer, "name", columns[i].name);
        describe_text(buffer, "type", columns[i].type);
        describe_name(buffer, "nullable");
        buffer_text(buffer, columns[i].nullable ? "true" : "false");
        buffer_char(buffer, '}');
    }
}

/* The columns of a field, in the record's table or in its own. */
static void describe_columns_of(struct buffer *buffer, const struct record *record, const struct field *field)
{
    struct column columns[COLUMNS_OF_FIELD];
    describe_columns(buffer, columns, columns_of_field(record, field, columns));
}

static void describe_flags(struct buffer *buffer, const struct field *field)
{
    describe_name(buffer, "flags");
    buffer_char(buffer, '[');
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++) {
        if ((field->flags & (unsigned)flag_names[i].flag) != 0) {
            describe_item(buffer, flag_names[i].name);
        }
    }
    buffer_char(buffer, ']');
}

static void describe_bounds(struct buffer *buffer, const struct field *field)
{
    if (field->most > field->least) { /* the others have none */
        describe_name(buffer, "least");
        encode_number(buffer, field->least);
        describe_name(buffer, "most");
        encode_number(buffer, field->most);
    }
    if ((field->flags & FIELD_MANY) != 0) {
        describe_name(buffer, "items");
        buffer_number(buffer, (long long)field->items);
    }
}

static void describe_words(struct buffer *buffer, const struct vocabulary *vocabulary)
{
    describe_name(buffer, "vocabulary");
    buffer_char(buffer, '[');
    for (const char *const *word = vocabulary->words; *word != NULL; word++) {
        describe_item(buffer, *word);
    }
    buffer_char(buffer, ']');
}

static void describe_field(struct buffer *buffer, const struct record *record, const struct field *field)
{
    separate(buffer);
    buffer_char(buffer, '{');
    describe_text(buffer, "name", field->name);
    describe_text(buffer, "type", type_names[field->type]);
    describe_flags(buffer, field);
    describe_text(buffer, "help", field->help);
    describe_name(buffer, "example");
    buffer_text(buffer, field->example);
    describe_bounds(buffer, field);
    if (field->vocabulary != NULL) {
        describe_words(buffer, field->vocabulary);
    }
    if (field->type == FIELD_REFERENCE || field->type == FIELD_LINK) {
        describe_text(buffer, "target", records[field->target]->name);
    }
    describe_name(buffer, "columns");
    buffer_char(buffer, '[');
    describe_columns_of(buffer, record, field);
    buffer_char(buffer, ']');
    describe_text(buffer, "table", field->table);
    buffer_char(buffer, '}');
}

static void describe_record(struct buffer *buffer, const struct record *record)
{
    separate(buffer);
    buffer_char(buffer, '{');
    describe_text(buffer, "name", record->name);
    describe_text(buffer, "plural", record->plural);
    describe_text(buffer, "help", record->help);
    describe_name(buffer, "fields");
    buffer_char(buffer, '[');
    for (size_t i = 0; i < record->field_count; i++) {
        describe_field(buffer, record, &record->fields[i]);
    }
    buffer_char(buffer, ']');
    describe_name(buffer, "columns");
    buffer_char(buffer, '[');
    describe_columns(buffer, columns_common, COLUMNS_COMMON);
    for (size_t i = 0; i < record->field_count; i++) {
        if (record->fields[i].table == NULL) {
            describe_columns_of(buffer, record, &record->fields[i]);
        }
    }
    buffer_text(buffer, "]}");
}

void describe_records(struct buffer *buffer)
{
    buffer_char(buffer, '[');
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        describe_record(buffer, records[kind]);
    }
    buffer_text(buffer, "]\n");
}
