/* Closed lists of words. Validation, database constraints, documentation and error texts all read them here. */
#ifndef STANCED_SCHEMA_VOCABULARY_H
#define STANCED_SCHEMA_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>

struct vocabulary {
    const char *name;         /* "position" */
    const char *const *words; /* NULL-terminated, in the order in which they are shown */
};

extern const struct vocabulary vocabulary_actor_kind, vocabulary_reliability, vocabulary_source_kind,
    vocabulary_citation, vocabulary_claim_relation, vocabulary_position, vocabulary_act;

bool vocabulary_has(const struct vocabulary *vocabulary, const char *word, size_t length);

/* The index of `word`, or -1. */
int vocabulary_index(const struct vocabulary *vocabulary, const char *word, size_t length);

/* +1 affirm, -1 deny, 0 for the non-votes. `position` indexes vocabulary_position. */
int position_polarity(int position);

#endif
