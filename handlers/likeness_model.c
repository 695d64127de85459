/* A logistic model. Weights are learned by bench/match_train, which wrote this table; the last of them is the constant. */
#include "handlers/likeness_model.h"

#include <math.h>

static const double weights[SIGNALS + 1] = {
    [SIGNAL_BM25] = 0.3813,
    [SIGNAL_BM25_TEXT] = 0.4861,
    [SIGNAL_BM25_OTHER] = 0.2483,
    [SIGNAL_ASKED] = -1.0512,
    [SIGNAL_TEXT] = -5.7276,
    [SIGNAL_OTHER] = -0.7501,
    [SIGNAL_BEST] = 1.0348,
    [SIGNAL_EITHER] = 2.2319,
    [SIGNAL_HARMONY] = -0.0239,
    [SIGNAL_EXACT] = 1.4918,
    [SIGNAL_PAIRS] = -2.6304,
    [SIGNAL_RUN] = -0.0791,
    [SIGNAL_NUMBERS] = 0.1329,
    [SIGNAL_NUMBERS_MISSED] = -1.1104,
    [SIGNAL_NAMES] = 0.0147,
    [SIGNAL_NAMES_MISSED] = -0.5394,
    [SIGNAL_LETTERS] = 7.4490,
    [SIGNAL_LETTERS_OTHER] = 0.9210,
    [SIGNAL_FIRST] = 5.1610,
    [SIGNAL_SECOND] = 1.5044,
    [SIGNAL_THIRD] = 1.8252,
    [SIGNAL_MATCHED] = 8.0137,
    [SIGNAL_NEAR] = 0.1345,
    [SIGNAL_CLAIM_LENGTH] = 0.5485,
    [SIGNAL_ASKED_LENGTH] = -12.9570,
    [SIGNALS] = -6.6564,
};

double likeness_score(const double signals[SIGNALS])
{
    double sum = weights[SIGNALS];
    for (int i = 0; i < SIGNALS; i++) {
        sum += weights[i] * signals[i];
    }
    return 1 / (1 + exp(-sum));
}
