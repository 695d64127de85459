/* Sets of columns as bits. */
#include "handlers/bits.h"

#include <stdlib.h>

#include "schema/heap.h"

#define WORD 64
#define WORDS_MOST ((size_t)2 * 1024 * 1024)

/* What a pair of rows costs for each word, beside what each column costs that two rows share. */
#define WORD_COST 3

static size_t width_of(const struct cells *cells)
{
    return (cells->columns + WORD - 1) / WORD;
}

bool bits_suit(const struct cells *cells)
{
    size_t width = width_of(cells);
    if (width == 0 || cells->rows > WORDS_MOST / (2 * width)) {
        return false;
    }
    for (size_t i = 0; i < cells->count; i++) {
        if (cells->number[i] != 1 || (cells->q[i] != 1 && cells->q[i] != -1)) {
            return false;
        }
    }
    double pairs = 0; /* that share a column, with as many columns as they share */
    for (size_t i = 0; i < cells->columns; i++) {
        double rows = cells->column_start[i + 1] - cells->column_start[i];
        pairs += rows * rows / 2;
    }
    return (double)cells->rows * (double)cells->rows / 2 * (double)width * WORD_COST < pairs;
}

void bits_make(struct bits *bits, const struct cells *cells)
{
    bits->width = width_of(cells);
    bits->words = heap_array(cells->rows * 2 * bits->width, sizeof *bits->words);
    for (size_t i = 0; i < cells->count; i++) {
        uint64_t *row = bits->words + cells->row[i] * 2 * bits->width + (cells->q[i] > 0 ? 0 : bits->width);
        row[cells->column[i] / WORD] |= UINT64_C(1) << cells->column[i] % WORD;
    }
}

void bits_free(struct bits *bits)
{
    free(bits->words);
    *bits = (struct bits){0};
}

struct shared bits_compare(const struct bits *bits, size_t row, size_t other)
{
    const uint64_t *affirms = bits->words + row * 2 * bits->width;
    const uint64_t *denies = affirms + bits->width;
    const uint64_t *other_affirms = bits->words + other * 2 * bits->width;
    const uint64_t *other_denies = other_affirms + bits->width;
    long agree = 0;
    long disagree = 0;
    for (size_t i = 0; i < bits->width; i++) {
        agree +=
            __builtin_popcountll(affirms[i] & other_affirms[i]) + __builtin_popcountll(denies[i] & other_denies[i]);
        disagree +=
            __builtin_popcountll(affirms[i] & other_denies[i]) + __builtin_popcountll(denies[i] & other_affirms[i]);
    }
    double same = (double)agree;
    return (struct shared){
        .product = same + (double)disagree, .distance = (double)disagree, .mine = same, .theirs = same, .joint = same};
}
