/* What the signals are worth: one table of constants. */
#ifndef STANCED_HANDLERS_LIKENESS_MODEL_H
#define STANCED_HANDLERS_LIKENESS_MODEL_H

#include "handlers/likeness.h"

/* 0 to 1. Greater where the signals say more; ANALYSIS.md says what it was worth. */
double likeness_score(const double signals[SIGNALS]);

#endif
