/* The answers about positions: on a claim, and of an actor. */
#ifndef STANCED_HANDLERS_POSITIONS_ANSWER_H
#define STANCED_HANDLERS_POSITIONS_ANSWER_H

#include "handlers/answer.h"

extern const struct answer positions_of_claim, positions_of_actor;

/* Numbers by position, in the order of enum position: {"affirm": 1, …}. */
extern const struct member positions_counts[];

#endif
