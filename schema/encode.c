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

/* The first member of an object has no comma before it. */
static void encode_key(struct buffer *buffer, const char *name)
{
    size_t length = strlen(name);
    char *at = buffer_reserve(buffer, length + 4);
    if (at == NULL) {
        return;
    }
    char *start = at;
    if (at[-1] != '{') {
        *at++ = ',';
    }
    *at++ = '"';
    memcpy(at, name, length);
    at += length;
    *at++ = '"';
    *at++ = ':';
    *at = '\0';
    buffer->length += (size_t)(at - start);
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

static const struct encode_view no_view = {.shown = ENCODE_ALL};

/* A reference: the id, or the record that it names. */
static void encode_reference(struct buffer *buffer, const struct field *field, const struct cell *cell,
                             const struct encode_view *view)
{
    struct identity identity = cell_identity(cell);
    if (view->expanded != 0) {
        view->expand(view->context, buffer, field, &identity);
    } else {
        encode_identity(buffer, &identity);
    }
}

static void encode_array(struct buffer *buffer, const struct field *field, const struct cell *cell,
                         const struct encode_view *view)
{
    struct array array = cell_array(cell);
    struct cell element;
    buffer_char(buffer, '[');
    for (bool first = true; array_next(&array, &element); first = false) {
        if (!first) {
            buffer_char(buffer, ',');
        }
        if (field->type == FIELD_REFERENCE) {
            encode_reference(buffer, field, &element, view);
        } else {
            encode_cell_text(buffer, &element);
        }
    }
    buffer_char(buffer, ']');
}

static void encode_links(struct buffer *buffer, const struct field *field, const struct cell *targets,
                         const struct cell *relations, const struct encode_view *view)
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
        encode_reference(buffer, field, &id, view);
        buffer_text(buffer, ",\"relation\":");
        encode_cell_text(buffer, &word);
        buffer_char(buffer, '}');
    }
    buffer_char(buffer, ']');
}

/* A field with a value in its first cell, other than arrays, links, references and objects. */
static void encode_scalar(struct buffer *buffer, const struct field *field, const struct cell *cell,
                          const struct cell *is_date)
{
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
    default:
        encode_cell_text(buffer, cell);
        break;
    }
}

int encode_cells(const struct field *field)
{
    return 1 + (field->type == FIELD_TIME || field->type == FIELD_LINK);
}

bool encode_has(const struct field *field, const struct row *row, int at)
{
    return (field->flags & FIELD_MANY) != 0 || field->type == FIELD_OBJECT || !cell_null(cell_at(row, at));
}

void encode_value(struct buffer *buffer, const struct field *field, const struct row *row, int at,
                  const struct encode_view *view)
{
    const struct cell *cell = cell_at(row, at);
    view = view == NULL ? &no_view : view;
    if (field->type == FIELD_LINK) {
        encode_links(buffer, field, cell, cell_at(row, at + 1), view);
    } else if (field->type == FIELD_OBJECT) {
        encode_object(buffer, cell);
    } else if (field->flags & FIELD_MANY) {
        encode_array(buffer, field, cell, view);
    } else if (field->type == FIELD_REFERENCE) {
        encode_reference(buffer, field, cell, view);
    } else {
        encode_scalar(buffer, field, cell, cell_at(row, at + 1));
    }
}

const char *const encode_own[ENCODE_OWN] = {"id", "ref", "version", "created_at", "updated_at"};

static void encode_own_value(struct buffer *buffer, const struct cell *cell, int index)
{
    struct identity identity;
    switch (index) {
    case 0:
        identity = cell_identity(cell);
        encode_identity(buffer, &identity);
        break;
    case 1:
        encode_cell_text(buffer, cell);
        break;
    case 2:
        buffer_number(buffer, cell_integer(cell));
        break;
    default:
        encode_moment(buffer, cell_moment(cell), false);
        break;
    }
}

int encode_record(struct buffer *buffer, const struct record *record, const struct row *row, int first)
{
    return encode_record_view(buffer, record, row, first, &no_view);
}

static int put_members(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                       const struct encode_view *view)
{
    struct encode_view of_field = *view;
    uint64_t shown = view->shown;
    for (int i = 0; i < ENCODE_OWN; i++, shown >>= 1) {
        const struct cell *cell = cell_at(row, first + i);
        if ((shown & 1) != 0 && (i != 1 || !cell_null(cell))) { /* a ref is the one that may be missing */
            encode_key(buffer, encode_own[i]);
            encode_own_value(buffer, cell, i);
        }
    }
    int at = first + ENCODE_OWN;
    for (size_t i = 0; i < record->field_count; i++, shown >>= 1) {
        const struct field *field = &record->fields[i];
        if ((shown & 1) != 0 && encode_has(field, row, at)) {
            encode_key(buffer, field->name);
            of_field.expanded = view->expanded >> (ENCODE_OWN + i) & 1;
            encode_value(buffer, field, row, at, &of_field);
        }
        at += encode_cells(field);
    }
    return at;
}

int encode_members(struct buffer *buffer, const struct record *record, const struct row *row, int first)
{
    return put_members(buffer, record, row, first, &no_view);
}

int encode_record_view(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                       const struct encode_view *view)
{
    buffer_char(buffer, '{');
    int at = put_members(buffer, record, row, first, view == NULL ? &no_view : view);
    buffer_char(buffer, '}');
    return at;
}
