/* /v1/sources: where it is reported. */
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_ENDPOINTS("source", "sources", &record_source),
};

const struct endpoint_table sources_endpoints = ENDPOINT_TABLE(entries);
