/* Numbers in place of ids, from 0 without gaps, for what is counted in arrays. */
#ifndef STANCED_HANDLERS_DICTIONARY_H
#define STANCED_HANDLERS_DICTIONARY_H

#include <stddef.h>
#include <stdint.h>

#include "handlers/roster.h"
#include "schema/identity.h"

/* Zeroed, it is empty. About 60 bytes an id. */
struct dictionary {
    struct roster roster;
    struct identity *ids; /* by number */
    size_t count, capacity;
};

void dictionary_free(struct dictionary *dictionary);

/* The number of an id; a new one where it has none. */
uint32_t dictionary_number(struct dictionary *dictionary, const struct identity *id);

/* The number of an id, or -1. */
int64_t dictionary_find(const struct dictionary *dictionary, const struct identity *id);

/* Numbers anew in the order of the ids, whatever the order in which they came. Returns the new number of each old one, to be freed. */
uint32_t *dictionary_sort(struct dictionary *dictionary);

#endif
