/* Rows of a libpq result, handed to an endpoint. */
#ifndef STANCED_SERVER_RESULT_H
#define STANCED_SERVER_RESULT_H

#include "handlers/endpoint.h"
#include "handlers/errand.h"

struct pg_result; /* libpq's PGresult */

struct request;

#define RESULT_CELLS 128

/* The row of that number; its cells lie in the result. False when there are too many of them. */
bool result_row(const struct pg_result *result, int number, struct cell cells[static RESULT_CELLS], struct row *ret);

/* Calls the endpoint's `row` for every row of `result`, the result of plan->queries[query]. */
void result_fold(const struct pg_result *result, struct call *call, int query, struct reply *reply);

/* The same for a statement that `first` and its fellows share: each of them that still runs gets the rows that begin with its key. */
void result_deal(const struct pg_result *result, struct request *first);

/* Calls `row` for every row. */
void result_rows(const struct pg_result *result, errand_row *row, void *context);

#endif
