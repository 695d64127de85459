/* What a network is asked to be: the options of Discourse Network Analyzer (Leifeld, 2.0/3.0 manual; its Exporter.java), and some more.
   ANALYSIS.md has the definitions. */
#ifndef STANCED_HANDLERS_NETWORK_OPTIONS_H
#define STANCED_HANDLERS_NETWORK_OPTIONS_H

#include <stdbool.h>

#include "handlers/endpoint.h"

/* Who is joined by what. */
enum network_mode {
    NETWORK_ACTORS,     /* actors, by claims */
    NETWORK_CLAIMS,     /* claims, by actors */
    NETWORK_AFFILIATION /* actors and claims with each other */
};

/* In the order of their vocabularies. */
enum network_node { NODE_ACTOR, NODE_SPEAKER, NODE_ADDRESSEE };
enum network_aggregation {
    AGGREGATION_IGNORE,
    AGGREGATION_CONGRUENCE,
    AGGREGATION_CONFLICT,
    AGGREGATION_SUBTRACT,
    AGGREGATION_COMBINE
};
enum network_normalization {
    NORMALIZATION_NO,
    NORMALIZATION_AVERAGE,
    NORMALIZATION_JACCARD,
    NORMALIZATION_COSINE,
    NORMALIZATION_JACCARD_TEXTBOOK,
    NORMALIZATION_COSINE_TEXTBOOK,
    NORMALIZATION_ACTIVITY,
    NORMALIZATION_PROMINENCE
};
enum network_duplicates {
    DUPLICATES_INCLUDE,
    DUPLICATES_SOURCE,
    DUPLICATES_WEEK,
    DUPLICATES_MONTH,
    DUPLICATES_YEAR,
    DUPLICATES_ACROSS
};
enum network_window { WINDOW_NONE, WINDOW_EVENTS, WINDOW_DAYS, WINDOW_WEEKS, WINDOW_MONTHS, WINDOW_YEARS };
enum network_format { FORMAT_JSON, FORMAT_GRAPHML, FORMAT_CSV, FORMAT_MATRIX, NETWORK_FORMATS };

struct network_options {
    enum network_mode mode;
    enum network_node node;
    enum network_aggregation aggregation;
    enum network_normalization normalization;
    enum network_duplicates duplicates;
    enum network_window window;
    enum network_format format;
    bool current;       /* positions=current */
    bool blind;         /* qualifier=none */
    bool key_qualifier; /* the key of duplicates has the qualifier */
    bool isolates;
    long min_statements;
    long window_size;
};

extern const struct vocabulary network_nodes, network_positions, network_qualifiers, network_aggregations,
    network_normalizations, network_duplicate_words, network_duplicate_keys, network_windows, network_formats;

/* The parameters of one-mode and of two-mode networks. */
extern const struct parameter network_one_mode_parameters[], network_two_mode_parameters[];
#define NETWORK_PARAMETERS 14

/* Reads them. False with the reply complete: of the format, which the Accept header may choose. */
bool network_options_read(struct call *call, enum network_mode mode, struct reply *reply, struct network_options *ret)
    __attribute__((warn_unused_result));

/* The Content-Type. */
const char *network_format_type(enum network_format format);

#endif
