/* Which records an import brings, and on which line. */
#ifndef STANCED_HANDLERS_ROSTER_H
#define STANCED_HANDLERS_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "schema/identity.h"
#include "schema/record.h"

struct roster_entry {
    struct identity id;
    enum record_kind kind;
    uint32_t line; /* 0: free */
};

/* Zeroed, it is empty. */
struct roster {
    struct roster_entry *entries;
    size_t count;
    size_t capacity; /* a power of two, or 0 */
};

void roster_free(struct roster *roster);

/* Enters a record at `line`, from 1. Returns 0, or the line on which it was entered before: then nothing changes. */
size_t roster_enter(struct roster *roster, enum record_kind kind, const struct identity *id, size_t line);

/* The line of a record, or 0. */
size_t roster_find(const struct roster *roster, enum record_kind kind, const struct identity *id);

#endif
