/* A citation graph: sources with what they cite and who published them, actors with whose they are. Nodes are indexes, in the order in which
   they came; NODE_NONE is no node. */
#ifndef STANCED_HANDLERS_CITATIONS_H
#define STANCED_HANDLERS_CITATIONS_H

#include <stdbool.h>
#include <stddef.h>

#define NODE_NONE (-1)
#define CITATION_DEPTH 16 /* steps of a walk */

/* What a graph holds at most, so that all walks over it take milliseconds. */
#define SOURCES_MOST 1000
#define CITATIONS_MOST 4000
#define OWNERS_MOST 2000

struct cited_source {
    bool first_hand;
    int publisher;    /* an actor */
    int first, count; /* its part of `targets` */
};

struct owner {
    int part_of, owned_by; /* actors */
};

struct citations {
    struct cited_source sources[SOURCES_MOST];
    int source_count;
    int targets[CITATIONS_MOST]; /* sources */
    int target_count;
    struct owner owners[OWNERS_MOST];
    int owner_count;
};

/* A walk up the citations from one source, the nearest first. */
struct walk {
    int order[SOURCES_MOST]; /* sources, each once; the start itself is the first */
    int from[SOURCES_MOST];  /* by source: the one that cites it on the shortest way, NODE_NONE for the start */
    int steps[SOURCES_MOST]; /* by source: how far it is; -1 where it was not reached */
    int count;
    bool cut; /* something lay beyond CITATION_DEPTH */
};

/* Walks. Where two ways are equally short, the citation that was given first counts. */
void citations_walk(const struct citations *graph, int start, struct walk *ret);

/* The owners above an actor, itself the first, by part_of and owned_by. Returns how many. */
int citations_owners(const struct citations *graph, int actor, int ret_owners[static OWNERS_MOST]);

/* Cycles: ret_cycle has for each source the number of its cycle, from 0, or -1. Sources that reach each other are one cycle, and so is a source
   that cites itself (Tarjan's strongly connected components). Returns how many cycles there are. */
int citations_cycles(const struct citations *graph, int ret_cycle[static SOURCES_MOST]);

#endif
