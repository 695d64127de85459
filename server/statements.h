/* The statements prepared on one connection, by their text; the least recently used gives way when there are too many. */
#ifndef STANCED_SERVER_STATEMENTS_H
#define STANCED_SERVER_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <uthash.h>

#define STATEMENTS_MOST 256

struct statement {
    UT_hash_handle hh;
    TAILQ_ENTRY(statement) used;
    unsigned number;
    char name[16]; /* "s" and the number */
    char *sql;
};

TAILQ_HEAD(statement_list, statement);

struct statements {
    struct statement *by_sql;
    struct statement_list used; /* most recent first */
    unsigned count;
    unsigned named; /* names given so far */
};

void statements_init(struct statements *statements);

/* Forgets all: the connection is gone. */
void statements_clear(struct statements *statements);

/* The statement with this text, or NULL. */
struct statement *statements_find(struct statements *statements, const char *sql);

/* A new one, named, not yet prepared. */
struct statement *statements_add(struct statements *statements, const char *sql);

/* The one to give up before another is added, or NULL while there is room. */
struct statement *statements_victim(struct statements *statements);

void statements_remove(struct statements *statements, struct statement *statement);

/* Removes the one with this number, if it is still there: it could not be prepared. */
void statements_forget(struct statements *statements, unsigned number);

#endif
