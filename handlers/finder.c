/* The statements are of constant pieces; what is asked for is in their parameters. */
#include "handlers/finder.h"

#include <math.h>
#include <string.h>

#include "handlers/statement.h"

#define VARIANT_MOST 64 /* bytes of a word of which the statistics are of use */
#define NEAR_LEAST 4    /* bytes of names that are looked for by likeness… */
#define NEAR_MOST 60    /* …with mistakes anywhere */
#define SHORT_LEAST 3   /* letters that lead to titles and texts while they are typed */
#define TEXT(number) #number
#define NUMBER(number) TEXT(number)

const struct vocabulary found_words = {"found", (const char *const[]){"actor", "claim", "source", "stance", NULL}};

enum field_name { NAME, ALIASES, DESCRIPTION, CLAIM_TEXT, LOCATION, TITLE, AUTHOR, QUOTE, TRANSLATION, VENUE };
const struct vocabulary found_fields = {"found_field", (const char *const[]){"name", "aliases", "description", "text",
                                                                             "location", "title", "author", "quote",
                                                                             "translation", "venue", NULL}};

#define TEXTS_MOST 3
#define NO_TIME "NULL::timestamptz, NULL::boolean, NULL::text, "

static const struct kind {
    const char *table;
    const char *terms;   /* what its index is of; as handlers/filters.c makes it */
    const char *columns; /* FOUND_… , then the texts, then what is its own */
    const char *joins;
    const char *time; /* what `from` and `to` are about; NULL for nothing */
    const char *language;
    const char *topics;  /* opens a condition on topics; NULL where it has none */
    const char *present; /* a condition on what has texts at all */
    struct {
        enum field_name name;
        double weight;
    } texts[TEXTS_MOST];
    int text_count;
} kinds[] = {
    [FOUND_ACTOR] = {"actor",
                     "search_terms(t.name || ' ' || words_of(t.aliases) || ' ' || coalesce(t.description, ''))",
                     "t.id, t.ref, " NO_TIME "t.name, t.name, t.description, t.aliases",
                     "",
                     NULL,
                     NULL,
                     NULL,
                     "true",
                     {{NAME, 1}, {DESCRIPTION, 0.4}},
                     2},
    [FOUND_CLAIM] = {"claim",
                     "search_terms(t.text || ' ' || coalesce(t.location, ''))",
                     "t.id, t.ref, t.event_from, t.event_from_is_date, t.language, t.text, t.text, t.location",
                     "",
                     "t.event_from",
                     "t.language",
                     "(t.topics",
                     "true",
                     {{CLAIM_TEXT, 0.9}, {LOCATION, 0.5}},
                     2},
    [FOUND_SOURCE] = {"source",
                      "search_terms(t.title || ' ' || coalesce(t.author, ''))",
                      "t.id, t.ref, t.published_at, t.published_at_is_date, t.language, t.title, t.title, t.author",
                      "",
                      "t.published_at",
                      "t.language",
                      NULL,
                      "true",
                      {{TITLE, 0.85}, {AUTHOR, 0.5}},
                      2},
    [FOUND_STANCE] = {"stance",
                      "search_terms(coalesce(t.quote, '') || ' ' || coalesce(t.translation, '') || ' ' || "
                      "coalesce(t.venue, ''))",
                      "t.id, t.ref, t.stated_at, t.stated_at_is_date, t.quote_language, NULL::text, t.quote, "
                      "t.translation, t.venue, claim.id, claim.ref, claim.text, actor.id, actor.ref, actor.name",
                      " LEFT JOIN claim ON claim.id = t.claim_id LEFT JOIN actor ON actor.id = t.actor_id",
                      "t.stated_at",
                      "t.quote_language",
                      "EXISTS (SELECT FROM claim about WHERE about.id = t.claim_id AND about.topics",
                      "(t.quote IS NOT NULL OR t.translation IS NOT NULL OR t.venue IS NOT NULL)",
                      {{QUOTE, 0.8}, {TRANSLATION, 0.8}, {VENUE, 0.4}},
                      3},
};

#define ALIAS_WEIGHT 0.95
#define NAME_LEAST 0.85 /* weight of a text that is looked at while one types */

void finder_init(struct finder *finder)
{
    finder->scratch = arena_new();
}

void finder_free(struct finder *finder)
{
    if (finder->scratch != NULL) {
        arena_free(finder->scratch);
        finder->scratch = NULL;
    }
}

/* --- How common words are */

/* What ANALYZE last saw of an index: its most common words, and in which part of the records. The names are constants, by which the view is
   read as fast as a record; where nothing was seen there is a row all the same. */
#define COUNT_SQL(kind, table)                                                              \
    "SELECT " kind ", greatest(c.reltuples, 0)::float8, s.most_common_elems::text::text[]," \
    " s.most_common_elem_freqs::float8[] FROM (SELECT) one"                                 \
    " LEFT JOIN pg_class c ON c.oid = to_regclass('" table "')"                             \
    " LEFT JOIN pg_stats s ON s.schemaname = current_schema AND s.tablename = '" table "_words'"

static const char count_sql[] = COUNT_SQL("0", "actor") " UNION ALL " COUNT_SQL("1", "claim") " UNION ALL " COUNT_SQL(
    "2", "source") " UNION ALL " COUNT_SQL("3", "stance");

void finder_count(struct finder *finder, struct plan *plan)
{
    (void)finder;
    (void)plan_query(plan, count_sql);
}

static void count_word(struct spread *spread, const struct wanted_word *word, enum wanted_form form,
                       const struct cell *known, double with, struct arena *arena)
{
    bool prefix;
    size_t length = wanted_lexeme(word, form, &prefix);
    size_t known_length = (size_t)known->length;
    if (known_length < length || (!prefix && known_length != length) ||
        memcmp(known->bytes, word->folded, length) != 0) {
        return;
    }
    spread->records += with;
    if (spread->variant_count < WANTED_VARIANTS_MOST && known_length <= VARIANT_MOST &&
        memchr(known->bytes, '\'', known_length) == NULL && memchr(known->bytes, '\\', known_length) == NULL) {
        spread->variants[spread->variant_count++] = arena_copy(arena, known->bytes, known_length);
    }
}

void finder_count_row(struct finder *finder, struct call *call, const struct row *row)
{
    int kind = (int)cell_integer(&row->cells[0]);
    finder->records[kind] = cell_number(&row->cells[1]);
    struct array words = cell_array(&row->cells[2]);
    struct array parts = cell_array(&row->cells[3]);
    struct cell word;
    struct cell part;
    while (array_next(&words, &word) && array_next(&parts, &part)) {
        for (int i = 0; i < finder->wanted.word_count && !cell_null(&word); i++) {
            for (int form = 0; form < FORMS; form++) {
                count_word(&finder->spreads[kind][form][i], &finder->wanted.words[i], (enum wanted_form)form, &word,
                           cell_number(&part) * finder->records[kind], call->arena);
            }
        }
    }
}

/* What finding a group is worth: the rarer its words, the more. */
static void weigh(const struct finder *finder, double ret[static WANTED_WORDS_MOST])
{
    double all = 0;
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        all += finder->records[kind];
    }
    for (int group = 0; group < finder->wanted.groups; group++) {
        double with = 0;
        for (int i = 0; i < finder->wanted.term_count; i++) {
            const struct wanted_term *term = &finder->wanted.terms[i];
            double least = INFINITY; /* of its rarest word */
            for (int k = 0; k < term->count && !term->excluded && term->group == group; k++) {
                double sum = 0;
                for (int kind = 0; kind < FOUND_KINDS; kind++) {
                    sum += finder->spreads[kind][FORM_USUAL][term->first + k].records;
                }
                least = sum < least ? sum : least;
            }
            with += isinf(least) ? 0 : least;
        }
        ret[group] = log(2 + all / (1 + with));
    }
}

/* --- Statements */

static void put_filters(struct statement *statement, const struct finder *finder, const struct kind *kind)
{
    if (finder->topics != NULL) {
        statement_text(statement, " AND ");
        statement_text(statement, kind->topics);
        statement_text(statement, " && ");
        statement_value(statement, finder->topics, "text[]");
        statement_text(statement, ")");
    }
    if (finder->language != NULL) { /* ko is ko-KR as well */
        statement_text(statement, " AND (lower(");
        statement_text(statement, kind->language);
        statement_text(statement, ") = lower(");
        int number = statement_value(statement, finder->language, "text");
        statement_text(statement, ") OR starts_with(lower(");
        statement_text(statement, kind->language);
        statement_text(statement, "), lower(");
        statement_again(statement, number, "text");
        statement_text(statement, ") || '-'))");
    }
}

static void put_times(struct statement *statement, const struct finder *finder, const struct kind *kind)
{
    if (finder->from != NULL) {
        statement_text(statement, " AND ");
        statement_text(statement, kind->time);
        statement_text(statement, " >= ");
        statement_value(statement, finder->from, "timestamptz");
    }
    if (finder->until != NULL) {
        statement_text(statement, " AND ");
        statement_text(statement, kind->time);
        statement_text(statement, " < ");
        statement_value(statement, finder->until, "timestamptz");
    }
}

/* The records that an index leads to. */
static int plan_led(struct call *call, struct plan *plan, const struct finder *finder, const struct kind *kind,
                    const char *tsquery)
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT ");
    statement_text(&statement, kind->columns);
    statement_text(&statement, " FROM (SELECT * FROM ");
    statement_text(&statement, kind->table);
    statement_text(&statement, " t WHERE ");
    statement_text(&statement, kind->terms);
    statement_text(&statement, " @@ ");
    statement_value(&statement, tsquery, "tsquery");
    put_times(&statement, finder, kind);
    put_filters(&statement, finder, kind);
    statement_text(&statement, finder->typing ? " LIMIT " NUMBER(FINDER_TYPING_MOST) ") t"
                                              : " LIMIT " NUMBER(FINDER_RECORDS_MOST) ") t");
    statement_text(&statement, kind->joins);
    return statement_plan(&statement, plan);
}

/* The newest records, where nothing leads to them: of words that so many have, the newest have them as well. */
static int plan_newest(struct call *call, struct plan *plan, const struct finder *finder, const struct kind *kind)
{
    bool timed = finder->from != NULL || finder->until != NULL;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT ");
    statement_text(&statement, kind->columns);
    statement_text(&statement, " FROM (SELECT * FROM (SELECT * FROM ");
    statement_text(&statement, kind->table);
    statement_text(&statement, " t WHERE true");
    put_times(&statement, finder, kind);
    statement_text(&statement, " ORDER BY ");
    statement_text(&statement, timed ? kind->time : "t.created_at");
    statement_text(&statement, " DESC, t.id DESC LIMIT " NUMBER(FINDER_NEWEST_MOST) ") t WHERE ");
    statement_text(&statement, kind->present);
    put_filters(&statement, finder, kind);
    statement_text(&statement, ") t");
    statement_text(&statement, kind->joins);
    return statement_plan(&statement, plan);
}

/* The letters of the word that leads to names while they are typed: the longest one. */
static const char *longest(const struct wanted *wanted, struct arena *arena)
{
    static const struct wanted_word none = {.folded = ""};
    const struct wanted_word *best = &none;
    for (int i = 0; i < wanted->term_count; i++) {
        for (int k = 0; k < wanted->terms[i].count && !wanted->terms[i].excluded; k++) {
            const struct wanted_word *word = &wanted->terms[i].words[k];
            best = word->length > best->length ? word : best;
        }
    }
    return arena_format(arena, "%% %s%%", best->folded);
}

#define NAMES_SQL "search_names(t.name, t.aliases)"

/* Actors by their names: those with a word that begins so, or those that are alike. */
static int plan_names(struct call *call, struct plan *plan, const struct finder *finder, bool near)
{
    const struct kind *kind = &kinds[FOUND_ACTOR];
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT ");
    statement_text(&statement, kind->columns);
    if (near) {
        statement_text(&statement, ", word_similarity(");
        statement_value(&statement, finder->wanted.text, "text");
        statement_text(&statement, ", " NAMES_SQL ")::float8 FROM actor t WHERE " NAMES_SQL " %> ");
        statement_again(&statement, 1, "text");
    } else {
        statement_text(&statement, " FROM actor t WHERE " NAMES_SQL " LIKE ");
        statement_value(&statement, longest(&finder->wanted, call->arena), "text");
    }
    statement_text(&statement, " LIMIT " NUMBER(FINDER_TYPING_MOST));
    return statement_plan(&statement, plan);
}

/* Whether what has been typed is long enough to lead to titles and texts. */
static bool long_enough(const struct wanted *wanted)
{
    for (int i = 0; i < wanted->word_count; i++) {
        if (wanted->words[i].pair || wanted->words[i].length >= SHORT_LEAST) {
            return true;
        }
    }
    return false;
}

static bool takes(const struct finder *finder, const struct kind *kind)
{
    return (finder->topics == NULL || kind->topics != NULL) && (finder->language == NULL || kind->language != NULL) &&
           ((finder->from == NULL && finder->until == NULL) || kind->time != NULL);
}

static int plan_kind(struct finder *finder, struct call *call, struct plan *plan, int kind)
{
    size_t length = strlen(finder->wanted.text);
    finder->near[kind] = kind == FOUND_ACTOR && finder->form == FORM_LOOSE;
    if (finder->near[kind]) {
        bool alike = finder->wanted.plain && length >= NEAR_LEAST && length <= NEAR_MOST;
        return alike ? plan_names(call, plan, finder, true) : -1;
    }
    if (kind == FOUND_ACTOR && finder->typing) {
        return plan_names(call, plan, finder, false);
    }
    if (finder->typing && !long_enough(&finder->wanted)) {
        return -1;
    }
    const char *tsquery =
        wanted_tsquery(&finder->wanted, finder->form, finder->spreads[kind][finder->form], call->arena);
    return tsquery != NULL ? plan_led(call, plan, finder, &kinds[kind], tsquery)
                           : plan_newest(call, plan, finder, &kinds[kind]);
}

/* For this transaction: an index even where the planner takes a word for a common one, and room for what it leads to. Plans are made once, but for
   those in which the values say which of two indexes leads to less. */
#define SETTINGS_SQL(plans)                                                                               \
    "SELECT set_config('plan_cache_mode', '" plans "', true), set_config('enable_seqscan', 'off', true)," \
    " set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),"          \
    " set_config('work_mem', '16MB', true), set_config('pg_trgm.word_similarity_threshold', '0.4', true)"

void finder_look(struct finder *finder, struct call *call, struct plan *plan, enum wanted_form form,
                 const bool asked[static FOUND_KINDS])
{
    finder->form = form;
    bool timed = finder->from != NULL || finder->until != NULL;
    (void)plan_query(plan, timed ? SETTINGS_SQL("force_custom_plan") : SETTINGS_SQL("force_generic_plan"));
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        finder->queries[kind] = asked[kind] && finder->kinds[kind] && takes(finder, &kinds[kind])
                                    ? plan_kind(finder, call, plan, kind)
                                    : -1;
    }
}

bool finder_missed(const struct finder *finder, bool ret[static FOUND_KINDS])
{
    long found = 0;
    bool any = false;
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        found += finder->found[kind];
    }
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        bool none = kind == FOUND_ACTOR ? finder->found[kind] == 0 : found == 0;
        ret[kind] = none && finder->kinds[kind] && takes(finder, &kinds[kind]);
        any = any || ret[kind];
    }
    return any;
}

/* --- Rows */

static int fields_of(const struct finder *finder, int kind, const struct row *row, struct sighting_field *ret)
{
    int count = 0;
    const struct cell *texts = &row->cells[FOUND_LABEL + 1];
    for (int i = 0; i < kinds[kind].text_count; i++) {
        bool shown = !cell_null(&texts[i]) && (!finder->typing || kinds[kind].texts[i].weight >= NAME_LEAST);
        if (shown) {
            ret[count++] = (struct sighting_field){(int)kinds[kind].texts[i].name, kinds[kind].texts[i].weight,
                                                   texts[i].bytes, (size_t)texts[i].length};
        }
    }
    if (kind == FOUND_ACTOR) {
        struct array aliases = cell_array(&texts[kinds[kind].text_count]);
        struct cell alias;
        while (count < SIGHTING_FIELDS_MOST && array_next(&aliases, &alias)) {
            ret[count++] = (struct sighting_field){ALIASES, ALIAS_WEIGHT, alias.bytes, (size_t)alias.length};
        }
    }
    return count;
}

/* What a likeness of names is worth beside words that were found. */
#define NEAR_WORTH 0.6
#define NEAR_ENOUGH 0.5 /* names that are less alike have to have all words, though with mistakes */

bool finder_row(struct finder *finder, int query, const struct row *row, struct finding *ret)
{
    int kind = 0;
    while (kind < FOUND_KINDS && finder->queries[kind] != query) {
        kind++;
    }
    if (kind == FOUND_KINDS) {
        return false;
    }
    arena_reset(finder->scratch);
    double rarity[WANTED_WORDS_MOST];
    weigh(finder, rarity);
    struct sighting_field fields[SIGHTING_FIELDS_MOST];
    int count = fields_of(finder, kind, row, fields);
    struct sighting sighting;
    bool loosely = finder->form == FORM_LOOSE;
    if (!sighting_find(&finder->wanted, rarity, loosely, false, fields, count, finder->scratch, &sighting)) {
        double alike = finder->near[kind] ? cell_number(&row->cells[row->count - 1]) : 0;
        if (alike < NEAR_ENOUGH ||
            !sighting_find(&finder->wanted, rarity, loosely, true, fields, count, finder->scratch, &sighting)) {
            return false;
        }
        sighting.score = NEAR_WORTH * alike;
    }
    finder->found[kind]++;
    bool stance = kind == FOUND_STANCE;
    const struct cell *own = &row->cells[FOUND_LABEL + 1 + kinds[kind].text_count];
    *ret = (struct finding){.kind = (enum found_kind)kind,
                            .cells = row->cells,
                            .claim = stance ? own : NULL,
                            .actor = stance ? own + NAMED_CELLS : NULL,
                            .sighting = sighting,
                            .field = fields[sighting.field]};
    return true;
}
