/* Lists page by key: the order's column and the id of the last row shown are where the next page begins. */
#include "handlers/list.h"

#include <string.h>

#include "handlers/count.h"
#include "handlers/page.h"
#include "handlers/selection.h"
#include "handlers/shape.h"
#include "handlers/sql.h"

/* A page of more rows is no short read any more. */
#define SHORT_MOST 200

const struct parameter list_parameters[LIST_PARAMETERS] = {PAGE_PARAMETERS};

/* The first columns of a row are the keys for the cursor. */
enum { COLUMN_KEY, COLUMN_ID, COLUMN_RECORD };

struct list {
    struct page page;
    struct selection selection;
    struct shape shape;
    int count_query;      /* -1: not to be counted */
    int first_query;      /* of the records themselves */
    const char *last_key; /* of the last row shown */
    struct identity last_id;
};

void list_close(struct call *call)
{
    struct list *list = call->state;
    if (list != NULL) {
        shape_free(&list->shape);
        call->state = NULL;
    }
}

static void put_rows(struct statement *statement, const void *selection, const char *column)
{
    selection_put_all(statement, selection, column);
}

static void plan_part(struct call *call, struct plan *plan, const struct selection *selection, enum part part)
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    selection_put(&statement, selection, part,
                  arena_format(call->arena, "%s, t.id, %s", selection->ordering.order->column,
                               sql_of(selection->record)->columns));
    (void)statement_plan(&statement, plan);
}

/* Reads everything that the request asks for. False with the reply complete. */
static bool read_request(struct call *call, struct list *list, struct reply *reply)
{
    if (!page_read(call, reply, &list->page) || !shape_read(call, reply, &list->shape)) {
        return false;
    }
    if (!selection_read(call, call->endpoint->record, &list->selection)) {
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return false;
    }
    /* cursors may be forged: what is no key of this order must not reach the database as one */
    if (list->page.continues && !selection_starts(&list->selection, &list->page.after)) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return false;
    }
    list->page.media = list->shape.media;
    list->selection.after = list->page.continues ? &list->page.after : NULL;
    list->selection.limit = list->page.limit;
    return true;
}

enum plan_outcome list_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    list_close(call); /* when it was planned before */
    struct list *list = arena_alloc(call->arena, sizeof *list);
    call->state = list;
    if (!read_request(call, list, reply)) {
        return PLAN_REPLY;
    }
    const struct selection *selection = &list->selection;
    selection_plan(selection, plan);
    shape_plan(&list->shape, call, plan, put_rows, selection);
    list->count_query = count_plan(call, plan, selection);
    list->first_query = plan->count;
    for (enum part part = PART_VALUES; part < PARTS; part++) {
        if (selection_has(selection, part)) {
            plan_part(call, plan, selection, part);
        }
    }
    if (!selection_indexed(selection) || selection->limit > SHORT_MOST || count_exact(call)) {
        call->lane = LANE_SLOW;
    }
    shape_begin(&list->shape, reply);
    return PLAN_RUN;
}

void list_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct list *list = call->state;
    if (query == list->count_query) {
        list->page.counted = count_read(call, row, &list->page.total);
        return;
    }
    if (query < list->first_query) {
        (void)shape_row(&list->shape, query, row);
        return;
    }
    if (!page_row(&list->page, reply)) {
        return;
    }
    if (list->page.shown == list->page.limit) { /* the page ends here */
        list->last_key = order_key(list->selection.ordering.order, &row->cells[COLUMN_KEY], call->arena);
        list->last_id = cell_identity(&row->cells[COLUMN_ID]);
    }
    shape_put(&list->shape, &reply->body, row, COLUMN_RECORD);
}

enum finish_outcome list_finish(struct call *call, struct reply *reply)
{
    struct list *list = call->state;
    char id[IDENTITY_TEXT];
    identity_format(&list->last_id, id);
    page_finish(call, &list->page, &(struct cursor){{list->last_key, id}}, reply);
    return FINISH_REPLY;
}
