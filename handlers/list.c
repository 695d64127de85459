/* Lists page by key: the sort columns of the last row shown are where the next page begins. A statement is put together
   from constant fragments, per record and per order; values are always parameters. */
#include "handlers/list.h"

#include <string.h>

#include "handlers/page.h"
#include "handlers/sql.h"
#include "schema/encode.h"
#include "schema/moment.h"

#define SQL_LIMIT ((size_t)64 * 1024)

const struct parameter list_parameters[LIST_PARAMETERS] = {PAGE_PARAMETERS};

/* An order of a list: its column first, the id to break ties. The statement's first two columns are these keys. */
struct order {
    const char *keys;  /* select list */
    const char *after; /* condition on what follows a cursor: $1 and $2 are its keys */
    const char *by;
};

static const struct order newest_first = {
    .keys = "t.created_at, t.id",
    .after = " WHERE (t.created_at, t.id) < ($1::timestamptz, $2::uuid)",
    .by = " ORDER BY t.created_at DESC, t.id DESC",
};

enum { COLUMN_KEY, COLUMN_ID, COLUMN_RECORD };

struct list {
    struct page page;
    int64_t last_created; /* keys of the last row shown */
    struct identity last_id;
};

/* Cursors may be forged: what is no time and id must not reach the database as one. */
static bool keys_valid(const struct cursor *cursor)
{
    struct moment moment;
    struct identity id;
    const char *created = cursor->keys[0];
    const char *text = cursor->keys[1];
    return created != NULL && moment_parse(created, strlen(created), false, &moment) && text != NULL &&
           identity_parse(text, strlen(text), &id);
}

static const char *compose(const struct call *call, const struct order *order, const struct page *page)
{
    const struct record *record = call->endpoint->record;
    struct buffer sql __attribute__((cleanup(buffer_free)));
    buffer_init(&sql, SQL_LIMIT);
    buffer_format(&sql, "SELECT %s, %s FROM %s t%s%s LIMIT $%d::bigint", order->keys, sql_of(record)->columns,
                  record->name, page->continues ? order->after : "", order->by, page->continues ? 3 : 1);
    return arena_copy(call->arena, sql.data, sql.length);
}

enum plan_outcome list_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct list *list = arena_alloc(call->arena, sizeof *list);
    call->state = list;
    if (!page_read(call, reply, &list->page)) {
        return PLAN_REPLY;
    }
    if (list->page.continues && !keys_valid(&list->page.after)) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return PLAN_REPLY;
    }
    struct query *query = plan_query(plan, compose(call, &newest_first, &list->page));
    if (list->page.continues) {
        query_value(query, list->page.after.keys[0]);
        query_value(query, list->page.after.keys[1]);
    }
    query_value(query, page_fetch(call, &list->page));
    return PLAN_RUN;
}

void list_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    struct list *list = call->state;
    if (!page_row(&list->page, reply)) {
        return;
    }
    list->last_created = cell_moment(&row->cells[COLUMN_KEY]);
    list->last_id = cell_identity(&row->cells[COLUMN_ID]);
    encode_record(&reply->body, call->endpoint->record, row, COLUMN_RECORD);
}

enum finish_outcome list_finish(struct call *call, struct reply *reply)
{
    struct list *list = call->state;
    char created[MOMENT_TEXT];
    char id[IDENTITY_TEXT];
    moment_format((struct moment){.micros = list->last_created}, created);
    identity_format(&list->last_id, id);
    page_finish(call, &list->page, &(struct cursor){{created, id}}, reply);
    return FINISH_REPLY;
}
