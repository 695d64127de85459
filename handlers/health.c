/* /healthz, /readyz and /metrics: what a load balancer, an orchestrator or a monitor asks. */
#include "handlers/endpoints.h"

static enum plan_outcome alive_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)call;
    (void)plan;
    reply->status = 200;
    buffer_text(&reply->body, "{\"status\":\"alive\"}\n");
    return PLAN_REPLY;
}

static enum plan_outcome ready_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)call;
    (void)reply;
    plan_query(plan, "SELECT max(number) FROM schema_migration");
    return PLAN_RUN;
}

static void ready_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)query;
    int64_t number = cell_integer(&row->cells[0]);
    if (number == call->migration) {
        reply->status = 200;
        buffer_format(&reply->body, "{\"status\":\"ready\",\"migration\":%d}\n", call->migration);
        return;
    }
    const char *detail =
        arena_format(call->arena, "The database is at migration %lld, and this stanced was built for %d: %s.",
                     (long long)number, call->migration,
                     number < call->migration ? "`stanced migrate` brings it up to date" : "it needs a newer stanced");
    reply_problem(call, reply, PROBLEM_DATABASE_AWAY, detail);
}

static enum finish_outcome ready_finish(struct call *call, struct reply *reply)
{
    if (reply->status == 0) {
        reply_problem(call, reply, PROBLEM_DATABASE_AWAY, "The database does not say which migration it is at.");
    }
    return FINISH_REPLY;
}

static enum plan_outcome metrics_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)plan;
    reply->status = 200;
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    call->measure(&reply->body);
    return PLAN_REPLY;
}

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/healthz",
        .name = "health_alive",
        .role = ROLE_OPEN,
        .summary = "Says that the process answers, without asking the database.",
        .lane = LANE_READ,
        .reply_schema = "{'type': 'object', 'required': ['status'], 'properties': {'status': {'const': 'alive'}}}",
        .plan = alive_plan,
    },
    {
        .method = METHOD_GET,
        .path = "/readyz",
        .name = "health_ready",
        .role = ROLE_OPEN,
        .summary = "Says that the database answers and is migrated.",
        .lane = LANE_READ,
        .reply_schema = "{'type': 'object', 'required': ['status', 'migration'], 'properties': {'status': {'const':"
                        " 'ready'}, 'migration': {'type': 'integer'}}}",
        .plan = ready_plan,
        .row = ready_row,
        .finish = ready_finish,
    },
    {
        .method = METHOD_GET,
        .path = "/metrics",
        .name = "metrics",
        .summary = "Returns counters, states and times of the process in Prometheus' text format.",
        .lane = LANE_READ,
        .reply_types = "text/plain",
        .plan = metrics_plan,
    },
};

const struct endpoint_table health_endpoints = ENDPOINT_TABLE(entries);
