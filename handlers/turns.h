/* Changes of mind: the fold of an actor's stances on a claim into reversals and withdrawals.

   - A reversal is two successive votes of opposite sign; non-votes between them, retractions too, change nothing.
   - A withdrawal is a retraction of a vote that was not retracted before.
   - A moment at which an actor both affirms and denies takes no side: it neither ends nor begins anything.
   - Of one moment, votes come before retractions. */
#ifndef STANCED_HANDLERS_TURNS_H
#define STANCED_HANDLERS_TURNS_H

#include "handlers/kept.h"
#include "handlers/standing.h"

enum turn { TURN_REVERSAL, TURN_WITHDRAWAL };

/* Takes a turn: the rows of the stance before and of the one after it. */
typedef void turns_found(void *context, enum turn turn, const struct kept *from, const struct kept *to);

/* A side of one moment. */
struct side {
    bool taken;
    struct kept first, last;
};

struct turns {
    turns_found *found;
    void *context;
    bool voted, stands; /* there was a vote; it has not been retracted */
    enum position vote;
    struct kept row; /* of that vote, the last one before what comes now */
    int64_t moment;
    struct side sides[POSITIONS]; /* affirm, deny and retract at this moment */
};

void turns_init(struct turns *turns, turns_found *found, void *context);
void turns_free(struct turns *turns);

/* Takes the next stance with a time, in the order of their times. Only votes and retractions are looked at. */
void turns_take(struct turns *turns, const struct point *point, const struct row *row);

/* After the last stance; ready for the next actor or claim. */
void turns_end(struct turns *turns);

#endif
