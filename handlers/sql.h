/* The statements about a record, generated once from its description. */
#ifndef STANCED_HANDLERS_SQL_H
#define STANCED_HANDLERS_SQL_H

#include "schema/record.h"

#define PROJECTIONS_MOST 12

/* References to one record are counted up to here, field by field, before a deletion is refused: more would only take longer. */
#define REFERENCES_COUNTED 100000

struct record_sql {
    const char *columns;   /* select list over the alias `t`, for encode_record */
    const char *read;      /* $1: id */
    const char *read_many; /* $1: ids; the columns of `read`, the first of which is the id */
    /* $1: id, $2: version. The record as it was: the columns of `read`, and behind them the operation that made that version. */
    const char *recall;
    /* $1: id, $2: the version past the first one shown, $3: how many at most. Versions, newest first: the columns of `read`, and
       behind them those of handlers/history.c. */
    const char *history;
    const char *known, *known_names; /* columns_known, columns_known_names */
    /* $1: id, $2: who, $3: request id, $4, $5: versions in which it may be, and may not be. Rows (verdict text, kind text, field text,
       count bigint): one "deleted"; or "stale", with its version for a count; "used" for every field that still refers to it; or none
       where there is no such record. */
    const char *erase;
    /* $1: id. What that record was merged into: id, and ref where it is there and has one; no row where it was not. */
    const char *moved;
    const char *projections[PROJECTIONS_MOST]; /* schema/columns.h; NULL behind the last */
    const char *removals[PROJECTIONS_MOST];    /* the same for deletions */
};

/* Before any thread; again does nothing. */
void sql_init(void);

const struct record_sql *sql_of(const struct record *record);

/* JSON: kind → names of its fields that refer to something. */
const char *sql_references(void);

#endif
