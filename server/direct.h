/* Runs an endpoint without HTTP: for the command line. */
#ifndef STANCED_SERVER_DIRECT_H
#define STANCED_SERVER_DIRECT_H

#include <stdio.h>

#include "handlers/endpoint.h"
#include "server/settings.h"

/* Feeds `input` to the endpoint as its body, runs its plan on a connection of its own, and leaves the reply in `reply`, whose
   body the caller frees. False with one sentence on stderr when there is no reply to be had. */
bool direct_run(const struct settings *settings, const struct endpoint *endpoint, FILE *input, struct reply *reply)
    __attribute__((warn_unused_result));

#endif
