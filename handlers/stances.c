/* /v1/stances: who says what about a claim. */
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_ENDPOINTS("stance", "stances", &record_stance),
};

const struct endpoint_table stances_endpoints = ENDPOINT_TABLE(entries);
