/* Runs an endpoint's errand without HTTP: for the command line. */
#ifndef STANCED_SERVER_DIRECT_H
#define STANCED_SERVER_DIRECT_H

#include <stdio.h>

#include "handlers/endpoint.h"
#include "server/settings.h"

struct direct {
    const struct settings *settings;
    const struct endpoint *endpoint; /* one with an errand */
    const char *query;               /* its parameters as in a URL, or NULL */
    const char *content_type;
    FILE *input; /* its body; gzip is found out */
};

/* Feeds the input to the endpoint on a connection of its own, shows on a terminal how far it is, and leaves the reply in `reply`, whose
   body the caller frees. False with one sentence on stderr when there is no reply to be had. */
bool direct_run(const struct direct *direct, struct reply *reply) __attribute__((warn_unused_result));

#endif
