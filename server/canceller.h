/* A thread that asks PostgreSQL to cancel statements: libpq's way of doing so blocks, which no loop may. */
#ifndef STANCED_SERVER_CANCELLER_H
#define STANCED_SERVER_CANCELLER_H

#include <stdbool.h>

#include "server/message.h"

struct loop;

/* A request to cancel, embedded in its connection: at most one at a time each, so their number is bounded. The connection takes no new
   request until it is delivered back, so that a late cancellation hits nobody else. */
struct cancel {
    struct message message; /* brings it back to the loop; `deliver` clears `pending` */
    struct cancel *next;
    struct loop *loop;
    struct pg_cancel *handle; /* libpq's PGcancel */
    bool pending;
};

bool canceller_start(void) __attribute__((warn_unused_result));
/* Waits until all that were posted are done. */
void canceller_stop(void);

/* Sets cancel->pending and hands it to the thread, with a handle that the thread releases. */
void canceller_post(struct cancel *cancel, struct loop *loop, struct pg_cancel *handle);

#endif
