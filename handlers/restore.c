/* Reads a deleted record's last document, and writes it once more, guarded as any write: what it refers to has to be there. */
#include "handlers/restore.h"

#include <jansson.h>
#include <string.h>

#include "handlers/document.h"
#include "handlers/read.h"
#include "handlers/write.h"

/* What was merged into another is not there to be put back. */
static const char last_sql[] = "SELECT operation = 'delete', version, ref, record FROM (SELECT * FROM change"
                               " WHERE kind = $1::text AND id = $2::uuid ORDER BY version DESC LIMIT 1) AS last"
                               " WHERE operation <> 'merge'";

enum { COLUMN_DELETED, COLUMN_VERSION, COLUMN_REF, COLUMN_DOCUMENT };

struct restore {
    struct write write; /* first, so that the hooks of handlers/write.c find it */
    bool found, deleted;
    int64_t version;
    const char *ref;
    json_t *document;
};

static void forget(struct restore *restore)
{
    json_decref(restore->document);
    restore->document = NULL;
    restore->found = restore->deleted = false;
}

static void plan_look(struct call *call, struct plan *plan, const char *id)
{
    write_begin(call, sizeof(struct restore));
    forget(call->state); /* when it was planned before */
    struct query *query = plan_query(plan, last_sql);
    query_value(query, call->endpoint->record->name);
    query_value(query, id);
}

static void plan_write(struct call *call, struct plan *plan, struct reply *reply, const char *id_text)
{
    struct restore *restore = call->state;
    struct identity id = {0};
    struct draft draft;
    (void)identity_parse(id_text, strlen(id_text), &id);
    /* the rules may be stricter than when it was written */
    if (!validate_record(call->endpoint->record, restore->document, call->arena, &call->faults, &draft)) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
        return;
    }
    draft.ref = restore->ref;
    long long version = (long long)restore->version;
    restore->write.batch.precondition.allowed = arena_format(call->arena, "{[%lld,%lld]}", version, version);
    write_plan(call, plan, reply, &draft, &id, WRITE_RESTORE);
    draft_free(&draft);
}

enum plan_outcome restore_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, call->endpoint->record, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    if (call->round == 0) {
        plan_look(call, plan, id);
    } else {
        plan_write(call, plan, reply, id);
    }
    return reply->status != 0 ? PLAN_REPLY : PLAN_RUN;
}

enum plan_outcome restore_again_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    write_begin(call, sizeof(struct restore));
    forget(call->state);
    return write_again_plan(call, plan, reply);
}

void restore_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct restore *restore = call->state;
    if (call->round > 0 || call->past != NULL) {
        write_row(call, query, row, reply);
        return;
    }
    const struct cell *ref = &row->cells[COLUMN_REF];
    restore->found = true;
    restore->deleted = cell_boolean(&row->cells[COLUMN_DELETED]);
    restore->version = cell_integer(&row->cells[COLUMN_VERSION]);
    restore->ref = cell_null(ref) ? NULL : arena_copy(call->arena, ref->bytes, (size_t)ref->length);
    restore->document = document_read(&row->cells[COLUMN_DOCUMENT]);
}

/* If-Match and If-None-Match are about a record that is not there, unless it is. */
static bool refused(struct call *call, const struct restore *restore, struct reply *reply)
{
    int version = restore->deleted ? 0 : (int)restore->version;
    if ((version > 0 && call->head.if_match == NULL) || precondition_met(call, version)) {
        return false;
    }
    precondition_refuse(call, reply, version);
    return true;
}

enum finish_outcome restore_finish(struct call *call, struct reply *reply)
{
    const struct restore *restore = call->state;
    if (call->past != NULL) {
        return write_finish(call, reply);
    }
    if (call->round > 0) {
        return restore->write.verdict.stale ? FINISH_AGAIN : write_finish(call, reply);
    }
    if (!restore->found) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    } else if (refused(call, restore, reply)) {
        return FINISH_REPLY;
    } else if (!restore->deleted) {
        reply_problem(call, reply, PROBLEM_NOT_DELETED, NULL);
    } else {
        return FINISH_NEXT;
    }
    return FINISH_REPLY;
}

void restore_close(struct call *call)
{
    struct restore *restore = call->state;
    if (restore != NULL) {
        forget(restore);
        write_close(call);
    }
}
