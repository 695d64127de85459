/* Where the database is. */
#ifndef STANCED_SERVER_CONNINFO_H
#define STANCED_SERVER_CONNINFO_H

#include "server/settings.h"

struct pg_conn;

/* Begins a connection (PQconnectStartParams) to STANCED_DATABASE, or to the local default under STANCED_DATA. NULL where the file
   with the password can't be read. */
struct pg_conn *conninfo_start(const struct settings *settings);

/* The same, waiting for it (PQconnectdbParams). For start-up and the command line. */
struct pg_conn *conninfo_connect(const struct settings *settings);

/* Why the last attempt on `connection` failed: libpq's words, or, for NULL, ours. */
const char *conninfo_reason(const struct pg_conn *connection);

/* Says on stderr, in one sentence, what failed and why. */
void conninfo_complain(const struct pg_conn *connection, const char *what);

#endif
