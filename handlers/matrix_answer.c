/* The matrix as JSON, NDJSON and CSV. */
#include <stdlib.h>

#include "handlers/csv.h"
#include "handlers/matrix.h"
#include "handlers/named.h"
#include "handlers/positions_answer.h"
#include "schema/encode.h"
#include "schema/heap.h"

/* In the order of the vocabulary of positions: what stands for them in a cell. Those of votes are their polarity. */
static const int codes[POSITIONS] = {
    [POSITION_AFFIRM] = 1,           [POSITION_DENY] = -1,  [POSITION_QUESTION] = 2, [POSITION_DECLINE] = 3,
    [POSITION_UNABLE_TO_VERIFY] = 4, [POSITION_REPORT] = 5, [POSITION_RETRACT] = 6};

const struct vocabulary matrix_values = {"value", (const char *const[]){"position", "stances", "percentage", NULL}};

static void put_value(struct buffer *out, const struct matrix *matrix, const struct matrix_cell *cell)
{
    switch (matrix->value) {
    case VALUE_POSITION:
        buffer_number(out, codes[cell->position]);
        break;
    case VALUE_STANCES:
        buffer_number(out, cell->stances);
        break;
    case VALUE_PERCENTAGE:
        encode_number(out, 100.0 * cell->stances / (double)matrix->of_row[cell->row].stances);
        break;
    }
}

/* The cells of one row, in the order of the columns; `places` has room for a cell of each column. */
static void put_values(struct buffer *out, const struct matrix *matrix, const struct matrix_cell *cells, size_t count,
                       const struct matrix_cell **places, const char *nothing)
{
    for (size_t i = 0; i < count; i++) {
        places[matrix->columns.place[cells[i].column]] = &cells[i];
    }
    for (size_t i = 0; i < matrix->columns.count; i++) {
        buffer_text(out, i == 0 ? "" : ",");
        if (places[i] != NULL) {
            put_value(out, matrix, places[i]);
        } else {
            buffer_text(out, nothing);
        }
        places[i] = NULL;
    }
}

static void write_margin(struct writer *writer, const struct margin *margin)
{
    long all = 0;
    long votes = margin->counts[POSITION_AFFIRM] + margin->counts[POSITION_DENY];
    writer_begin_object(writer);
    for (int i = 0; i < POSITIONS; i++) {
        writer_integer(writer, margin->counts[i]);
        all += margin->counts[i];
    }
    writer_end(writer);
    writer_integer(writer, votes);
    writer_integer(writer, all - votes);
    writer_integer(writer, margin->stances);
    if (votes == 0) {
        writer_null(writer);
        return;
    }
    writer_begin_object(writer);
    writer_number(writer, 100.0 * (double)margin->counts[POSITION_AFFIRM] / (double)votes);
    writer_number(writer, 100.0 * (double)margin->counts[POSITION_DENY] / (double)votes);
    writer_end(writer);
}

static void name_of(const struct network_nodes *nodes, size_t place, struct cell ret_cells[static NAMED_CELLS])
{
    for (int i = 0; i < NAMED_CELLS; i++) {
        ret_cells[i] = network_nodes_cell(nodes, &nodes->list[place], i);
    }
}

void matrix_write_head(const struct call *call, const struct matrix *matrix, struct buffer *head)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    struct cell name[NAMED_CELLS];
    writer_init(&writer, head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, &matrix->question);
    writer_word(&writer, (int)matrix->value);
    writer_begin_list(&writer);
    for (int i = 0; i < POSITIONS; i++) {
        writer_begin_item(&writer);
        writer_integer(&writer, codes[i]);
        writer_word(&writer, i);
        writer_end(&writer);
    }
    writer_end_list(&writer);
    writer_begin_list(&writer);
    for (size_t i = 0; i < matrix->columns.count && !head->overflowed; i++) {
        name_of(&matrix->columns, i, name);
        writer_begin_item(&writer);
        writer_named(&writer, name);
        write_margin(&writer, &matrix->of_column[matrix->columns.list[i].number]);
        writer_end(&writer);
    }
    writer_end_list(&writer);
    writer_end(&writer);
}

/* CSV: the names of the columns are the refs of the claims, or their ids. */
static void put_csv_names(struct buffer *out, const struct matrix *matrix)
{
    buffer_text(out, "actor_id,actor_ref,actor_name");
    for (size_t i = 0; i < matrix->columns.count; i++) {
        struct cell ref = network_nodes_cell(&matrix->columns, &matrix->columns.list[i], 1);
        char id[IDENTITY_TEXT];
        identity_format(&matrix->columns.list[i].id, id);
        buffer_char(out, ',');
        if (cell_null(&ref)) {
            buffer_text(out, id);
        } else {
            csv_text(out, ref.bytes, (size_t)ref.length);
        }
    }
    csv_end_line(out);
}

static void put_csv_row(struct buffer *out, const struct matrix *matrix, size_t place, const struct buffer *values)
{
    char id[IDENTITY_TEXT];
    identity_format(&matrix->rows.list[place].id, id);
    buffer_text(out, id);
    for (int i = 1; i < NAMED_CELLS; i++) {
        struct cell cell = network_nodes_cell(&matrix->rows, &matrix->rows.list[place], i);
        buffer_char(out, ',');
        if (!cell_null(&cell)) {
            csv_text(out, cell.bytes, (size_t)cell.length);
        }
    }
    buffer_char(out, ',');
    buffer_put(out, values->data, values->length);
    csv_end_line(out);
}

static void put_row(const struct call *call, const struct matrix *matrix, size_t place, const struct buffer *values,
                    struct reply *reply)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    struct cell name[NAMED_CELLS];
    name_of(&matrix->rows, place, name);
    writer_init(&writer, &reply->body, matrix->question.page.media);
    writer_begin(&writer, call->endpoint->answer->row);
    writer_named(&writer, name);
    writer_json(&writer, values->data, values->length);
    write_margin(&writer, &matrix->of_row[matrix->rows.list[place].number]);
    writer_end(&writer);
}

void matrix_write_rows(const struct call *call, struct matrix *matrix, struct reply *reply)
{
    bool csv = matrix->question.page.media == MEDIA_CSV;
    const struct matrix_cell **places = heap_array(matrix->columns.count, sizeof *places);
    size_t *starts = heap_array(matrix->actors.count + 1, sizeof *starts);
    struct buffer values __attribute__((cleanup(buffer_free)));
    buffer_init(&values, REPLY_LIMIT);
    for (size_t i = 0; i < matrix->count; i++) {
        starts[matrix->cells[i].row + 1]++;
    }
    for (size_t i = 0; i < matrix->actors.count; i++) {
        starts[i + 1] += starts[i];
    }
    matrix->question.page.limit = (long)matrix->rows.count;
    if (csv) {
        put_csv_names(&reply->body, matrix);
    }
    for (size_t i = 0; i < matrix->rows.count && !reply->body.overflowed && !call_cancelled(call); i++) {
        uint32_t number = matrix->rows.list[i].number;
        buffer_clear(&values);
        buffer_text(&values, csv ? "" : "[");
        put_values(&values, matrix, matrix->cells + starts[number], starts[number + 1] - starts[number], places,
                   csv ? "" : "null");
        buffer_text(&values, csv ? "" : "]");
        reply->body.overflowed = reply->body.overflowed || values.overflowed;
        (void)page_row(&matrix->question.page, reply);
        if (csv) {
            put_csv_row(&reply->body, matrix, i, &values);
        } else {
            put_row(call, matrix, i, &values, reply);
        }
    }
    free(places);
    free(starts);
}

static const struct member code_members[] = {
    {.name = "code", .type = MEMBER_INTEGER},
    {.name = "position", .type = MEMBER_WORD, .vocabulary = &vocabulary_position},
    {.name = NULL},
};
static const struct member percentage_members[] = {
    {.name = "affirm", .type = MEMBER_NUMBER}, {.name = "deny", .type = MEMBER_NUMBER}, {.name = NULL}};

#define MARGIN_MEMBERS                                                                                         \
    {.name = "counts", .type = MEMBER_OBJECT, .members = positions_counts, .help = "Current positions."},      \
        {.name = "votes", .type = MEMBER_INTEGER}, {.name = "non_votes", .type = MEMBER_INTEGER},              \
        {.name = "stances", .type = MEMBER_INTEGER, .help = "All of them, also those left behind since."},     \
    {                                                                                                          \
        .name = "percentages", .type = MEMBER_OBJECT, .flags = MEMBER_NULLABLE, .members = percentage_members, \
        .help = "Of the votes; null without votes."                                                            \
    }

static const struct member claim_members[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    MARGIN_MEMBERS,
    {.name = NULL},
};
static const struct member head_members[] = {
    QUESTION_MEMBERS,
    {.name = "value", .type = MEMBER_WORD, .vocabulary = &matrix_values},
    {.name = "codes", .type = MEMBER_LIST, .members = code_members, .help = "What the codes of positions mean."},
    {.name = "claims",
     .type = MEMBER_LIST,
     .members = claim_members,
     .help = "The columns, in the order of their texts."},
    {.name = NULL},
};
static const struct member row_members[] = {
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    {.name = "values",
     .type = MEMBER_JSON,
     .schema = "{'type': 'array', 'items': {'type': ['number', 'null']}}",
     .help = "One for each claim; null where the actor has no stance on it."},
    MARGIN_MEMBERS,
    {.name = NULL},
};
const struct answer matrix_answer = {"Matrix", head_members, row_members, true};
