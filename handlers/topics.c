/* GET /v1/topics: the topics that claims have, each with the number of its claims. */
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/page.h"
#include "schema/encode.h"

/* Slugs are ASCII: in the order of their bytes a cursor means the same on every database. The claims are all looked at, hence the
   slow lane. */
#define TOPICS_SELECT "SELECT topic, count(*) FROM (SELECT unnest(topics) COLLATE \"C\" AS topic FROM claim) AS named"
#define TOPICS_ORDER " GROUP BY topic ORDER BY topic"

static const char first_sql[] = TOPICS_SELECT TOPICS_ORDER " LIMIT $1::bigint";
static const char after_sql[] = TOPICS_SELECT " WHERE topic > $1::text" TOPICS_ORDER " LIMIT $2::bigint";

enum { COLUMN_TOPIC, COLUMN_COUNT };

struct topics {
    struct page page;
    char last[REF_MOST + 1];
};

static enum plan_outcome topics_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct topics *topics = arena_alloc(call->arena, sizeof *topics);
    call->state = topics;
    if (!page_read(call, reply, &topics->page) || !media_choose(call, reply, &topics->page.media)) {
        return PLAN_REPLY;
    }
    struct query *query = plan_query(plan, topics->page.continues ? after_sql : first_sql);
    if (topics->page.continues) {
        const char *after = topics->page.after.keys[0];
        query_value(query, after != NULL ? after : "");
    }
    query_value(query, page_fetch(call, &topics->page));
    if (topics->page.media == MEDIA_CSV) {
        buffer_text(&reply->body, "topic,claims\r\n");
    }
    return PLAN_RUN;
}

static void topics_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    struct topics *topics = call->state;
    const struct cell *topic = &row->cells[COLUMN_TOPIC];
    if (cell_null(topic) || topic->length > REF_MOST || !page_row(&topics->page, reply)) {
        return;
    }
    memcpy(topics->last, topic->bytes, (size_t)topic->length);
    topics->last[topic->length] = '\0';
    if (topics->page.media == MEDIA_CSV) {
        buffer_format(&reply->body, "%s,%lld\r\n", topics->last, (long long)cell_integer(&row->cells[COLUMN_COUNT]));
        return;
    }
    buffer_text(&reply->body, "{\"topic\":");
    encode_string(&reply->body, topic->bytes, (size_t)topic->length);
    buffer_format(&reply->body, ",\"claims\":%lld}", (long long)cell_integer(&row->cells[COLUMN_COUNT]));
}

static enum finish_outcome topics_finish(struct call *call, struct reply *reply)
{
    struct topics *topics = call->state;
    page_finish(call, &topics->page, &(struct cursor){{topics->last, NULL}}, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {PAGE_PARAMETERS, MEDIA_PARAMETER};

static const char reply_schema[] =
    "{'title': 'TopicList', 'type': 'object', 'additionalProperties': false, 'required': ['data', 'next'], "
    "'properties': {"
    " 'data': {'type': 'array', 'items': {'type': 'object', 'additionalProperties': false, 'required': ['topic', "
    "'claims'],"
    "  'properties': {'topic': {'type': 'string'}, 'claims': {'type': 'integer', 'minimum': 1}}}},"
    " 'next': {'type': ['string', 'null']}}}";

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/topics",
        .name = "topic_list",
        .summary = "Lists the topics of claims by name, each with the number of its claims.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_SLOW,
        .reply_schema = reply_schema,
        .plan = topics_plan,
        .row = topics_row,
        .finish = topics_finish,
    },
};

const struct endpoint_table topics_endpoints = ENDPOINT_TABLE(entries);
