/* Asks a running service whether it is ready: for container health checks, where there is no curl. */
#ifndef STANCED_SERVER_PROBE_H
#define STANCED_SERVER_PROBE_H

#include <stdbool.h>

#include "server/settings.h"

/* GET /readyz from the service on STANCED_LISTEN. False, with one sentence on stderr, unless it answers 200 in time. */
bool probe_ready(const struct settings *settings) __attribute__((warn_unused_result));

#endif
