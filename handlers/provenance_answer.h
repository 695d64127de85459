/* The answer about provenance, and the words in it. */
#ifndef STANCED_HANDLERS_PROVENANCE_ANSWER_H
#define STANCED_HANDLERS_PROVENANCE_ANSWER_H

#include "handlers/answer.h"

/* Bounds that an answer names where it met them, in the order of the words. */
enum provenance_bound { BOUND_STANCES, BOUND_SOURCES, BOUND_CITATIONS, BOUND_OWNERS, BOUND_DEPTH, BOUNDS };

extern const struct answer provenance_answer;

#endif
