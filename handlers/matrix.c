/* GET /v1/matrix: actors by claims, and in each cell where the one stands on the other. In a first round the stances come in and are folded; in a
   second it is read what the actors and the claims are called. */
#include <stdlib.h>
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/matrix.h"
#include "schema/heap.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

/* Cells with a stance that a matrix may have: 16 bytes each. */
#define MATRIX_CELLS_MOST 2000000

enum { CLAIM, ACTOR, POSITION, STATED_AT, IS_DATE };
static void matrix_close(struct call *call)
{
    struct matrix *matrix = call->state;
    if (matrix != NULL) {
        question_free(&matrix->question);
        dictionary_free(&matrix->actors);
        dictionary_free(&matrix->claims);
        network_nodes_free(&matrix->rows);
        network_nodes_free(&matrix->columns);
        free(matrix->cells);
        free(matrix->of_row);
        free(matrix->of_column);
        call->state = NULL;
    }
}

static void plan_stances(struct call *call, struct matrix *matrix, struct plan *plan)
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    selection_plan(&matrix->question.selection, plan);
    statement_text(&statement, "SELECT t.claim_id, t.actor_id, t.position, t.stated_at, t.stated_at_is_date");
    question_put_from(&statement, &matrix->question);
    question_put_where(&statement, &matrix->question, !matrix->question.as_of.given);
    statement_text(&statement, " ORDER BY t.claim_id, t.actor_id, t.stated_at NULLS FIRST, t.created_at, t.id");
    matrix->stances_query = statement_plan(&statement, plan);
}

static enum plan_outcome matrix_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct matrix *matrix = call->state;
    if (call->round == 1) {
        matrix->stances_query = -1;
        matrix->actors_query = network_nodes_plan(&matrix->rows, call->arena, plan);
        matrix->claims_query = network_nodes_plan(&matrix->columns, call->arena, plan);
        return PLAN_RUN;
    }
    matrix_close(call); /* when it was planned before */
    matrix = arena_alloc(call->arena, sizeof *matrix);
    call->state = matrix;
    if (!question_read(call, NULL, reply, &matrix->question)) {
        return PLAN_REPLY;
    }
    const char *value = call_argument(call, "value");
    matrix->value = value == NULL ? VALUE_POSITION : (enum value)vocabulary_index(&matrix_values, value, strlen(value));
    matrix->actors_query = matrix->claims_query = -1;
    plan_stances(call, matrix, plan);
    return PLAN_RUN;
}

/* The last stance of the actor on the claim has come in. */
static void end_cell(struct matrix *matrix)
{
    if (matrix->stances == 0) {
        return;
    }
    if (matrix->count == MATRIX_CELLS_MOST) {
        matrix->full = true;
        return;
    }
    if (matrix->count == matrix->capacity) {
        matrix->capacity = matrix->capacity == 0 ? 1024 : matrix->capacity * 2;
        matrix->cells = heap_grow(matrix->cells, matrix->capacity, sizeof *matrix->cells);
    }
    matrix->cells[matrix->count++] = (struct matrix_cell){
        .row = dictionary_number(&matrix->actors, &matrix->actor),
        .column = dictionary_number(&matrix->claims, &matrix->claim),
        .stances = matrix->stances,
        .position = matrix->standing.current.position,
    };
    matrix->stances = 0;
}

static void take_stance(struct matrix *matrix, const struct row *row)
{
    const struct cell *word = &row->cells[POSITION];
    int position = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length);
    struct identity actor = cell_identity(&row->cells[ACTOR]);
    struct identity claim = cell_identity(&row->cells[CLAIM]);
    bool dated = !cell_null(&row->cells[STATED_AT]);
    if (position < 0 || matrix->full) {
        return;
    }
    if (matrix->stances == 0 || memcmp(&matrix->actor, &actor, sizeof actor) != 0 ||
        memcmp(&matrix->claim, &claim, sizeof claim) != 0) {
        end_cell(matrix);
        standing_begin(&matrix->standing);
        matrix->actor = actor;
        matrix->claim = claim;
    }
    struct point point = {.position = (enum position)position,
                          .dated = dated,
                          .is_date = cell_boolean(&row->cells[IS_DATE]),
                          .stated_at = dated ? cell_moment(&row->cells[STATED_AT]) : 0};
    (void)standing_take(&matrix->standing, &point);
    matrix->stances++;
}

static void matrix_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct matrix *matrix = call->state;
    if (query == matrix->stances_query) {
        take_stance(matrix, row);
    } else if (query == matrix->actors_query) {
        network_nodes_take(&matrix->rows, &matrix->actors, row);
    } else if (query == matrix->claims_query) {
        network_nodes_take(&matrix->columns, &matrix->claims, row);
    }
}

static void count_margins(struct matrix *matrix)
{
    matrix->of_row = heap_array(matrix->actors.count, sizeof *matrix->of_row);
    matrix->of_column = heap_array(matrix->claims.count, sizeof *matrix->of_column);
    for (size_t i = 0; i < matrix->count; i++) {
        const struct matrix_cell *cell = &matrix->cells[i];
        struct margin *margins[] = {&matrix->of_row[cell->row], &matrix->of_column[cell->column]};
        for (int side = 0; side < 2; side++) {
            margins[side]->counts[cell->position]++;
            margins[side]->stances += cell->stances;
        }
    }
}

static int by_row(const void *one, const void *other)
{
    const struct matrix_cell *a = one;
    const struct matrix_cell *b = other;
    return (a->row > b->row) - (a->row < b->row);
}

static enum finish_outcome refuse(struct call *call, struct reply *reply, const char *detail)
{
    reply_problem(call, reply, PROBLEM_REPLY_TOO_LARGE, detail);
    return FINISH_REPLY;
}

/* The end of the first round: who is in it. */
static enum finish_outcome settle(struct call *call, struct matrix *matrix, struct reply *reply)
{
    end_cell(matrix);
    if (matrix->full) {
        return refuse(call, reply,
                      "A matrix has stances in at most " TEXT(MATRIX_CELLS_MOST) " cells; filter for fewer.");
    }
    if (matrix->actors.count > NODES_MOST || matrix->claims.count > NODES_MOST) {
        return refuse(call, reply, "A matrix has at most " TEXT(NODES_MOST) " rows and columns; filter for fewer.");
    }
    network_nodes_init_named(&matrix->rows, &record_actor);
    network_nodes_init_named(&matrix->columns, &record_claim);
    network_nodes_choose(&matrix->rows, &matrix->actors, &(struct events){0}, true, 0);
    network_nodes_choose(&matrix->columns, &matrix->claims, &(struct events){0}, false, 0);
    return FINISH_NEXT;
}

static enum finish_outcome matrix_finish(struct call *call, struct reply *reply)
{
    struct matrix *matrix = call->state;
    if (call->round == 0) {
        return settle(call, matrix, reply);
    }
    network_nodes_sort(&matrix->rows);
    network_nodes_sort(&matrix->columns);
    if (matrix->rows.bytes.overflowed || matrix->columns.bytes.overflowed) {
        return refuse(call, reply, "The names of the actors and claims are more than 16 MiB; filter for fewer.");
    }
    count_margins(matrix);
    if (matrix->count > 0) {
        qsort(matrix->cells, matrix->count, sizeof *matrix->cells, by_row);
    }
    struct buffer head __attribute__((cleanup(buffer_free)));
    buffer_init(&head, REPLY_LIMIT);
    matrix_write_rows(call, matrix, reply);
    matrix_write_head(call, matrix, &head);
    question_finish(call, &matrix->question, &head, &(struct cursor){{NULL, NULL}}, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "value",
        .type = PARAMETER_WORD,
        .vocabulary = &matrix_values,
        .help = "What stands in a cell: the code of the current position (as when absent), how many stances the actor "
                "took on the claim, or which percentage of all its stances these are.",
        .example = "stances",
    },
};

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/matrix",
        .name = "matrix",
        .summary = "Where every actor stands on every claim, as a matrix.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .takes = TAKES_STANCES,
        .lane = LANE_SLOW,
        .problems = ANSWERS(PROBLEM_REPLY_TOO_LARGE),
        .answer = &matrix_answer,
        .plan = matrix_plan,
        .row = matrix_row,
        .finish = matrix_finish,
        .works = true,
        .close = matrix_close,
    },
};

const struct endpoint_table matrix_endpoints = ENDPOINT_TABLE(table);
