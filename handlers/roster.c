/* A hash table with linear probing over ids, which are evenly spread already: their own bytes are the hash. */
#include "handlers/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 64

void roster_free(struct roster *roster)
{
    free(roster->entries);
    *roster = (struct roster){0};
}

/* The entry of a record, or the free one where it belongs. */
static struct roster_entry *probe(const struct roster *roster, enum record_kind kind, const struct identity *id)
{
    uint64_t hash;
    memcpy(&hash, id->bytes + 8, sizeof hash); /* the half without the time of a UUIDv7 */
    for (size_t at = hash >> 16;; at++) {
        struct roster_entry *entry = &roster->entries[at & (roster->capacity - 1)];
        if (entry->line == 0 || (entry->kind == kind && memcmp(&entry->id, id, sizeof *id) == 0)) {
            return entry;
        }
    }
}

static void grow(struct roster *roster)
{
    struct roster larger = {.capacity = roster->capacity == 0 ? CAPACITY_FIRST : roster->capacity * 2};
    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (larger.entries == NULL) {
        fprintf(stderr, "stanced: out of memory\n");
        abort();
    }
    for (size_t i = 0; i < roster->capacity; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        if (entry->line != 0) {
            *probe(&larger, entry->kind, &entry->id) = *entry;
        }
    }
    larger.count = roster->count;
    free(roster->entries);
    *roster = larger;
}

size_t roster_enter(struct roster *roster, enum record_kind kind, const struct identity *id, size_t line)
{
    if ((roster->count + 1) * 4 > roster->capacity * 3) {
        grow(roster);
    }
    struct roster_entry *entry = probe(roster, kind, id);
    if (entry->line != 0) {
        return entry->line;
    }
    *entry = (struct roster_entry){*id, kind, (uint32_t)line};
    roster->count++;
    return 0;
}

size_t roster_find(const struct roster *roster, enum record_kind kind, const struct identity *id)
{
    return roster->capacity == 0 ? 0 : probe(roster, kind, id)->line;
}
