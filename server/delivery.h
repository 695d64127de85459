/* The reply's way to the client, from wherever the request is. */
#ifndef STANCED_SERVER_DELIVERY_H
#define STANCED_SERVER_DELIVERY_H

#include "server/request.h"

/* Hands over the reply; state COMPRESSING or REPLYING. */
enum http_next delivery_begin(struct request *request);

/* As it is, without a look at what the client takes. */
enum http_next delivery_send(struct request *request);

/* Replies with a problem instead. `detail` may be NULL. */
enum http_next delivery_refusal(struct request *request, enum problem problem, const char *detail);

/* Goes on with replies that are being compressed. True while there are more. */
bool delivery_turn(struct loop *loop);

#endif
