/* A row of positions in the making: a subject (an actor, or a claim), and in it the voices that speak: one, or all those that speak for a
   state. Their stances come in order, voice by voice. */
#ifndef STANCED_HANDLERS_VOICES_H
#define STANCED_HANDLERS_VOICES_H

#include "handlers/evidence.h"
#include "handlers/kept.h"

/* Voices that a row shows; more are counted, and have a say in the position, but are not listed. */
#define VOICES_MOST 100

/* The cells of a row: the subject, the voice, its stance. */
enum { VOICE_SUBJECT, VOICE_ACTOR = VOICE_SUBJECT + NAMED_CELLS, VOICE_EVIDENCE = VOICE_ACTOR + NAMED_CELLS };

struct voice {
    struct standing standing;
    struct kept row; /* of its current stance */
};

struct voices {
    struct voice *list; /* VOICES_MOST of them, made with the first; the last one listed may still be speaking */
    struct voice rest;  /* in place of all that are not listed */
    bool speaking;
    struct identity actor; /* who speaks */
    long count;            /* …without who speaks: voices with a position */
    long tally[POSITIONS]; /* …by it */
    bool ambiguous;        /* one of them is */
};

void voices_init(struct voices *voices);
void voices_free(struct voices *voices);

/* For the next subject. */
void voices_begin(struct voices *voices);

/* Takes the next stance. */
void voices_take(struct voices *voices, const struct row *row, const struct point *point);

/* After the subject's last stance. False where nobody has a position. */
bool voices_end(struct voices *voices) __attribute__((warn_unused_result));

/* How many are listed. */
int voices_listed(const struct voices *voices);

#endif
