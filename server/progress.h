/* A line on a terminal that says how far something long is. */
#ifndef STANCED_SERVER_PROGRESS_H
#define STANCED_SERVER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "handlers/errand.h"

struct progress {
    FILE *out;
    bool shown;    /* out is a terminal */
    int64_t began; /* nanoseconds of the monotonic clock */
    int64_t phase_began;
    int64_t next; /* when the line is due again */
    enum errand_phase phase;
    int64_t bytes, all; /* of the input; all is 0 where its size is not known */
    long long read;     /* records */
};

void progress_begin(struct progress *progress, FILE *out, int64_t all);
void progress_tell(struct progress *progress, const struct errand_progress *step);

/* Leaves the terminal as it was. */
void progress_end(struct progress *progress);

/* The line as it is after `seconds` of the present phase: count, rate, time left. */
void progress_line(const struct progress *progress, const struct errand_progress *step, double seconds, char *ret,
                   size_t size);

#endif
