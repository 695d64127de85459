/* What was merged into another record is found under the other: filters that name the one mean the other, and paths that name it answer
   308. The engine calls this around every endpoint's own hooks.

   Filters: whether what they name was merged is asked after the endpoint's own statements, in the same segment, so that what these
   still saw, or did not see any more, cannot have been missed; where something was, the request is planned again with what it became.
   Paths: it is asked once the answer would be 404. */
#ifndef STANCED_HANDLERS_MOVED_H
#define STANCED_HANDLERS_MOVED_H

#include <stdbool.h>

#include "handlers/endpoint.h"

/* After the endpoint has planned: adds the question where the call's parameters name records. */
void moved_plan(struct call *call, struct plan *plan);

/* Takes a row of what is asked here. False when it belongs to the endpoint. */
bool moved_row(struct call *call, int query, const struct row *row);

/* When all rows are in: puts what records became into the call's arguments. True when that changed something: plan again. */
bool moved_renamed(struct call *call);

/* Whether a reply of 404 may be due to a merge that is still to be asked about; then plans the question alone. */
bool moved_look(struct call *call, const struct reply *reply, struct plan *plan);

/* When all rows of that are in: makes the reply 308 where the record of the path was merged, and leaves it where not. False when it was
   not asked. */
bool moved_finish(struct call *call, struct reply *reply);

/* Whether the endpoint's path names records that can be merged, so that it may answer 308. */
bool moved_possible(const struct endpoint *endpoint);

#endif
