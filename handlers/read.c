/* Reads one record: the hot path, and so nothing but the arena is allocated from. */
#include "handlers/read.h"

#include <string.h>

#include "handlers/shape.h"
#include "handlers/sql.h"
#include "schema/encode.h"

enum { COLUMN_ID, COLUMN_REF, COLUMN_VERSION }; /* how every record begins: schema/columns.h */

struct one {
    const struct record *record;
    const char *id;
    struct shape shape;
};

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

static void put_one(struct statement *statement, const void *id, const char *column)
{
    statement_text(statement, "SELECT ");
    statement_text(statement, column);
    statement_text(statement, " FROM ");
    statement_text(statement, ((const struct one *)id)->record->name);
    statement_text(statement, " t WHERE t.id = ");
    statement_value(statement, ((const struct one *)id)->id, "uuid");
}

void read_close(struct call *call)
{
    struct one *one = call->state;
    if (one != NULL) {
        shape_free(&one->shape);
        call->state = NULL;
    }
}

enum plan_outcome read_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    read_close(call); /* when it was planned before */
    const struct record *record = call->endpoint->record;
    struct one *one = arena_alloc(call->arena, sizeof *one);
    call->state = one;
    one->record = record;
    one->id = read_path_id(call, record, reply);
    if (one->id == NULL || !shape_read(call, reply, &one->shape)) {
        return PLAN_REPLY;
    }
    shape_plan(&one->shape, call, plan, put_one, one);
    query_value(plan_query(plan, sql_of(record)->read), one->id);
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
    struct one *one = call->state;
    if (expand_row(&one->shape.expansions, query, row)) {
        return;
    }
    shape_begin(&one->shape, reply);
    shape_put(&one->shape, &reply->body, row, 0);
    buffer_text(&reply->body, one->shape.media == MEDIA_CSV ? "" : "\n");
    reply->version = (int)cell_integer(&row->cells[COLUMN_VERSION]);
    reply->status = 200;
}

enum finish_outcome read_finish(struct call *call, struct reply *reply)
{
    if (reply->status == 0) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    }
    return FINISH_REPLY;
}
