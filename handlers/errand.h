/* What an endpoint needs whose errand is many statements over some time: a body that arrives meanwhile, and a database session of its
   own. It runs in a thread beside the loops (or on the command line), so it may take its time and waits where these functions wait.
   Who offers them does the I/O: server/clerk.c, server/direct.c. */
#ifndef STANCED_HANDLERS_ERRAND_H
#define STANCED_HANDLERS_ERRAND_H

#include <stddef.h>

#include "handlers/endpoint.h"

enum errand_outcome {
    ERRAND_DONE,
    ERRAND_AGAIN,   /* lost against concurrent writers: roll back, and it may succeed */
    ERRAND_REFUSED, /* the database does not take these values */
    ERRAND_FAILED   /* anything else; errand->problem says what to answer. Nothing more can be done */
};

enum errand_phase { ERRAND_READING, ERRAND_WRITING };

struct errand_progress {
    enum errand_phase phase;
    long long records; /* read so far, or written so far */
    long long whole;   /* of which there are so many; 0: not known yet */
};

/* Takes a row; see struct row. */
typedef void errand_row(void *context, const struct row *row);

struct errand {
    /* The next piece of the body into `bytes`: how many bytes, 0 at its end. */
    size_t (*read)(struct errand *errand, char *bytes, size_t size);
    /* Runs a statement; `row` may be NULL. */
    enum errand_outcome (*query)(struct errand *errand, const struct query *query, errand_row *row, void *context);
    /* Runs "COPY … FROM STDIN" and gives it `bytes`. */
    enum errand_outcome (*copy)(struct errand *errand, const char *sql, const char *bytes, size_t length);
    /* How far it is. */
    void (*tell)(struct errand *errand, const struct errand_progress *progress);
    enum problem problem;
    bool stopped; /* nobody waits for it any more: `read` says that the body ends, though it may not */
};

#endif
