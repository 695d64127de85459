/* POST /v1/claims/match: the recorded claims that say the same as a text. */
#include <jansson.h>
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/matching.h"
#include "schema/pointer.h"
#include "schema/unicode.h"
#include "schema/validate_parse.h"

#define LIMIT_USUAL 10

struct request {
    struct matching matching;
    size_t limit;
    double least;
    bool signals;
};

static void check_text(struct call *call, const json_t *value)
{
    if (value == NULL || json_is_null(value)) {
        faults_add(&call->faults, "/text", "required", "The text is missing.");
    } else if (!json_is_string(value)) {
        faults_add(&call->faults, "/text", "wrong_type", "This is to be a text.");
    } else if (unicode_blank(json_string_value(value), json_string_length(value))) {
        faults_add(&call->faults, "/text", "blank", "There is nothing in this text.");
    } else if (unicode_length(json_string_value(value), json_string_length(value)) > MATCHING_TEXT_MOST) {
        faults_add(&call->faults, "/text", "too_long", "The text is longer than %d characters.", MATCHING_TEXT_MOST);
    }
}

static void check_options(struct call *call, const json_t *body, struct request *request)
{
    const json_t *limit = json_object_get(body, "limit");
    if (limit != NULL && !json_is_integer(limit)) {
        faults_add(&call->faults, "/limit", "wrong_type", "This is to be an integer.");
    } else if (limit != NULL && (json_integer_value(limit) < 1 || json_integer_value(limit) > MATCHING_CLOSE_MOST)) {
        faults_add(&call->faults, "/limit", "out_of_range", "The limit is from 1 to %d.", MATCHING_CLOSE_MOST);
    } else if (limit != NULL) {
        request->limit = (size_t)json_integer_value(limit);
    }
    const json_t *least = json_object_get(body, "min_score");
    if (least != NULL && !json_is_number(least)) {
        faults_add(&call->faults, "/min_score", "wrong_type", "This is to be a number.");
    } else if (least != NULL && (json_number_value(least) < 0 || json_number_value(least) > 1)) {
        faults_add(&call->faults, "/min_score", "out_of_range", "A score is from 0 to 1.");
    } else if (least != NULL) {
        request->least = json_number_value(least);
    }
    const json_t *signals = json_object_get(body, "signals");
    if (signals != NULL && !json_is_boolean(signals)) {
        faults_add(&call->faults, "/signals", "wrong_type", "This is to be true or false.");
    }
    request->signals = json_is_true(signals);
}

static void check_names(struct call *call, const json_t *body)
{
    static const char *const names[] = {"text", "limit", "min_score", "signals"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        bool known = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            known = known || strcmp(name, names[i]) == 0;
        }
        if (!known) {
            faults_add(&call->faults, pointer_text(&(struct pointer){NULL, name, 0}, call->arena), "unknown_field",
                       "There is no such field; there are text, limit, min_score and signals.");
        }
    }
}

static enum plan_outcome match_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct request *request = arena_alloc(call->arena, sizeof *request);
    call->state = request;
    request->limit = LIMIT_USUAL;
    faults_init(&call->faults, call->arena);
    json_t *body = validate_parse(call->body, call->body_length, &call->faults);
    if (body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return PLAN_REPLY;
    }
    const json_t *text = json_object_get(body, "text");
    if (!json_is_object(body)) {
        faults_add(&call->faults, "", "wrong_type", "This is to be an object.");
    } else {
        check_names(call, body);
        check_text(call, text);
        check_options(call, body, request);
    }
    if (call->faults.count > 0) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        matching_plan(call, plan, &request->matching, json_string_value(text), json_string_length(text), NULL);
        call->repeatable = true;
    }
    json_decref(body);
    if (reply->status != 0) {
        return PLAN_REPLY;
    }
    if (plan->count == 0) { /* no words */
        reply->status = 200;
        buffer_text(&reply->body, "{\"data\":[]}\n");
        return PLAN_REPLY;
    }
    return PLAN_RUN;
}

static void match_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct request *request = call->state;
    matching_row(call, &request->matching, query, row);
}

static enum finish_outcome match_finish(struct call *call, struct reply *reply)
{
    struct request *request = call->state;
    matching_finish(&request->matching, request->least);
    reply->status = 200;
    buffer_text(&reply->body, "{\"data\":");
    matching_write_all(&reply->body, &request->matching, request->limit, request->signals);
    buffer_text(&reply->body, "}\n");
    return FINISH_REPLY;
}

static const struct answer answer = {"Matches", (const struct member[]){{.name = NULL}}, matching_members, false};

static const char body_schema[] =
    "{'title': 'MatchBody', 'type': 'object', 'additionalProperties': false, 'required': ['text'], 'properties': {"
    " 'text': {'type': 'string', 'minLength': 1, 'maxLength': 20000, 'description': 'What may have been recorded "
    "already.'},"
    " 'limit': {'type': 'integer', 'minimum': 1, 'maximum': 100, 'description': 'How many claims at most; 10 when "
    "absent.'},"
    " 'min_score': {'type': 'number', 'minimum': 0, 'maximum': 1, 'description': 'Only claims with this score or "
    "more.'},"
    " 'signals': {'type': 'boolean', 'description': 'Whether to show what each score was made from.'}}}";

static const struct endpoint table[] = {
    {
        .method = METHOD_POST,
        .path = "/v1/claims/match",
        .name = "claim_match",
        .summary = "Finds the recorded claims that say the same as a text, best first.",
        .lane = LANE_SLOW,
        .role = ROLE_READER,
        .takes_body = true,
        .body_schema = body_schema,
        .body_example = "{'text': 'North Korean soldiers have arrived in Russia', 'limit': 5}",
        .answer = &answer,
        .plan = match_plan,
        .row = match_row,
        .finish = match_finish,
    },
};

const struct endpoint_table match_endpoints = ENDPOINT_TABLE(table);
