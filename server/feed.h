/* The feed of changes: one thread per process reads it from the database, whatever the number of those who follow it, and keeps the most
   recent ones in memory. It reads as long as somebody follows. */
#ifndef STANCED_SERVER_FEED_H
#define STANCED_SERVER_FEED_H

#include <stdbool.h>

#include "handlers/change.h"
#include "server/settings.h"

struct loop;

/* Begins; `loops` are told when there is news (followers_tell). False with a sentence logged. */
bool feed_start(struct loop *loops, int count, const struct settings *settings) __attribute__((warn_unused_result));
void feed_stop(void);

/* One more follows, or one less. */
void feed_join(void);
void feed_leave(void);

enum feed_outcome {
    FEED_QUIET,  /* nothing is known to have come after that place */
    FEED_CHANGE, /* …something was taken */
    FEED_BEHIND  /* what came after it is no longer in memory, or not yet: ask the database */
};

/* Calls `take` for the changes behind *place, in their order, until it returns false or there are no more; then *place is that of the last one
   taken, or that up to which there are none. */
enum feed_outcome feed_read(struct place *place, bool (*take)(void *context, const struct change *change),
                            void *context);

#endif
