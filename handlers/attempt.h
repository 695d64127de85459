/* One attempt of an import at writing some of its lines, in a transaction that handlers/settle.c begins and ends. */
#ifndef STANCED_HANDLERS_ATTEMPT_H
#define STANCED_HANDLERS_ATTEMPT_H

#include "handlers/settle.h"

struct attempt {
    struct settle *settle;
    long long counts[WRITTEN_KINDS][RECORD_KINDS];
    enum record_kind kind; /* that is being written */
    int64_t first, last;   /* seqs of its rows in `change`; 0 for none */
    struct buffer faulty;  /* numbers of records with faults, as an array */
    size_t faults;
};

void attempt_init(struct attempt *attempt, struct settle *settle);
void attempt_free(struct attempt *attempt);

/* Writes the records with numbers from `from` up to `to`, or finds what is wrong with them: then attempt->faults is not 0, and what it wrote is
   to be undone. With `defer`, what cannot be written yet is put off; without, it is at fault. */
enum errand_outcome attempt_write(struct attempt *attempt, int64_t from, int64_t to, bool defer);

/* Tells what is wrong with the record of this number. */
void attempt_fault(struct attempt *attempt, size_t number, const char *pointer, const char *code, const char *kind);

/* Runs a statement without values and rows. */
enum errand_outcome attempt_run(struct settle *settle, const char *sql);

#endif
