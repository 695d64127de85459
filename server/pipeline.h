/* Requests on their way through one connection's pipeline: statements out, results in. */
#ifndef STANCED_SERVER_PIPELINE_H
#define STANCED_SERVER_PIPELINE_H

#include <stdint.h>

#include "server/postgres.h"
#include "server/request.h"

/* How many more requests the connection may be given now, at a depth of `depth`. */
unsigned pipeline_room(const struct postgres *postgres, unsigned depth);

/* Sends a request's statements, or the one that it shares with its fellows. The segment (one implicit transaction, closed by a Sync)
   ends with it unless up to `batch` statements may share one. What becomes of it, and of its fellows, is told by rounds_ran. */
void pipeline_send(struct postgres *postgres, struct request *request, unsigned batch);

/* Whether both ask for nothing but a record by its key, of the same kind, so that one statement can answer them. */
bool pipeline_fellows(const struct request *request, const struct request *other);

/* Ends an open segment and writes what the socket takes. */
void pipeline_flush(struct postgres *postgres);

/* Takes the results that are at hand, for a millisecond at most; postgres->more says that there are more. */
void pipeline_receive(struct postgres *postgres);

/* Leaves results with the database until they are wanted; only for connections that carry one request at a time. And takes them again. */
void pipeline_hold(struct postgres *postgres);
void pipeline_release(struct postgres *postgres);

/* Flights that a connection of this depth may have to remember. */
unsigned pipeline_flights(int64_t depth);

/* Everything in flight is told RUN_LOST. */
void pipeline_lose(struct postgres *postgres);

#endif
