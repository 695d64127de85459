/* Replies that go out while rows come in (endpoint->streams). Never more than a bounded part of one is in memory: while its client has
   enough to read, its rows are left with the database. */
#ifndef STANCED_SERVER_OUTFLOW_H
#define STANCED_SERVER_OUTFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;

#define OUTFLOW_PIECE \
    ((size_t)32 * 1024) /* what is made is handed on in pieces of this, or of one row where that is longer */
#define OUTFLOW_FULL ((size_t)256 * 1024) /* no more rows are taken while the client has so much before it… */
#define OUTFLOW_LOW ((size_t)64 * 1024)   /* …until it is down to this */

/* Whether one more may begin: analysis keeps a connection of the slow lane to itself, where it has more than one. */
bool outflow_admit(struct request *request);

/* Hands on what the endpoint has made; begins the reply with the first of it. False when there is no client any more. */
bool outflow_send(struct request *request);

/* The same while rows come in. */
void outflow_push(struct request *request);

/* The endpoint has made all; or, not `whole`, cannot go on, and the client is to see that. False when there is no client any more. */
bool outflow_end(struct request *request, bool whole);

/* Nobody wants the rows that are still to come. */
void outflow_stop(struct request *request);

/* Cuts it off where its client reads too slowly. */
void outflow_check(struct request *request, int64_t now);

/* Frees what it took. */
void outflow_close(struct request *request);

#endif
