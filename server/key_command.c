/* add, list, revoke. A key is shown once, when it is made; the database gets its hash. */
#include "server/key_command.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/conninfo.h"
#include "server/keys.h"

#define EXIT_USAGE 2
#define DAYS_MOST 3650

static const char usage[] = "stanced: use: stanced key add --role reader|editor|admin --name NAME [--days N]\n"
                            "              stanced key list\n"
                            "              stanced key revoke NAME\n";

static void clear_result(PGresult **result)
{
    PQclear(*result);
}

/* Runs one statement. NULL with a sentence on stderr when that failed; in the end the caller frees it. */
static PGresult *run(const struct settings *settings, const char *sql, int count, const char *const *values)
{
    PGconn *connection = conninfo_connect(settings);
    PGresult *result = NULL;
    if (PQstatus(connection) != CONNECTION_OK) {
        conninfo_complain(connection, "the database can't be reached");
    } else {
        result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            conninfo_complain(connection, "the keys could not be worked on");
            PQclear(result);
            result = NULL;
        }
    }
    PQfinish(connection);
    return result;
}

static bool is_name(const char *name)
{
    return strlen(name) > 0 && strlen(name) < KEY_NAME &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-")] == '\0';
}

static bool is_role(const char *role)
{
    return strcmp(role, "reader") == 0 || strcmp(role, "editor") == 0 || strcmp(role, "admin") == 0;
}

static bool is_days(const char *days)
{
    return strspn(days, "0123456789") == strlen(days) && strlen(days) > 0 && strlen(days) <= 4 && atoi(days) > 0 &&
           atoi(days) <= DAYS_MOST;
}

/* Takes --role, --name and --days, in any order. */
static bool read_options(int count, char **words, const char **ret_role, const char **ret_name, const char **ret_days)
{
    const struct {
        const char *option;
        const char **value;
    } options[] = {{"--role", ret_role}, {"--name", ret_name}, {"--days", ret_days}};
    for (int i = 0; i < count; i += 2) {
        size_t option = 0;
        while (option < 3 && strcmp(words[i], options[option].option) != 0) {
            option++;
        }
        if (option == 3 || i + 1 == count || *options[option].value != NULL) {
            return false;
        }
        *options[option].value = words[i + 1];
    }
    return *ret_role != NULL && *ret_name != NULL;
}

static int complain(const char *sentence)
{
    fprintf(stderr, "stanced: %s.\n", sentence);
    return EXIT_FAILURE;
}

static int add(const struct settings *settings, int count, char **words)
{
    static const char sql[] = "INSERT INTO api_key (name, role, hash, expires_at)"
                              " VALUES ($1, $2, decode($3, 'hex'), now() + make_interval(days => $4::integer))"
                              " ON CONFLICT (name) DO NOTHING RETURNING name";
    const char *role = NULL;
    const char *name = NULL;
    const char *days = NULL;
    if (!read_options(count, words, &role, &name, &days)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (!is_role(role)) {
        return complain("a role is reader, editor or admin");
    }
    if (!is_name(name)) {
        return complain("a name has 1 to 64 letters, digits and . _ @ + -");
    }
    if (days != NULL && !is_days(days)) {
        return complain("--days takes a whole number from 1 to 3650");
    }
    char secret[SECRET_TEXT];
    unsigned char hash[SECRET_HASH];
    char hexadecimal[SECRET_HASH * 2 + 1];
    if (!secret_make(secret) || !secret_hash(secret, hash)) {
        return complain("no random numbers are to be had");
    }
    for (int i = 0; i < SECRET_HASH; i++) {
        snprintf(hexadecimal + (size_t)i * 2, 3, "%02x", hash[i]);
    }
    const char *values[] = {name, role, hexadecimal, days};
    __attribute__((cleanup(clear_result))) PGresult *result = run(settings, sql, 4, values);
    if (result == NULL) {
        return EXIT_FAILURE;
    }
    if (PQntuples(result) == 0) {
        return complain("there is, or was, a key with this name; history knows it by that, so take another");
    }
    puts(secret);
    fprintf(stderr, "This is the key of %s, shown this once.\n", name);
    return EXIT_SUCCESS;
}

static int list(const struct settings *settings)
{
    static const char sql[] =
        "SELECT name, role, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired'"
        " ELSE 'good' END, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),"
        " coalesce(to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'never') FROM api_key ORDER BY name";
    __attribute__((cleanup(clear_result))) PGresult *result = run(settings, sql, 0, NULL);
    if (result == NULL) {
        return EXIT_FAILURE;
    }
    printf("%-24s %-7s %-8s %-11s %s\n", "NAME", "ROLE", "STATE", "MADE", "EXPIRES");
    for (int i = 0; i < PQntuples(result); i++) {
        printf("%-24s %-7s %-8s %-11s %s\n", PQgetvalue(result, i, 0), PQgetvalue(result, i, 1),
               PQgetvalue(result, i, 2), PQgetvalue(result, i, 3), PQgetvalue(result, i, 4));
    }
    return EXIT_SUCCESS;
}

static int revoke(const struct settings *settings, const char *name)
{
    static const char sql[] =
        "UPDATE api_key SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL RETURNING name";
    __attribute__((cleanup(clear_result))) PGresult *result = run(settings, sql, 1, &name);
    if (result == NULL) {
        return EXIT_FAILURE;
    }
    return PQntuples(result) == 1 ? EXIT_SUCCESS : complain("no key with this name is good");
}

int key_command(const struct settings *settings, int count, char **words)
{
    if (count >= 1 && strcmp(words[0], "add") == 0) {
        return add(settings, count - 1, words + 1);
    }
    if (count == 1 && strcmp(words[0], "list") == 0) {
        return list(settings);
    }
    if (count == 2 && strcmp(words[0], "revoke") == 0) {
        return revoke(settings, words[1]);
    }
    fputs(usage, stderr);
    return EXIT_USAGE;
}
