/* A request's life as a table of states: from its target to the close of its exchange. */
#ifndef STANCED_SERVER_REQUEST_H
#define STANCED_SERVER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "handlers/endpoint.h"
#include "server/http.h"
#include "server/limits.h"
#include "server/worker.h"

struct loop;
struct postgres;
struct compression;
struct clerk;
struct stream;

enum request_state {
    REQUEST_OPENED,      /* its target is known */
    REQUEST_RECEIVING,   /* its head is known; the body comes in */
    REQUEST_REFUSED,     /* its reply is decided; the rest of the body is read and dropped */
    REQUEST_PLANNING,    /* the endpoint says what to ask the database */
    REQUEST_QUEUED,      /* waits for a database connection */
    REQUEST_RUNNING,     /* in the database */
    REQUEST_WORKING,     /* a worker computes its reply */
    REQUEST_ENTRUSTED,   /* a clerk has all of its body */
    REQUEST_STREAMING,   /* in the database still, and its reply goes to the client meanwhile */
    REQUEST_FOLLOWING,   /* waits for changes: server/followers.h */
    REQUEST_COMPRESSING, /* its reply is being compressed, a slice a turn */
    REQUEST_REPLYING,    /* the reply goes to the client */
    REQUEST_LEFT,        /* its client is gone: waits for the database or the worker to let go of it */
    REQUEST_STATES
};

/* What became of a request's statements. */
enum run_outcome {
    RUN_DONE,    /* committed; every row was folded */
    RUN_REFUSED, /* the database answered an error: `sqlstate` */
    RUN_ABORTED, /* never executed: a neighbour in the same pipeline segment failed */
    RUN_LOST     /* the connection broke */
};

TAILQ_HEAD(request_list, request);

struct request {
    TAILQ_ENTRY(request) open;   /* in loop->open, or in loop->followers */
    TAILQ_ENTRY(request) queued; /* in its lane's queue, or in loop->compressing */
    struct request *next_spare;
    struct loop *loop;
    struct http_exchange *exchange;
    struct arena *arena;
    enum request_state state;
    bool suspended;
    bool left;   /* its client is gone */
    bool opened; /* the endpoint may hold something: its `close` is due */
    bool close;  /* close the connection after the reply */
    bool has_body;
    bool counted;   /* among loop->exports */
    bool following; /* in loop->followers, and not in loop->open */
    const char *method;
    const char *target;
    struct call call;
    struct reply reply;
    struct allowance allowance;
    struct buffer body;
    size_t received;                 /* bytes of the body so far */
    int status;                      /* of the reply */
    size_t size;                     /* …and bytes of its body */
    struct compression *compression; /* under way; NULL for none */
    struct clerk *clerk;             /* that has its body as it comes; NULL for none */
    struct stream *stream; /* of a reply that goes out while it is made; NULL before its head, and for others */
    /* while it runs */
    struct postgres *connection;
    struct request
        *fellow;     /* the next of those who share its statement, which the first of them carries; NULL for none */
    bool single;     /* has a pipeline segment of its own */
    bool alone;      /* …because it was taken down by a neighbour before */
    bool concluding; /* the flight that ends it is on its way */
    bool failed;     /* one of its statements answered an error */
    bool aborted;    /* …or one of a neighbour's did */
    unsigned resent;
    /* while a worker has it */
    struct work work;
    bool working; /* call, reply and arena are the worker's */
    bool expired; /* its time was up meanwhile */
    enum finish_outcome finished;
    char sqlstate[6];
    /* nanoseconds of the monotonic clock */
    int64_t opened_at, queued_at, sent_at;
    int64_t said_at;     /* when a stream of events last said something */
    int64_t waits_until; /* when a page that waits for a change is sent without one */
    int64_t heard_at;    /* when something of it last arrived */
    int64_t waits_since; /* when it was first queued, however often it was planned since */
    int64_t received_at; /* when all of it had arrived; 0 where it was refused before */
    int64_t replied_at;  /* when its reply was handed over; 0 for none */
    int64_t worked_at;
    int64_t in_queue, in_database, in_work;
    int64_t listens_since; /* when the client was last given the word */
    int64_t listened;      /* how long it had it before */
    struct plan plan;      /* last: large, and not cleared for every request */
};

/* http → request. */
struct request *request_open(struct loop *loop, struct http_exchange *exchange, const char *target);
bool request_has_head(const struct request *request);
enum http_next request_head(struct request *request, const struct http_head *head);
enum http_next request_receive(struct request *request, const char *bytes, size_t length);
enum http_next request_received(struct request *request);
void request_close(struct request *request, bool complete);

/* http → request: whether it minds at once that its client closes its end, since the exchange is suspended or the reply has no end in sight;
   the client has. */
bool request_waits(const struct request *request);
void request_left(struct request *request);

enum supply {
    SUPPLY_PIECE,
    SUPPLY_LATER, /* nothing at hand: the exchange was suspended */
    SUPPLY_END,
    SUPPLY_BROKEN /* there is no more to come, but that was not the whole */
};

/* http → request: the next piece of the body, after http_stream. */
enum supply request_supply(struct request *request, char *bytes, size_t room, size_t *ret_length);

/* Takes the exchange out of http's hands, and gives it back. */
void request_suspend(struct request *request);
void request_resume(struct request *request);

/* Lets go of a request without an answer, or without the rest of it. */
void request_abandon(struct request *request);

/* Decides its reply; state REFUSED until it is sent. `detail` may be NULL. */
void request_refuse(struct request *request, enum problem problem, const char *detail);

/* clerk → request: there is room for more of its body, or its reply is complete. */
void request_attended(struct request *request);

/* Whether more of it has still to arrive. */
bool request_incomplete(const struct request *request);

/* At the end of a loop: no exchange may stay suspended, whatever it waits for. */
void request_abandon_all(struct loop *loop);

/* Gives back what the endpoint holds; and what the request itself does, once nobody has it any more. */
void request_release(struct request *request);
void request_recycle(struct request *request);

/* Frees a loop's spare requests. */
void request_free_spares(struct loop *loop);

#endif
