/* The recorded claims that say the same as a text, best first: statements that find candidates by their words, and a closer look at the best of
   those. */
#ifndef STANCED_HANDLERS_MATCHING_H
#define STANCED_HANDLERS_MATCHING_H

#include "handlers/answer.h"
#include "handlers/endpoint.h"
#include "handlers/likeness.h"

#define MATCHING_TEXT_MOST 20000 /* characters of a text */
#define MATCHING_CLOSE_MOST 100  /* candidates that are looked at closely, and so matches at most */

struct match {
    struct cell cells[3]; /* of named_encode; in the arena */
    struct candidate candidate;
};

struct matching {
    struct probe *probe;
    int count_query, terms_query, candidates_query; /* -1 where there is nothing to look for */
    double claims;                                  /* how many there are, about */
    struct match **list; /* in the arena; after matching_finish best first, those with a score */
    size_t count, room;
};

/* Adds the statements. `beside`: id of a claim that is no candidate, nor is what is recorded as its duplicate or was rejected as such; NULL for
   none. */
void matching_plan(struct call *call, struct plan *plan, struct matching *matching, const char *text, size_t length,
                   const char *beside);

/* Takes a row; those of other statements are not looked at. */
void matching_row(struct call *call, struct matching *matching, int query, const struct row *row);

/* Weighs and sorts: of what scores less than `least`, nothing is left. */
void matching_finish(struct matching *matching, double least);

/* A match in a reply, as `matching_members` describe it. */
extern const struct member matching_members[];
void matching_write(struct buffer *out, const struct matching *matching, const struct match *match, bool signals);

/* The array of the first `most` matches. */
void matching_write_all(struct buffer *out, const struct matching *matching, size_t most, bool signals);

#endif
