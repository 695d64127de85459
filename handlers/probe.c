/* Weights are inverse document frequencies: Robertson and Spärck Jones (1976), with the half that BM25 adds, over ten and at most 1. So that
   they mean something where there are few claims, a thousand imagined ones are added, in which a stop word stands in three of ten and any
   other in one of a thousand. */
#include "handlers/probe.h"

#include <math.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define IMAGINED_CLAIMS 1000.0
#define IMAGINED_STOP 0.3
#define IMAGINED_OTHER 0.001
#define WEIGHT_SCALE 10.0
#define SIGNATURE_PART 0.4 /* who posted it and when says less than what was posted */

double word_weight(bool stop, double claims, double total)
{
    double all = total + IMAGINED_CLAIMS;
    double with = claims + IMAGINED_CLAIMS * (stop ? IMAGINED_STOP : IMAGINED_OTHER);
    if (with > all) {
        with = all;
    }
    double weight = log(1 + (all - with + 0.5) / (with + 0.5)) / WEIGHT_SCALE;
    return weight < 1 ? weight : 1;
}

static size_t slot_of(const struct probe *probe, uint64_t stem)
{
    size_t slot = stem & (PROBE_SLOTS - 1);
    while (probe->slots[slot] != 0 && probe->terms[probe->slots[slot] - 1].stem != stem) {
        slot = (slot + 1) & (PROBE_SLOTS - 1);
    }
    return slot;
}

int probe_find(const struct probe *probe, uint64_t stem)
{
    return probe->slots[slot_of(probe, stem)] - 1;
}

static double part_of(const struct word *word)
{
    return (word->flags & WORD_SIGNATURE) != 0 ? SIGNATURE_PART : 1;
}

struct probe *probe_new(const char *text, size_t length, struct arena *arena)
{
    struct probe *probe = arena_alloc(arena, sizeof *probe);
    probe->words = words_read(text, length, PROBE_WORDS_MOST, arena);
    size_t count = probe->words.count;
    probe->terms = arena_alloc(arena, (count + 1) * sizeof *probe->terms);
    probe->term_of = arena_alloc(arena, (count + 1) * sizeof *probe->term_of);
    for (size_t i = 0; i < count; i++) {
        const struct word *word = &probe->words.list[i];
        size_t slot = slot_of(probe, word->stem);
        if (probe->slots[slot] == 0) {
            probe->terms[probe->term_count] = (struct probe_term){.word = word, .stem = word->stem};
            probe->terms[probe->term_count].weight = word_weight((word->flags & WORD_STOP) != 0, 0, 0) * part_of(word);
            probe->slots[slot] = (int16_t)++probe->term_count;
        }
        probe->term_of[i] = (int16_t)(probe->slots[slot] - 1);
        probe->terms[probe->term_of[i]].last = i;
    }
    grams_put(&probe->words, probe->grams);
    return probe;
}

const char *probe_query(const struct probe *probe, struct arena *arena)
{
    /* with more than PROBE_TERMS_MOST, only words of at least so many bytes */
    size_t of_length[WORD_POINTS_MOST * 4 + 1] = {0};
    size_t wanted = 0;
    for (size_t i = 0; i < probe->term_count; i++) {
        const struct word *word = probe->terms[i].word;
        if ((word->flags & WORD_STOP) == 0) {
            of_length[word->folded_length]++;
            wanted++;
        }
    }
    size_t least = 0;
    while (wanted > PROBE_TERMS_MOST && wanted > of_length[least]) {
        wanted -= of_length[least++];
    }
    char *text = arena_alloc(arena, PROBE_WORDS_MOST * (WORD_POINTS_MOST * 4 + 1) + 1);
    size_t length = 0;
    wanted = 0;
    for (size_t i = 0; i < probe->term_count && wanted < PROBE_TERMS_MOST; i++) {
        const struct word *word = probe->terms[i].word;
        if ((word->flags & WORD_STOP) == 0 && word->folded_length >= least) {
            memcpy(text + length, word->folded, word->folded_length);
            length += word->folded_length;
            text[length++] = ' ';
            wanted++;
        }
    }
    text[length] = '\0';
    return text;
}

void probe_weigh(struct probe *probe, const char *stem, size_t length, double claims, double total)
{
    int found = probe_find(probe, XXH3_64bits(stem, length));
    if (found >= 0) {
        struct probe_term *term = &probe->terms[found];
        term->weight = word_weight((term->word->flags & WORD_STOP) != 0, claims, total) * part_of(term->word);
    }
}

void probe_seal(struct probe *probe)
{
    probe->total = 0;
    for (size_t i = 0; i < probe->term_count; i++) {
        probe->total += probe->terms[i].weight;
    }
}

void grams_put(const struct words *words, uint64_t set[PROBE_GRAM_BITS / 64])
{
    uint32_t last = 0; /* four bytes */
    unsigned held = 0;
    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->list[i];
        for (size_t j = 0; j <= word->folded_length; j++) {
            unsigned char byte = j < word->folded_length ? (unsigned char)word->folded[j] : ' ';
            last = last << 8 | byte;
            if (++held >= 4) {
                uint32_t hash = (last * 2654435761U) >> 19; /* Knuth's multiplicative hash, 13 bits of it */
                set[hash / 64] |= UINT64_C(1) << (hash % 64);
            }
        }
    }
}
