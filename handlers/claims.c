/* /v1/claims: the propositions. */
#include "handlers/claim_create.h"
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_LIST("claim", "claims", &record_claim),
    {
        .method = METHOD_POST,
        .path = "/v1/claims",
        .name = "claim_create",
        .summary = "Adds to the claims, under a ref of your choice or under an id of its own; on request only what has "
                   "not been recorded "
                   "already.",
        .parameters = claim_create_parameters,
        .parameter_count = CLAIM_CREATE_PARAMETERS,
        .record = &record_claim,
        .takes = TAKES_CONDITIONS | TAKES_KEY,
        .problems = ANSWERS(PROBLEM_ALREADY_RECORDED),
        .lane = LANE_WRITE,
        .takes_body = true,
        .again = claim_create_again_plan,
        .plan = claim_create_plan,
        .row = claim_create_row,
        .finish = claim_create_finish,
        .close = write_close,
    },
    RESOURCE_ONE("claim", "claims", &record_claim),
};

const struct endpoint_table claims_endpoints = ENDPOINT_TABLE(entries);
