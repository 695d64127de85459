/* The filters that a record's lists take, from its description: names, what they ask, and of which column. */
#ifndef STANCED_HANDLERS_FILTERS_H
#define STANCED_HANDLERS_FILTERS_H

#include <stddef.h>

#include "handlers/endpoint.h"

#define FILTERS_MOST 128

/* Generates them, once, into lasting memory. */
void filters_init(struct arena *memory);

/* Those of a record, in the order of its fields. */
const struct parameter *filters_of(const struct record *record, size_t *ret_count);

#endif
