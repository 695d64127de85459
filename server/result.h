/* Rows of a libpq result, handed to an endpoint. */
#ifndef STANCED_SERVER_RESULT_H
#define STANCED_SERVER_RESULT_H

#include "handlers/endpoint.h"

struct pg_result; /* libpq's PGresult */

/* Calls the endpoint's `row` for every row of `result`, the result of plan->queries[query]. */
void result_fold(const struct pg_result *result, struct call *call, int query, struct reply *reply);

#endif
