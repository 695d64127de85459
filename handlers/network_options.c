/* The parameters of networks. */
#include "handlers/network_options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/media.h"

#define WINDOW_SIZE_MOST 100000
#define MIN_STATEMENTS_MOST 1000000

#define WORDS(name, ...)            \
    {                               \
        name, (const char *const[]) \
        {                           \
            __VA_ARGS__, NULL       \
        }                           \
    }

const struct vocabulary network_nodes = WORDS("node", "actor", "speaker", "addressee");
const struct vocabulary network_positions = WORDS("positions", "all", "current");
const struct vocabulary network_qualifiers = WORDS("qualifier", "position", "none");
const struct vocabulary network_aggregations =
    WORDS("aggregation", "ignore", "congruence", "conflict", "subtract", "combine");
const struct vocabulary network_normalizations = WORDS("normalization", "no", "average", "jaccard", "cosine",
                                                       "jaccard_textbook", "cosine_textbook", "activity", "prominence");
const struct vocabulary network_duplicate_words =
    WORDS("duplicates", "include", "source", "week", "month", "year", "across");
const struct vocabulary network_duplicate_keys = WORDS("duplicate_key", "auto", "position");
const struct vocabulary network_windows = WORDS("window", "none", "events", "days", "weeks", "months", "years");
const struct vocabulary network_formats = WORDS("format", "json", "graphml", "csv", "matrix");

static const struct vocabulary one_mode_aggregations =
    WORDS("aggregation", "ignore", "congruence", "conflict", "subtract");
static const struct vocabulary two_mode_aggregations = WORDS("aggregation", "ignore", "combine", "subtract");
static const struct vocabulary one_mode_normalizations =
    WORDS("normalization", "no", "average", "jaccard", "cosine", "jaccard_textbook", "cosine_textbook");
static const struct vocabulary two_mode_normalizations = WORDS("normalization", "no", "activity", "prominence");

#define PARAMETERS(aggregations, aggregation_help, normalizations, normalization_help, example_of_normalization)       \
    {                                                                                                                  \
        {.name = "node",                                                                                               \
         .type = PARAMETER_WORD,                                                                                       \
         .vocabulary = &network_nodes,                                                                                 \
         .help =                                                                                                       \
             "Who stands for the stance: its actor (as when absent), its speaker or its addressee. Stances without "   \
             "one are counted as `without_node`.",                                                                     \
         .example = "actor"},                                                                                          \
            {.name = "positions",                                                                                      \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_positions,                                                                         \
             .help = "all: every stance counts, as when absent; current: only where each stands on each claim.",       \
             .example = "current"},                                                                                    \
            {.name = "qualifier",                                                                                      \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_qualifiers,                                                                        \
             .help = "position: votes are told apart by polarity times degree, as when absent; none: all votes are "   \
                     "alike.",                                                                                         \
             .example = "none"},                                                                                       \
            {.name = "aggregation",                                                                                    \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = (aggregations),                                                                             \
             .help = (aggregation_help),                                                                               \
             .example = "subtract"},                                                                                   \
            {.name = "normalization",                                                                                  \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = (normalizations),                                                                           \
             .help = (normalization_help),                                                                             \
             .example = (example_of_normalization)},                                                                   \
            {.name = "duplicates",                                                                                     \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_duplicate_words,                                                                   \
             .help = "Of the same votes of one node on one claim, the first alone counts: within a source, an ISO "    \
                     "week, a "                                                                                        \
                     "month, a year, or across all; include, as when absent: every one counts.",                       \
             .example = "week"},                                                                                       \
            {.name = "duplicate_key",                                                                                  \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_duplicate_keys,                                                                    \
             .help = "Whether votes are the same only where they agree. auto: not under `ignore`, as when absent; "    \
                     "position: always, as in the manual of DNA 2.",                                                   \
             .example = "position"},                                                                                   \
            {.name = "isolates",                                                                                       \
             .type = PARAMETER_BOOLEAN,                                                                                \
             .help =                                                                                                   \
                 "true: all who have any stance at that time are nodes, whatever the filters; false, as when absent: " \
                 "those with a vote that counts.",                                                                     \
             .example = "true"},                                                                                       \
            {.name = "min_statements",                                                                                 \
             .type = PARAMETER_COUNT,                                                                                  \
             .least = 1,                                                                                               \
             .most = MIN_STATEMENTS_MOST,                                                                              \
             .help = "Nodes with fewer counted votes are left out; in an affiliation network, actors.",                \
             .example = "2"},                                                                                          \
            {.name = "from",                                                                                           \
             .type = PARAMETER_MOMENT,                                                                                 \
             .help = "Only what was stated from then on; without a time is left out.",                                 \
             .example = "2005-01-01"},                                                                                 \
            {.name = "to",                                                                                             \
             .type = PARAMETER_MOMENT,                                                                                 \
             .help = "Only what was stated until then; a date includes that whole day.",                               \
             .example = "2025-12-31"},                                                                                 \
            {.name = "window",                                                                                         \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_windows,                                                                           \
             .help = "A series of networks instead of one: of windows that move by one vote, or by one day, ISO "      \
                     "week, month "                                                                                    \
                     "or year of UTC's calendar.",                                                                     \
             .example = "months"},                                                                                     \
            {.name = "window_size",                                                                                    \
             .type = PARAMETER_COUNT,                                                                                  \
             .least = 1,                                                                                               \
             .most = WINDOW_SIZE_MOST,                                                                                 \
             .help = "How many of them a window has; 1 when absent.",                                                  \
             .example = "3"},                                                                                          \
            {.name = "format",                                                                                         \
             .type = PARAMETER_WORD,                                                                                   \
             .vocabulary = &network_formats,                                                                           \
             .help = "json, graphml, csv (a list of edges) or matrix (CSV as well); goes before the Accept header.",   \
             .example = "csv"},                                                                                        \
    }

const struct parameter network_one_mode_parameters[] = PARAMETERS(
    &one_mode_aggregations,
    "How votes of two nodes on the same claim make a tie: ignore, by use alone (as when absent); congruence, as far as "
    "they agree; conflict, as far as they disagree; subtract, the first less the second.",
    &one_mode_normalizations,
    "By what a tie is divided: no (as when absent), average activity, or as DNA does for jaccard and cosine; "
    "`_textbook` has the coefficients of that name.",
    "jaccard");
const struct parameter network_two_mode_parameters[] = PARAMETERS(
    &two_mode_aggregations,
    "What a tie is: ignore, the number of votes (as when absent); subtract, their sum of polarity times "
    "degree; combine, 1 where all affirm, 2 where all deny, 3 where both occur.",
    &two_mode_normalizations,
    "By what a tie is divided: no (as when absent), the actor's activity, or the claim's prominence.", "activity");
static_assert(sizeof network_one_mode_parameters / sizeof *network_one_mode_parameters == NETWORK_PARAMETERS, "count");
static_assert(sizeof network_two_mode_parameters / sizeof *network_two_mode_parameters == NETWORK_PARAMETERS, "count");

static const char *const types[NETWORK_FORMATS] = {
    [FORMAT_JSON] = "application/json",
    [FORMAT_GRAPHML] = "application/graphml+xml; charset=utf-8",
    [FORMAT_CSV] = "text/csv; charset=utf-8; header=present",
    [FORMAT_MATRIX] = "text/csv; charset=utf-8; header=present",
};

const char *network_format_type(enum network_format format)
{
    return types[format];
}

/* The word's place in the whole vocabulary, of which its parameter may allow a part; 0 when it was not given. */
static int word_of(const struct call *call, const struct vocabulary *vocabulary)
{
    const char *word = call_argument(call, vocabulary->name);
    return word == NULL ? 0 : vocabulary_index(vocabulary, word, strlen(word));
}

static long count_of(const struct call *call, const char *name, long standard)
{
    const char *text = call_argument(call, name);
    return text == NULL ? standard : strtol(text, NULL, 10);
}

static bool choose_format(struct call *call, struct reply *reply, enum network_format *ret)
{
    static const struct media_offer offers[] = {
        {FORMAT_JSON, "application/json"},
        {FORMAT_GRAPHML, "application/graphml+xml"},
        {FORMAT_CSV, "text/csv"},
        {0, NULL},
    };
    int chosen = word_of(call, &network_formats);
    if (call_argument(call, network_formats.name) == NULL && !media_offered(call, offers, &chosen)) {
        reply_problem(call, reply, PROBLEM_NOT_ACCEPTABLE,
                      "This is sent as application/json, application/graphml+xml or text/csv.");
        return false;
    }
    *ret = (enum network_format)chosen;
    return true;
}

bool network_options_read(struct call *call, enum network_mode mode, struct reply *reply, struct network_options *ret)
{
    const char *isolates = call_argument(call, "isolates");
    *ret = (struct network_options){
        .mode = mode,
        .node = (enum network_node)word_of(call, &network_nodes),
        .aggregation = (enum network_aggregation)word_of(call, &network_aggregations),
        .normalization = (enum network_normalization)word_of(call, &network_normalizations),
        .duplicates = (enum network_duplicates)word_of(call, &network_duplicate_words),
        .window = (enum network_window)word_of(call, &network_windows),
        .current = word_of(call, &network_positions) == 1,
        .blind = word_of(call, &network_qualifiers) == 1,
        .isolates = isolates != NULL && strcmp(isolates, "true") == 0,
        .min_statements = count_of(call, "min_statements", 0),
        .window_size = count_of(call, "window_size", 1),
    };
    ret->key_qualifier = ret->aggregation != AGGREGATION_IGNORE || word_of(call, &network_duplicate_keys) == 1;
    return choose_format(call, reply, &ret->format);
}
