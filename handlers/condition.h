/* Filters as SQL: the condition that a query parameter puts on the rows of a list. */
#ifndef STANCED_HANDLERS_CONDITION_H
#define STANCED_HANDLERS_CONDITION_H

#include "handlers/endpoint.h"
#include "handlers/statement.h"

/* Filters in one request. A page's statement takes their values twice, and those of its cursor. */
#define CONDITIONS_MOST 20

/* Appends the condition of `value`, which fits the parameter, on the row `t` of the record's table. */
void condition_put(struct statement *statement, const struct record *record, const struct parameter *parameter,
                   const char *value);

#endif
