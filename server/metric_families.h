/* What counting (metrics.c) and showing (metric_families.c) agree on. */
#ifndef STANCED_SERVER_METRIC_FAMILIES_H
#define STANCED_SERVER_METRIC_FAMILIES_H

#include <stdint.h>

#include "server/metrics.h"

extern const int64_t metric_bounds[METRIC_BUCKETS]; /* microseconds, ascending */
extern const int metric_statuses[METRIC_STATUSES];  /* the first, 0, stands for every other, and for no answer at all */

#endif
