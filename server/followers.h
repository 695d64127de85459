/* Requests that wait for changes: streams of events, and pages that wait for their first change. A loop has a list of its own. */
#ifndef STANCED_SERVER_FOLLOWERS_H
#define STANCED_SERVER_FOLLOWERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/message.h"
#include "server/request.h"

struct loop;

struct followers {
    struct request_list list;
    unsigned count;
    struct message news; /* from the feed's thread */
    atomic_bool told;
    struct request *next; /* whose turn it is to hear them; NULL when all have */
    bool again;           /* …and then from the first on once more */
    int64_t next_beat;
};

void followers_init(struct followers *followers);

/* The request is told all that the database has, or a page of it, in its reply's body: sends that, and lets it wait for more. */
void followers_add(struct request *request);

/* It has taken most of what it was sent, and can have more. */
void followers_ready(struct request *request);

/* It is closed. */
void followers_remove(struct request *request);

/* Ends the reply of one whose head is sent already; true when it is such a one. */
bool followers_end(struct request *request, const char *reason);

/* …of all of them; those who wait for a page get what there is. */
void followers_end_all(struct loop *loop, const char *reason);

/* From the feed's thread: there is news. */
void followers_tell(struct loop *loop);

/* Hands out news, for a millisecond. True while there is more to do. */
bool followers_continue(struct loop *loop);

/* Once in a while: signs of life, the ends of waits, and those who do not read. */
void followers_visit(struct loop *loop, int64_t now);

#endif
