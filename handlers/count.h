/* How many records a list has: counted row by row, or as the planner estimates it. */
#ifndef STANCED_HANDLERS_COUNT_H
#define STANCED_HANDLERS_COUNT_H

#include <stdbool.h>

#include "handlers/selection.h"

/* Adds the statement that `count` asks for. Returns its index, or -1 where nothing is to be counted. */
int count_plan(struct call *call, struct plan *plan, const struct selection *selection);

/* Whether every row is to be looked at. */
bool count_exact(const struct call *call);

/* Reads the statement's one row. False when there is no number in it. */
bool count_read(const struct call *call, const struct row *row, long long *ret);

#endif
