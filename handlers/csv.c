/* Writes CSV. */
#include "handlers/csv.h"

#include <string.h>

#include "schema/moment.h"

static const char formula[] = "=+-@\t\r";

static bool begins_formula(char byte)
{
    return byte != '\0' && strchr(formula, byte) != NULL;
}

void csv_cell(struct buffer *buffer, const char *bytes, size_t length)
{
    bool quoted = length > 0 && (bytes[0] == ' ' || bytes[length - 1] == ' ');
    for (size_t i = 0; i < length && !quoted; i++) {
        quoted = strchr("\",\r\n\t", bytes[i]) != NULL;
    }
    if (!quoted) {
        buffer_put(buffer, bytes, length);
        return;
    }
    buffer_char(buffer, '"');
    for (size_t start = 0; start < length;) {
        const char *quote = memchr(bytes + start, '"', length - start);
        size_t end = quote == NULL ? length : (size_t)(quote - bytes) + 1;
        buffer_put(buffer, bytes + start, end - start);
        if (quote != NULL) {
            buffer_char(buffer, '"');
        }
        start = end;
    }
    buffer_char(buffer, '"');
}

void csv_text(struct buffer *buffer, const char *bytes, size_t length)
{
    bool guard = length > 0 && (begins_formula(bytes[0]) || csv_guard(bytes, length) > 0);
    if (!guard) {
        csv_cell(buffer, bytes, length);
        return;
    }
    struct buffer guarded __attribute__((cleanup(buffer_free)));
    buffer_init(&guarded, length + 1);
    buffer_char(&guarded, '\'');
    buffer_put(&guarded, bytes, length);
    csv_cell(buffer, guarded.data, guarded.length);
}

size_t csv_guard(const char *bytes, size_t length)
{
    return length > 1 && bytes[0] == '\'' && (begins_formula(bytes[1]) || bytes[1] == '\'');
}

void csv_end_line(struct buffer *buffer)
{
    buffer_text(buffer, "\r\n");
}

/* Before each cell of a line but the first. */
static void separate(struct buffer *buffer, bool *first)
{
    if (!*first) {
        buffer_char(buffer, ',');
    }
    *first = false;
}

void csv_names(struct buffer *buffer, const struct record *record, const struct encode_view *view)
{
    uint64_t shown = view->shown;
    bool first = true;
    for (size_t i = 0; i < ENCODE_OWN + record->field_count; i++, shown >>= 1) {
        if ((shown & 1) != 0) {
            separate(buffer, &first);
            buffer_text(buffer, i < ENCODE_OWN ? encode_own[i] : record->fields[i - ENCODE_OWN].name);
        }
    }
    csv_end_line(buffer);
}

static void put_identity(struct buffer *buffer, const struct cell *cell)
{
    char text[IDENTITY_TEXT];
    struct identity id = cell_identity(cell);
    identity_format(&id, text);
    buffer_text(buffer, text);
}

static void put_moment(struct buffer *buffer, const struct cell *cell, bool is_date)
{
    char text[MOMENT_TEXT];
    buffer_put(buffer, text, moment_format((struct moment){cell_moment(cell), is_date}, text));
}

static void put_own(struct buffer *buffer, const struct cell *cells, int index)
{
    if (index == 0) {
        put_identity(buffer, &cells[0]);
    } else if (index == 1) {
        buffer_put(buffer, cells[1].bytes, cells[1].length > 0 ? (size_t)cells[1].length : 0);
    } else if (index == 2) {
        buffer_number(buffer, cell_integer(&cells[2]));
    } else {
        put_moment(buffer, &cells[index], false);
    }
}

static bool is_text(const struct field *field)
{
    return (field->flags & FIELD_MANY) == 0 && field->type <= FIELD_COUNTRY;
}

static void put_field(struct buffer *buffer, const struct field *field, const struct row *row, int at,
                      const struct encode_view *view, struct buffer *scratch)
{
    const struct cell *cell = &row->cells[at];
    bool scalar = (field->flags & FIELD_MANY) == 0;
    if (is_text(field)) {
        csv_text(buffer, cell->bytes, (size_t)cell->length);
    } else if (scalar && field->type == FIELD_REFERENCE && view->expanded == 0) {
        put_identity(buffer, cell);
    } else if (scalar && field->type == FIELD_TIME) {
        put_moment(buffer, cell, cell_boolean(cell + 1));
    } else {
        buffer_clear(scratch);
        encode_value(scratch, field, row, at, view);
        csv_cell(buffer, scratch->data, scratch->length);
        buffer->overflowed = buffer->overflowed || scratch->overflowed;
    }
}

void csv_record(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                const struct encode_view *view)
{
    struct buffer scratch __attribute__((cleanup(buffer_free)));
    buffer_init(&scratch, buffer->limit);
    struct encode_view of_field = *view;
    uint64_t shown = view->shown;
    bool begins = true;
    for (int i = 0; i < ENCODE_OWN; i++, shown >>= 1) {
        if ((shown & 1) != 0) {
            separate(buffer, &begins);
            put_own(buffer, row->cells + first, i);
        }
    }
    int at = first + ENCODE_OWN;
    for (size_t i = 0; i < record->field_count; i++, shown >>= 1) {
        const struct field *field = &record->fields[i];
        if ((shown & 1) != 0) {
            separate(buffer, &begins);
            of_field.expanded = view->expanded >> (ENCODE_OWN + i) & 1;
            if (encode_has(field, row, at)) {
                put_field(buffer, field, row, at, &of_field, &scratch);
            }
        }
        at += encode_cells(field);
    }
    csv_end_line(buffer);
}
