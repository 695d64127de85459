/* Keeps the table of keys (keys.h) up to date, in a thread and on a database connection of its own. */
#ifndef STANCED_SERVER_KEEPER_H
#define STANCED_SERVER_KEEPER_H

#include <stdbool.h>

#include "server/settings.h"

/* Reads the keys for the first time, and starts the thread. The database may be away: then no key is good until it is back. False with a
   line logged when the thread can't be started. */
bool keeper_start(const struct settings *settings) __attribute__((warn_unused_result));

void keeper_stop(void);

/* From any thread: look again soon, for somebody came with a key that is not in the table. */
void keeper_nudge(void);

#endif
