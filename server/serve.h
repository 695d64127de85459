/* The service itself: sockets, loops, signals. */
#ifndef STANCED_SERVER_SERVE_H
#define STANCED_SERVER_SERVE_H

#include "server/settings.h"

/* Serves until SIGTERM or SIGINT, and returns the exit status. `greeting` names a text file that is printed once the service
   answers, with {base} replaced by its URL; NULL for none. */
int serve_run(const struct settings *settings, const char *greeting);

#endif
