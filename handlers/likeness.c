/* Computes the signals of one candidate in one walk over each of its fields. */
#include "handlers/likeness.h"

#include <math.h>
#include <string.h>

#include "handlers/likeness_model.h"

#define K1 1.2
#define B 0.75
#define LENGTH_TEXT 17.0 /* words of a claim as most are: BM25's average, which would otherwise have to be counted */
#define LENGTH_OTHER 12.0
#define OTHER_PART 0.5
#define UNMATCHED 0.62 /* the weight of a word of the claim that the text lacks: nobody has looked up how rare it is */
#define UNMATCHED_STOP 0.1
#define RUN_MOST 6
#define SCORE_STEPS 10000 /* a score is what is shown of it: whoever asks for so much gets so much */

/* What is known of one field. */
struct field_likeness {
    uint8_t times[PROBE_WORDS_MOST]; /* by term */
    uint8_t exact[PROBE_WORDS_MOST];
    double matched, unmatched; /* weights of distinct matched words, and of unmatched ones */
    double pairs;              /* by weight */
    double pairs_of;           /* …of so many */
    unsigned run, numbers, numbers_missed, names_missed;
    double names;
};

static double saturated(double times, double length, double usual)
{
    return times * (K1 + 1) / (times + K1 * (1 - B + B * length / usual));
}

/* How often each term stands in a field. */
static void count_terms(const struct probe *probe, const struct words *words, uint8_t *times)
{
    for (size_t i = 0; i < words->count; i++) {
        int term = probe_find(probe, words->list[i].stem);
        if (term >= 0 && times[term] < UINT8_MAX) {
            times[term]++;
        }
    }
}

void likeness_rank(const struct probe *probe, struct candidate *candidate)
{
    uint8_t text[PROBE_WORDS_MOST] = {0};
    uint8_t other[PROBE_WORDS_MOST] = {0};
    count_terms(probe, &candidate->text, text);
    count_terms(probe, &candidate->other, other);
    double length = (double)candidate->text.count + OTHER_PART * (double)candidate->other.count;
    candidate->rank = 0;
    for (size_t i = 0; i < probe->term_count; i++) {
        candidate->matched[i] = text[i] > 0 || other[i] > 0;
        if (candidate->matched[i]) {
            candidate->rank += probe->terms[i].weight * saturated(text[i] + OTHER_PART * other[i], length,
                                                                  LENGTH_TEXT + OTHER_PART * LENGTH_OTHER);
        }
    }
}

/* How many words from `at` on are those of the text from `place` on. */
static unsigned run_at(const struct probe *probe, const struct words *words, size_t at, size_t place)
{
    unsigned run = 0;
    while (run < RUN_MOST && at + run < words->count && place + run < probe->words.count &&
           words->list[at + run].stem == probe->words.list[place + run].stem) {
        run++;
    }
    return run;
}

/* Whether somewhere in the text the two terms are neighbours, but for stop words. */
static bool neighbours(const struct probe *probe, int first, int second)
{
    const struct words *words = &probe->words;
    for (size_t i = (size_t)(probe->terms[first].word - words->list); i <= probe->terms[first].last; i++) {
        if (probe->term_of[i] != first) {
            continue;
        }
        size_t next = i + 1;
        while (next < words->count && next < i + 4 && (words->list[next].flags & WORD_STOP) != 0) {
            next++;
        }
        if (next < words->count && probe->term_of[next] == second) {
            return true;
        }
    }
    return false;
}

static void take_match(const struct probe *probe, const struct words *words, size_t at, int term,
                       struct field_likeness *field)
{
    const struct word *word = &words->list[at];
    const struct probe_term *asked = &probe->terms[term];
    if (field->times[term] == 0) {
        field->matched += asked->weight;
        field->numbers += (word->flags & WORD_NUMBER) != 0;
        field->names += (word->flags & WORD_CAPITAL) != 0 ? asked->weight : 0;
    }
    field->times[term] = (uint8_t)(field->times[term] + (field->times[term] < UINT8_MAX));
    field->exact[term] = field->exact[term] != 0 || word->hash == asked->word->hash;
    for (size_t place = (size_t)(asked->word - probe->words.list); place <= asked->last && field->run < RUN_MOST;
         place++) {
        if (probe->term_of[place] == term) {
            unsigned run = run_at(probe, words, at, place);
            field->run = run > field->run ? run : field->run;
        }
    }
}

static void read_field(const struct probe *probe, const struct words *words, struct field_likeness *field)
{
    int before = -1; /* term of the last word that is no stop word; -1 for none */
    bool any = false;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        int term = probe_find(probe, word->stem);
        bool stop = (word->flags & WORD_STOP) != 0;
        if (term >= 0) {
            take_match(probe, words, i, term, field);
        } else {
            field->unmatched += stop ? UNMATCHED_STOP : UNMATCHED;
            field->numbers_missed += (word->flags & WORD_NUMBER) != 0;
            field->names_missed += (word->flags & WORD_CAPITAL) != 0 && !stop;
        }
        if (stop) {
            continue;
        }
        double weight = term >= 0 ? probe->terms[term].weight : UNMATCHED;
        if (any) {
            double of = before >= 0 && probe->terms[before].weight < weight ? probe->terms[before].weight : weight;
            field->pairs_of += of;
            if (before >= 0 && term >= 0 && neighbours(probe, before, term)) {
                field->pairs += of;
            }
        }
        before = term;
        any = true;
    }
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static double at_most_one(double value)
{
    return value < 1 ? value : 1;
}

/* The part of the words' four letters that the probe has. */
static double letters(const struct probe *probe, const struct words *words)
{
    uint64_t set[PROBE_GRAM_BITS / 64] = {0};
    grams_put(words, set);
    int all = 0;
    int both = 0;
    for (size_t i = 0; i < PROBE_GRAM_BITS / 64; i++) {
        all += __builtin_popcountll(set[i]);
        both += __builtin_popcountll(set[i] & probe->grams[i]);
    }
    return share(both, all);
}

static void sum_terms(const struct probe *probe, const struct candidate *candidate, const struct field_likeness *text,
                      const struct field_likeness *other, double *signals)
{
    double text_length = (double)candidate->text.count;
    double other_length = (double)candidate->other.count;
    double length = text_length + OTHER_PART * other_length;
    double matched = 0;
    double exact = 0;
    double top[3] = {0};
    unsigned count = 0;
    size_t first = probe->words.count;
    size_t last = 0;
    for (size_t i = 0; i < probe->term_count; i++) {
        if (text->times[i] == 0 && other->times[i] == 0) {
            continue;
        }
        const struct probe_term *term = &probe->terms[i];
        double weight = term->weight;
        signals[SIGNAL_BM25] += weight * saturated(text->times[i] + OTHER_PART * other->times[i], length,
                                                   LENGTH_TEXT + OTHER_PART * LENGTH_OTHER);
        signals[SIGNAL_BM25_TEXT] += weight * saturated(text->times[i], text_length, LENGTH_TEXT);
        signals[SIGNAL_BM25_OTHER] += weight * saturated(other->times[i], other_length, LENGTH_OTHER);
        matched += weight;
        exact += text->exact[i] != 0 || other->exact[i] != 0 ? weight : 0;
        for (size_t j = 0; j < 3; j++) {
            if (weight > top[j]) {
                memmove(&top[j + 1], &top[j], (2 - j) * sizeof *top);
                top[j] = weight;
                break;
            }
        }
        if ((term->word->flags & WORD_STOP) == 0) {
            size_t place = (size_t)(term->word - probe->words.list);
            count++;
            first = place < first ? place : first;
            last = place > last ? place : last;
        }
    }
    signals[SIGNAL_ASKED] = share(matched, probe->total);
    signals[SIGNAL_EXACT] = share(exact, matched);
    signals[SIGNAL_FIRST] = top[0];
    signals[SIGNAL_SECOND] = top[1];
    signals[SIGNAL_THIRD] = top[2];
    signals[SIGNAL_MATCHED] = log1p(count) / 3;
    signals[SIGNAL_NEAR] = count > 1 ? (double)count / (double)(last - first + 1) : 0;
}

/* The same words in the same order. */
static bool identical(const struct words *one, const struct words *other)
{
    if (one->count != other->count || one->count == 0) {
        return false;
    }
    for (size_t i = 0; i < one->count; i++) {
        if (one->list[i].hash != other->list[i].hash) {
            return false;
        }
    }
    return true;
}

void likeness_weigh(const struct probe *probe, struct candidate *candidate)
{
    struct field_likeness text = {.matched = 0};
    struct field_likeness other = {.matched = 0};
    read_field(probe, &candidate->text, &text);
    read_field(probe, &candidate->other, &other);
    double *signals = candidate->signals;
    memset(signals, 0, sizeof candidate->signals);
    sum_terms(probe, candidate, &text, &other, signals);
    signals[SIGNAL_TEXT] = share(text.matched, text.matched + text.unmatched);
    signals[SIGNAL_OTHER] = share(other.matched, other.matched + other.unmatched);
    signals[SIGNAL_BEST] = fmax(signals[SIGNAL_TEXT], signals[SIGNAL_OTHER]);
    signals[SIGNAL_EITHER] =
        share(text.matched + other.matched, text.matched + text.unmatched + other.matched + other.unmatched);
    signals[SIGNAL_HARMONY] =
        share(2 * signals[SIGNAL_ASKED] * signals[SIGNAL_BEST], signals[SIGNAL_ASKED] + signals[SIGNAL_BEST]);
    signals[SIGNAL_PAIRS] = fmax(share(text.pairs, text.pairs_of), share(other.pairs, other.pairs_of));
    signals[SIGNAL_RUN] = at_most_one((text.run > other.run ? text.run : other.run) / (double)RUN_MOST);
    signals[SIGNAL_NUMBERS] =
        share(text.numbers + other.numbers, text.numbers + other.numbers + text.numbers_missed + other.numbers_missed);
    signals[SIGNAL_NUMBERS_MISSED] = at_most_one((text.numbers_missed + other.numbers_missed) / 3.0);
    signals[SIGNAL_NAMES] = text.names;
    signals[SIGNAL_NAMES_MISSED] = at_most_one(text.names_missed / 5.0);
    signals[SIGNAL_LETTERS] = letters(probe, &candidate->text);
    signals[SIGNAL_LETTERS_OTHER] = letters(probe, &candidate->other);
    signals[SIGNAL_CLAIM_LENGTH] = log1p((double)candidate->text.count) / 4;
    signals[SIGNAL_ASKED_LENGTH] = log1p((double)probe->words.count) / 5;
    double score = round(likeness_score(signals) * SCORE_STEPS) / SCORE_STEPS;
    candidate->score = identical(&probe->words, &candidate->text) ? 1 : fmin(score, 1 - 1.0 / SCORE_STEPS);
}
