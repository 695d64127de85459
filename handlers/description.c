/* GET /openapi.json: the API's description. */
#include "handlers/endpoints.h"
#include "handlers/openapi.h"

static enum plan_outcome description_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)call;
    (void)plan;
    size_t length;
    const char *text = openapi_text(&length);
    buffer_put(&reply->body, text, length);
    reply->status = 200;
    return PLAN_REPLY;
}

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/openapi.json",
        .name = "description",
        .summary = "Returns the description of the API that you are reading, as OpenAPI 3.1.",
        .lane = LANE_READ,
        .role = ROLE_OPEN,
        .reply_schema = "{'type': 'object', 'required': ['openapi', 'info', 'paths', 'components']}",
        .plan = description_plan,
    },
};

const struct endpoint_table description_endpoints = ENDPOINT_TABLE(entries);
