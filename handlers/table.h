/* Records out of CSV: the first line names the columns, each line after it is a record. handlers/csv.h says what stands in a cell. */
#ifndef STANCED_HANDLERS_TABLE_H
#define STANCED_HANDLERS_TABLE_H

#include <jansson.h>

#include "handlers/csv_read.h"
#include "schema/arena.h"
#include "schema/problem.h"
#include "schema/record.h"

/* Takes a record as JSON, which it releases. */
typedef void table_take(void *context, size_t line, const struct record *record, json_t *body);

struct table {
    struct csv_reader reader;
    struct arena *arena;   /* for as long as the table */
    struct arena *scratch; /* emptied after every line */
    struct faults *faults;
    const struct record *type; /* of lines that name none; NULL: each has to */
    const char **columns;      /* their names; NULL before the first line */
    size_t column_count;
    size_t type_column; /* column_count: there is none */
    bool keep;          /* version, created_at and updated_at are read as well */
    bool headless;      /* the first line cannot be read */
    bool malformed;     /* something is no CSV, or the first line names no columns */
    table_take *take;
    void (*done)(void *context);
    void *context;
};

#define TABLE_COLUMNS_MOST 200

/* Faults have their line; their pointers live in `scratch`, which `take` may use as well, and which is emptied behind `done`: that is
   called after every line. */
void table_init(struct table *table, size_t longest, const struct record *type, struct arena *arena,
                struct arena *scratch, struct faults *faults, table_take *take, void (*done)(void *context),
                void *context);
void table_free(struct table *table);

void table_feed(struct table *table, const char *bytes, size_t length);
void table_end(struct table *table);

#endif
