/* POST /v1/import: records as NDJSON or CSV, a line each, all of them stored or none. Lines are read as they arrive. */
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "handlers/batch.h"
#include "handlers/document.h"
#include "handlers/endpoints.h"
#include "handlers/guard.h"
#include "handlers/lines.h"
#include "handlers/roster.h"
#include "handlers/table.h"
#include "schema/validate.h"

#define IMPORT_LIMIT ((size_t)16 * 1024 * 1024) /* bytes of a body */
#define LINE_LIMIT ((size_t)1024 * 1024)
#define ARRAY_LIMIT ((size_t)64 * 1024 * 1024) /* bytes of any one array on its way to the database */

/* A reference, until all lines are known: only what the file itself does not bring is asked of the database. */
struct held {
    struct identity id;
    enum record_kind kind;
    uint32_t line;
    size_t pointer; /* offset in `pointers` */
};

struct import {
    bool csv;
    const struct record *type; /* of records that name none; NULL: each has to */
    struct lines lines;        /* of NDJSON */
    struct table table;        /* of CSV */
    struct arena *scratch;     /* what one line needs */
    struct roster roster;
    struct batch batch;
    struct buffer held; /* of struct held */
    struct buffer pointers;
    struct buffer text;
    struct verdict verdict;
    long long records;
    bool malformed; /* some line is no JSON */
};

static table_take take_row;

static void import_open(struct call *call)
{
    struct import *import = arena_alloc(call->arena, sizeof *import);
    const char *content = call->head.content_type;
    const char *type = call_argument(call, "type");
    call->state = import;
    import->csv = content != NULL && strncasecmp(content, "text/csv", strlen("text/csv")) == 0;
    import->type = type == NULL ? NULL : record_named(type);
    lines_init(&import->lines, LINE_LIMIT);
    import->scratch = arena_new();
    table_init(&import->table, LINE_LIMIT, import->type, call->arena, import->scratch, &call->faults, take_row, call);
    batch_init(&import->batch, ARRAY_LIMIT);
    buffer_init(&import->held, ARRAY_LIMIT);
    buffer_init(&import->pointers, ARRAY_LIMIT);
    buffer_init(&import->text, ARRAY_LIMIT);
}

static void import_close(struct call *call)
{
    struct import *import = call->state;
    if (import == NULL) {
        return;
    }
    lines_free(&import->lines);
    table_free(&import->table);
    arena_free(import->scratch);
    roster_free(&import->roster);
    batch_free(&import->batch);
    buffer_free(&import->held);
    buffer_free(&import->pointers);
    buffer_free(&import->text);
    call->state = NULL;
}

static bool blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r", line[i]) == NULL || line[i] == '\0') {
            return false;
        }
    }
    return true;
}

/* The description that the line's `type` names; takes the member away. NULL with a fault. */
static const struct record *take_type(struct call *call, json_t *body)
{
    const struct import *import = call->state;
    const json_t *type = json_object_get(body, "type");
    const char *name = json_string_value(type);
    const struct record *record = name == NULL ? NULL : record_named(name);
    if (!json_is_object(body)) {
        faults_add(&call->faults, "", "wrong_type", "A line is an object.");
    } else if ((type == NULL || json_is_null(type)) && import->type != NULL) {
        record = import->type;
        json_object_del(body, "type");
    } else if (type == NULL || json_is_null(type)) {
        faults_add(&call->faults, "/type", "required",
                   "A line says in `type`, or ?type= says for all of them, which kind of record it is.");
    } else if (name == NULL) {
        faults_add(&call->faults, "/type", "wrong_type", "`type` is a string.");
    } else if (record == NULL) {
        faults_add(&call->faults, "/type", "not_in_vocabulary",
                   "`type` is one of actor, source, claim, stance and review.");
    } else {
        json_object_del(body, "type");
    }
    return record;
}

static void hold_references(struct import *import, const struct draft *draft, size_t line)
{
    for (size_t i = 0; i < draft->reference_count; i++) {
        const struct reference *reference = &draft->references[i];
        struct held held = {reference->id, reference->kind, (uint32_t)line, import->pointers.length};
        buffer_put(&import->pointers, reference->pointer, strlen(reference->pointer) + 1);
        buffer_put(&import->held, &held, sizeof held);
    }
}

/* A record's id follows from its ref. Without one it keeps the id that it has, as a record that was exported does, so that what
   refers to it still does; or else follows from its content. */
static bool identify(struct call *call, const struct draft *draft, struct identity *ret)
{
    const struct import *import = call->state;
    enum record_kind kind = draft->record->kind;
    struct identity given;
    bool has_id = draft->id != NULL && identity_parse(draft->id, strlen(draft->id), &given);
    if (draft->ref != NULL) {
        *ret = identity_of_ref(kind, draft->ref, strlen(draft->ref));
        if (has_id && memcmp(&given, ret, sizeof given) != 0) {
            faults_add(&call->faults, "/id", "read_only", "A record's id follows from its `ref`, and this is another.");
            return false;
        }
    } else if (has_id) {
        *ret = given;
    } else {
        *ret = identity_of_content(kind, import->text.data, import->text.length);
    }
    return true;
}

static void take_draft(struct call *call, const struct draft *draft, size_t line)
{
    struct import *import = call->state;
    buffer_clear(&import->text);
    document_write(&import->text, draft->document, import->scratch);
    enum record_kind kind = draft->record->kind;
    struct identity id;
    if (!identify(call, draft, &id)) {
        return;
    }
    size_t earlier = roster_enter(&import->roster, kind, &id, line);
    if (earlier != 0) {
        faults_add(&call->faults, draft->ref != NULL ? "/ref" : "", "duplicate",
                   draft->ref != NULL  ? "Line %zu has the same ref."
                   : draft->id != NULL ? "Line %zu has the same id."
                                       : "Line %zu has the same content.",
                   earlier);
        return;
    }
    if (call->faults.count > 0) {
        return; /* nothing will be stored: the rest is read for its faults only */
    }
    batch_add(&import->batch, line, WRITE_PUT, draft, &id, import->text.data, import->text.length);
    hold_references(import, draft, line);
}

static void take_record(struct call *call, const struct record *record, const json_t *body, size_t line)
{
    struct import *import = call->state;
    struct draft draft;
    if (validate_record(record, body, import->scratch, &call->faults, &draft)) {
        take_draft(call, &draft, line);
        draft_free(&draft);
    }
}

/* A line of CSV. */
static void take_row(void *context, size_t line, const struct record *record, json_t *body)
{
    struct call *call = context;
    struct import *import = call->state;
    import->records++;
    take_record(call, record, body, line);
    json_decref(body);
}

static void read_line(struct call *call, const char *line, size_t length, size_t number)
{
    struct import *import = call->state;
    json_t *body = validate_parse(line, length, &call->faults);
    if (body == NULL) {
        import->malformed = true;
        return;
    }
    const struct record *record = take_type(call, body);
    if (record != NULL) {
        take_record(call, record, body, number);
    }
    json_decref(body);
}

static void take_line(void *context, size_t number, const char *line, size_t length)
{
    struct call *call = context;
    struct import *import = call->state;
    if (line != NULL && blank(line, length)) {
        return;
    }
    import->records++;
    call->faults.line = number;
    size_t before = call->faults.count;
    if (line == NULL) {
        faults_add(&call->faults, NULL, "too_long", "A line is at most 1 MiB long.");
    } else {
        read_line(call, line, length, number);
    }
    for (size_t i = before; i < call->faults.count; i++) {
        struct fault *fault = &call->faults.list[i]; /* outlives the line that its pointer was made for */
        fault->pointer = fault->pointer == NULL ? NULL : arena_text(call->arena, fault->pointer);
    }
    arena_reset(import->scratch);
}

static void import_body(struct call *call, const char *bytes, size_t length)
{
    struct import *import = call->state;
    if (import->csv) {
        table_feed(&import->table, bytes, length);
    } else {
        lines_feed(&import->lines, bytes, length, take_line, call);
    }
}

/* Hands what the file does not bring itself to the batch. */
static void refer_outside(struct import *import)
{
    for (size_t at = 0; at < import->held.length; at += sizeof(struct held)) {
        struct held held;
        memcpy(&held, import->held.data + at, sizeof held);
        if (roster_find(&import->roster, held.kind, &held.id) == 0) {
            batch_refer(&import->batch, held.line, import->pointers.data + held.pointer, held.kind, &held.id);
        }
    }
    buffer_free(&import->held);
}

static enum plan_outcome refuse(struct call *call, struct reply *reply, enum problem problem, const char *detail)
{
    reply_problem(call, reply, problem, detail);
    return PLAN_REPLY;
}

static void put_counts(struct buffer *body, const char *name, const long long counts[static RECORD_KINDS])
{
    buffer_format(body, ",\"%s\":{", name);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        buffer_format(body, "%s\"%s\":%lld", kind == 0 ? "" : ",", records[kind]->name, counts[kind]);
    }
    buffer_char(body, '}');
}

static void put_reply(const struct import *import, struct reply *reply)
{
    reply->status = 200;
    buffer_format(&reply->body, "{\"lines\":%lld", import->records);
    put_counts(&reply->body, "created", import->verdict.counts[WRITTEN_CREATED]);
    put_counts(&reply->body, "updated", import->verdict.counts[WRITTEN_UPDATED]);
    put_counts(&reply->body, "unchanged", import->verdict.counts[WRITTEN_UNCHANGED]);
    buffer_text(&reply->body, "}\n");
}

static const char nothing_stored[] = "Nothing was stored. `errors` says what is wrong with which line.";

static enum plan_outcome import_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    if (call->state == NULL) { /* no body, not even an empty one */
        import_open(call);
    }
    struct import *import = call->state;
    lines_end(&import->lines, take_line, call);
    table_end(&import->table);
    if (call->attempt > 0) {
        faults_init(&call->faults, call->arena);
    }
    if (import->malformed) {
        return refuse(call, reply, PROBLEM_MALFORMED_BODY,
                      "Nothing was stored. Each line is one record as a JSON object, whole on that line.");
    }
    if (import->table.malformed) {
        return refuse(call, reply, PROBLEM_MALFORMED_BODY,
                      "Nothing was stored. The body is CSV (RFC 4180), and its first line names the columns.");
    }
    if (call->faults.count > 0) {
        return refuse(call, reply, PROBLEM_INVALID_RECORD, nothing_stored);
    }
    bool fits = !import->held.overflowed && !import->pointers.overflowed && !import->text.overflowed;
    if (fits && !import->batch.sealed) {
        refer_outside(import);
    }
    if (!fits || !batch_seal(&import->batch)) {
        return refuse(call, reply, PROBLEM_BODY_TOO_LARGE, "Import it in smaller parts.");
    }
    if (import->batch.count == 0) {
        put_reply(import, reply);
        return PLAN_REPLY;
    }
    guard_plan(call, plan, &import->batch, &import->verdict);
    return PLAN_RUN;
}

static void import_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct import *import = call->state;
    if (query == import->verdict.query) {
        guard_row(call, &import->verdict, row);
    }
}

static enum finish_outcome import_finish(struct call *call, struct reply *reply)
{
    struct import *import = call->state;
    if (!guard_refused(call, &import->verdict, nothing_stored, reply)) {
        put_reply(import, reply);
    }
    return FINISH_REPLY;
}

static const struct vocabulary types = {"type",
                                        (const char *const[]){"actor", "source", "claim", "stance", "review", NULL}};

static const struct parameter parameters[] = {
    {
        .name = "type",
        .type = PARAMETER_WORD,
        .vocabulary = &types,
        .help = "Which kind of record the lines are that do not say so themselves.",
        .example = "stance",
    },
};

#define COUNTS "{'type': 'object', 'additionalProperties': {'type': 'integer', 'minimum': 0}}"

static const char reply_schema[] =
    "{'title': 'Imported', 'type': 'object', 'additionalProperties': false, 'required': ['lines', 'created', 'updated',"
    " 'unchanged'], 'properties': {'lines': {'type': 'integer', 'description': 'Records that were read.'},"
    "  'created': " COUNTS ", 'updated': " COUNTS ", 'unchanged': " COUNTS "}}";

static const struct endpoint table[] = {
    {
        .method = METHOD_POST,
        .path = "/v1/import",
        .name = "import",
        .summary = "Stores records given as NDJSON or CSV, one a line with its `type`: all of them or none.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_SLOW,
        .takes_body = true,
        .body_type = "application/x-ndjson, application/ndjson, application/jsonl, text/csv",
        .body_limit = IMPORT_LIMIT,
        .open = import_open,
        .body = import_body,
        .reply_schema = reply_schema,
        .plan = import_plan,
        .row = import_row,
        .finish = import_finish,
        .close = import_close,
    },
};

const struct endpoint_table import_endpoints = ENDPOINT_TABLE(table);
