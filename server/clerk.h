/* Threads for work that takes long: one request each, with a database session of its own. Their number is bounded; they read what the
   loop hands on from the client, and while they are behind the loop reads no more. */
#ifndef STANCED_SERVER_CLERK_H
#define STANCED_SERVER_CLERK_H

#include <stdbool.h>
#include <stddef.h>

struct request;
struct clerk;

/* Starts one for a request whose endpoint has an errand. NULL when there are as many as may be. */
struct clerk *clerk_start(struct request *request) __attribute__((warn_unused_result));

/* The next piece of the body; there is always room for one of http.c's. False when no more is to come until request_attended. */
bool clerk_feed(struct clerk *clerk, const char *bytes, size_t length);

/* The body has ended. */
void clerk_end(struct clerk *clerk);

/* Nobody waits for it any more: it ends as soon as it can, and the request is not told. */
void clerk_abandon(struct clerk *clerk);

/* In request_attended: whether it has finished; its reply is then moved into the request's, and it is gone. */
bool clerk_finished(struct clerk *clerk, struct request *request);

/* At the end of the process, when all are abandoned: waits for their threads. */
void clerk_wait_all(void);

#endif
