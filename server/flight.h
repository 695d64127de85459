/* What a connection's results belong to: a ring of expectations, in the order in which they were sent. */
#ifndef STANCED_SERVER_FLIGHT_H
#define STANCED_SERVER_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>

struct request;

enum flight_type {
    FLIGHT_PREPARE, /* a statement is being prepared */
    FLIGHT_QUERY,   /* a statement of a request */
    FLIGHT_CLOSE,   /* a prepared statement is being dropped */
    FLIGHT_SYNC     /* the end of a segment; `request` where it carried just that one */
};

struct flight {
    enum flight_type type;
    bool concludes;          /* with its results the request is through */
    bool started;            /* its first result was asked for */
    int query;               /* index in the plan */
    unsigned statement;      /* number of the statement, of FLIGHT_PREPARE */
    struct request *request; /* NULL where none is concerned */
};

struct flights {
    struct flight *ring;
    unsigned first, count, capacity;
};

/* Room for `capacity` at a time. */
bool flights_init(struct flights *flights, unsigned capacity) __attribute__((warn_unused_result));
void flights_free(struct flights *flights);

/* Room left. */
unsigned flights_room(const struct flights *flights);

/* There must be room. */
void flights_push(struct flights *flights, struct flight flight);

/* The oldest, or NULL. */
struct flight *flights_first(struct flights *flights);
void flights_pop(struct flights *flights);

#endif
