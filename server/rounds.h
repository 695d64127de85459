/* What a request asks the database, round by round: planned, queued, run, and with what came of it planned anew, given to a worker, or
   answered. */
#ifndef STANCED_SERVER_ROUNDS_H
#define STANCED_SERVER_ROUNDS_H

#include "server/request.h"

/* Asks the endpoint what to do, and queues it. `again` for a request that had its turn already. */
enum http_next rounds_plan(struct request *request, bool again);

/* The same for one that follows the feed, from its place there. */
void rounds_follow(struct request *request);

/* pipeline → request: its statements are on their way. */
void rounds_sent(struct request *request);

/* pipeline → request: a row of its was folded. */
void rounds_folded(struct request *request);

/* pipeline → request: what became of its statements. */
void rounds_ran(struct request *request, enum run_outcome outcome);

/* janitor → request: its time in its present state is over. */
void rounds_expire(struct request *request);

#endif
