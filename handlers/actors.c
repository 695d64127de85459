/* /v1/actors: who speaks, and who is spoken of. */
#include "handlers/resource.h"

static const struct endpoint entries[] = {
    RESOURCE_ENDPOINTS("actor", "actors", &record_actor),
};

const struct endpoint_table actors_endpoints = ENDPOINT_TABLE(entries);
