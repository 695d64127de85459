/* /v1/claims: the propositions. */
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_ENDPOINTS("claim", "claims", &record_claim),
};

const struct endpoint_table claims_endpoints = ENDPOINT_TABLE(entries);
