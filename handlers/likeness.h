/* How much a recorded claim is like a text: signals, each with a name and a meaning of its own, and one score of them all. */
#ifndef STANCED_HANDLERS_LIKENESS_H
#define STANCED_HANDLERS_LIKENESS_H

#include <stdbool.h>

#include "handlers/probe.h"

/* "Share" is a share of the weights of words, not of their number. The claim's text and its other strings (location, attributes) are two
   fields. */
#define LIKENESS_SIGNALS(SIGNAL)                                                                               \
    SIGNAL(BM25, "bm25", "BM25F of both fields, the other strings at half, k1 1.2, b 0.75")                    \
    SIGNAL(BM25_TEXT, "bm25_text", "BM25 of the claim's text alone")                                           \
    SIGNAL(BM25_OTHER, "bm25_other", "BM25 of its other strings alone")                                        \
    SIGNAL(ASKED, "asked_share", "the share of the text asked about that the claim has")                       \
    SIGNAL(TEXT, "text_share", "the share of the claim's text that the text asked about has")                  \
    SIGNAL(OTHER, "other_share", "the same of its other strings")                                              \
    SIGNAL(BEST, "best_share", "the greater of the two")                                                       \
    SIGNAL(EITHER, "either_share", "the same of both together")                                                \
    SIGNAL(HARMONY, "harmony", "harmonic mean of asked_share and best_share")                                  \
    SIGNAL(EXACT, "exact_share", "the share of the matched words that are the same beyond their stem")         \
    SIGNAL(PAIRS, "pairs", "neighbours in the claim that are neighbours in the text, by weight")               \
    SIGNAL(RUN, "run", "the longest run of words that both have, in sixths, at most 1")                        \
    SIGNAL(NUMBERS, "numbers", "the part of the claim's numbers that the text has")                            \
    SIGNAL(NUMBERS_MISSED, "numbers_missed", "numbers of the claim that it lacks, in thirds, at most 1")       \
    SIGNAL(NAMES, "names", "the weight of matched words with a capital within a sentence")                     \
    SIGNAL(NAMES_MISSED, "names_missed", "such words of the claim's text that it lacks, in fifths, at most 1") \
    SIGNAL(LETTERS, "letters", "the part of the claim's text, four letters at a time, that the text has")      \
    SIGNAL(LETTERS_OTHER, "letters_other", "the same of its other strings")                                    \
    SIGNAL(FIRST, "first", "the weight of the rarest matched word")                                            \
    SIGNAL(SECOND, "second", "of the next")                                                                    \
    SIGNAL(THIRD, "third", "of the one after")                                                                 \
    SIGNAL(MATCHED, "matched", "the logarithm of the number of matched words, over 3")                         \
    SIGNAL(NEAR, "near", "matched words per word of the stretch of the text from the first to the last")       \
    SIGNAL(CLAIM_LENGTH, "claim_length", "the logarithm of the length of the claim's text, over 4")            \
    SIGNAL(ASKED_LENGTH, "asked_length", "the logarithm of the length of the text, over 5")

enum signal {
#define SIGNAL(symbol, name, help) SIGNAL_##symbol,
    LIKENESS_SIGNALS(SIGNAL)
#undef SIGNAL
        SIGNALS
};

/* A claim that may be like the probe. */
struct candidate {
    struct words text, other;
    double rank;  /* BM25F: which candidates are looked at more closely */
    double score; /* 0 to 1 */
    double signals[SIGNALS];
    bool matched[PROBE_WORDS_MOST]; /* by term of the probe: whether the claim has it */
};

/* Sets rank and matched. */
void likeness_rank(const struct probe *probe, struct candidate *candidate);

/* Sets signals and score. */
void likeness_weigh(const struct probe *probe, struct candidate *candidate);

#endif
