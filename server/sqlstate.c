/* The errors of PostgreSQL that a correct statement can meet. Everything else is a defect of ours. */
#include "server/sqlstate.h"

#include <stddef.h>
#include <string.h>

/* The first match counts: longer prefixes stand before shorter ones. */
static const struct sqlstate_meaning meanings[] = {
    {"23503", SQLSTATE_AGAIN, PROBLEM_CONFLICT},        /* foreign_key_violation: the target went, or a referrer came */
    {"23505", SQLSTATE_AGAIN, PROBLEM_CONFLICT},        /* unique_violation: a twin was faster */
    {"26000", SQLSTATE_AGAIN, PROBLEM_DATABASE_AWAY},   /* the statement was prepared in a segment that was undone */
    {"40001", SQLSTATE_AGAIN, PROBLEM_CONFLICT},        /* serialization_failure */
    {"40P01", SQLSTATE_AGAIN, PROBLEM_CONFLICT},        /* deadlock_detected */
    {"55P03", SQLSTATE_GIVE_UP, PROBLEM_TIMEOUT},       /* lock_not_available */
    {"57014", SQLSTATE_GIVE_UP, PROBLEM_TIMEOUT},       /* query_canceled: statement_timeout */
    {"25006", SQLSTATE_GIVE_UP, PROBLEM_DATABASE_AWAY}, /* read_only_sql_transaction: a standby */
    {"42P01", SQLSTATE_GIVE_UP, PROBLEM_DATABASE_AWAY}, /* undefined_table: not migrated */
    {"53", SQLSTATE_GIVE_UP, PROBLEM_DATABASE_AWAY},    /* insufficient resources: disk, memory, connections */
    {"58", SQLSTATE_GIVE_UP, PROBLEM_DATABASE_AWAY},    /* system error */
    {"", SQLSTATE_GIVE_UP, PROBLEM_INTERNAL},
};

const struct sqlstate_meaning *sqlstate_meaning(const char *sqlstate)
{
    const struct sqlstate_meaning *meaning = meanings;
    while (strncmp(sqlstate, meaning->prefix, strlen(meaning->prefix)) != 0) {
        meaning++;
    }
    return meaning;
}
