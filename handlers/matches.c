/* GET /v1/claims/{claim}/matches: recorded claims that say the same as a recorded one. POST …/reject: one of them does not. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/kept.h"
#include "handlers/matching.h"
#include "handlers/named.h"
#include "handlers/read.h"
#include "schema/identity.h"
#include "schema/pointer.h"
#include "schema/validate_parse.h"

#define LIMIT_USUAL 10

/* --- What says the same */

static const char claim_sql[] = "SELECT t.id, t.ref, t.text FROM claim t WHERE t.id = $1::uuid";

enum { COLUMN_ID, COLUMN_REF, COLUMN_TEXT };

struct matches {
    struct matching matching;
    struct kept claim;
    double least;
};

static void matches_close(struct call *call)
{
    struct matches *matches = call->state;
    if (matches != NULL) {
        kept_free(&matches->claim);
        call->state = NULL;
    }
}

static void put_reply(struct call *call, const struct matches *matches, struct reply *reply)
{
    const char *limit = call_argument(call, "limit");
    reply->status = 200;
    buffer_text(&reply->body, "{\"claim\":");
    named_encode(&reply->body, &record_claim, matches->claim.cells);
    buffer_text(&reply->body, ",\"data\":");
    matching_write_all(&reply->body, &matches->matching, limit != NULL ? strtoul(limit, NULL, 10) : LIMIT_USUAL, false);
    buffer_text(&reply->body, "}\n");
}

static enum plan_outcome matches_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, &record_claim, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    if (call->round == 0) {
        const char *least = call_argument(call, "min_score");
        matches_close(call); /* when it was planned before */
        struct matches *matches = arena_alloc(call->arena, sizeof *matches);
        call->state = matches;
        kept_init(&matches->claim);
        matches->least = least != NULL ? strtod(least, NULL) : 0;
        query_value(plan_query(plan, claim_sql), id);
        return PLAN_RUN;
    }
    struct matches *matches = call->state;
    const struct cell *text = &matches->claim.cells[COLUMN_TEXT];
    matching_plan(call, plan, &matches->matching, text->bytes, (size_t)text->length, id);
    if (plan->count == 0) { /* no words */
        put_reply(call, matches, reply);
        return PLAN_REPLY;
    }
    return PLAN_RUN;
}

static void matches_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct matches *matches = call->state;
    if (call->round == 0) {
        kept_take(&matches->claim, row);
    } else {
        matching_row(call, &matches->matching, query, row);
    }
}

static enum finish_outcome matches_finish(struct call *call, struct reply *reply)
{
    struct matches *matches = call->state;
    if (call->round == 0) {
        if (matches->claim.count > 0) {
            return FINISH_NEXT;
        }
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return FINISH_REPLY;
    }
    matching_finish(&matches->matching, matches->least);
    put_reply(call, matches, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "limit",
        .type = PARAMETER_COUNT,
        .least = 1,
        .most = MATCHING_CLOSE_MOST,
        .help = "How many claims at most; 10 when absent.",
        .example = "5",
    },
    {
        .name = "min_score",
        .type = PARAMETER_NUMBER,
        .least = 0,
        .most = 1,
        .help = "Only claims with this score or more, 0 to 1.",
        .example = "0.5",
    },
};

static const struct member head_members[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    {.name = NULL},
};
static const struct answer answer = {"ClaimMatches", head_members, matching_members, false};

/* --- What does not */

/* $1: the claim, $2: the other, each wherever it was merged into. */
#define LED(parameter) \
    "coalesce((SELECT merged.into_id FROM merged WHERE merged.id = " parameter "::uuid), " parameter "::uuid)"
#define TWO \
    "SELECT c.id, c.ref, c.text, c.id = " LED("$1") " AS own FROM claim c WHERE c.id IN (" LED("$1") ", " LED("$2") ")"

static const char two_sql[] = TWO;
/* In one order, so that two who say it from either side do not wait for each other. */
static const char reject_sql[] =
    "WITH two AS (" TWO ") INSERT INTO claim_rejection (claim_id, other_id, rejected_at, request_id)"
    " SELECT a.id, b.id, now(), $3::text FROM two a JOIN two b ON a.id <> b.id ORDER BY a.id ON CONFLICT DO NOTHING";
static const char take_back_sql[] = "WITH two AS (" TWO ") DELETE FROM claim_rejection AS r USING two a, two b"
                                    " WHERE r.claim_id = a.id AND r.other_id = b.id";

enum { COLUMN_OWN = COLUMN_TEXT + 1 };

struct rejection {
    const char *other; /* its id as text */
    bool rejected;
    struct kept one, two;
};

static void reject_close(struct call *call)
{
    struct rejection *rejection = call->state;
    if (rejection != NULL) {
        kept_free(&rejection->one);
        kept_free(&rejection->two);
        call->state = NULL;
    }
}

static void read_members(struct call *call, const json_t *body, struct rejection *rejection)
{
    const json_t *match = json_object_get(body, "match");
    const json_t *rejected = json_object_get(body, "rejected");
    const char *name;
    json_t *value;
    struct identity id;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        if (strcmp(name, "match") != 0 && strcmp(name, "rejected") != 0) {
            faults_add(&call->faults, pointer_text(&(struct pointer){NULL, name, 0}, call->arena), "unknown_field",
                       "There is no such field; there are match and rejected.");
        }
    }
    if (match == NULL || json_is_null(match)) {
        faults_add(&call->faults, "/match", "required", "`match` says which claim is not the same.");
    } else if (!json_is_string(match)) {
        faults_add(&call->faults, "/match", "wrong_type", "`match` is a string: an id or a ref.");
    } else if (!identity_resolve(record_claim.kind, json_string_value(match), json_string_length(match), &id)) {
        faults_add(&call->faults, "/match", "invalid_reference", "`match` is an id or a ref, and this is neither.");
    } else {
        char *text = arena_alloc(call->arena, IDENTITY_TEXT);
        identity_format(&id, text);
        rejection->other = text;
    }
    if (rejected != NULL && !json_is_boolean(rejected)) {
        faults_add(&call->faults, "/rejected", "wrong_type", "`rejected` is true or false.");
    }
    rejection->rejected = !json_is_false(rejected);
}

static enum plan_outcome reject_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, &record_claim, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    reject_close(call); /* when it was planned before */
    struct rejection *rejection = arena_alloc(call->arena, sizeof *rejection);
    call->state = rejection;
    kept_init(&rejection->one);
    kept_init(&rejection->two);
    faults_init(&call->faults, call->arena);
    json_t *body = validate_parse(call->body, call->body_length, &call->faults);
    if (body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return PLAN_REPLY;
    }
    if (json_is_object(body)) {
        read_members(call, body, rejection);
    } else {
        faults_add(&call->faults, "", "wrong_type", "The body is an object.");
    }
    json_decref(body);
    if (call->faults.count > 0) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
        return PLAN_REPLY;
    }
    const char *const statements[] = {two_sql, rejection->rejected ? reject_sql : take_back_sql};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct query *query = plan_query(plan, statements[i]);
        query_value(query, id);
        query_value(query, rejection->other);
        if (statements[i] == reject_sql) {
            query_value(query, call->request_id);
        }
    }
    call->repeatable = true;
    return PLAN_RUN;
}

static void reject_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct rejection *rejection = call->state;
    if (query == 0) {
        kept_take(cell_boolean(&row->cells[COLUMN_OWN]) ? &rejection->one : &rejection->two, row);
    }
}

static enum finish_outcome reject_finish(struct call *call, struct reply *reply)
{
    const struct rejection *rejection = call->state;
    if (rejection->one.count == 0) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    } else if (rejection->two.count == 0) {
        /* one row alone: the other is not there, or is the same */
        char own[IDENTITY_TEXT];
        struct identity id = cell_identity(&rejection->one.cells[COLUMN_ID]);
        identity_format(&id, own);
        bool same = strcmp(own, rejection->other) == 0;
        faults_add(&call->faults, "/match", same ? "same_record" : "unknown_reference",
                   same ? "A claim is the same as itself." : "There is no claim with this id or ref.");
        reply_problem(call, reply, same ? PROBLEM_INVALID_RECORD : PROBLEM_UNKNOWN_REFERENCE, NULL);
    } else {
        reply->status = 200;
        buffer_text(&reply->body, "{\"claim\":");
        named_encode(&reply->body, &record_claim, rejection->one.cells);
        buffer_text(&reply->body, ",\"match\":");
        named_encode(&reply->body, &record_claim, rejection->two.cells);
        buffer_format(&reply->body, ",\"rejected\":%s}\n", rejection->rejected ? "true" : "false");
    }
    return FINISH_REPLY;
}

#define NAMED_SCHEMA                                                                        \
    "{'type': 'object', 'additionalProperties': false, 'required': ['id'], 'properties': {" \
    "'id': {'type': 'string'}, 'ref': {'type': 'string'}, 'text': {'type': 'string'}}}"

static const char body_schema[] =
    "{'title': 'RejectBody', 'type': 'object', 'additionalProperties': false, 'required': ['match'], 'properties': {"
    " 'match': {'type': 'string', 'description': 'The id or ref of the claim that is not the same.'},"
    " 'rejected': {'type': 'boolean', 'default': true, 'description': 'False takes it back.'}}}";

static const char reply_schema[] =
    "{'title': 'Rejected', 'type': 'object', 'additionalProperties': false, 'required': ['claim', 'match', 'rejected'],"
    " 'properties': {'claim': " NAMED_SCHEMA ", 'match': " NAMED_SCHEMA ", 'rejected': {'type': 'boolean'}}}";

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/claims/{claim}/matches",
        .name = "claim_matches",
        .summary = "Finds the other claims that say the same as a claim, best first; its duplicates and what was "
                   "rejected left out.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .record = &record_claim,
        .lane = LANE_SLOW,
        .answer = &answer,
        .plan = matches_plan,
        .row = matches_row,
        .finish = matches_finish,
        .close = matches_close,
    },
    {
        .method = METHOD_POST,
        .path = "/v1/claims/{claim}/reject",
        .name = "claim_reject",
        .summary = "Remembers that two claims are not the same, so that neither is suggested for the other again.",
        .problems = ANSWERS(PROBLEM_NOT_FOUND),
        .lane = LANE_WRITE,
        .takes_body = true,
        .body_schema = body_schema,
        .body_example = "{'match': 'dprk-active-belligerent'}",
        .reply_schema = reply_schema,
        .plan = reject_plan,
        .row = reject_row,
        .finish = reject_finish,
        .close = reject_close,
    },
};

const struct endpoint_table matches_endpoints = ENDPOINT_TABLE(table);
