/* Texts as words, for comparing what they say: which pieces of a text are words, and which words count as the same. One set of rules for all
   languages, with the exceptions that are named here:

   - Words are runs of letters, marks and digits (Unicode general categories). Apostrophes within a word, and commas and points between digits,
     are left out of it: "don't" is dont, "12,000" is 12000.
   - Words are folded: compatibility forms (NFKD), accents off, case folded, composed again (NFC).
   - Runs of Han, Kana and Hangul have no spaces to go by, or endings without end: every two neighbours are a word.
   - Addresses of the web are no words. #HashTags and @handles fall into their parts where the case changes.
   - Two words have the same stem when their first STEM_POINTS characters are the same; of words with digits in them, the first sixteen.
   - The end of a quoted post, "— Name (@handle) date", is marked as its signature. */
#ifndef STANCED_SCHEMA_WORDS_H
#define STANCED_SCHEMA_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/arena.h"

/* As claim_terms of the migrations has it. */
#define STEM_POINTS 5

enum word_flag {
    WORD_NUMBER = 1,    /* begins with a digit */
    WORD_CAPITAL = 2,   /* begins with a capital, elsewhere than at the beginning of a sentence */
    WORD_STOP = 4,      /* says little by itself: schema/stop_words.h */
    WORD_SIGNATURE = 8, /* of the signature of a quoted post */
    WORD_TAG = 16,      /* of a #tag or @handle */
    WORD_PAIR = 32      /* two neighbours of a script without spaces */
};

struct word {
    uint32_t start, length; /* bytes of the text that it was made from */
    const char *folded;     /* in the arena, not terminated */
    uint16_t folded_length; /* bytes */
    uint16_t stem_length;   /* …of them that make the stem */
    uint32_t flags;         /* of enum word_flag */
    uint64_t hash, stem;    /* of the folded word, and of its stem */
};

struct words {
    struct word *list; /* in the arena */
    size_t count;
    bool cut; /* there were more */
};

#define WORD_POINTS_MOST 64 /* characters of a word that are looked at */

/* The first `most` words of well-formed UTF-8. */
struct words words_read(const char *text, size_t length, size_t most, struct arena *arena);

#endif
