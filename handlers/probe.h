/* A text that is asked about: its distinct words (by stem), and how much each weighs. */
#ifndef STANCED_HANDLERS_PROBE_H
#define STANCED_HANDLERS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/arena.h"
#include "schema/words.h"

#define PROBE_WORDS_MOST 300 /* words that are looked at */
#define PROBE_TERMS_MOST 60  /* distinct words that candidates are looked for by: the longest */
#define PROBE_SLOTS 1024     /* of the table of distinct words: a power of two, well over PROBE_WORDS_MOST */
#define PROBE_GRAM_BITS 8192 /* of the set of its letters, four at a time */

struct probe_term {
    const struct word *word; /* where it stands first */
    uint64_t stem;
    double weight; /* 0 to 1: how rare it is */
    size_t last;   /* place of its last occurrence among the words */
};

struct probe {
    struct words words;
    struct probe_term *terms; /* distinct, in the order of their first occurrence */
    size_t term_count;
    int16_t *term_of;           /* by place of the word */
    int16_t slots[PROBE_SLOTS]; /* index + 1 of the term, 0 for none */
    uint64_t grams[PROBE_GRAM_BITS / 64];
    double total; /* of all weights */
};

/* Reads the text; every word weighs as a rare one until probe_weigh says otherwise. */
struct probe *probe_new(const char *text, size_t length, struct arena *arena);

/* The words to look for, with spaces between them; empty where there are none but stop words. */
const char *probe_query(const struct probe *probe, struct arena *arena);

/* `claims` of `total` have a word with this stem, which is a folded one. */
void probe_weigh(struct probe *probe, const char *stem, size_t length, double claims, double total);

/* To be called once all are weighed. */
void probe_seal(struct probe *probe);

/* The term with this stem, or -1. */
int probe_find(const struct probe *probe, uint64_t stem);

/* Puts what every four letters of a folded text hash to: words with one space between them. */
void grams_put(const struct words *words, uint64_t set[PROBE_GRAM_BITS / 64]);

/* How a word weighs that `claims` of `total` have. Of few claims, the experience of others is part of it. */
double word_weight(bool stop, double claims, double total);

#endif
