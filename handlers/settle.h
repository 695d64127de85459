/* Writes the staged lines of an import into the records' tables: all of them in one transaction, or batch by batch what can be written. */
#ifndef STANCED_HANDLERS_SETTLE_H
#define STANCED_HANDLERS_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/errand.h"
#include "handlers/guard.h"
#include "handlers/stage.h"

/* Takes what is wrong with a line; `kind` is that of the record that is missing, or NULL. */
typedef void settle_fault(void *context, size_t line, const char *pointer, const char *code, const char *kind);

struct settle {
    struct errand *errand;
    struct call *call;
    struct stage *stage;
    bool keep;  /* versions and times of the lines are taken over */
    bool later; /* lines were put off, for what they refer to was not there yet */
    settle_fault *fault;
    /* Of settle_all, in its transaction, first and last; NULL for nothing. What is not ERRAND_DONE ends it. */
    enum errand_outcome (*enter)(void *context);
    enum errand_outcome (*leave)(void *context, long long counts[static WRITTEN_KINDS][RECORD_KINDS]);
    void *context;
    long long counts[WRITTEN_KINDS][RECORD_KINDS]; /* of what is committed */
    long long written;                             /* lines, as far as it is */
    const char *detail;                            /* of a failure, or NULL */
};

enum settle_outcome {
    SETTLE_DONE,
    SETTLE_FAULTY, /* lines were told to `fault`, and nothing is written */
    SETTLE_FAILED  /* errand->problem */
};

/* Makes the session ready. */
bool settle_begin(struct settle *settle) __attribute__((warn_unused_result));

/* Hands what was collected in settle->stage to the database, and empties it. */
bool settle_collect(struct settle *settle) __attribute__((warn_unused_result));

/* Everything that was collected, or nothing. */
enum settle_outcome settle_all(struct settle *settle);

/* What was collected since the last time, in a transaction of its own; what cannot be written yet is put off, what cannot be written at
   all is told. False when it failed. */
bool settle_batch(struct settle *settle) __attribute__((warn_unused_result));

/* What was put off. Nothing comes after it. */
bool settle_rest(struct settle *settle) __attribute__((warn_unused_result));

#endif
