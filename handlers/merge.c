/* POST /v1/<records>/{record}/merge: one record becomes another of its kind, and all that referred to the one refers to the other.

   Two rounds: both are read, and put together here; then, in one transaction, the guard writes both if they still are what they were, those
   who refer to the one are written with the other in its place, and the tables are brought in line. At first nothing is locked: who
   meanwhile begins to refer to the one meets it again at its removal, by the foreign key, and the merge is planned again behind a lock.

   Its own lane is the slow one, whatever its size: nothing waits behind it. */
#include <jansson.h>
#include <string.h>

#include "handlers/document.h"
#include "handlers/endpoints.h"
#include "handlers/guard.h"
#include "handlers/merge.h"
#include "handlers/merge_sql.h"
#include "handlers/precondition.h"
#include "handlers/read.h"
#include "handlers/replay.h"
#include "handlers/sql.h"
#include "schema/encode.h"
#include "schema/pointer.h"
#include "schema/validate.h"
#include "schema/validate_value.h"

enum { LOOK_PLACE, LOOK_ID, LOOK_VERSION, LOOK_REF, LOOK_LABEL, LOOK_DOCUMENT, LOOK_PARTS };
enum { COLUMN_CODE, COLUMN_KIND, COLUMN_FIELD, COLUMN_COUNT, COLUMN_NOTE /* of the guard's alone */ };

#define DOCUMENT_LIMIT REPLY_LIMIT

static void forget(struct merge *merge)
{
    json_decref(merge->one.document);
    json_decref(merge->other.document);
    json_decref(merge->note);
    union_free(&merge->unified);
    buffer_free(&merge->record);
    *merge = (struct merge){.named = merge->named};
    buffer_init(&merge->record, REPLY_LIMIT);
}

static void merge_close(struct call *call)
{
    struct merge *merge = call->state;
    if (merge != NULL) {
        forget(merge);
    }
}

/* The id in the body's `into`; NULL with faults, or with the reply complete. */
static const char *read_into(struct call *call, const json_t *body)
{
    struct faults *faults = &call->faults;
    const json_t *into = json_object_get(body, "into");
    const char *name;
    json_t *value;
    struct identity id;
    if (!json_is_object(body)) {
        faults_add(faults, "", "wrong_type", "The body is an object.");
        return NULL;
    }
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        if (strcmp(name, "into") != 0) {
            faults_add(faults, pointer_text(&(struct pointer){NULL, name, 0}, call->arena), "unknown_field",
                       "There is no such field: only `into`.");
        }
    }
    if (into == NULL || json_is_null(into)) {
        faults_add(faults, "/into", "required", "`into` says which record this one becomes.");
    } else if (!json_is_string(into)) {
        faults_add(faults, "/into", "wrong_type", "`into` is a string: an id or a ref.");
    } else if (!identity_resolve(call->endpoint->record->kind, json_string_value(into), json_string_length(into),
                                 &id)) {
        faults_add(faults, "/into", "invalid_reference", "`into` is an id or a ref, and this is neither.");
    }
    if (faults->count > 0) {
        return NULL;
    }
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    return text;
}

static bool read_body(struct call *call, struct merge *merge, struct reply *reply)
{
    faults_init(&call->faults, call->arena);
    json_t *body = validate_parse(call->body, call->body_length, &call->faults);
    if (body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return false;
    }
    merge->named = read_into(call, body);
    json_decref(body);
    if (merge->named == NULL) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    }
    return merge->named != NULL;
}

static enum plan_outcome plan_look(struct call *call, struct plan *plan, struct reply *reply, const char *id)
{
    struct merge *merge = call->state;
    if (merge == NULL) {
        merge = arena_alloc(call->arena, sizeof *merge);
        call->state = merge;
    }
    forget(merge);
    if (!read_body(call, merge, reply)) {
        return PLAN_REPLY;
    }
    struct query *query = plan_query(plan, merge_sql_of(call->endpoint->record)->look);
    query_value(query, id);
    query_value(query, merge->named);
    return PLAN_RUN;
}

/* What the other is to be, as text; NULL with the reply complete where they don't go together. */
static const char *unite(struct call *call, struct merge *merge, struct reply *reply)
{
    const struct record *record = call->endpoint->record;
    const struct side stays = {merge->other.id, merge->other.label, merge->other.document};
    const struct side other = {merge->one.id, merge->one.label, merge->one.document};
    struct draft draft;
    merge->unified = union_of(record, &stays, &other);
    if (!validate_record(record, merge->unified.document, call->arena, &call->faults, &draft)) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD,
                      "The two together are no valid record: `errors` are about what they would be as one.");
        return NULL;
    }
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, DOCUMENT_LIMIT);
    document_write(&text, draft.document, call->arena);
    draft_free(&draft);
    return arena_copy(call->arena, text.data, text.length);
}

static json_t *merged_json(const struct merge *merge)
{
    json_t *merged = validate_made(json_object());
    json_object_set_new(merged, "id", validate_made(json_string(merge->one.id)));
    if (merge->one.ref != NULL) {
        json_object_set_new(merged, "ref", validate_made(json_string(merge->one.ref)));
    }
    return merged;
}

static json_t *folded_json(const struct record *record, const struct merge *merge)
{
    json_t *list = validate_made(json_array());
    const char *field;
    json_t *count;
    json_object_foreach(merge->unified.folded, field, count)
    {
        json_array_append_new(
            list, validate_made(json_pack("{s:s, s:s, s:O}", "kind", record->name, "field", field, "count", count)));
    }
    return list;
}

/* Says what the transaction writes, and keeps the part of the answer that only this side knows, as text: so it is the same when it is given
   again. */
static void note_outcome(struct call *call, struct merge *merge)
{
    const struct record *record = call->endpoint->record;
    merge->note = validate_made(json_object());
    json_object_set_new(merge->note, "merged", merged_json(merge));
    json_object_set_new(merge->note, "folded", folded_json(record, merge));
    json_object_set(merge->note, "left_out", merge->unified.left_out);
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, DOCUMENT_LIMIT);
    document_write(&text, merge->note, call->arena);
    call->outcome = arena_alloc(call->arena, sizeof *call->outcome);
    *call->outcome = (struct outcome){
        .record = record,
        .id = merge->other.id,
        .status = 200,
        .note = arena_copy(call->arena, text.data, text.length),
    };
}

static void plan_account(struct call *call, struct plan *plan, struct merge *merge, const char *xid, const char *id)
{
    merge->account = plan->count;
    struct query *query = plan_query(plan, merge_sql_of(call->endpoint->record)->account);
    query_value(query, xid);
    query_value(query, id);
}

static void plan_guard(struct call *call, struct plan *plan, struct merge *merge, const char *document)
{
    const char *const values[] = {
        merge->one.id,
        merge->other.id,
        arena_format(call->arena, "%d", merge->one.version),
        arena_format(call->arena, "%d", merge->other.version),
        document,
        call->who,
        call->request_id,
        arena_format(call->arena, "%d", call->merges_most),
        merge->parted ? "true" : "false",
    };
    merge->guard = plan->count;
    struct query *query = plan_query(plan, merge_sql_of(call->endpoint->record)->guard);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        query_value(query, values[i]);
    }
}

static void plan_rewrites(struct call *call, struct plan *plan, const struct merge *merge)
{
    const struct merge_sql *sql = merge_sql_of(call->endpoint->record);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (sql->rewrite[kind] != NULL) {
            struct query *query = plan_query(plan, sql->rewrite[kind]);
            query_value(query, merge->one.id);
            query_value(query, merge->other.id);
            query_value(query, call->who);
            query_value(query, call->request_id);
        }
    }
    for (int kind = 0; kind < RECORD_KINDS; kind++) { /* to whom they refer comes before them */
        if (sql->rewrite[kind] != NULL || records[kind] == call->endpoint->record) {
            guard_project(plan, sql_of(records[kind])->projections);
        }
        if (sql->leave[kind] != NULL) {
            query_value(plan_query(plan, sql->leave[kind]), merge->one.id);
        }
    }
}

static enum plan_outcome plan_merge(struct call *call, struct plan *plan, struct reply *reply)
{
    struct merge *merge = call->state;
    const struct record *record = call->endpoint->record;
    const char *document = unite(call, merge, reply);
    if (document == NULL) {
        return PLAN_REPLY;
    }
    plan_query(plan, merge_lock_sql);
    if (merge->parted) {
        plan_query(plan, guard_climb_lock_sql);
    }
    if (call->attempt > 0) {
        query_value(plan_query(plan, merge_sql_of(record)->lock), merge->one.id);
    }
    plan_guard(call, plan, merge, document);
    plan_rewrites(call, plan, merge);
    if (record->kind == RECORD_CLAIM) {
        struct query *query = plan_query(plan, merge_rejections_sql);
        query_value(query, merge->one.id);
        query_value(query, merge->other.id);
    }
    plan_query(plan, merge_forward_sql);
    plan_query(plan, merge_enter_sql);
    plan_account(call, plan, merge, NULL, merge->other.id);
    note_outcome(call, merge);
    guard_project(plan, sql_of(record)->removals);
    merge->read = plan->count;
    query_value(plan_query(plan, sql_of(record)->read), merge->other.id);
    return PLAN_RUN;
}

static enum plan_outcome merge_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, call->endpoint->record, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    return call->round == 0 ? plan_look(call, plan, reply, id) : plan_merge(call, plan, reply);
}

/* What was answered, from what was kept of it. */
static enum plan_outcome merge_again(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)reply;
    struct merge *merge = call->state;
    if (merge == NULL) {
        merge = arena_alloc(call->arena, sizeof *merge);
        call->state = merge;
    }
    forget(merge);
    const struct past *past = call->past;
    merge->note = json_loads(past->note, 0, NULL);
    merge->guard = -1;
    plan_account(call, plan, merge, past->xid, past->id);
    merge->read = plan->count;
    struct query *query = plan_query(plan, sql_of(call->endpoint->record)->recall);
    query_value(query, past->id);
    query_value(query, past->version);
    return PLAN_RUN;
}

static const char *text_of(struct call *call, const struct cell *cell)
{
    return cell_null(cell) ? NULL : arena_copy(call->arena, cell->bytes, (size_t)cell->length);
}

static void take_half(struct call *call, const struct row *row)
{
    struct merge *merge = call->state;
    struct half *half = cell_integer(&row->cells[LOOK_PLACE]) == 1 ? &merge->one : &merge->other;
    struct identity id = cell_identity(&row->cells[LOOK_ID]);
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    *half = (struct half){
        .found = true,
        .version = (int)cell_integer(&row->cells[LOOK_VERSION]),
        .id = text,
        .ref = text_of(call, &row->cells[LOOK_REF]),
        .label = text_of(call, &row->cells[LOOK_LABEL]),
        .document = document_read(&row->cells[LOOK_DOCUMENT]),
    };
    merge->parted = cell_boolean(&row->cells[LOOK_PARTS]);
}

static void take_use(struct call *call, const struct row *row, struct use *uses, int *count)
{
    const struct record *record = cell_record(&row->cells[COLUMN_KIND]);
    if (record != NULL && *count < USES_MOST) {
        uses[(*count)++] =
            (struct use){record, text_of(call, &row->cells[COLUMN_FIELD]), cell_integer(&row->cells[COLUMN_COUNT])};
    }
}

static void take_verdict(struct call *call, const struct row *row)
{
    struct merge *merge = call->state;
    const struct cell *code = &row->cells[COLUMN_CODE];
    if (cell_is(code, "used")) {
        take_use(call, row, merge->uses, &merge->use_count);
    } else if (cell_is(code, "cycle")) {
        merge->cycle = text_of(call, &row->cells[COLUMN_NOTE]);
    } else {
        merge->written = merge->written || cell_is(code, "written");
        merge->raced = merge->raced || cell_is(code, "raced");
        merge->too_deep = merge->too_deep || cell_is(code, "too_deep");
        merge->too_many = merge->too_many || cell_is(code, "too_many");
    }
}

static void take_account(struct call *call, const struct row *row)
{
    struct merge *merge = call->state;
    const struct record *record = cell_record(&row->cells[COLUMN_KIND]);
    int64_t count = cell_integer(&row->cells[COLUMN_COUNT]);
    if (record != NULL && cell_is(&row->cells[COLUMN_CODE], "rewritten")) {
        merge->rewritten[record->kind] = count;
    } else if (count > 0) {
        take_use(call, row, merge->folded, &merge->folded_count);
    }
}

static void merge_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct merge *merge = call->state;
    if (call->round == 0 && call->past == NULL) {
        take_half(call, row);
    } else if (query == merge->guard) {
        take_verdict(call, row);
    } else if (query == merge->read) {
        encode_record(&merge->record, call->endpoint->record, row, 0);
    } else if (query == merge->account) {
        take_account(call, row);
    }
}

/* After the look: whether the two can be merged at all. */
static enum finish_outcome finish_look(struct call *call, struct reply *reply)
{
    const struct merge *merge = call->state;
    if (!merge->one.found) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    } else if (!precondition_met(call, merge->one.version)) {
        precondition_refuse(call, reply, merge->one.version);
    } else if (!merge->other.found) {
        faults_add(&call->faults, "/into", "unknown_reference", "There is no %s with this id or ref.",
                   call->endpoint->record->name);
        reply_problem(call, reply, PROBLEM_UNKNOWN_REFERENCE, NULL);
    } else if (strcmp(merge->one.id, merge->other.id) == 0) {
        faults_add(&call->faults, "/into", "same_record", "It can't be merged into itself.");
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        return FINISH_NEXT;
    }
    return FINISH_REPLY;
}

static enum finish_outcome merge_finish(struct call *call, struct reply *reply)
{
    const struct merge *merge = call->state;
    if (call->past != NULL) {
        merge_account(call, merge, reply);
        replay_mark(call, reply);
        return FINISH_REPLY;
    }
    if (call->round == 0) {
        return finish_look(call, reply);
    }
    if (merge->raced) {
        return FINISH_AGAIN;
    }
    if (merge->cycle != NULL) {
        reply_problem(call, reply, PROBLEM_MERGE_CYCLE,
                      arena_format(call->arena,
                                   "By part_of, each of these is below the next, and the last is the one "
                                   "that would become the first: %s.",
                                   merge->cycle));
    } else if (merge->too_deep) {
        faults_add(&call->faults, "/into", "too_deep",
                   "Those who are part of the one would have a chain of part_of above them longer than %d.", WALK_MOST);
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else if (merge->too_many) {
        merge_refuse_size(call, merge, reply);
    } else {
        merge_account(call, merge, reply);
    }
    return FINISH_REPLY;
}

static const char body_schema[] =
    "{'title': 'Merge', 'type': 'object', 'additionalProperties': false, 'required': ['into'], 'properties': {"
    " 'into': {'type': 'string', 'description': 'The record of the same kind that it becomes, by id or ref.'}}}";

#define COUNT "{'type': 'integer', 'minimum': 0}"

#define REPLY_SCHEMA(component)                                                                                       \
    "{'title': 'Merged" component "', 'type': 'object', 'additionalProperties': false,"                               \
    " 'required': ['merged', 'into', 'rewritten', 'folded', 'left_out'], 'properties': {"                             \
    "  'merged': {'type': 'object', 'description': 'The record that is not there by itself any more.',"               \
    "   'additionalProperties': false, 'required': ['id'], 'properties': {"                                           \
    "    'id': {'type': 'string', 'format': 'uuid'}, 'ref': {'type': 'string'}}},"                                    \
    "  'into': {'$ref': '#/components/schemas/" component "'},"                                                       \
    "  'rewritten': {'type': 'object', 'description': 'How many records of each kind referred to the one, and refer " \
    "to"                                                                                                              \
    " the other now.', 'additionalProperties': " COUNT "},"                                                           \
    "  'folded': {'type': 'array', 'description': 'References that went, because they would have stood there twice "  \
    "or "                                                                                                             \
    "led from a record to itself.', 'items': {'type': 'object', 'additionalProperties': false,"                       \
    "   'required': ['kind', 'field', 'count'], 'properties': {"                                                      \
    "    'kind': {'type': 'string'}, 'field': {'type': 'string'}, 'count': " COUNT "}}},"                             \
    "  'left_out': {'type': 'object', 'description': 'What the one had in fields where the other stays as it is. It " \
    "is"                                                                                                              \
    " in the history of the one as well.'}}}"

#define MERGE(singular, plural, component, into, description, more)                                                  \
    {                                                                                                                \
        .method = METHOD_POST, .path = "/v1/" plural "/{" singular "}/merge", .name = singular "_merge",             \
        .summary = "Makes one of the " plural " the same as another: all that refers to it refers to the other, and" \
                   " its own address leads there.",                                                                  \
        .record = (description), .takes = TAKES_CONDITIONS | TAKES_KEY, .lane = LANE_SLOW, .role = ROLE_ADMIN,       \
        .takes_body = true, .body_schema = body_schema, .body_example = "{'into': '" into "'}",                      \
        .reply_schema = REPLY_SCHEMA(component), .problems = ANSWERS(PROBLEM_MERGE_TOO_LARGE) | (more),              \
        .again = merge_again, .plan = merge_plan, .row = merge_row, .finish = merge_finish, .close = merge_close,    \
    }

static const struct endpoint entries[] = {
    MERGE("actor", "actors", "Actor", "russia", &record_actor, ANSWERS(PROBLEM_MERGE_CYCLE)),
    MERGE("source", "sources", "Source", "first-committee-statement", &record_source, 0),
    MERGE("claim", "claims", "Claim", "dprk-military-support", &record_claim, 0),
};

const struct endpoint_table merge_endpoints = ENDPOINT_TABLE(entries);
