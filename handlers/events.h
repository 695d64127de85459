/* The votes that a network is made of, as they come in: who, on what, how, when, from which source. Ids are numbered, so that a vote takes
   32 bytes. */
#ifndef STANCED_HANDLERS_EVENTS_H
#define STANCED_HANDLERS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/dictionary.h"
#include "handlers/network_options.h"

/* Votes that one network may be made of: 64 MiB of them. */
#define EVENTS_MOST 2000000

#define EVENT_UNDATED INT64_MAX
#define EVENT_NO_SOURCE UINT32_MAX

struct event {
    uint32_t row, column; /* numbers in the dictionaries: the nodes of a one-mode network are rows */
    uint32_t source;
    double q;   /* polarity times degree, in [-1, 1] without 0 */
    int64_t at; /* microseconds since 1970 */
};

/* Zeroed, it is empty. */
struct events {
    struct event *list;
    size_t count, capacity;
    struct dictionary rows, columns, sources;
    bool full; /* there were more than EVENTS_MOST */
};

void events_free(struct events *events);

/* Keeps a vote; past the bound only says so. */
void events_add(struct events *events, const struct event *event);

/* Numbers rows and columns by their ids, so that nothing depends on the order in which votes came in. */
void events_settle(struct events *events);

/* Leaves the first of those that count as one (options->duplicates), by (at, q). Returns how many it dropped. */
size_t events_drop_duplicates(struct events *events, const struct network_options *options);

/* Drops the votes of rows (of columns) that have fewer than `least`. */
void events_drop_rare(struct events *events, bool rows, size_t least);

/* In the order of time; those without one last. */
void events_sort_by_time(struct events *events);

#endif
