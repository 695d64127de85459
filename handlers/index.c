/* GET /v1: what there is, and how much of it. */
#include <string.h>

#include "handlers/endpoints.h"
#include "schema/encode.h"
#include "schema/version.h"

/* One column per record, in the order of enum record_kind. Counted exactly, hence in the slow lane. */
static const char counts_sql[] = "SELECT (SELECT count(*) FROM actor), (SELECT count(*) FROM source),"
                                 " (SELECT count(*) FROM claim), (SELECT count(*) FROM stance),"
                                 " (SELECT count(*) FROM review)";

static enum plan_outcome index_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)call;
    (void)reply;
    plan_query(plan, counts_sql);
    return PLAN_RUN;
}

static void put_member(struct buffer *body, const char *joint, const char *name)
{
    buffer_text(body, joint);
    encode_string(body, name, strlen(name));
    buffer_char(body, ':');
}

/* Paths, or templates of them, each under the name of the first endpoint that has it. */
static void put_links(struct buffer *body)
{
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    const char *joint = "";
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (strcmp(all[first]->path, all[i]->path) != 0) {
            first++;
        }
        if (first == i) {
            put_member(body, joint, all[i]->name);
            encode_string(body, all[i]->path, strlen(all[i]->path));
            joint = ",";
        }
    }
}

static void index_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)call;
    (void)query;
    struct buffer *body = &reply->body;
    put_member(body, "{", "stanced");
    encode_string(body, stanced_version, strlen(stanced_version));
    put_member(body, ",", "counts");
    for (int kind = 0; kind < RECORD_KINDS && kind < row->count; kind++) {
        put_member(body, kind == 0 ? "{" : ",", records[kind]->plural);
        buffer_number(body, cell_integer(&row->cells[kind]));
    }
    put_member(body, "},", "links");
    buffer_char(body, '{');
    put_links(body);
    buffer_text(body, "}}\n");
    reply->status = 200;
}

static enum finish_outcome index_finish(struct call *call, struct reply *reply)
{
    (void)call;
    (void)reply;
    return FINISH_REPLY;
}

static const char reply_schema[] =
    "{'title': 'Index', 'type': 'object', 'additionalProperties': false, 'required': ['stanced', 'counts', 'links'],"
    " 'properties': {'stanced': {'type': 'string', 'description': 'The version.'},"
    "  'counts': {'type': 'object', 'description': 'How many records there are of each kind.', 'additionalProperties':"
    "   {'type': 'integer', 'minimum': 0}},"
    "  'links': {'type': 'object', 'description': 'Paths, or templates of them, by name.', 'additionalProperties':"
    "   {'type': 'string'}}}}";

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/v1",
        .name = "index",
        .summary = "Says what there is, and how many records of each kind.",
        .lane = LANE_SLOW,
        .reply_schema = reply_schema,
        .plan = index_plan,
        .row = index_row,
        .finish = index_finish,
    },
};

const struct endpoint_table index_endpoints = ENDPOINT_TABLE(entries);
