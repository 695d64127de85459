/* Where the database is. */
#ifndef STANCED_SERVER_CONNINFO_H
#define STANCED_SERVER_CONNINFO_H

#include "server/settings.h"

struct pg_conn;

/* Begins a connection (PQconnectStartParams) to STANCED_DATABASE, or to the local default under STANCED_DATA. */
struct pg_conn *conninfo_start(const struct settings *settings);

/* The same, waiting for it (PQconnectdbParams). For start-up and the command line. */
struct pg_conn *conninfo_connect(const struct settings *settings);

/* Says on stderr, in one sentence, what failed and why. */
void conninfo_complain(const struct pg_conn *connection, const char *what);

#endif
