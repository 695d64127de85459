/* The tables of endpoints, one per resource; endpoints.c gathers them. */
#ifndef STANCED_HANDLERS_ENDPOINTS_H
#define STANCED_HANDLERS_ENDPOINTS_H

#include "handlers/endpoint.h"

struct endpoint_table {
    const struct endpoint *endpoints;
    size_t count;
};

#define ENDPOINT_TABLE(array)                                          \
    {                                                                  \
        .endpoints = (array), .count = sizeof(array) / sizeof *(array) \
    }

extern const struct endpoint_table index_endpoints, health_endpoints, actors_endpoints, sources_endpoints,
    claims_endpoints, stances_endpoints, reviews_endpoints, positions_endpoints, provenance_endpoints,
    reversals_endpoints, timeline_endpoints, topics_endpoints, import_endpoints, export_endpoints, changes_endpoints,
    description_endpoints, docs_endpoints, problems_endpoints, history_endpoints, merge_endpoints,
    contradictions_endpoints, match_endpoints, matches_endpoints, networks_endpoints, matrix_endpoints,
    search_endpoints, suggest_endpoints;

#endif
