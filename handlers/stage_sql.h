/* The statements of an import. Its lines lie in a temporary table until they are written: as they were validated, in any order, however
   many, and gone with the session. */
#ifndef STANCED_HANDLERS_STAGE_SQL_H
#define STANCED_HANDLERS_STAGE_SQL_H

#include "schema/record.h"

#define STAGE_LISTS 4

/* $1 and $2, where not said otherwise: the first line, and the line behind the last. */
struct stage_sql {
    /* $3: request id, $4: write nothing, only look for faults, $5: versions and times of the lines are taken over, $6: sql_references(), $7: who writes. Writes the lines of a
       kind into `change` and into the record's table. Rows (line bigint, pointer text, code text, count bigint): every fault, and then
       nothing was written; and without a line how many lines were "create", "update" and "none", and under "first" and "last" the seqs of
       what was written. */
    const char *write[RECORD_KINDS];
    /* $1, $2: the first seq, and the one behind the last. The lists that lie in tables of their own, for records written by this
       transaction; NULL behind the last. */
    const char *lists[RECORD_KINDS][STAGE_LISTS];
    /* Lines that lean on what is not there, directly or over others: as rows (line bigint, pointer text, kind text) for each such
       reference; put off (a row with their number, bigint); dropped. */
    const char *lost_list, *lost_defer, *lost_drop;
};

/* Before any thread; again does nothing. */
void stage_sql_init(void);

const struct stage_sql *stage_sql(void);

#endif
