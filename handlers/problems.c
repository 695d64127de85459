/* GET /problems and /problems/{problem}: what the `type` of a problem document leads to; a page for browsers, JSON for the rest. */
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/html.h"
#include "schema/encode.h"
#include "schema/problem_help.h"

static void put_member(struct buffer *body, const char *before, const char *text)
{
    buffer_text(body, before);
    encode_string(body, text, strlen(text));
}

static void put_json(struct buffer *body, enum problem problem)
{
    const struct problem_kind *kind = &problem_kinds[problem];
    buffer_format(body, "{\"type\":\"/problems/%s\"", kind->slug);
    put_member(body, ",\"title\":", kind->title);
    buffer_format(body, ",\"status\":%d", kind->status);
    put_member(body, ",\"help\":", problem_help(problem));
    if (kind->retry_after > 0) {
        buffer_format(body, ",\"retry_after\":%d", kind->retry_after);
    }
    buffer_char(body, '}');
}

static void put_page(struct buffer *body, enum problem problem)
{
    const struct problem_kind *kind = &problem_kinds[problem];
    html_begin(body, kind->title);
    buffer_text(body, "<h1>");
    html_text(body, kind->title);
    buffer_format(body, "</h1>\n<p><code>/problems/%s</code>, status %d</p>\n<p>", kind->slug, kind->status);
    html_prose(body, problem_help(problem));
    buffer_text(body, "</p>\n<p><a href=\"/problems\">All problems</a> · <a href=\"/docs\">The API</a></p>\n");
    html_end(body);
}

static void put_list_page(struct buffer *body)
{
    html_begin(body, "Problems");
    buffer_text(body, "<h1>Problems</h1>\n<p>What a request can be answered with when it fails.</p>\n<table>\n");
    for (int i = PROBLEM_NONE + 1; i < PROBLEMS; i++) {
        const struct problem_kind *kind = &problem_kinds[i];
        buffer_format(body, "<tr><td>%d</td><td><a href=\"/problems/%s\"><code>%s</code></a></td><td>", kind->status,
                      kind->slug, kind->slug);
        html_text(body, kind->title);
        buffer_text(body, "</td></tr>\n");
    }
    buffer_text(body, "</table>\n<p><a href=\"/docs\">The API</a></p>\n");
    html_end(body);
}

static enum plan_outcome one_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)plan;
    enum problem problem = problem_named(call->path[0]);
    if (problem == PROBLEM_NONE) {
        reply_problem(call, reply, PROBLEM_NO_ROUTE, "There is no such kind of problem. GET /problems lists them.");
    } else if (html_wanted(call)) {
        put_page(&reply->body, problem);
        html_reply(reply);
    } else {
        put_json(&reply->body, problem);
        buffer_char(&reply->body, '\n');
        reply->status = 200;
    }
    return PLAN_REPLY;
}

static enum plan_outcome list_plan_problems(struct call *call, struct plan *plan, struct reply *reply)
{
    (void)plan;
    if (html_wanted(call)) {
        put_list_page(&reply->body);
        html_reply(reply);
        return PLAN_REPLY;
    }
    buffer_text(&reply->body, "{\"data\":[");
    for (int i = PROBLEM_NONE + 1; i < PROBLEMS; i++) {
        buffer_text(&reply->body, i == PROBLEM_NONE + 1 ? "" : ",");
        put_json(&reply->body, (enum problem)i);
    }
    buffer_text(&reply->body, "]}\n");
    reply->status = 200;
    return PLAN_REPLY;
}

#define KIND                                                                                                          \
    "{'title': 'ProblemKind', 'type': 'object', 'additionalProperties': false, 'required': ['type', 'title', "        \
    "'status', 'help'], 'properties': {'type': {'type': 'string'}, 'title': {'type': 'string'},"                      \
    " 'status': {'type': 'integer'}, 'help': {'type': 'string', 'description': 'What it means, and what to do about " \
    "it.'},"                                                                                                          \
    " 'retry_after': {'type': 'integer', 'description': 'Seconds.'}}}"

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/problems",
        .name = "problem_list",
        .summary = "Lists the kinds of problems that a request can be answered with.",
        .lane = LANE_READ,
        .role = ROLE_OPEN,
        .reply_schema =
            "{'type': 'object', 'required': ['data'], 'properties': {'data': {'type': 'array', 'items': " KIND "}}}",
        .reply_types = "application/json, text/html",
        .plan = list_plan_problems,
    },
    {
        .method = METHOD_GET,
        .path = "/problems/{problem}",
        .name = "problem_read",
        .summary = "Explains a kind of problem: what the `type` of a problem document leads to.",
        .lane = LANE_READ,
        .role = ROLE_OPEN,
        .reply_schema = KIND,
        .reply_types = "application/json, text/html",
        .problems = ANSWERS(PROBLEM_NO_ROUTE),
        .plan = one_plan,
    },
};

const struct endpoint_table problems_endpoints = ENDPOINT_TABLE(entries);
