/* Writes what the tables of an answer describe. */
#include "handlers/answer.h"

#include <assert.h>
#include <string.h>

#include "handlers/csv.h"
#include "handlers/named.h"
#include "schema/encode.h"
#include "schema/moment.h"

#define NAME_LIMIT ((size_t)256)
#define SCRATCH_LIMIT ((size_t)16 * 1024 * 1024)

void writer_init(struct writer *writer, struct buffer *out, enum media media)
{
    *writer = (struct writer){.out = out, .csv = media == MEDIA_CSV};
    buffer_init(&writer->scratch, SCRATCH_LIMIT);
}

void writer_free(struct writer *writer)
{
    buffer_free(&writer->scratch);
}

/* CSV outside of lists. */
static bool in_cells(const struct writer *writer)
{
    return writer->csv && writer->line == NULL;
}

static void separate(struct writer *writer)
{
    bool *first = &writer->levels[writer->depth].first;
    if (!*first) {
        buffer_char(writer->out, ',');
    }
    *first = false;
}

/* The member whose turn it is, its name (or the cell before it) written where `value` says that it has one. */
static const struct member *take(struct writer *writer, bool value)
{
    const struct member *member = writer->levels[writer->depth].next++;
    assert(member->name != NULL);
    if (in_cells(writer)) {
        separate(writer);
    } else if (value || (member->flags & MEMBER_NULLABLE) != 0) {
        separate(writer);
        buffer_format(writer->out, "\"%s\":", member->name);
    }
    return member;
}

static void push(struct writer *writer, const struct member *members, bool list)
{
    assert(writer->depth + 1 < WRITER_DEPTH);
    writer->depth++;
    writer->levels[writer->depth].next = members;
    writer->levels[writer->depth].list = list;
    writer->levels[writer->depth].first = true;
}

void writer_begin(struct writer *writer, const struct member *members)
{
    assert(writer->depth == 0);
    push(writer, members, false);
    buffer_text(writer->out, in_cells(writer) ? "" : "{");
}

void writer_end(struct writer *writer)
{
    assert(writer->levels[writer->depth].next->name == NULL);
    bool cells = in_cells(writer);
    writer->depth--;
    if (!cells) {
        buffer_char(writer->out, '}');
    } else if (writer->depth == 0) {
        csv_end_line(writer->out);
    }
}

/* The empty cells of a member without a value, but for the first. */
static void put_empty(struct writer *writer, const struct member *member)
{
    if (member->type == MEMBER_NAMED) {
        buffer_text(writer->out, ",,");
    }
    for (const struct member *each = member->members; member->type == MEMBER_OBJECT && each->name != NULL; each++) {
        buffer_text(writer->out, each == member->members ? "" : ",");
        put_empty(writer, each);
    }
}

void writer_null(struct writer *writer)
{
    const struct member *member = take(writer, false);
    assert(member->flags != 0);
    if (in_cells(writer)) {
        put_empty(writer, member);
    } else if ((member->flags & MEMBER_NULLABLE) != 0) {
        buffer_text(writer->out, "null");
    }
}

void writer_skip(struct writer *writer)
{
    const struct member *member = writer->levels[writer->depth].next;
    assert((member->flags & MEMBER_OPTIONAL) != 0);
    if (in_cells(writer)) {
        writer_null(writer);
    } else {
        writer->levels[writer->depth].next++;
    }
}

static void put_text(struct writer *writer, const char *bytes, size_t length)
{
    if (in_cells(writer)) {
        csv_text(writer->out, bytes, length);
    } else {
        encode_string(writer->out, bytes, length);
    }
}

void writer_text(struct writer *writer, const char *bytes, size_t length)
{
    (void)take(writer, true);
    put_text(writer, bytes, length);
}

void writer_word(struct writer *writer, int index)
{
    const struct member *member = take(writer, true);
    const char *word = member->vocabulary->words[index];
    put_text(writer, word, strlen(word));
}

static void put_id(struct writer *writer, const struct identity *id)
{
    char text[IDENTITY_TEXT];
    identity_format(id, text);
    put_text(writer, text, IDENTITY_TEXT - 1);
}

void writer_id(struct writer *writer, const struct identity *id)
{
    (void)take(writer, true);
    put_id(writer, id);
}

void writer_moment(struct writer *writer, int64_t micros, bool is_date)
{
    (void)take(writer, true);
    char text[MOMENT_TEXT];
    put_text(writer, text, moment_format((struct moment){micros, is_date}, text));
}

void writer_integer(struct writer *writer, long long number)
{
    (void)take(writer, true);
    buffer_number(writer->out, number);
}

void writer_number(struct writer *writer, double number)
{
    (void)take(writer, true);
    encode_number(writer->out, number);
}

void writer_boolean(struct writer *writer, bool value)
{
    (void)take(writer, true);
    buffer_text(writer->out, value ? "true" : "false");
}

void writer_json(struct writer *writer, const char *bytes, size_t length)
{
    (void)take(writer, true);
    if (in_cells(writer)) {
        csv_cell(writer->out, bytes, length);
    } else {
        buffer_put(writer->out, bytes, length);
    }
}

void writer_named(struct writer *writer, const struct cell *cells)
{
    if (cell_null(&cells[0])) {
        writer_null(writer);
        return;
    }
    const struct member *member = take(writer, true);
    if (!in_cells(writer)) {
        named_encode(writer->out, member->record, cells);
        return;
    }
    struct identity id = cell_identity(&cells[0]);
    put_id(writer, &id);
    for (int i = 1; i < NAMED_CELLS; i++) {
        buffer_char(writer->out, ',');
        if (!cell_null(&cells[i])) {
            csv_text(writer->out, cells[i].bytes, (size_t)cells[i].length);
        }
    }
}

void writer_cell(struct writer *writer, const struct cell *cell)
{
    if (cell_null(cell)) {
        writer_null(writer);
        return;
    }
    struct identity id;
    switch (take(writer, true)->type) {
    case MEMBER_ID:
        id = cell_identity(cell);
        put_id(writer, &id);
        break;
    case MEMBER_INTEGER:
        buffer_number(writer->out, cell_integer(cell));
        break;
    case MEMBER_NUMBER:
        encode_number(writer->out, cell_number(cell));
        break;
    case MEMBER_BOOLEAN:
        buffer_text(writer->out, cell_boolean(cell) ? "true" : "false");
        break;
    default:
        put_text(writer, cell->bytes, (size_t)cell->length);
    }
}

void writer_cell_moment(struct writer *writer, const struct cell *cells)
{
    if (cell_null(&cells[0])) {
        writer_null(writer);
    } else {
        writer_moment(writer, cell_moment(&cells[0]), cell_boolean(&cells[1]));
    }
}

void writer_begin_object(struct writer *writer)
{
    const struct member *member = take(writer, true);
    push(writer, member->members, false);
    buffer_text(writer->out, in_cells(writer) ? "" : "{");
}

void writer_begin_list(struct writer *writer)
{
    const struct member *member = take(writer, true);
    if (in_cells(writer)) {
        writer->line = writer->out;
        writer->out = &writer->scratch;
        writer->list_depth = writer->depth + 1;
        buffer_clear(writer->out);
    }
    push(writer, member->members, true);
    buffer_char(writer->out, '[');
}

void writer_begin_item(struct writer *writer)
{
    assert(writer->levels[writer->depth].list);
    separate(writer);
    push(writer, writer->levels[writer->depth].next, false);
    buffer_char(writer->out, '{');
}

void writer_item_named(struct writer *writer, const struct record *record, const struct cell *cells)
{
    assert(writer->levels[writer->depth].list);
    separate(writer);
    named_encode(writer->out, record, cells);
}

void writer_end_list(struct writer *writer)
{
    assert(writer->levels[writer->depth].list);
    buffer_char(writer->out, ']');
    if (writer->line != NULL && writer->depth == writer->list_depth) {
        csv_cell(writer->line, writer->out->data, writer->out->length);
        writer->line->overflowed = writer->line->overflowed || writer->out->overflowed;
        writer->out = writer->line;
        writer->line = NULL;
    }
    writer->depth--;
}

static void put_names(struct buffer *out, const struct member *members, const char *prefix, bool *first)
{
    for (const struct member *member = members; member->name != NULL; member++) {
        struct buffer whole __attribute__((cleanup(buffer_free)));
        buffer_init(&whole, NAME_LIMIT);
        buffer_format(&whole, "%s%s", prefix, member->name);
        if (member->type == MEMBER_OBJECT) {
            buffer_char(&whole, '_');
            put_names(out, member->members, whole.data, first);
            continue;
        }
        buffer_text(out, *first ? "" : ",");
        *first = false;
        if (member->type == MEMBER_NAMED) {
            buffer_format(out, "%s_id,%s_ref,%s_%s", whole.data, whole.data, whole.data, member->record->label);
        } else {
            buffer_text(out, whole.data);
        }
    }
}

void answer_names(struct buffer *out, const struct answer *answer)
{
    bool first = true;
    put_names(out, answer->row, "", &first);
    csv_end_line(out);
}
