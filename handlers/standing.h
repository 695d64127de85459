/* Where an actor stands on a claim: the fold of its stances into a current position.

   - The latest stance is the current one; but `report`, which takes no side, never displaces another position.
   - A stance without a time serves only while the actor has none with a time.
   - Affirming and denying at one and the same time is ambiguous; so are votes without any time that oppose each other.
   - The last vote outlives every non-vote but `retract`, which withdraws it. */
#ifndef STANCED_HANDLERS_STANDING_H
#define STANCED_HANDLERS_STANDING_H

#include <stdbool.h>
#include <stdint.h>

/* The words of vocabulary_position, by index. */
enum position {
    POSITION_AFFIRM,
    POSITION_DENY,
    POSITION_QUESTION,
    POSITION_DECLINE,
    POSITION_UNABLE_TO_VERIFY,
    POSITION_REPORT,
    POSITION_RETRACT,
    POSITIONS
};

struct point {
    enum position position;
    bool dated;
    bool is_date;      /* of stated_at, when dated */
    int64_t stated_at; /* microseconds since 1970, when dated */
    bool ambiguous;    /* opposed votes at this very time */
};

struct standing {
    bool taken; /* there is a position at all */
    bool voted; /* `vote` is set */
    struct point current;
    struct point vote; /* the latest affirm or deny since the last retract */
    /* votes at the time of the last stance */
    bool timed;
    int64_t time;
    bool affirmed, denied;
};

void standing_begin(struct standing *standing);

/* Takes the actor's next stance; they come in the order (stated_at, those without first; created_at; id). True when it is the
   current one now. `point->ambiguous` is not looked at. */
bool standing_take(struct standing *standing, const struct point *point);

/* Where those stand together who speak for one: `voices` has how many of them are at each position. It is the one position that they
   share; who only reports or has retracted has no part in it, so long as another does not. False where they differ. */
bool standing_agree(const long voices[static POSITIONS], enum position *ret) __attribute__((warn_unused_result));

#endif
