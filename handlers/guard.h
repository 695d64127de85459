/* The guarded write: one statement that decides whether records may be written, and writes them into `change` when all of
   them may. Single writes and imports share it. */
#ifndef STANCED_HANDLERS_GUARD_H
#define STANCED_HANDLERS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/batch.h"
#include "handlers/endpoint.h"

#define WALK_MOST 16 /* steps along part_of, and so the longest chain of it */

enum written { WRITTEN_CREATED, WRITTEN_UPDATED, WRITTEN_UNCHANGED, WRITTEN_KINDS };

/* What the guard said. Everything else that it found wrong is in call->faults. */
struct verdict {
    int query;  /* index of the guard in the plan */
    bool taken; /* WRITE_CREATE met a record */
    bool gone;  /* WRITE_REPLACE met none */
    bool stale; /* a record was not in a version that the batch allows */
    long long counts[WRITTEN_KINDS][RECORD_KINDS];
};

/* Adds the locks, the guard and the projections for a sealed batch, which must outlive the call's statements. */
void guard_plan(struct call *call, struct plan *plan, const struct batch *batch, struct verdict *ret);

/* A lock under which no circle of part_of can close; those who make some actor part of another take it. */
extern const char guard_climb_lock_sql[];

/* Adds a lock on `name` when this request lost a race before: those who try again then do so one by one. */
void guard_queue(struct call *call, struct plan *plan, const char *name);

/* Adds statements, up to a NULL: those that bring the tables in line with `change`. */
void guard_project(struct plan *plan, const char *const *statements);

/* Takes a row of the guard. */
void guard_row(struct call *call, struct verdict *verdict, const struct row *row);

/* Adds the fault that the guard, or an import, found under this code; `kind` is that of the record that is written, or of the one that is
   missing. */
void guard_fault(struct call *call, const char *pointer, const char *code, const char *kind);

/* Replies when the guard refused (404; 412 or 428, with the record as it is read into the reply; 409 without its Location, or 422 with `detail`, which may be NULL); true then. */
bool guard_refused(struct call *call, const struct verdict *verdict, const char *detail, struct reply *reply);

#endif
