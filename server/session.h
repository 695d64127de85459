/* A database session for work that waits for each step: its own connection, whose waits end when somebody else says so. */
#ifndef STANCED_SERVER_SESSION_H
#define STANCED_SERVER_SESSION_H

#include <stdbool.h>

#include "handlers/errand.h"
#include "server/settings.h"

struct pg_conn;

struct session {
    struct pg_conn *connection; /* libpq's PGconn */
    const struct settings *settings;
    int stop;             /* a descriptor that becomes readable when the work is to end, or -1 */
    bool stopped;         /* …which was seen */
    enum problem problem; /* why the last step failed */
    bool loud;            /* failures are told on stderr: of the command line */
};

/* Connects. False with session->problem. */
bool session_open(struct session *session) __attribute__((warn_unused_result));
void session_close(struct session *session);

/* As in struct errand. */
enum errand_outcome session_query(struct session *session, const struct query *query, errand_row *row, void *context);
enum errand_outcome session_copy(struct session *session, const char *sql, const char *bytes, size_t length);

#endif
