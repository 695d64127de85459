/* What is looked for, and what comes of it. */
#include "handlers/matching.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/document.h"
#include "handlers/rejections.h"
#include "schema/record.h"

#define TEXT_WORDS_MOST 300  /* of a candidate's text… */
#define OTHER_WORDS_MOST 100 /* …and of its other strings */
#define OTHER_LIMIT 4096     /* bytes of those that are looked at */
#define OTHER_DEPTH 8        /* levels of attributes */

static const char count_sql[] = "SELECT claim_terms_count()";

static const char terms_sql[] = "SELECT asked.word, coalesce(term.claims, 0)"
                                " FROM unnest(tsvector_to_array(claim_terms($1::text, NULL, '{}'))) AS asked (word)"
                                " LEFT JOIN claim_term AS term ON term.word = asked.word";

#define CANDIDATES "SELECT c.id, c.ref, c.said, c.location, c.attributes FROM claim_candidates($1::text) AS c"

static const char candidates_sql[] = CANDIDATES;
static const char candidates_beside_sql[] = CANDIDATES " WHERE " REJECTIONS_SUGGESTED;

enum { COLUMN_ID, COLUMN_REF, COLUMN_TEXT, COLUMN_LOCATION, COLUMN_ATTRIBUTES };

void matching_plan(struct call *call, struct plan *plan, struct matching *matching, const char *text, size_t length,
                   const char *beside)
{
    *matching = (struct matching){.count_query = -1, .terms_query = -1, .candidates_query = -1};
    matching->probe = probe_new(text, length, call->arena);
    const char *words = probe_query(matching->probe, call->arena);
    if (words[0] == '\0') {
        return;
    }
    matching->count_query = plan->count;
    plan_query(plan, count_sql);
    matching->terms_query = plan->count;
    query_value(plan_query(plan, terms_sql), words);
    matching->candidates_query = plan->count;
    struct query *query = plan_query(plan, beside != NULL ? candidates_beside_sql : candidates_sql);
    query_value(query, words);
    if (beside != NULL) {
        query_value(query, beside);
    }
}

/* Appends the strings in a value, addresses of the web left out. */
static void put_strings(struct buffer *text, const json_t *value, int depth)
{
    if (json_is_string(value)) {
        const char *string = json_string_value(value);
        if (strncmp(string, "http", 4) != 0) {
            buffer_put(text, string, json_string_length(value));
            buffer_text(text, ".\n");
        }
    } else if (json_is_array(value) && depth < OTHER_DEPTH) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            put_strings(text, json_array_get(value, i), depth + 1);
        }
    } else if (json_is_object(value) && depth < OTHER_DEPTH) {
        const char *name;
        json_t *member;
        json_object_foreach((json_t *)(uintptr_t)value, name, member)
        {
            put_strings(text, member, depth + 1);
        }
    }
}

static struct words read_others(struct call *call, const struct row *row)
{
    const struct cell *location = &row->cells[COLUMN_LOCATION];
    const struct cell *attributes = &row->cells[COLUMN_ATTRIBUTES];
    static const int bare = sizeof "_{}" - 1; /* with the version byte */
    if (cell_null(location) && attributes->length <= bare) {
        return (struct words){.count = 0};
    }
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, OTHER_LIMIT);
    if (!cell_null(location)) {
        buffer_put(&text, location->bytes, (size_t)location->length);
        buffer_text(&text, ".\n");
    }
    if (attributes->length > bare) {
        json_t *document = document_read(attributes);
        put_strings(&text, document, 0);
        json_decref(document);
    }
    return words_read(text.data != NULL ? text.data : "", text.length, OTHER_WORDS_MOST, call->arena);
}

static void take_candidate(struct call *call, struct matching *matching, const struct row *row)
{
    struct match *match = arena_alloc(call->arena, sizeof *match);
    for (int i = 0; i < COLUMN_LOCATION; i++) {
        const struct cell *cell = &row->cells[i];
        match->cells[i] = *cell;
        if (!cell_null(cell)) {
            match->cells[i].bytes = arena_copy(call->arena, cell->bytes, (size_t)cell->length);
        }
    }
    const struct cell *text = &match->cells[COLUMN_TEXT];
    match->candidate.text = words_read(text->bytes, (size_t)text->length, TEXT_WORDS_MOST, call->arena);
    match->candidate.other = read_others(call, row);
    likeness_rank(matching->probe, &match->candidate);
    if (matching->count == matching->room) {
        size_t room = matching->room == 0 ? 128 : matching->room * 2;
        struct match **list = arena_alloc(call->arena, room * sizeof(struct match *));
        if (matching->count > 0) {
            memcpy(list, matching->list, matching->count * sizeof(struct match *));
        }
        matching->list = list;
        matching->room = room;
    }
    matching->list[matching->count++] = match;
}

void matching_row(struct call *call, struct matching *matching, int query, const struct row *row)
{
    if (query == matching->count_query) {
        matching->claims = (double)cell_integer(&row->cells[0]);
    } else if (query == matching->terms_query) {
        probe_weigh(matching->probe, row->cells[0].bytes, (size_t)row->cells[0].length,
                    (double)cell_integer(&row->cells[1]), matching->claims);
    } else if (query == matching->candidates_query) {
        if (matching->count == 0) {
            probe_seal(matching->probe);
        }
        take_candidate(call, matching, row);
    }
}

static int by_number(double one, double other)
{
    return (one < other) - (one > other);
}

/* By id, which of two without refs has the older one first. */
static int by_id(const struct match *one, const struct match *other)
{
    const struct cell *a = &one->cells[COLUMN_ID];
    const struct cell *b = &other->cells[COLUMN_ID];
    return memcmp(a->bytes, b->bytes, (size_t)(a->length < b->length ? a->length : b->length));
}

/* By ref where both have one, numbers in it by their value: in whatever order they were found, the answer is the same. */
static int by_name(const struct match *one, const struct match *other)
{
    if (cell_null(&one->cells[COLUMN_REF]) || cell_null(&other->cells[COLUMN_REF])) {
        return by_id(one, other);
    }
    int order = strverscmp(one->cells[COLUMN_REF].bytes, other->cells[COLUMN_REF].bytes);
    return order != 0 ? order : by_id(one, other);
}

static int by_rank(const void *one, const void *other)
{
    const struct match *a = *(struct match *const *)one;
    const struct match *b = *(struct match *const *)other;
    int order = by_number(a->candidate.rank, b->candidate.rank);
    return order != 0 ? order : by_name(a, b);
}

static int by_score(const void *one, const void *other)
{
    const struct match *a = *(struct match *const *)one;
    const struct match *b = *(struct match *const *)other;
    int order = by_number(a->candidate.score, b->candidate.score);
    return order != 0 ? order : by_rank(one, other);
}

void matching_finish(struct matching *matching, double least)
{
    if (matching->count == 0) {
        return;
    }
    qsort(matching->list, matching->count, sizeof(struct match *), by_rank);
    if (matching->count > MATCHING_CLOSE_MOST) {
        matching->count = MATCHING_CLOSE_MOST;
    }
    for (size_t i = 0; i < matching->count; i++) {
        likeness_weigh(matching->probe, &matching->list[i]->candidate);
    }
    qsort(matching->list, matching->count, sizeof(struct match *), by_score);
    while (matching->count > 0 && matching->list[matching->count - 1]->candidate.score < least) {
        matching->count--;
    }
}

/* --- In a reply */

static const struct member term_members[] = {
    {.name = "term", .type = MEMBER_TEXT, .help = "The word as it was compared: case and accents off."},
    {.name = "weight", .type = MEMBER_NUMBER, .help = "0 to 1: how rare it is among the claims."},
    {.name = NULL},
};

static const struct member signal_members[] = {
#define SIGNAL(symbol, word, text) {.name = (word), .type = MEMBER_NUMBER, .help = (text)},
    LIKENESS_SIGNALS(SIGNAL)
#undef SIGNAL
        {.name = NULL},
};

const struct member matching_members[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    {.name = "score",
     .type = MEMBER_NUMBER,
     .help = "0 to 1: how often a claim with this score said the same, in trials."},
    {.name = "terms", .type = MEMBER_LIST, .members = term_members, .help = "The words that both have."},
    {.name = "signals",
     .type = MEMBER_OBJECT,
     .flags = MEMBER_OPTIONAL,
     .members = signal_members,
     .help = "What the score was made from."},
    {.name = NULL},
};

static double rounded(double value)
{
    return (double)(long)(value * 10000 + (value < 0 ? -0.5 : 0.5)) / 10000;
}

void matching_write(struct buffer *out, const struct matching *matching, const struct match *match, bool signals)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, out, MEDIA_JSON);
    writer_begin(&writer, matching_members);
    writer_named(&writer, match->cells);
    writer_number(&writer, rounded(match->candidate.score));
    writer_begin_list(&writer);
    const struct probe *probe = matching->probe;
    for (size_t i = 0; i < probe->term_count; i++) {
        const struct word *word = probe->terms[i].word;
        if (match->candidate.matched[i] && (word->flags & WORD_STOP) == 0) {
            writer_begin_item(&writer);
            writer_text(&writer, word->folded, word->folded_length);
            writer_number(&writer, rounded(probe->terms[i].weight));
            writer_end(&writer);
        }
    }
    writer_end_list(&writer);
    if (signals) {
        writer_begin_object(&writer);
        for (int i = 0; i < SIGNALS; i++) {
            writer_number(&writer, rounded(match->candidate.signals[i]));
        }
        writer_end(&writer);
    } else {
        writer_skip(&writer);
    }
    writer_end(&writer);
}

void matching_write_all(struct buffer *out, const struct matching *matching, size_t most, bool signals)
{
    buffer_char(out, '[');
    for (size_t i = 0; i < matching->count && i < most; i++) {
        if (i > 0) {
            buffer_char(out, ',');
        }
        matching_write(out, matching, matching->list[i], signals);
    }
    buffer_char(out, ']');
}
