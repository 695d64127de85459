/* Folds moment by moment. */
#include "handlers/turns.h"

static const enum position looked_at[] = {POSITION_AFFIRM, POSITION_DENY, POSITION_RETRACT};
#define LOOKED_AT (sizeof looked_at / sizeof *looked_at)

void turns_init(struct turns *turns, turns_found *found, void *context)
{
    *turns = (struct turns){.found = found, .context = context};
    kept_init(&turns->row);
    for (size_t i = 0; i < LOOKED_AT; i++) {
        kept_init(&turns->sides[looked_at[i]].first);
        kept_init(&turns->sides[looked_at[i]].last);
    }
}

void turns_free(struct turns *turns)
{
    kept_free(&turns->row);
    for (size_t i = 0; i < LOOKED_AT; i++) {
        kept_free(&turns->sides[looked_at[i]].first);
        kept_free(&turns->sides[looked_at[i]].last);
    }
}

static void end_moment(struct turns *turns)
{
    struct side *sides = turns->sides;
    bool one_sided = sides[POSITION_AFFIRM].taken != sides[POSITION_DENY].taken;
    if (one_sided) {
        enum position vote = sides[POSITION_AFFIRM].taken ? POSITION_AFFIRM : POSITION_DENY;
        if (turns->voted && turns->vote != vote) {
            turns->found(turns->context, TURN_REVERSAL, &turns->row, &sides[vote].first);
        }
        turns->voted = turns->stands = true;
        turns->vote = vote;
        kept_swap(&turns->row, &sides[vote].last);
    }
    if (sides[POSITION_RETRACT].taken && turns->stands) {
        turns->found(turns->context, TURN_WITHDRAWAL, &turns->row, &sides[POSITION_RETRACT].first);
        turns->stands = false;
    }
    for (size_t i = 0; i < LOOKED_AT; i++) {
        sides[looked_at[i]].taken = false;
    }
}

void turns_take(struct turns *turns, const struct point *point, const struct row *row)
{
    if (point->stated_at != turns->moment) {
        end_moment(turns);
        turns->moment = point->stated_at;
    }
    if (position_polarity((int)point->position) == 0 && point->position != POSITION_RETRACT) {
        return;
    }
    struct side *side = &turns->sides[point->position];
    if (!side->taken) {
        kept_take(&side->first, row);
    }
    kept_take(&side->last, row);
    side->taken = true;
}

void turns_end(struct turns *turns)
{
    end_moment(turns);
    turns->voted = turns->stands = false;
}
