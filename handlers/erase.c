/* Deletes a record, or says by what it is still referred to: a guarded row in `change`, its projection, and the verdict, in
   one transaction. A reference that is written meanwhile meets the foreign key, and the request is planned again. */
#include "handlers/erase.h"

#include "handlers/guard.h"
#include "handlers/read.h"
#include "handlers/sql.h"
#include "schema/encode.h"

enum { COLUMN_VERDICT, COLUMN_KIND, COLUMN_FIELD, COLUMN_COUNT };

struct erase {
    const char *id;
    int query; /* index of the erasing statement in the plan */
    bool deleted;
    int stale;          /* the version in which it is, when that is not one that the request allows; or 0 */
    struct buffer uses; /* members of `references` */
};

#define USES_LIMIT ((size_t)64 * 1024)

enum plan_outcome erase_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const struct record *record = call->endpoint->record;
    struct erase *erase = call->state;
    if (erase == NULL) {
        erase = arena_alloc(call->arena, sizeof *erase);
        buffer_init(&erase->uses, USES_LIMIT);
        call->state = erase;
    }
    buffer_clear(&erase->uses);
    erase->deleted = false;
    erase->stale = 0;
    erase->id = read_path_id(call, record, reply);
    if (erase->id == NULL) {
        return PLAN_REPLY;
    }
    struct precondition precondition = precondition_of(call);
    guard_queue(call, plan, erase->id);
    erase->query = plan->count;
    struct query *query = plan_query(plan, sql_of(record)->erase);
    query_value(query, erase->id);
    query_value(query, call->who);
    query_value(query, call->request_id);
    query_value(query, precondition.allowed);
    query_value(query, precondition.refused);
    guard_project(plan, sql_of(record)->removals);
    return PLAN_RUN;
}

/* The list of the records that refer to it in this field; it itself is none of those that count. */
static void put_link(struct buffer *uses, const struct record *target, const char *id, const struct cell *kind,
                     const struct cell *field)
{
    const struct record *record = cell_record(kind);
    if (record == NULL) {
        return;
    }
    buffer_format(uses, ",\"link\":\"/v1/%s?%.*s=%s", record->plural, field->length, field->bytes, id);
    if (record == target) {
        buffer_format(uses, "&id.not=%s", id);
    }
    buffer_char(uses, '"');
}

static void put_use(struct call *call, const struct row *row)
{
    struct erase *erase = call->state;
    struct buffer *uses = &erase->uses;
    const struct cell *kind = &row->cells[COLUMN_KIND];
    const struct cell *field = &row->cells[COLUMN_FIELD];
    int64_t count = cell_integer(&row->cells[COLUMN_COUNT]);
    buffer_text(uses, uses->length == 0 ? "{\"kind\":" : ",{\"kind\":");
    encode_string(uses, kind->bytes, (size_t)kind->length);
    buffer_text(uses, ",\"field\":");
    encode_string(uses, field->bytes, (size_t)field->length);
    buffer_format(uses, ",\"count\":%lld", (long long)count);
    /* the count stops there: there may be more */
    buffer_text(uses, count == REFERENCES_COUNTED ? ",\"at_least\":true" : "");
    put_link(uses, call->endpoint->record, erase->id, kind, field);
    buffer_char(uses, '}');
}

void erase_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct erase *erase = call->state;
    if (query != erase->query) {
        return;
    }
    const struct cell *verdict = &row->cells[COLUMN_VERDICT];
    if (cell_is(verdict, "deleted")) {
        erase->deleted = true;
    } else if (cell_is(verdict, "stale")) {
        erase->stale = (int)cell_integer(&row->cells[COLUMN_COUNT]);
    } else {
        put_use(call, row);
    }
}

enum finish_outcome erase_finish(struct call *call, struct reply *reply)
{
    struct erase *erase = call->state;
    if (erase->deleted) {
        reply->status = 204;
    } else if (erase->stale > 0) {
        precondition_refuse(call, reply, erase->stale);
    } else if (erase->uses.length == 0) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    } else {
        reply_problem(call, reply, PROBLEM_STILL_REFERENCED,
                      "Other records refer to it: `references` says by which of their fields, how many, and where they "
                      "are listed.");
        reply_member(reply, "references");
        buffer_char(&reply->body, '[');
        buffer_put(&reply->body, erase->uses.data, erase->uses.length);
        buffer_text(&reply->body, "]}\n");
    }
    return FINISH_REPLY;
}

void erase_close(struct call *call)
{
    struct erase *erase = call->state;
    if (erase != NULL) {
        buffer_free(&erase->uses);
    }
}
