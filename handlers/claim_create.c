/* Two rounds: the look, and the write. Between them another may record the same; of two who do so at once, both get through. */
#include "handlers/claim_create.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/matching.h"
#include "handlers/write.h"
#include "schema/validate.h"

#define SHOWN 10 /* candidates in a refusal */

struct creation {
    struct write write; /* first, so that the hooks of handlers/write.c find it */
    struct matching matching;
    double least; /* the score that stands in the way */
    bool looked;  /* in this attempt… */
    unsigned attempt;
    bool looking;                /* the look is under way */
    struct reference *confirmed; /* claims that the new one refers to: nobody has to be told of those */
    size_t confirmed_count;
};

const struct parameter claim_create_parameters[CLAIM_CREATE_PARAMETERS] = {
    {
        .name = "unless_match",
        .type = PARAMETER_NUMBER,
        .least = 0,
        .most = 1,
        .help = "Not if a recorded claim says the same with this score or more, 0 to 1 (409): see POST "
                "/v1/claims/match. Claims that "
                "`relations` names do not count.",
        .example = "0.9",
    },
};

/* Plans the look; false where there is none to be had, so that the claim may be written at once. */
static bool plan_look(struct call *call, struct plan *plan, struct reply *reply)
{
    struct creation *creation = call->state;
    json_t *body = validate_parse(call->body, call->body_length, &call->faults);
    struct draft draft;
    if (body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return true;
    }
    if (!validate_record(call->endpoint->record, body, call->arena, &call->faults, &draft)) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        const json_t *text = json_object_get(draft.document, "text");
        matching_plan(call, plan, &creation->matching, json_string_value(text), json_string_length(text), NULL);
        creation->looking = plan->count > 0;
        creation->confirmed = draft.references;
        creation->confirmed_count = draft.reference_count;
        draft_free(&draft);
    }
    json_decref(body);
    return reply->status != 0 || creation->looking;
}

enum plan_outcome claim_create_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *least = call_argument(call, "unless_match");
    write_begin(call, sizeof(struct creation));
    if (least == NULL) {
        return write_create_plan(call, plan, reply);
    }
    struct creation *creation = call->state;
    creation->looking = false;
    creation->least = strtod(least, NULL);
    bool looked = creation->looked && creation->attempt == call->attempt;
    creation->looked = true;
    creation->attempt = call->attempt;
    if (!looked && plan_look(call, plan, reply)) {
        return reply->status != 0 ? PLAN_REPLY : PLAN_RUN;
    }
    return write_create_plan(call, plan, reply);
}

enum plan_outcome claim_create_again_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    write_begin(call, sizeof(struct creation));
    return write_again_plan(call, plan, reply);
}

static bool confirmed(const struct creation *creation, const struct row *row)
{
    struct identity id = cell_identity(&row->cells[0]);
    for (size_t i = 0; i < creation->confirmed_count; i++) {
        if (memcmp(&creation->confirmed[i].id, &id, sizeof id) == 0) {
            return true;
        }
    }
    return false;
}

void claim_create_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct creation *creation = call->state;
    if (!creation->looking) {
        write_row(call, query, row, reply);
    } else if (query != creation->matching.candidates_query || !confirmed(creation, row)) {
        matching_row(call, &creation->matching, query, row);
    }
}

enum finish_outcome claim_create_finish(struct call *call, struct reply *reply)
{
    struct creation *creation = call->state;
    if (!creation->looking) {
        return write_finish(call, reply);
    }
    creation->looking = false;
    matching_finish(&creation->matching, creation->least);
    if (creation->matching.count == 0) {
        return FINISH_NEXT;
    }
    reply_problem(call, reply, PROBLEM_ALREADY_RECORDED,
                  "Use the candidate that says the same; or name it in `relations`, or leave `unless_match` out.");
    reply_member(reply, "candidates");
    matching_write_all(&reply->body, &creation->matching, SHOWN, false);
    buffer_text(&reply->body, "}\n");
    return FINISH_REPLY;
}
