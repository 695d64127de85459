/* A network under way: from the rows of its statements to its answer. */
#ifndef STANCED_HANDLERS_NETWORK_H
#define STANCED_HANDLERS_NETWORK_H

#include "handlers/network_nodes.h"
#include "handlers/question.h"
#include "handlers/standing.h"
#include "handlers/ties.h"

/* Networks of one series. */
#define WINDOWS_MOST 1000

/* One network: all there is, or what falls into a window. */
struct slice {
    int64_t from,
        to; /* of a window: days since 1970-01-01 (events: microseconds) of its first and last; both belong to it */
    size_t first, count;         /* in events.list */
    size_t first_tie, tie_count; /* in ties.list */
};

/* Who stands where, vote by vote: for positions=current. */
struct holding {
    bool begun;
    struct identity row, column;
    struct standing standing;
    struct event event; /* of the current position */
};

struct network {
    struct network_options options;
    struct question question;
    /* statements; -1 for none */
    int grouped_query, rows_query, actors_query, claims_query, isolated_actors_query, isolated_claims_query;
    struct events events;
    struct holding holding;
    /* what was left out */
    long non_votes, without_node, undated, ambiguous, dropped;
    size_t statements; /* votes that count */
    struct slice *slices;
    size_t slice_count;
    bool too_many_windows;
    struct ties ties;
    struct network_nodes rows, columns; /* columns: of a two-mode network alone */
};

/* The two sides of it: which of them are actors, and which are nodes. */
bool network_rows_are_claims(const struct network *network);
bool network_has_columns(const struct network *network);

/* Puts the statements of its first round into the plan; network_take takes their rows. */
void network_plan(struct call *call, struct network *network, struct plan *plan);
void network_take(struct network *network, int query, const struct row *row);

/* All votes are in. */
void network_settle(struct network *network);

/* Cuts it into slices; in a network without windows there is one. False when they would be more than WINDOWS_MOST. */
bool network_slice(struct network *network) __attribute__((warn_unused_result));

/* Votes of each node (by its place) in a slice; to be freed. */
uint32_t *network_count(const struct network *network, const struct network_nodes *nodes, const struct slice *slice,
                        bool rows);

/* When a window begins and ends. */
void network_bounds(const struct network *network, const struct slice *slice, struct moment *ret_from,
                    struct moment *ret_to);

/* All nodes are read: puts them and the ties into the order of their labels. From here on, ties name places of nodes. */
void network_arrange(struct network *network);

/* Writes the answer. */
void network_write(const struct call *call, const struct network *network, struct reply *reply);
void network_write_graphml(const struct network *network, struct buffer *out);
void network_write_edges(const struct network *network, struct buffer *out);
void network_write_matrix(const struct network *network, struct buffer *out);

extern const struct answer network_one_mode_answer, network_two_mode_answer;

#endif
