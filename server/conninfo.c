/* Connection parameters: what the operator gave, and what stanced always wants. */
#include "server/conninfo.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS 6

struct parameters {
    const char *names[PARAMETERS];
    const char *values[PARAMETERS];
    char local[PATH_MAX + 64];
};

static void fill(struct parameters *parameters, const struct settings *settings)
{
    const char *database = settings->database;
    if (*database == '\0') {
        char folder[PATH_MAX];
        if (realpath(settings->data, folder) == NULL) {
            snprintf(folder, sizeof folder, "%s", settings->data);
        }
        snprintf(parameters->local, sizeof parameters->local, "host='%s/socket' dbname=stanced", folder);
        database = parameters->local;
    }
    /* dbname may be a whole conninfo or URI, which later parameters override */
    const struct parameters fixed = {
        .names = {"application_name", "connect_timeout", "dbname", "client_encoding", NULL},
        .values = {"stanced", "10", database, "UTF8", NULL},
    };
    for (int i = 0; i < PARAMETERS; i++) {
        parameters->names[i] = fixed.names[i];
        parameters->values[i] = fixed.values[i];
    }
}

struct pg_conn *conninfo_start(const struct settings *settings)
{
    struct parameters parameters;
    fill(&parameters, settings);
    return PQconnectStartParams(parameters.names, parameters.values, 1);
}

struct pg_conn *conninfo_connect(const struct settings *settings)
{
    struct parameters parameters;
    fill(&parameters, settings);
    return PQconnectdbParams(parameters.names, parameters.values, 1);
}

void conninfo_complain(const struct pg_conn *connection, const char *what)
{
    /* libpq's messages span lines, of which the first says it, and end in various ways */
    const char *reason = PQerrorMessage(connection);
    size_t length = strcspn(reason, "\n");
    while (length > 0 && strchr(". :", reason[length - 1]) != NULL) {
        length--;
    }
    fprintf(stderr, "stanced: %s: %.*s.\n", what, (int)length, reason);
}
