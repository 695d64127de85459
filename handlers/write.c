/* Writes one record: body → draft → guarded write → projections → the record as it is now, all in one transaction. */
#include "handlers/write.h"

#include <jansson.h>
#include <string.h>

#include "handlers/document.h"
#include "handlers/read.h"
#include "handlers/replay.h"
#include "handlers/sql.h"

/* Sets and references grow when refs become ids, by less than ten times. */
#define BATCH_LIMIT ((size_t)16 * BODY_LIMIT)

void write_begin(struct call *call, size_t size)
{
    struct write *write = call->state;
    if (write == NULL) {
        write = arena_alloc(call->arena, size);
        call->state = write;
    } else { /* planned again after a lost race */
        batch_free(&write->batch);
    }
    batch_init(&write->batch, BATCH_LIMIT);
    if ((call->endpoint->takes & TAKES_CONDITIONS) != 0) {
        write->batch.precondition = precondition_of(call);
    }
    faults_init(&call->faults, call->arena);
}

void write_close(struct call *call)
{
    struct write *write = call->state;
    if (write != NULL) {
        batch_free(&write->batch);
    }
}

/* The draft of the call's body; false with the reply complete when there is none to be made. */
static bool write_draft(struct call *call, struct reply *reply, struct draft *ret)
{
    json_t *body = validate_parse(call->body, call->body_length, &call->faults);
    if (body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return false;
    }
    bool valid = validate_record(call->endpoint->record, body, call->arena, &call->faults, ret);
    json_decref(body);
    if (!valid) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    }
    return valid;
}

void write_plan(struct call *call, struct plan *plan, struct reply *reply, const struct draft *draft,
                const struct identity *id, enum write_mode mode)
{
    struct write *write = call->state;
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, BATCH_LIMIT);
    document_write(&text, draft->document, call->arena);
    batch_add(&write->batch, 0, mode, draft, id, text.data, text.length);
    for (size_t i = 0; i < draft->reference_count; i++) {
        const struct reference *reference = &draft->references[i];
        bool itself = reference->kind == draft->record->kind && memcmp(&reference->id, id, sizeof *id) == 0;
        if (!itself) {
            batch_refer(&write->batch, 0, reference->pointer, reference->kind, &reference->id);
        }
    }
    if (text.overflowed || !batch_seal(&write->batch)) {
        reply_problem(call, reply, PROBLEM_BODY_TOO_LARGE, NULL);
        return;
    }
    char *id_text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(id, id_text);
    write->location =
        arena_format(call->arena, "/v1/%s/%s", draft->record->plural, draft->ref != NULL ? draft->ref : id_text);
    guard_plan(call, plan, &write->batch, &write->verdict);
    bool creates = mode == WRITE_CREATE;
    call->outcome = arena_alloc(call->arena, sizeof *call->outcome);
    *call->outcome = (struct outcome){
        .record = draft->record,
        .id = id_text,
        .status = creates ? 201 : 200,
        .location = creates ? write->location : NULL,
    };
    write->read = plan->count;
    query_value(plan_query(plan, sql_of(draft->record)->read), id_text);
}

enum plan_outcome write_create_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    write_begin(call, sizeof(struct write));
    struct draft draft;
    if (!write_draft(call, reply, &draft)) {
        return PLAN_REPLY;
    }
    enum record_kind kind = call->endpoint->record->kind;
    if (draft.id != NULL) {
        faults_add(&call->faults, "/id", "read_only",
                   "A new record gets its id from the server; to name it yourself give a `ref`.");
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        struct identity id =
            draft.ref != NULL ? identity_of_ref(kind, draft.ref, strlen(draft.ref)) : identity_new(call->now);
        write_plan(call, plan, reply, &draft, &id, WRITE_CREATE);
    }
    draft_free(&draft);
    return reply->status != 0 ? PLAN_REPLY : PLAN_RUN;
}

enum plan_outcome write_again_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)reply;
    write_begin(call, sizeof(struct write));
    struct write *write = call->state;
    write->verdict.query = -1;
    write->read = plan->count;
    struct query *query = plan_query(plan, sql_of(call->endpoint->record)->recall);
    query_value(query, call->past->id);
    query_value(query, call->past->version);
    return PLAN_RUN;
}

/* Whether what the body says of its id and ref fits the path. Adds the faults. */
static bool names_itself(struct call *call, const struct draft *draft, const struct identity *id)
{
    size_t before = call->faults.count;
    struct identity other;
    if (draft->id != NULL && identity_parse(draft->id, strlen(draft->id), &other) &&
        memcmp(&other, id, sizeof other) != 0) {
        faults_add(&call->faults, "/id", "immutable", "The id of a record never changes.");
    }
    if (draft->ref != NULL) {
        other = identity_of_ref(draft->record->kind, draft->ref, strlen(draft->ref));
        if (memcmp(&other, id, sizeof other) != 0) {
            faults_add(&call->faults, "/ref", "immutable", "The ref of a record never changes.");
        }
    }
    return call->faults.count == before;
}

enum plan_outcome write_replace_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    write_begin(call, sizeof(struct write));
    const struct record *record = call->endpoint->record;
    const char *name = call->path[0];
    struct identity id;
    if (!identity_resolve(record->kind, name, strlen(name), &id)) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return PLAN_REPLY;
    }
    struct draft draft;
    if (!write_draft(call, reply, &draft)) {
        return PLAN_REPLY;
    }
    struct identity same;
    bool by_id = identity_parse(name, strlen(name), &same);
    if (!names_itself(call, &draft, &id)) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        if (!by_id) {
            draft.ref = name;
        }
        write_plan(call, plan, reply, &draft, &id, by_id ? WRITE_REPLACE : WRITE_PUT);
    }
    draft_free(&draft);
    return reply->status != 0 ? PLAN_REPLY : PLAN_RUN;
}

void write_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct write *write = call->state;
    if (query == write->verdict.query) {
        guard_row(call, &write->verdict, row);
    } else if (query == write->read) {
        read_encode(call->endpoint->record, row, reply);
    }
}

enum finish_outcome write_finish(struct call *call, struct reply *reply)
{
    struct write *write = call->state;
    if (call->past != NULL) {
        replay_mark(call, reply);
        return FINISH_REPLY;
    }
    if (guard_refused(call, &write->verdict, NULL, reply)) {
        if (write->verdict.taken) {
            reply_header(reply, "Location", write->location);
        }
        return FINISH_REPLY;
    }
    bool created = write->verdict.counts[WRITTEN_CREATED][call->endpoint->record->kind] > 0;
    reply->status = created ? 201 : 200;
    if (created) {
        reply_header(reply, "Location", write->location);
    }
    return FINISH_REPLY;
}
