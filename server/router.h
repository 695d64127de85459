/* From method and path to an endpoint. */
#ifndef STANCED_SERVER_ROUTER_H
#define STANCED_SERVER_ROUTER_H

#include "handlers/endpoint.h"

/* For OPTIONS on the server as a whole. */
#define ROUTER_METHODS "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

enum route_outcome {
    ROUTE_FOUND,
    ROUTE_OPTIONS,    /* OPTIONS on a known path */
    ROUTE_BAD_TARGET, /* broken percent-encoding, NUL, invalid UTF-8 */
    ROUTE_NO_PATH,
    ROUTE_NO_METHOD
};

struct route {
    const struct endpoint *endpoint;
    const char *path[PATH_VARIABLES]; /* decoded */
    const char *query;                /* behind '?', still encoded; NULL for none */
    const char *allow;                /* for ROUTE_OPTIONS and ROUTE_NO_METHOD: the value of Allow */
};

/* Brings the endpoints into the order in which they are matched. Once, before any thread. */
void router_init(void);

/* `target` is a request target in origin-form or absolute-form, or "*". HEAD is served by GET. Strings of the result are in the arena. */
enum route_outcome router_match(const char *method, const char *target, struct arena *arena, struct route *ret);

#endif
