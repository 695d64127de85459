/* GET /v1/changes: what was written, in an order that misses nothing, as pages, as pages that wait, or as a stream of events.

   The order is that of transactions, and of what each wrote: (xid, seq). Only what is older than every transaction still running is shown, so
   that nothing can come before it any more. */
#include <stdlib.h>
#include <string.h>

#include "handlers/change.h"
#include "handlers/endpoints.h"
#include "handlers/interest.h"
#include "handlers/statement.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MOST 1000
#define WAIT_MOST 60            /* seconds */
#define RETRY_MILLISECONDS 2000 /* before a client connects again */

/* A page ends early once it is this long; one of events lies in memory until its client takes it. */
#define PAGE_BYTES ((size_t)4 * 1024 * 1024)
#define EVENTS_BYTES ((size_t)128 * 1024)

enum { COLUMN_EPOCH, COLUMN_PRESENT, COLUMN_CHANGE };

struct changes {
    struct interest interest;
    long limit, shown;
    bool more, now; /* now: begins with what comes after this moment */
    int given;      /* epoch of the cursor; 0 for none */
    int epoch;
    int64_t present; /* transactions before this one are over */
};

/* How many rows are fetched: few numbers make few statements, and those that the planner sees make it take the order from the index. */
static const long fetches[] = {51, 101, 501, 1001};

static bool wants_events(const struct call *call)
{
    return call->head.accept != NULL && strstr(call->head.accept, "text/event-stream") != NULL;
}

/* Where to begin. False with the reply complete. */
static bool read_start(struct call *call, struct changes *changes, struct reply *reply)
{
    const char *after = call_argument(call, "after");
    if (call->streams == STREAM_EVENTS) {
        after = call->head.last_event_id != NULL && *call->head.last_event_id != '\0' ? call->head.last_event_id
                : after != NULL                                                       ? after
                                                                                      : "now";
    }
    if (call->placed || after == NULL) {
        return true;
    }
    changes->now = strcmp(after, "now") == 0;
    if (changes->now || place_read(after, &changes->given, &call->place)) {
        return true;
    }
    reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
    return false;
}

static void plan_page(struct call *call, struct plan *plan, const struct changes *changes)
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    size_t fetch = 0;
    while (fetches[fetch] <= changes->limit) {
        fetch++;
    }
    bool now = changes->now && !call->placed;
    statement_text(&statement,
                   "SELECT feed.epoch, pg_snapshot_xmin(pg_current_snapshot()), page.* FROM feed LEFT JOIN LATERAL ("
                   "SELECT " CHANGE_COLUMNS " FROM change c WHERE (c.xid, c.seq) > (");
    statement_value(&statement, now ? NULL : arena_format(call->arena, "%lld", (long long)call->place.xid), "xid8");
    statement_text(&statement, ", ");
    statement_value(&statement, arena_format(call->arena, "%lld", (long long)call->place.seq), "bigint");
    statement_text(&statement, ") AND c.xid < pg_snapshot_xmin(pg_current_snapshot())");
    interest_put(call, &statement, &changes->interest);
    statement_text(&statement, " ORDER BY c.xid, c.seq");
    buffer_format(&statement.sql, " LIMIT %ld) AS page ON true", fetches[fetch]);
    (void)statement_plan(&statement, plan);
}

static enum plan_outcome changes_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct changes *changes = call->state != NULL ? call->state : arena_alloc(call->arena, sizeof *changes);
    int given = call->state != NULL ? changes->given : 0;
    bool now = call->state != NULL && changes->now;
    *changes = (struct changes){.given = given, .now = now};
    call->state = changes;
    call->streams = wants_events(call) ? STREAM_EVENTS : STREAM_NOT;
    if (!read_start(call, changes, reply)) {
        return PLAN_REPLY;
    }
    const char *limit = call_argument(call, "limit");
    const char *wait = call_argument(call, "wait");
    changes->interest = interest_read(call);
    changes->limit = limit == NULL ? LIMIT_DEFAULT : strtol(limit, NULL, 10);
    call->wait = wait == NULL ? 0 : strtol(wait, NULL, 10) * 1000;
    if (call->streams == STREAM_EVENTS) {
        reply->type = "text/event-stream";
        reply_header(reply, "X-Accel-Buffering", "no"); /* to a proxy in front, which would wait for more */
    } else {
        buffer_text(&reply->body, "{\"data\":[");
    }
    plan_page(call, plan, changes);
    return PLAN_RUN;
}

static void put_event(struct buffer *body, int epoch, const struct change *change)
{
    char cursor[PLACE_TEXT];
    place_write(epoch, change->place, cursor);
    buffer_format(body, "id: %s\ndata: ", cursor);
    buffer_put(body, change->json.data, change->json.length);
    buffer_text(body, "\n\n");
}

static void changes_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    struct changes *changes = call->state;
    struct change change;
    changes->epoch = (int)cell_integer(&row->cells[COLUMN_EPOCH]);
    changes->present = cell_integer(&row->cells[COLUMN_PRESENT]);
    if (changes->shown >= changes->limit) {
        changes->more = changes->more || !cell_null(&row->cells[COLUMN_CHANGE]);
        return;
    }
    if (!change_read(row, COLUMN_CHANGE, changes->epoch, &change)) {
        return;
    }
    if (call->streams == STREAM_EVENTS) {
        put_event(&reply->body, changes->epoch, &change);
    } else {
        buffer_text(&reply->body, changes->shown > 0 ? "," : "");
        buffer_put(&reply->body, change.json.data, change.json.length);
    }
    call->place = change.place;
    changes->shown++;
    if (reply->body.length > (call->streams == STREAM_EVENTS ? EVENTS_BYTES : PAGE_BYTES)) {
        changes->limit = changes->shown;
    }
    change_free(&change);
}

static void put_beginning(struct call *call, const struct changes *changes, struct reply *reply)
{
    struct buffer events = reply->body;
    char cursor[PLACE_TEXT];
    buffer_init(&reply->body, events.limit);
    place_write(changes->epoch, call->place, cursor);
    buffer_format(&reply->body, "retry: %d\n", RETRY_MILLISECONDS);
    if (events.length == 0) { /* from where on, should the connection end before the first change */
        buffer_format(&reply->body, "id: %s\n", cursor);
    }
    buffer_char(&reply->body, '\n');
    buffer_put(&reply->body, events.data, events.length);
    buffer_free(&events);
}

static enum finish_outcome changes_finish(struct call *call, struct reply *reply)
{
    struct changes *changes = call->state;
    struct place present = {changes->present, 0};
    bool first = !call->placed;
    if (changes->given != 0 && changes->given != changes->epoch) {
        reply_problem(call, reply, PROBLEM_CURSOR_EXPIRED, NULL);
        return FINISH_REPLY;
    }
    /* a page that is not full has seen all that there is to be seen */
    if (!changes->more && (first || place_before(call->place, present))) {
        call->place = changes->now || place_before(call->place, present) ? present : call->place;
    }
    call->placed = true;
    call->behind = changes->more;
    reply->status = 200;
    if (call->streams == STREAM_EVENTS) {
        if (first) {
            put_beginning(call, changes, reply);
        }
        return FINISH_FOLLOW;
    }
    if (changes->shown == 0 && call->wait > 0 && !call->waited) {
        return FINISH_FOLLOW;
    }
    char cursor[PLACE_TEXT];
    place_write(changes->epoch, call->place, cursor);
    buffer_format(&reply->body, "],\"next\":\"%s\",\"more\":%s}\n", cursor, changes->more ? "true" : "false");
    return FINISH_REPLY;
}

static bool changes_hear(struct call *call, enum news news, const struct change *change, const char *reason,
                         struct reply *reply)
{
    const struct changes *changes = call->state;
    char cursor[PLACE_TEXT];
    bool concerned = news != NEWS_CHANGE || interest_has(&changes->interest, change);
    if (!concerned || call->streams != STREAM_EVENTS) {
        return concerned;
    }
    switch (news) {
    case NEWS_CHANGE:
        put_event(&reply->body, changes->epoch, change);
        break;
    case NEWS_NONE: /* an id without data is kept by the client, and shown to nobody */
        place_write(changes->epoch, call->place, cursor);
        buffer_format(&reply->body, "id: %s\n\n", cursor);
        break;
    case NEWS_END:
        buffer_format(&reply->body, "event: end\ndata: {\"reason\":\"%s\"}\n\n", reason);
        break;
    }
    return true;
}

static const struct parameter parameters[] = {
    {
        .name = "after",
        .type = PARAMETER_CURSOR,
        .help = "The cursor behind which to go on: the `next` of the page before, or that of any change. `now` begins "
                "with what is written "
                "from now on; without it pages begin with the oldest change, and events with `now`.",
        .example = "now",
    },
    {
        .name = "limit",
        .type = PARAMETER_COUNT,
        .least = 1,
        .most = LIMIT_MOST,
        .help = "How many changes a page has at most; 100 when absent.",
        .example = "100",
    },
    {
        .name = "wait",
        .type = PARAMETER_COUNT,
        .least = 0,
        .most = WAIT_MOST,
        .help = "Seconds to wait for a change where there is none yet.",
        .example = "0",
    },
    INTEREST_PARAMETERS,
};

static const char reply_schema[] =
    "{'title': 'Changes', 'type': 'object', 'additionalProperties': false, 'required': ['data', 'next', 'more'], "
    "'properties': {"
    " 'next': {'type': 'string', 'description': 'The cursor with which to go on, whether there is more or not.'},"
    " 'more': {'type': 'boolean', 'description': 'Whether there is more already.'},"
    " 'data': {'type': 'array', 'items': {'type': 'object', 'additionalProperties': false,"
    "  'required': ['cursor', 'kind', 'id', 'version', 'operation', 'at'], 'properties': {"
    "   'cursor': {'type': 'string', 'description': 'Its place; as `after` it leads to what comes next.'},"
    "   'kind': {'type': 'string', 'enum': ['actor', 'source', 'claim', 'stance', 'review']},"
    "   'id': {'type': 'string', 'format': 'uuid'}, 'ref': {'type': 'string'},"
    "   'version': {'type': 'integer', 'minimum': 1, 'description': 'Of a record, the highest is the last.'},"
    "   'operation': {'type': 'string', 'enum': ['create', 'update', 'delete', 'restore', 'merge']},"
    "   'at': {'$ref': '#/components/schemas/Time'},"
    "   'who': {'type': 'string', 'description': 'The name of the key that it was written with.'},"
    "   'request_id': {'type': 'string', 'description': 'Of the request that wrote it.'},"
    "   'into': {'type': 'string', 'format': 'uuid', 'description': 'Of a merge: the record that took its place.'},"
    "   'record': {'description': 'The record as it was then; none where it went away.', 'anyOf': ["
    "    {'$ref': '#/components/schemas/Actor'}, {'$ref': '#/components/schemas/Source'}, {'$ref': "
    "'#/components/schemas/Claim'},"
    "    {'$ref': '#/components/schemas/Stance'}, {'$ref': '#/components/schemas/Review'}]}}}}}}";

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/changes",
        .name = "changes",
        .summary = "Lists what was written, in an order that misses nothing: as pages, or as a stream of events for "
                   "those who accept "
                   "text/event-stream.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_READ,
        .reply_schema = reply_schema,
        .reply_types = "application/json, text/event-stream",
        .problems = ANSWERS(PROBLEM_CURSOR_EXPIRED),
        .plan = changes_plan,
        .row = changes_row,
        .finish = changes_finish,
        .hear = changes_hear,
    },
};

const struct endpoint_table changes_endpoints = ENDPOINT_TABLE(entries);
