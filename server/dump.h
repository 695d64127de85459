/* The replies of endpoints that stream, from the command line: over one connection, into a file. */
#ifndef STANCED_SERVER_DUMP_H
#define STANCED_SERVER_DUMP_H

#include <stdbool.h>
#include <stdio.h>

#include "handlers/endpoint.h"
#include "server/settings.h"

/* Writes what the endpoint would reply to `query` (percent-encoded, as in a URL). False with the reason on stderr; what was written is then
   not the whole. */
bool dump_run(const struct settings *settings, const struct endpoint *endpoint, const char *query, FILE *out)
    __attribute__((warn_unused_result));

/* The same into a file of this name, which is there when all of it is; NULL or "-" for standard output. */
bool dump_file(const struct settings *settings, const struct endpoint *endpoint, const char *query, const char *path)
    __attribute__((warn_unused_result));

#endif
