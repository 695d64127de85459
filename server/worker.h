/* Threads for computing that would hold up a loop. What they work on is theirs alone until it is delivered back; only the flag of its
   cancellation is looked at by both sides. */
#ifndef STANCED_SERVER_WORKER_H
#define STANCED_SERVER_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "server/message.h"
#include "server/settings.h"

struct loop;

/* Something to compute, embedded in what it is for. */
struct work {
    struct message message;         /* brings it back to the loop, by `deliver` */
    void (*run)(struct work *work); /* called in a worker's thread */
    struct loop *loop;
    TAILQ_ENTRY(work) waiting;
    bool begun;
    atomic_bool cancelled; /* nobody wants it any more: `run` may return with it half done */
};

bool worker_start(const struct settings *settings) __attribute__((warn_unused_result));

/* Cancels all, waits for what had begun, and drops what had not; either way it is posted to its loop. */
void worker_stop(void);

/* Hands over a work whose `message.deliver`, `run` and `loop` are set. False when as many wait already as may. */
bool worker_submit(struct work *work) __attribute__((warn_unused_result));

/* Takes it back where it has not begun, and returns true: it will not be delivered. Else it is told to stop soon. */
bool worker_withdraw(struct work *work) __attribute__((warn_unused_result));

#endif
