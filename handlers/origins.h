/* How many independent origins statements have, as far as is recorded.

   The candidates of a statement are its `origin`, where that is given; otherwise all first-hand sources that its source leads to, the source
   itself included, narrowed to those published by its actor or its speaker where there are such. A statement without a candidate has an unknown
   origin, and counts for nothing.

   Candidates belong together when one statement has both; when one leads to the other, or both lead to the same source; and when their
   publishers are one, or have the same owner above them (part_of, owned_by). What belongs together is one origin. */
#ifndef STANCED_HANDLERS_ORIGINS_H
#define STANCED_HANDLERS_ORIGINS_H

#include "handlers/citations.h"

#define STATEMENTS_MOST 1000
#define PATHS_MOST 5 /* candidates of one statement to which a path is kept; all of them count */
#define PATH_MOST (CITATION_DEPTH + 1)

enum basis {
    BASIS_ORIGIN,    /* as stated */
    BASIS_NARROWED,  /* first-hand sources of the actor's or the speaker's own */
    BASIS_REACHABLE, /* all first-hand sources that are reached */
    BASIS_UNKNOWN
};

/* A path from a statement's source to a candidate, both included. */
struct path {
    int sources[PATH_MOST];
    int count;
};

struct statement_of {
    /* in */
    int group;          /* statements of other groups are none of its business: a position */
    int actor, speaker; /* owners */
    int source, origin; /* sources */
    /* out */
    enum basis basis;
    int candidates;
    struct path paths[PATHS_MOST]; /* to the first of them, the nearest first */
    int path_count;
    int component; /* number of its origin within the group, from 0; -1 for unknown */
};

enum join_reason { JOIN_STATEMENT, JOIN_UPSTREAM, JOIN_OWNER };

/* Why two candidates belong together. */
struct join {
    enum join_reason reason;
    int first, second; /* the candidates: sources */
    int via;           /* a statement, a source or an owner */
    int component;
};

#define JOINS_MOST SOURCES_MOST

struct origins {
    struct citations graph;
    struct statement_of statements[STATEMENTS_MOST];
    int statement_count;
    bool cut; /* some walk met the bound of its depth */
    /* of the group last counted */
    int components;
    int component[SOURCES_MOST]; /* by source: of candidates, the number of their origin; -1 of others */
    struct join joins[JOINS_MOST];
    int join_count;
    /* for the walks */
    struct walk walk, upstream;
    int owners[OWNERS_MOST];
    int parent[SOURCES_MOST];
    bool candidate[SOURCES_MOST];
    int source_of[SOURCES_MOST]; /* by source: the first candidate that leads to it */
    int owner_of[OWNERS_MOST];   /* by owner: the first candidate that it stands above */
};

/* Counts the origins of a group; fills what is for output. */
void origins_count(struct origins *origins, int group);

#endif
