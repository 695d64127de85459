/* Rows to JSON. Nothing is allocated but the reply's buffer itself. */
#include "schema/encode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/compact.h"
#include "schema/moment.h"

/* What stands for a byte in a JSON string: 0 itself, 'u' \u00XX, or the letter behind the backslash. */
static const char escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
    [0x00] = 'u', [0x01] = 'u',  [0x02] = 'u', [0x03] = 'u', [0x04] = 'u', [0x05] = 'u', [0x06] = 'u',
    [0x07] = 'u', [0x0B] = 'u',  [0x0E] = 'u', [0x0F] = 'u', [0x10] = 'u', [0x11] = 'u', [0x12] = 'u',
    [0x13] = 'u', [0x14] = 'u',  [0x15] = 'u', [0x16] = 'u', [0x17] = 'u', [0x18] = 'u', [0x19] = 'u',
    [0x1A] = 'u', [0x1B] = 'u',  [0x1C] = 'u', [0x1D] = 'u', [0x1E] = 'u', [0x1F] = 'u', [0x7F] = 'u',
};

static void encode_escape(struct buffer *buffer, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    if (escapes[byte] == 'u') {
        const char text[6] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 0x0F]};
        buffer_put(buffer, text, sizeof text);
    } else {
        const char text[2] = {'\\', escapes[byte]};
        buffer_put(buffer, text, sizeof text);
    }
}

void encode_string(struct buffer *buffer, const char *bytes, size_t length)
{
    buffer_char(buffer, '"');
    size_t start = 0; /* of the run that needs no escape */
    for (size_t i = 0; i < length; i++) {
        if (escapes[(unsigned char)bytes[i]] != 0) {
            buffer_put(buffer, bytes + start, i - start);
            encode_escape(buffer, (unsigned char)bytes[i]);
            start = i + 1;
        }
    }
    buffer_put(buffer, bytes + start, length - start);
    buffer_char(buffer, '"');
}

void encode_identity(struct buffer *buffer, const struct identity *identity)
{
    char text[1 + IDENTITY_TEXT];
    text[0] = '"';
    identity_format(identity, text + 1);
    text[sizeof text - 1] = '"'; /* where the NUL was */
    buffer_put(buffer, text, sizeof text);
}

void encode_moment(struct buffer *buffer, int64_t micros, bool is_date)
{
    char text[1 + MOMENT_TEXT + 1];
    text[0] = '"';
    size_t length = moment_format((struct moment){micros, is_date}, text + 1);
    text[1 + length] = '"';
    buffer_put(buffer, text, length + 2);
}

void encode_number(struct buffer *buffer, double number)
{
    if (!isfinite(number)) {
        buffer_text(buffer, "null"); /* JSON has no word for it, and no description allows it */
        return;
    }
    if (fabs(number) < 1e15 && number == trunc(number)) {
        buffer_number(buffer, (long long)number);
        return;
    }
    char text[32];
    int length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(text, sizeof text, "%.*g", digits, number);
        if (digits == 17 || strtod(text, NULL) == number) {
            break;
        }
    }
    buffer_put(buffer, text, (size_t)length);
}

static void encode_key(struct buffer *buffer, const char *name)
{
    size_t length = strlen(name);
    char *at = buffer_reserve(buffer, length + 4);
    if (at == NULL) {
        return;
    }
    at[0] = ',';
    at[1] = '"';
    memcpy(at + 2, name, length);
    at[length + 2] = '"';
    at[length + 3] = ':';
    at[length + 4] = '\0';
    buffer->length += length + 4;
}

/* A row that is shorter than it should be has NULLs at its end. */
static const struct cell *cell_at(const struct row *row, int index)
{
    static const struct cell null = {NULL, -1};
    return index < row->count ? &row->cells[index] : &null;
}

static void encode_cell_text(struct buffer *buffer, const struct cell *cell)
{
    encode_string(buffer, cell->length > 0 ? cell->bytes : "", cell->length > 0 ? (size_t)cell->length : 0);
}

/* jsonb in binary: a version byte, then text. */
static void encode_object(struct buffer *buffer, const struct cell *cell)
{
    if (cell->length < 2 || cell->bytes[0] != 1) {
        buffer_text(buffer, "{}");
        return;
    }
    compact_json(buffer, cell->bytes + 1, (size_t)cell->length - 1);
}

static void encode_array(struct buffer *buffer, const struct cell *cell, bool identities)
{
    struct array array = cell_array(cell);
    struct cell element;
    buffer_char(buffer, '[');
    for (bool first = true; array_next(&array, &element); first = false) {
        if (!first) {
            buffer_char(buffer, ',');
        }
        if (identities) {
            struct identity identity = cell_identity(&element);
            encode_identity(buffer, &identity);
        } else {
            encode_cell_text(buffer, &element);
        }
    }
    buffer_char(buffer, ']');
}

static void encode_links(struct buffer *buffer, const struct field *field, const struct cell *targets,
                         const struct cell *relations)
{
    struct array ids = cell_array(targets);
    struct array words = cell_array(relations);
    struct cell id;
    struct cell word;
    buffer_char(buffer, '[');
    for (bool first = true; array_next(&ids, &id) && array_next(&words, &word); first = false) {
        buffer_text(buffer, first ? "{\"" : ",{\"");
        buffer_text(buffer, records[field->target]->name);
        buffer_text(buffer, "\":");
        struct identity identity = cell_identity(&id);
        encode_identity(buffer, &identity);
        buffer_text(buffer, ",\"relation\":");
        encode_cell_text(buffer, &word);
        buffer_char(buffer, '}');
    }
    buffer_char(buffer, ']');
}

/* A field with a value in its first cell, other than arrays, links and objects. */
static void encode_scalar(struct buffer *buffer, const struct field *field, const struct cell *cell,
                          const struct cell *is_date)
{
    struct identity identity;
    switch (field->type) {
    case FIELD_TIME:
        encode_moment(buffer, cell_moment(cell), cell_boolean(is_date));
        break;
    case FIELD_INTEGER:
        buffer_number(buffer, cell_integer(cell));
        break;
    case FIELD_NUMBER:
        encode_number(buffer, cell_number(cell));
        break;
    case FIELD_BOOLEAN:
        buffer_text(buffer, cell_boolean(cell) ? "true" : "false");
        break;
    case FIELD_REFERENCE:
        identity = cell_identity(cell);
        encode_identity(buffer, &identity);
        break;
    default:
        encode_cell_text(buffer, cell);
        break;
    }
}

/* Returns the cell after the field. */
static int encode_field(struct buffer *buffer, const struct field *field, const struct row *row, int at)
{
    const struct cell *cell = cell_at(row, at);
    int next = at + 1;
    if (field->type == FIELD_LINK) {
        encode_key(buffer, field->name);
        encode_links(buffer, field, cell, cell_at(row, next));
        return next + 1;
    }
    if (field->type == FIELD_OBJECT) {
        encode_key(buffer, field->name);
        encode_object(buffer, cell);
        return next;
    }
    if (field->flags & FIELD_MANY) {
        encode_key(buffer, field->name);
        encode_array(buffer, cell, field->type == FIELD_REFERENCE);
        return next;
    }
    if (!cell_null(cell)) {
        encode_key(buffer, field->name);
        encode_scalar(buffer, field, cell, cell_at(row, next));
    }
    return next + (field->type == FIELD_TIME);
}

int encode_record(struct buffer *buffer, const struct record *record, const struct row *row, int first)
{
    struct identity identity = cell_identity(cell_at(row, first));
    buffer_text(buffer, "{\"id\":");
    encode_identity(buffer, &identity);
    const struct cell *ref = cell_at(row, first + 1);
    if (!cell_null(ref)) {
        encode_key(buffer, "ref");
        encode_cell_text(buffer, ref);
    }
    encode_key(buffer, "version");
    buffer_number(buffer, cell_integer(cell_at(row, first + 2)));
    encode_key(buffer, "created_at");
    encode_moment(buffer, cell_moment(cell_at(row, first + 3)), false);
    encode_key(buffer, "updated_at");
    encode_moment(buffer, cell_moment(cell_at(row, first + 4)), false);
    int at = first + 5;
    for (size_t i = 0; i < record->field_count; i++) {
        at = encode_field(buffer, &record->fields[i], row, at);
    }
    buffer_char(buffer, '}');
    return at;
}
