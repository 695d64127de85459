/* What of a word carries its meaning: endings of Latin and Cyrillic scripts, particles of Korean, and mistakes of typing. Words are folded. */
#ifndef STANCED_HANDLERS_INFLECTION_H
#define STANCED_HANDLERS_INFLECTION_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the word without its ending, of which four letters are left, of Cyrillic ones three; the whole of a word in another script. 0 for
   words that are looked for as they stand: short ones, and those with digits. */
size_t inflection_stem(const char *bytes, size_t length);

/* Bytes of the word in which no mistake is thought of: its beginning, without the last three letters, but three at least. 0 for words of less
   than four letters and those with digits. */
size_t inflection_loose(const char *bytes, size_t length);

/* Bytes of a Korean word without the particle that is glued to it, where two syllables are left; all of any other word. */
size_t inflection_noun(const char *bytes, size_t length);

/* Whether one insertion, deletion, substitution or swap of neighbours makes the one of the other; of eight letters and more, two of them. */
bool inflection_mistyped(const char *word, size_t length, const char *other, size_t other_length);

#endif
