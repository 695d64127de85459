/* Who may do what: the key in a request against the role that its endpoint asks for. */
#ifndef STANCED_SERVER_AUTHORIZE_H
#define STANCED_SERVER_AUTHORIZE_H

#include <stdbool.h>

#include "server/request.h"

/* True where the request may go on; its call then knows by whose key. Otherwise it is refused: 401, 403, 429, or 503 while no key can be
   checked. */
bool authorize_request(struct request *request) __attribute__((warn_unused_result));

/* The same for its parameters, once they are read. */
bool authorize_parameters(struct request *request) __attribute__((warn_unused_result));

#endif
