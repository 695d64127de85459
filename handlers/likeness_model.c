/* A logistic model. Weights are learned by bench/match_train, which wrote this table; the last of them is the constant. */
#include "handlers/likeness_model.h"

#include <math.h>

static const double weights[SIGNALS + 1] = {
    [SIGNAL_BM25] = 0.8350,           [SIGNAL_BM25_TEXT] = 0.8234,
    [SIGNAL_BM25_OTHER] = 0.3543,     [SIGNAL_ASKED] = 3.0379,
    [SIGNAL_TEXT] = 0.0000,           [SIGNAL_OTHER] = 0.0000,
    [SIGNAL_BEST] = 0.0000,           [SIGNAL_EITHER] = 0.0000,
    [SIGNAL_HARMONY] = 3.3281,        [SIGNAL_EXACT] = 1.1916,
    [SIGNAL_PAIRS] = 0.0000,          [SIGNAL_RUN] = 0.0000,
    [SIGNAL_NUMBERS] = 0.1483,        [SIGNAL_NUMBERS_MISSED] = -1.1631,
    [SIGNAL_NAMES] = 0.1733,          [SIGNAL_NAMES_MISSED] = -0.4610,
    [SIGNAL_LETTERS] = 6.5495,        [SIGNAL_LETTERS_OTHER] = 0.1473,
    [SIGNAL_FIRST] = 4.6449,          [SIGNAL_SECOND] = 0.1699,
    [SIGNAL_THIRD] = 0.0000,          [SIGNAL_MATCHED] = 6.0781,
    [SIGNAL_NEAR] = 0.0000,           [SIGNAL_CLAIM_LENGTH] = 2.2229,
    [SIGNAL_ASKED_LENGTH] = -12.2277, [SIGNALS] = -8.9278,
};

double likeness_score(const double signals[SIGNALS])
{
    double sum = weights[SIGNALS];
    for (int i = 0; i < SIGNALS; i++) {
        sum += weights[i] * signals[i];
    }
    return 1 / (1 + exp(-sum));
}
