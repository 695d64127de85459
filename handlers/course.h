/* The course of a call: its endpoint's own hooks, and where they find no record of that name, a look for the one that it was merged
   into, so that its old id and ref lead on (308) under every path there is. */
#ifndef STANCED_HANDLERS_COURSE_H
#define STANCED_HANDLERS_COURSE_H

#include "handlers/endpoint.h"

#define MERGES_MOST 16 /* in a chain, followed */

/* What the engine calls in place of the endpoint's plan, row and finish. */
enum plan_outcome course_plan(struct call *call, struct plan *plan, struct reply *reply);
void course_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome course_finish(struct call *call, struct reply *reply);

#endif
