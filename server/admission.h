/* What the head of a request decides, before any of its body is read. */
#ifndef STANCED_SERVER_ADMISSION_H
#define STANCED_SERVER_ADMISSION_H

#include "server/request.h"

/* Finds the endpoint and fills request->call; or refuses the request. */
void admission_decide(struct request *request, const struct http_head *head);

/* The X-Request-Id that the client gave, if it is one that can be echoed and logged; a new one otherwise. */
const char *admission_request_id(struct arena *arena, const char *given, int64_t now);

/* Most bytes that a body for this endpoint may have, and the sentence that says so. */
size_t admission_limit(const struct endpoint *endpoint);
const char *admission_limit_text(struct request *request, size_t limit);

#endif
