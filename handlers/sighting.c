/* Every word of a text is held against every word that was asked for. */
#include "handlers/sighting.h"

#include <string.h>

#include "schema/unicode.h"

#define FRAGMENT_POINTS 160 /* characters of a fragment, about */

/* What a word that is not quite the same is worth. */
static const double worth[] = {[LIKE_SAME] = 1, [LIKE_ENDING] = 0.8, [LIKE_BEGINNING] = 0.6, [LIKE_TYPO] = 0.5};

static enum likeness_kind like(const struct wanted_word *word, const struct words *words, size_t at, bool loosely,
                               struct arena *scratch)
{
    const struct word *found = &words->list[at];
    size_t length = found->folded_length;
    const char *folded = wanted_fold(found->folded, &length, scratch);
    if (word->joined && (at == 0 || found->start >= words->list[at - 1].start + words->list[at - 1].length)) {
        return LIKE_NONE;
    }
    return wanted_like(word, folded, length, loosely);
}

/* What the term is worth where its first word is the one at `at`; 0 where it does not stand there. */
static double term_at(const struct wanted_term *term, const struct words *words, size_t at, bool loosely,
                      struct arena *scratch)
{
    double least = 1;
    if (words->count - at < (size_t)term->count) {
        return 0;
    }
    for (int k = 0; k < term->count; k++) {
        enum likeness_kind kind = like(&term->words[k], words, at + (size_t)k, loosely, scratch);
        if (kind == LIKE_NONE) {
            return 0;
        }
        least = worth[kind] < least ? worth[kind] : least;
    }
    return least;
}

/* What is known of one text. */
struct look {
    double found[WANTED_WORDS_MOST]; /* by group: the best that was found of it */
    size_t place[WANTED_WORDS_MOST]; /* …and at which word */
    size_t matched;                  /* words of the text that were asked for */
    bool excluded;
};

static void look_at(const struct wanted *wanted, const struct words *words, bool loosely, struct arena *scratch,
                    struct look *ret)
{
    *ret = (struct look){0};
    size_t marked = 0; /* up to where words are counted */
    for (size_t at = 0; at < words->count; at++) {
        for (int i = 0; i < wanted->term_count; i++) {
            const struct wanted_term *term = &wanted->terms[i];
            double value = term_at(term, words, at, loosely && !term->excluded, scratch);
            if (value == 0) {
                continue;
            }
            ret->excluded = ret->excluded || term->excluded;
            size_t end = at + (size_t)term->count;
            ret->matched += end > marked ? end - (marked > at ? marked : at) : 0;
            marked = end > marked ? end : marked;
            if (!term->excluded && value > ret->found[term->group]) {
                ret->found[term->group] = value;
                ret->place[term->group] = at;
            }
        }
    }
}

/* The part of neighbouring groups that are neighbours in the text, in their order. */
static double in_order(const struct look *look, int groups)
{
    int pairs = 0;
    for (int i = 1; i < groups; i++) {
        bool both = look->found[i - 1] > 0 && look->found[i] > 0;
        pairs += both && look->place[i] > look->place[i - 1] && look->place[i] - look->place[i - 1] <= 2;
    }
    return groups < 2 ? 1 : (double)pairs / (groups - 1);
}

bool sighting_find(const struct wanted *wanted, const double *rarity, bool loosely, bool any,
                   const struct sighting_field *fields, int count, struct arena *scratch, struct sighting *ret)
{
    double best[WANTED_WORDS_MOST] = {0}; /* by group, of all texts */
    double most = 0;
    double shape = 0; /* of the text that shows most: how much of it was asked for, and in which order */
    *ret = (struct sighting){.wanted = wanted, .loosely = loosely};
    for (int f = 0; f < count; f++) {
        struct words words = words_read(fields[f].bytes, fields[f].length, SIGHTING_WORDS_MOST, scratch);
        struct look look;
        look_at(wanted, &words, loosely, scratch, &look);
        if (look.excluded) {
            return false;
        }
        double sum = 0;
        for (int g = 0; g < wanted->groups; g++) {
            double value = look.found[g] * fields[f].weight;
            best[g] = value > best[g] ? value : best[g];
            sum += value * rarity[g];
        }
        double covered = words.count == 0 ? 0 : (double)look.matched / (double)words.count;
        bool begins = look.found[0] > 0 && look.place[0] == 0;
        double form = 0.7 + 0.15 * covered + 0.1 * in_order(&look, wanted->groups) + 0.05 * begins;
        if (f == 0 || sum * form > most) {
            most = sum * form;
            shape = form;
            ret->field = f;
            ret->words = words;
        }
    }
    double sum = 0;
    double whole = 0;
    for (int g = 0; g < wanted->groups; g++) {
        if (best[g] == 0 && !any) {
            return false;
        }
        sum += best[g] * rarity[g];
        whole += rarity[g];
    }
    ret->score = whole == 0 ? 0 : sum / whole * shape;
    return count > 0;
}

/* --- Fragments */

static void put_html(struct buffer *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (bytes[i]) {
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '>':
            buffer_text(out, "&gt;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        case '\'':
            buffer_text(out, "&#39;");
            break;
        default:
            buffer_char(out, bytes[i]);
        }
    }
}

/* Which words of the text are to be marked. */
static bool *marks_of(const struct sighting *sighting, struct arena *scratch)
{
    const struct words *words = &sighting->words;
    bool *marks = arena_alloc(scratch, words->count + 1);
    for (size_t at = 0; at < words->count; at++) {
        for (int i = 0; i < sighting->wanted->term_count; i++) {
            const struct wanted_term *term = &sighting->wanted->terms[i];
            if (!term->excluded && term_at(term, words, at, sighting->loosely, scratch) > 0) {
                memset(marks + at, true, (size_t)term->count);
            }
        }
    }
    return marks;
}

/* The first word of the stretch with the most marks in it. */
static size_t densest(const struct words *words, const bool *marks)
{
    size_t best = 0;
    size_t best_count = 0;
    size_t from = 0;
    size_t count = 0;
    for (size_t to = 0; to < words->count; to++) {
        count += marks[to];
        while (from < to &&
               words->list[to].start + words->list[to].length - words->list[from].start > FRAGMENT_POINTS) {
            count -= marks[from++];
        }
        if (count > best_count) {
            best_count = count;
            best = from;
        }
    }
    while (best < words->count && best_count > 0 && !marks[best]) {
        best++;
    }
    return best_count > 0 ? best : 0;
}

/* Up to `points` characters before or after, whole ones. */
static size_t back(const char *bytes, size_t at, size_t points)
{
    for (; at > 0 && points > 0; points--) {
        at--;
        while (at > 0 && ((unsigned char)bytes[at] & 0xC0U) == 0x80U) {
            at--;
        }
    }
    return at;
}

static size_t ahead(const char *bytes, size_t length, size_t at, size_t points)
{
    size_t size;
    for (; at < length && points > 0; points--, at += size) {
        (void)unicode_next(bytes + at, length - at, &size);
    }
    return at;
}

void sighting_fragment(const struct sighting *sighting, const struct sighting_field *field, struct buffer *out,
                       struct arena *scratch)
{
    const struct words *words = &sighting->words;
    const bool *marks = marks_of(sighting, scratch);
    size_t first = densest(words, marks);
    size_t start = words->count == 0 ? 0 : words->list[first].start;
    size_t from = back(field->bytes, start, FRAGMENT_POINTS / 4);
    if (from > 0) { /* at the beginning of a word */
        for (size_t i = first; i > 0 && words->list[i - 1].start >= from; i--) {
            start = words->list[i - 1].start;
        }
        from = start;
    }
    size_t to = ahead(field->bytes, field->length, from, FRAGMENT_POINTS);
    size_t end = from; /* behind the last whole word */
    for (size_t i = 0; i < words->count; i++) {
        size_t word_end = words->list[i].start + words->list[i].length;
        end = word_end <= to && word_end > end ? word_end : end;
    }
    to = to == field->length || end == from ? to : end;
    buffer_text(out, from > 0 ? "…" : "");
    size_t at = from;
    for (size_t i = 0; i < words->count && words->list[i].start < to; i++) {
        size_t begin = words->list[i].start;
        size_t stop = begin + words->list[i].length;
        if (!marks[i] || begin < from || stop > to || stop <= at) {
            continue;
        }
        begin = begin > at ? begin : at;
        while (i + 1 < words->count && marks[i + 1] && words->list[i + 1].start <= stop &&
               words->list[i + 1].start + words->list[i + 1].length <= to) { /* pairs of one run */
            i++;
            stop = words->list[i].start + words->list[i].length;
        }
        put_html(out, field->bytes + at, begin - at);
        buffer_text(out, "<mark>");
        put_html(out, field->bytes + begin, stop - begin);
        buffer_text(out, "</mark>");
        at = stop;
    }
    put_html(out, field->bytes + at, to - at);
    buffer_text(out, to < field->length ? "…" : "");
}
