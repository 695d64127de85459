/* What a search asks for: its text as terms, and these as a condition for the database. */
#ifndef STANCED_HANDLERS_WANTED_H
#define STANCED_HANDLERS_WANTED_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/words.h"

#define WANTED_WORDS_MOST 32    /* words of a search; what stands behind them is refused */
#define WANTED_TEXT_MOST 500    /* characters of it */
#define WANTED_VARIANTS_MOST 24 /* common words with one beginning that are asked for one by one */

/* From how many records on a word is common: then it leads to no record by itself. */
#define WANTED_COMMON 20000

/* Two forms in which the database is asked for a word: as it stands (or by its stem), and by what is left of it before a typing mistake. */
enum wanted_form { FORM_USUAL, FORM_LOOSE, FORMS };

/* How a word of a text is one that was asked for, best first. */
enum likeness_kind { LIKE_SAME, LIKE_ENDING, LIKE_BEGINNING, LIKE_TYPO, LIKE_NONE };

struct wanted_word {
    const char *folded; /* in the arena, terminated */
    size_t length;      /* bytes */
    size_t stem;        /* …of them that a word has to begin with; 0: it is to be the same */
    size_t loose;       /* …that are left for FORM_LOOSE; 0: no mistakes are thought of */
    bool pair;          /* two neighbours of a script without spaces */
    bool open;          /* unfinished: whatever begins so is it */
    bool joined;        /* …which overlaps the word before it */
};

/* Words that stand next to each other. */
struct wanted_term {
    struct wanted_word *words;
    int count;
    int first; /* number of the first of them among all words */
    int group; /* terms of one group stand for each other */
    bool excluded;
};

struct wanted {
    struct wanted_term terms[WANTED_WORDS_MOST];
    int term_count;
    struct wanted_word words[WANTED_WORDS_MOST];
    int word_count;
    int groups;       /* of terms that are not excluded */
    bool overlong;    /* more than WANTED_WORDS_MOST words */
    bool plain;       /* neither phrases nor exclusions nor alternatives */
    const char *text; /* its words, folded, with spaces between them */
};

/* How many records of a kind have a word, about, and the common ones among the words that begin as it does. */
struct spread {
    double records;
    const char *variants[WANTED_VARIANTS_MOST];
    int variant_count;
};

/* Reads a search. `typing`: its last word may be unfinished. */
void wanted_read(struct wanted *wanted, const char *text, size_t length, bool typing, struct arena *arena);

/* A word as texts are searched by it: letters that languages of one script write differently are one. In the arena; the same where it is
   of ASCII alone. */
const char *wanted_fold(const char *folded, size_t *length, struct arena *arena);

/* How a folded word of a text is like the one asked for. LIKE_TYPO only where `loosely`. */
enum likeness_kind wanted_like(const struct wanted_word *word, const char *folded, size_t length, bool loosely);

/* The lexeme of a word in this form, for the statistics: bytes of `folded`, and whether longer ones count. */
size_t wanted_lexeme(const struct wanted_word *word, enum wanted_form form, bool *ret_prefix);

/* The condition as a tsquery; `spreads` has one per word. NULL where each group has a common word only: nothing leads to the records then. */
const char *wanted_tsquery(const struct wanted *wanted, enum wanted_form form, const struct spread *spreads,
                           struct arena *arena);

/* The condition exactly, for the lists' `q`, to which a phrase is one: whole words, nothing loose. Empty where there are no words. */
const char *wanted_exact(const char *text, size_t length, struct arena *arena);

#endif
