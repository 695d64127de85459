/* Connection parameters: what the operator gave, and what stanced always wants. */
#include "server/conninfo.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS 6
#define PASSWORD_MOST 1024 /* bytes */

struct parameters {
    const char *names[PARAMETERS];
    const char *values[PARAMETERS];
    char local[PATH_MAX + 64];
    char password[PASSWORD_MOST + 2];
};

/* The first line of the file, without its end. */
static bool read_password(const char *path, char *ret, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool read = fgets(ret, (int)size, file) != NULL;
    fclose(file);
    if (!read) {
        return false;
    }
    size_t length = strcspn(ret, "\r\n");
    ret[length] = '\0';
    return length > 0 && length <= PASSWORD_MOST;
}

static bool fill(struct parameters *parameters, const struct settings *settings)
{
    const char *database = settings->database;
    bool secret = *settings->password_file != '\0';
    if (secret && !read_password(settings->password_file, parameters->password, sizeof parameters->password)) {
        return false;
    }
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
        .names = {"application_name", "connect_timeout", "dbname", "client_encoding", secret ? "password" : NULL, NULL},
        .values = {"stanced", "10", database, "UTF8", secret ? parameters->password : NULL, NULL},
    };
    for (int i = 0; i < PARAMETERS; i++) {
        parameters->names[i] = fixed.names[i];
        parameters->values[i] = fixed.values[i];
    }
    return true;
}

struct pg_conn *conninfo_start(const struct settings *settings)
{
    struct parameters parameters;
    PGconn *connection = NULL;
    if (fill(&parameters, settings)) {
        connection = PQconnectStartParams(parameters.names, parameters.values, 1);
    }
    explicit_bzero(parameters.password, sizeof parameters.password);
    return connection;
}

struct pg_conn *conninfo_connect(const struct settings *settings)
{
    struct parameters parameters;
    PGconn *connection = NULL;
    if (fill(&parameters, settings)) {
        connection = PQconnectdbParams(parameters.names, parameters.values, 1);
    }
    explicit_bzero(parameters.password, sizeof parameters.password);
    return connection;
}

const char *conninfo_reason(const struct pg_conn *connection)
{
    return connection != NULL
               ? PQerrorMessage(connection)
               : "the file that STANCED_DATABASE_PASSWORD_FILE names can't be read, or holds no password";
}

void conninfo_complain(const struct pg_conn *connection, const char *what)
{
    /* libpq's messages span lines, of which the first says it, and end in various ways */
    const char *reason = conninfo_reason(connection);
    size_t length = strcspn(reason, "\n");
    while (length > 0 && strchr(". :", reason[length - 1]) != NULL) {
        length--;
    }
    fprintf(stderr, "stanced: %s: %.*s.\n", what, (int)length, reason);
}
