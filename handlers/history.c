/* GET /v1/<records>/{record}/history: every version of a record, newest first, with what each changed. */
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/document.h"
#include "handlers/endpoints.h"
#include "handlers/page.h"
#include "handlers/read.h"
#include "handlers/sql.h"
#include "schema/columns.h"
#include "schema/encode.h"

/* A page ends early once it is this long: records that are large make few to a page. */
#define PAGE_BYTES ((size_t)4 * 1024 * 1024)

/* Documents are large beside the columns of a list: more than these make no short read. */
#define SHORT_MOST 50

/* Behind the record's own columns. */
enum { COLUMN_OPERATION, COLUMN_WHO, COLUMN_REQUEST, COLUMN_DOCUMENT, COLUMN_BEFORE, COLUMN_INTO };

struct history {
    struct page page;
    bool with_record;
    int64_t last; /* version of the last row shown */
};

/* The version that the page goes on behind, as the text of a parameter; NULL for a cursor that was forged. */
static const char *read_start(const struct page *page)
{
    if (!page->continues) {
        return "2147483648"; /* past all */
    }
    const char *text = page->after.keys[0];
    char *end = NULL;
    long version = text == NULL || strlen(text) > 10 ? 0 : strtol(text, &end, 10);
    return version >= 1 && version <= INT_MAX && *end == '\0' ? text : NULL;
}

static enum plan_outcome history_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const struct record *record = call->endpoint->record;
    struct history *history = arena_alloc(call->arena, sizeof *history);
    call->state = history;
    const char *id = read_path_id(call, record, reply);
    if (id == NULL || !page_read(call, reply, &history->page)) {
        return PLAN_REPLY;
    }
    const char *start = read_start(&history->page);
    if (start == NULL) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return PLAN_REPLY;
    }
    const char *with_record = call_argument(call, "record");
    history->with_record = with_record != NULL && strcmp(with_record, "true") == 0;
    struct query *query = plan_query(plan, sql_of(record)->history);
    query_value(query, id);
    query_value(query, start);
    query_value(query, page_fetch(call, &history->page));
    if (history->page.limit > SHORT_MOST) {
        call->lane = LANE_SLOW;
    }
    return PLAN_RUN;
}

static void put_change(struct buffer *body, const char *name, const json_t *value, struct arena *arena)
{
    if (value != NULL) {
        buffer_format(body, ",\"%s\":", name);
        document_write(body, value, arena);
    }
}

/* The fields that differ between two documents, in the order of the description. */
static void put_changes(struct call *call, struct buffer *body, const struct row *row, int first)
{
    const struct record *record = call->endpoint->record;
    json_t *now = document_read(&row->cells[first + COLUMN_DOCUMENT]);
    json_t *before = document_read(&row->cells[first + COLUMN_BEFORE]);
    const char *joint = "";
    buffer_text(body, ",\"changed\":[");
    for (size_t i = 0; i < record->field_count; i++) {
        const char *name = record->fields[i].name;
        const json_t *old = json_object_get(before, name);
        const json_t *new = json_object_get(now, name);
        if (old == new || (old != NULL && new != NULL &&json_equal(old, new) == 1)) {
            continue;
        }
        buffer_format(body, "%s{\"field\":\"%s\"", joint, name);
        put_change(body, "old", old, call->arena);
        put_change(body, "new", new, call->arena);
        buffer_char(body, '}');
        joint = ",";
    }
    buffer_char(body, ']');
    json_decref(now);
    json_decref(before);
}

static void put_text(struct buffer *body, const char *name, const struct cell *cell)
{
    if (!cell_null(cell)) {
        buffer_format(body, ",\"%s\":", name);
        encode_string(body, cell->bytes, (size_t)cell->length);
    }
}

static void put_into(struct buffer *body, const struct cell *cell)
{
    if (!cell_null(cell)) {
        struct identity into = cell_identity(cell);
        buffer_text(body, ",\"into\":");
        encode_identity(body, &into);
    }
}

static void history_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    struct history *history = call->state;
    const struct record *record = call->endpoint->record;
    struct buffer *body = &reply->body;
    int first = columns_count(record);
    if (!page_row(&history->page, reply)) {
        return;
    }
    history->last = cell_integer(&row->cells[READ_VERSION]);
    buffer_format(body, "{\"version\":%lld,\"at\":", (long long)history->last);
    encode_moment(body, cell_moment(&row->cells[READ_UPDATED]), false);
    put_text(body, "operation", &row->cells[first + COLUMN_OPERATION]);
    put_into(body, &row->cells[first + COLUMN_INTO]);
    put_text(body, "who", &row->cells[first + COLUMN_WHO]);
    put_text(body, "request_id", &row->cells[first + COLUMN_REQUEST]);
    put_changes(call, body, row, first);
    if (history->with_record) {
        buffer_text(body, ",\"record\":");
        encode_record(body, record, row, 0);
    }
    buffer_char(body, '}');
    if (body->length > PAGE_BYTES) {
        history->page.limit = history->page.shown;
    }
}

static enum finish_outcome history_finish(struct call *call, struct reply *reply)
{
    struct history *history = call->state;
    if (history->page.shown == 0 && !history->page.continues) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return FINISH_REPLY;
    }
    const char *last = arena_format(call->arena, "%lld", (long long)history->last);
    page_finish(call, &history->page, &(struct cursor){{last, NULL}}, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    PAGE_PARAMETERS,
    {
        .name = "record",
        .type = PARAMETER_BOOLEAN,
        .help = "true: each version comes with the whole record as it then was.",
        .example = "true",
    },
};

#define REPLY_SCHEMA(component)                                                                                        \
    "{'title': '" component "History', 'type': 'object', 'additionalProperties': false, 'required': ['data', 'next']," \
    " 'properties': {'next': {'type': ['string', 'null'], 'description': 'The cursor of the next page, or null on "    \
    "the last.'}, 'data': {'type': 'array', 'items': {'type': 'object', 'additionalProperties': false,"                \
    "  'required': ['version', 'at', 'operation', 'changed'], 'properties': {"                                         \
    "   'version': {'type': 'integer', 'minimum': 1}, 'at': {'$ref': '#/components/schemas/Time'},"                    \
    "   'operation': {'type': 'string', 'enum': ['create', 'update', 'delete', 'restore', 'merge']},"                  \
    "   'into': {'type': 'string', 'format': 'uuid', 'description': 'Of a merge: the record that took its place.'},"   \
    "   'who': {'type': 'string', 'description': 'The name of the key that it was written with.'},"                    \
    "   'request_id': {'type': 'string', 'description': 'Of the request that wrote it.'},"                             \
    "   'changed': {'type': 'array', 'description': 'The fields whose value is another than in the version before, in" \
    " the order of the record; of a creation all that have a value.', 'items': {'type': 'object',"                     \
    "    'additionalProperties': false, 'required': ['field'], 'properties': {"                                        \
    "     'field': {'type': 'string'},"                                                                                \
    "     'old': {'description': 'The value before, references as ids; absent where there was none.'},"                \
    "     'new': {'description': 'The value since; absent where there is none.'}}}},"                                  \
    "   'record': {'$ref': '#/components/schemas/" component "'}}}}}}"

#define HISTORY(singular, plural, component, description)                                                             \
    {                                                                                                                 \
        .method = METHOD_GET, .path = "/v1/" plural "/{" singular "}/history", .name = singular "_history",           \
        .summary = "Lists the versions of one of the " plural                                                         \
                   ", newest first, with what each changed; that of a deleted one as well.",                          \
        .parameters = parameters, .parameter_count = sizeof parameters / sizeof *parameters, .record = (description), \
        .lane = LANE_READ, .keeps_merged = true, .reply_schema = REPLY_SCHEMA(component), .plan = history_plan,       \
        .row = history_row, .finish = history_finish,                                                                 \
    }

static const struct endpoint entries[] = {
    HISTORY("actor", "actors", "Actor", &record_actor),     HISTORY("source", "sources", "Source", &record_source),
    HISTORY("claim", "claims", "Claim", &record_claim),     HISTORY("stance", "stances", "Stance", &record_stance),
    HISTORY("review", "reviews", "Review", &record_review),
};

const struct endpoint_table history_endpoints = ENDPOINT_TABLE(entries);
