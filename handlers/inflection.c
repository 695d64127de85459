/* Endings by lists, and mistakes by their number. */
#include "handlers/inflection.h"

#include <string.h>

#include "schema/unicode.h"
#include "schema/words.h"

#define LATIN_STEM_LEAST 4
#define CYRILLIC_STEM_LEAST 3
#define LOOSE_LEAST 4 /* letters of a word in which a mistake is thought of */
#define LOOSE_TWO 8   /* …two of them */

/* --- Stems */

static const char *const latin_endings[] = {"ing", "ed", "es", "s", NULL};

/* As they are once folded: и for й and і, е for ё and є. Longer ones first. */
static const char *const cyrillic_endings[] = {
    "иями", "ами", "ями", "ого", "его", "ому", "ему", "ыми", "ими", "иях", "иям", "ах", "ях", "ою", "ею", "ия", "ии",
    "ию",   "ие",  "ье",  "ья",  "ов",  "ев",  "ам",  "ям",  "ом",  "ем",  "ои",  "еи", "ыи", "ая", "яя", "ое", "ее",
    "ую",   "юю",  "ых",  "их",  "ым",  "им",  "ы",   "и",   "а",   "я",   "о",   "е",  "у",  "ю",  "ь",  NULL,
};

static bool ascii_letters(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < 'a' || bytes[i] > 'z') {
            return false;
        }
    }
    return true;
}

static bool cyrillic(const char *bytes, size_t length)
{
    size_t size;
    for (size_t i = 0; i < length; i += size) {
        long point = unicode_next(bytes + i, length - i, &size);
        if (point < 0x400 || point > 0x52F) {
            return false;
        }
    }
    return true;
}

static bool digits_in(const char *bytes, size_t length)
{
    return memchr(bytes, '0', length) != NULL || strcspn(bytes, "0123456789") < length;
}

/* Without the first of the endings that it has, where `least` letters are left. */
static size_t cut(const char *bytes, size_t length, const char *const *endings, size_t least)
{
    for (; *endings != NULL; endings++) {
        size_t size = strlen(*endings);
        if (size < length && memcmp(bytes + length - size, *endings, size) == 0 &&
            unicode_length(bytes, length - size) >= least) {
            return length - size;
        }
    }
    return length;
}

size_t inflection_stem(const char *bytes, size_t length)
{
    if (digits_in(bytes, length)) {
        return 0;
    }
    if (ascii_letters(bytes, length)) {
        return length < LATIN_STEM_LEAST ? 0 : cut(bytes, length, latin_endings, LATIN_STEM_LEAST);
    }
    size_t points = unicode_length(bytes, length);
    if (cyrillic(bytes, length)) {
        return points <= CYRILLIC_STEM_LEAST ? 0 : cut(bytes, length, cyrillic_endings, CYRILLIC_STEM_LEAST);
    }
    return points < LATIN_STEM_LEAST ? 0 : length;
}

/* The first `points` characters. */
static size_t front(const char *bytes, size_t length, size_t points)
{
    size_t at = 0;
    size_t size;
    for (; at < length && points > 0; points--, at += size) {
        (void)unicode_next(bytes + at, length - at, &size);
    }
    return at;
}

/* A mistake is thought of in the last letters of a word. */
size_t inflection_loose(const char *bytes, size_t length)
{
    size_t points = unicode_length(bytes, length);
    if (points < LOOSE_LEAST || digits_in(bytes, length)) {
        return 0;
    }
    return front(bytes, length, points <= 6 ? 3 : points - 3);
}

/* --- Korean particles, glued to the noun */

static const char *const particles[] = {
    "에서", "에게", "으로", "까지", "부터", "은", "는", "이", "가", "을",
    "를",   "의",   "에",   "와",   "과",   "도", "로", "만", NULL,
};

static bool hangul(const char *bytes, size_t length)
{
    size_t size;
    for (size_t i = 0; i < length; i += size) {
        long point = unicode_next(bytes + i, length - i, &size);
        if (point < 0xAC00 || point > 0xD7A3) {
            return false;
        }
    }
    return length > 0;
}

size_t inflection_noun(const char *bytes, size_t length)
{
    bool glued = hangul(bytes, length) && unicode_length(bytes, length) >= 3;
    return glued ? cut(bytes, length, particles, 2) : length;
}

/* --- Mistakes */

/* Whether it takes at most `most` insertions, deletions, substitutions and swaps of neighbours to make one of the other: optimal string
   alignment. */
static bool within(const char *one, size_t one_length, const char *other, size_t other_length, int most)
{
    enum { MOST = WORD_POINTS_MOST + 1 };
    long points[2][MOST];
    size_t counts[2] = {0, 0};
    const char *texts[2] = {one, other};
    const size_t lengths[2] = {one_length, other_length};
    for (int side = 0; side < 2; side++) {
        size_t size;
        for (size_t at = 0; at < lengths[side] && counts[side] < WORD_POINTS_MOST; at += size) {
            points[side][counts[side]++] = unicode_next(texts[side] + at, lengths[side] - at, &size);
        }
    }
    size_t apart = counts[0] > counts[1] ? counts[0] - counts[1] : counts[1] - counts[0];
    if (apart > (size_t)most) {
        return false;
    }
    int rows[3][MOST + 1];
    for (size_t j = 0; j <= counts[1]; j++) {
        rows[0][j] = (int)j;
    }
    for (size_t i = 1; i <= counts[0]; i++) {
        const int *above = rows[(i - 1) % 3];
        const int *second = rows[(i + 1) % 3];
        int *row = rows[i % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= counts[1]; j++) {
            bool same = points[0][i - 1] == points[1][j - 1];
            int best = above[j - 1] + !same;
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped =
                i > 1 && j > 1 && points[0][i - 1] == points[1][j - 2] && points[0][i - 2] == points[1][j - 1];
            best = swapped && second[j - 2] + 1 < best ? second[j - 2] + 1 : best;
            row[j] = best;
        }
    }
    return rows[counts[0] % 3][counts[1]] <= most;
}

bool inflection_mistyped(const char *word, size_t length, const char *other, size_t other_length)
{
    return within(word, length, other, other_length, unicode_length(word, length) >= LOOSE_TWO ? 2 : 1);
}
