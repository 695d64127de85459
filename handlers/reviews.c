/* /v1/reviews: what fact-checkers make of a claim. */
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_ENDPOINTS("review", "reviews", &record_review),
};

const struct endpoint_table reviews_endpoints = ENDPOINT_TABLE(entries);
