/* Where in a record's texts a search finds what it asks for, and how good that is. ANALYSIS.md says how the score is made. */
#ifndef STANCED_HANDLERS_SIGHTING_H
#define STANCED_HANDLERS_SIGHTING_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/wanted.h"

#define SIGHTING_FIELDS_MOST 128 /* texts of a record: an actor has up to a hundred aliases */
#define SIGHTING_WORDS_MOST 4000 /* words of a text that are looked at */

/* A text of a record: the field that it stands in, by its place in a vocabulary, and what a word there is worth, 0 to 1. */
struct sighting_field {
    int name;
    double weight;
    const char *bytes;
    size_t length;
};

struct sighting {
    double score;       /* 0 to 1 */
    int field;          /* index of the text that shows most */
    struct words words; /* …its words */
    const struct wanted *wanted;
    bool loosely;
};

/* Looks at the texts. `rarity` has a weight per group of the search. `any`: a part of what is asked for will do. False where it does not answer
   the search. What it returns is in `scratch`. */
bool sighting_find(const struct wanted *wanted, const double *rarity, bool loosely, bool any,
                   const struct sighting_field *fields, int count, struct arena *scratch, struct sighting *ret);

/* The stretch of a text with the most in it: HTML, with <mark> around what was found, and nothing else that is markup. */
void sighting_fragment(const struct sighting *sighting, const struct sighting_field *field, struct buffer *out,
                       struct arena *scratch);

#endif
