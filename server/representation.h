/* What of a reply depends on the request's headers and not on its endpoint: entity tag, 304, compression, caching, origins. */
#ifndef STANCED_SERVER_REPRESENTATION_H
#define STANCED_SERVER_REPRESENTATION_H

#include "server/request.h"

/* Adds the headers to request->reply, and turns it into a 304 where the client has it already. True when the body is to be
   compressed: by representation_compress. */
bool representation_prepare(struct request *request);

/* Compresses the reply's body, for about a millisecond at a time. False when there is more to do, so that it must be called
   again. */
bool representation_compress(struct request *request);

/* Forgets a compression under way. */
void representation_drop(struct request *request);

/* Adds the headers of a reply that goes out while it is made: no entity tag, for nobody has seen its end. True when it is to be
   compressed. */
bool representation_stream(struct request *request);

/* The reply to a preflight, or to any OPTIONS. */
void representation_options(struct request *request, const char *allow);

#endif
