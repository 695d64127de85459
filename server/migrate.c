/* Migrations. Blocking: runs before any loop does. Checksums are made by the database itself. */
#include "server/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/conninfo.h"

/* Any number will do, so long as every stanced takes the same: "stanced" in ASCII. */
#define LOCK_KEY "32497665040082276"

int migrate_newest(void)
{
    return migrations[migrations_count - 1].number;
}

static bool fail(const PGconn *connection, const char *what)
{
    conninfo_complain(connection, what);
    return false;
}

static void clear_result(PGresult **result)
{
    PQclear(*result);
}

static bool run(PGconn *connection, const char *sql, const char *what)
{
    __attribute__((cleanup(clear_result))) PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || fail(connection, what);
}

static bool apply(PGconn *connection, const struct migration *migration)
{
    char what[160];
    char number[16];
    snprintf(what, sizeof what, "migration %s failed, and nothing of it was kept", migration->name);
    snprintf(number, sizeof number, "%d", migration->number);
    if (!run(connection, "BEGIN", what) || !run(connection, migration->sql, what)) {
        return false;
    }
    const char *values[] = {number, migration->name, migration->sql};
    __attribute__((cleanup(clear_result))) PGresult *result =
        PQexecParams(connection,
                     "INSERT INTO schema_migration (number, name, checksum)"
                     " VALUES ($1::integer, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
                     3, NULL, values, NULL, NULL, 0);
    return (PQresultStatus(result) == PGRES_COMMAND_OK || fail(connection, what)) && run(connection, "COMMIT", what);
}

/* How the database's record of a migration compares with ours. */
static bool verify(PGconn *connection, const PGresult *known, int row)
{
    const char *name = PQgetvalue(known, row, 1);
    if (row >= (int)migrations_count) {
        fprintf(
            stderr,
            "stanced: the database has migration %s, which this version of stanced does not know; run a newer one.\n",
            name);
        return false;
    }
    const struct migration *migration = &migrations[row];
    const char *values[] = {migration->sql};
    __attribute__((cleanup(clear_result))) PGresult *result = PQexecParams(
        connection, "SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')", 1, NULL, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        return fail(connection, "the migrations could not be checked");
    }
    if (atoi(PQgetvalue(known, row, 0)) != migration->number ||
        strcmp(PQgetvalue(known, row, 2), PQgetvalue(result, 0, 0)) != 0) {
        fprintf(
            stderr,
            "stanced: migration %s was edited after it ran on this database (%s there); migrations are never changed,"
            " add a new one.\n",
            migration->name, name);
        return false;
    }
    return true;
}

/* A cursor of the feed names a transaction, and those count differently in another database, or on another timeline of this one: a new epoch.
   Where the database was brought from elsewhere, what it has came before all that is written here, in the order of its numbers. */
static const char epoch_sql[] =
    "WITH here AS (SELECT system.system_identifier || '/' || base.oid AS place, checkpoint.timeline_id AS timeline"
    " FROM pg_control_system() system, pg_control_checkpoint() checkpoint, pg_database base"
    " WHERE base.datname = current_database()), "
    "brought AS (UPDATE change SET xid = '0' FROM feed, here WHERE feed.place <> here.place AND change.xid <> '0') "
    "UPDATE feed SET epoch = feed.epoch + (feed.place IS NOT NULL)::integer, place = here.place, timeline = "
    "here.timeline"
    " FROM here WHERE (feed.place, feed.timeline) IS DISTINCT FROM (here.place, here.timeline)";

static bool bring_up_to_date(PGconn *connection, bool verbose)
{
    static const char create[] = "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY,"
                                 " name text NOT NULL, checksum text NOT NULL,"
                                 " applied_at timestamptz NOT NULL DEFAULT now())";
    if (!run(connection, "SET client_min_messages = warning", "the session could not be set up") ||
        !run(connection, "SELECT pg_advisory_lock(" LOCK_KEY ")", "the lock for migrating was not to be had") ||
        !run(connection, create, "the list of migrations could not be made")) {
        return false;
    }
    __attribute__((cleanup(clear_result))) PGresult *known =
        PQexec(connection, "SELECT number, name, checksum FROM schema_migration ORDER BY number");
    if (PQresultStatus(known) != PGRES_TUPLES_OK) {
        return fail(connection, "the list of migrations could not be read");
    }
    int count = PQntuples(known);
    for (int i = 0; i < count; i++) {
        if (!verify(connection, known, i)) {
            return false;
        }
    }
    for (size_t i = (size_t)count; i < migrations_count; i++) {
        if (!apply(connection, &migrations[i])) {
            return false;
        }
        if (verbose) {
            printf("Migrated to %s.\n", migrations[i].name);
        }
    }
    if (!run(connection, epoch_sql, "the feed's place could not be noted")) {
        return false;
    }
    if (verbose && count == (int)migrations_count) {
        puts("The database is up to date.");
    }
    return true;
}

bool migrate_run(const struct settings *settings, bool verbose)
{
    PGconn *connection = conninfo_connect(settings);
    bool done = PQstatus(connection) == CONNECTION_OK ? bring_up_to_date(connection, verbose)
                                                      : fail(connection, "the database can't be reached");
    PQfinish(connection); /* and with it the lock */
    return done;
}
