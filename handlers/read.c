/* Reads one record: the hot path, and so nothing but the arena is allocated from. */
#include "handlers/read.h"

#include <string.h>

#include "handlers/sql.h"
#include "schema/encode.h"

enum { COLUMN_ID, COLUMN_REF, COLUMN_VERSION }; /* how every record begins: schema/columns.h */

const char *read_path_id(struct call *call, const struct record *record, struct reply *reply)
{
    struct identity id;
    if (!identity_resolve(record->kind, call->path[0], strlen(call->path[0]), &id)) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return NULL;
    }
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    return text;
}

enum plan_outcome read_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, call->endpoint->record, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    query_value(plan_query(plan, sql_of(call->endpoint->record)->read), id);
    return PLAN_RUN;
}

void read_encode(const struct record *record, const struct row *row, struct reply *reply)
{
    encode_record(&reply->body, record, row, 0);
    buffer_char(&reply->body, '\n');
    reply->version = (int)cell_integer(&row->cells[COLUMN_VERSION]);
}

void read_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    read_encode(call->endpoint->record, row, reply);
    reply->status = 200;
}

enum finish_outcome read_finish(struct call *call, struct reply *reply)
{
    if (reply->status == 0) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    }
    return FINISH_REPLY;
}
