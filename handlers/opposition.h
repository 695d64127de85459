/* Who contradicts whom, or himself: votes on claims, and how the claims hang together, in memory.

   - Opposed: two actors, one of whom affirms a claim that the other denies.
   - Contradicted: an actor affirms two claims of which one contradicts the other, whichever says so.
   - Entailed: an actor affirms a claim and denies one that follows from it by at most ENTAILS_DEPTH steps of `entails`. */
#ifndef STANCED_HANDLERS_OPPOSITION_H
#define STANCED_HANDLERS_OPPOSITION_H

#include <stdbool.h>

#include "schema/buffer.h"
#include "schema/identity.h"

#define ENTAILS_DEPTH 8

enum conflict_kind { CONFLICT_OPPOSED, CONFLICT_CONTRADICTED, CONFLICT_ENTAILED, CONFLICTS };

/* One side of a row. */
struct side_taken {
    struct identity claim, actor, stance;
};

struct conflict {
    enum conflict_kind kind;
    struct side_taken one, other;
    int path_count; /* of an entailed one: the claims from the one to the other, both among them, by a shortest way */
    struct identity path[ENTAILS_DEPTH + 1];
};

struct opposition {
    struct buffer claims; /* of struct identity */
    struct buffer votes;  /* of struct vote */
    struct buffer ties;   /* of struct tie */
};

void opposition_init(struct opposition *opposition);
void opposition_free(struct opposition *opposition);
void opposition_clear(struct opposition *opposition);

/* What there is, everything in ascending order: claims whose rows are asked for; ties by kind (entails first), from, to; votes, each
   actor's on a claim once, by claim and actor. A claim that contradicts another stands there both ways. Claims of ties and
   votes need not be among those asked for. */
void opposition_claim(struct opposition *opposition, const struct identity *claim);
void opposition_tie(struct opposition *opposition, enum conflict_kind kind, const struct identity *from,
                    const struct identity *to);
void opposition_vote(struct opposition *opposition, const struct side_taken *side, bool affirms);

/* Whether there was more than may be held. */
bool opposition_overflowed(const struct opposition *opposition);

/* Negative, 0 or positive, as in strcmp: the order of rows is by the one's claim, kind, the other's claim, and the actors. */
int conflict_compare(const struct conflict *left, const struct conflict *right);

/* Hands the rows of these kinds (bits) that come after `after` (NULL: all) to `take`, in their order, until that returns false; before each claim
   it is asked without a row whether to go on. True when all were taken. */
bool opposition_rows(const struct opposition *opposition, unsigned kinds, const struct conflict *after,
                     bool (*take)(void *context, const struct conflict *conflict), void *context);

#endif
