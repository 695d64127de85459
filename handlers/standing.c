/* Folds an actor's stances, oldest first. */
#include "handlers/standing.h"

void standing_begin(struct standing *standing)
{
    *standing = (struct standing){0};
}

/* Forgets the votes of another time. */
static void reach(struct standing *standing, const struct point *point)
{
    if (point->dated && !standing->timed) {
        standing_begin(standing); /* what came without a time has had its use */
        standing->timed = true;
        standing->time = point->stated_at;
    } else if (point->dated && point->stated_at != standing->time) {
        standing->time = point->stated_at;
        standing->affirmed = false;
        standing->denied = false;
    }
}

bool standing_take(struct standing *standing, const struct point *point)
{
    reach(standing, point);
    struct point now = *point;
    if (now.position == POSITION_RETRACT) {
        standing->affirmed = false;
        standing->denied = false;
        standing->voted = false;
    }
    standing->affirmed = standing->affirmed || now.position == POSITION_AFFIRM;
    standing->denied = standing->denied || now.position == POSITION_DENY;
    now.ambiguous = standing->affirmed && standing->denied;
    if (now.position == POSITION_AFFIRM || now.position == POSITION_DENY) {
        standing->voted = true;
        standing->vote = now;
    }
    bool takes = !standing->taken || now.position != POSITION_REPORT || standing->current.position == POSITION_REPORT;
    if (takes) {
        standing->taken = true;
        standing->current = now;
    }
    return takes;
}

bool standing_agree(const long voices[static POSITIONS], enum position *ret)
{
    int different = 0;
    enum position position = voices[POSITION_RETRACT] > 0 ? POSITION_RETRACT : POSITION_REPORT;
    for (int i = 0; i < POSITION_REPORT; i++) { /* retract and report come behind all others */
        if (voices[i] > 0) {
            different++;
            position = (enum position)i;
        }
    }
    if (different > 1) {
        return false;
    }
    *ret = position;
    return true;
}
