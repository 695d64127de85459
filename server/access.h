/* The log line of a request. */
#ifndef STANCED_SERVER_ACCESS_H
#define STANCED_SERVER_ACCESS_H

#include <stdbool.h>

#include "server/request.h"

/* Logs what was asked, what was answered, and where the time went up to `now`; as a warning, and with the stage that took the most of it,
   where it took longer than STANCED_SLOW_REQUEST. `complete`: the client got the whole reply. */
void access_log(const struct request *request, bool complete, int64_t now);

#endif
