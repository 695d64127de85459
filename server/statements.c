/* Prepared statements of a connection: a hash by text, and a list by age. */
#include "server/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void statements_init(struct statements *statements)
{
    *statements = (struct statements){0};
    TAILQ_INIT(&statements->used);
}

void statements_remove(struct statements *statements, struct statement *statement)
{
    HASH_DEL(statements->by_sql, statement); /* NOLINT(clang-analyzer-core.NullDereference): it is in there */
    TAILQ_REMOVE(&statements->used, statement, used);
    statements->count--;
    free(statement->sql);
    free(statement);
}

void statements_forget(struct statements *statements, unsigned number)
{
    struct statement *statement;
    TAILQ_FOREACH (statement, &statements->used, used) {
        if (statement->number == number) {
            statements_remove(statements, statement);
            return;
        }
    }
}

void statements_clear(struct statements *statements)
{
    while (!TAILQ_EMPTY(&statements->used)) {
        statements_remove(statements, TAILQ_FIRST(&statements->used));
    }
}

struct statement *statements_find(struct statements *statements, const char *sql)
{
    struct statement *found = TAILQ_FIRST(&statements->used);
    /* the same statement over and over is what a busy connection sees */
    if (found == NULL || strcmp(found->sql, sql) != 0) {
        HASH_FIND_STR(statements->by_sql, sql, found);
        if (found != NULL) {
            TAILQ_REMOVE(&statements->used, found, used);
            TAILQ_INSERT_HEAD(&statements->used, found, used);
        }
    }
    return found;
}

struct statement *statements_victim(struct statements *statements)
{
    return statements->count < STATEMENTS_MOST ? NULL : TAILQ_LAST(&statements->used, statement_list);
}

struct statement *statements_add(struct statements *statements, const char *sql)
{
    struct statement *statement = calloc(1, sizeof *statement);
    char *copy = strdup(sql);
    if (statement == NULL || copy == NULL) {
        abort(); /* as arena_alloc: what was answered is safe in the database */
    }
    statement->sql = copy;
    statement->number = statements->named++;
    snprintf(statement->name, sizeof statement->name, "s%u", statement->number);
    HASH_ADD_KEYPTR(hh, statements->by_sql, statement->sql, strlen(statement->sql), statement);
    TAILQ_INSERT_HEAD(&statements->used, statement, used);
    statements->count++;
    return statement;
}
