/* Folds the stances of one subject, voice by voice. */
#include "handlers/voices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void voices_init(struct voices *voices)
{
    *voices = (struct voices){0};
    kept_init(&voices->rest.row);
}

void voices_free(struct voices *voices)
{
    kept_free(&voices->rest.row);
    for (int i = 0; voices->list != NULL && i < VOICES_MOST; i++) {
        kept_free(&voices->list[i].row);
    }
    free(voices->list);
    voices->list = NULL;
}

static void make_list(struct voices *voices)
{
    voices->list = calloc(VOICES_MOST, sizeof *voices->list);
    if (voices->list == NULL) {
        fprintf(stderr, "stanced: out of memory\n");
        abort();
    }
    for (int i = 0; i < VOICES_MOST; i++) {
        kept_init(&voices->list[i].row);
    }
}

void voices_begin(struct voices *voices)
{
    voices->speaking = false;
    voices->count = 0;
    voices->ambiguous = false;
    memset(voices->tally, 0, sizeof voices->tally);
}

/* Who speaks. */
static struct voice *speaker(struct voices *voices)
{
    return voices->count < VOICES_MOST ? &voices->list[voices->count] : &voices->rest;
}

static void end_voice(struct voices *voices)
{
    const struct standing *standing = &speaker(voices)->standing;
    if (voices->speaking && standing->taken) {
        voices->tally[standing->current.position]++;
        voices->ambiguous = voices->ambiguous || standing->current.ambiguous;
        voices->count++;
    }
    voices->speaking = false;
}

void voices_take(struct voices *voices, const struct row *row, const struct point *point)
{
    if (voices->list == NULL) {
        make_list(voices);
    }
    struct identity actor = cell_identity(&row->cells[VOICE_ACTOR]);
    if (!voices->speaking || memcmp(&actor, &voices->actor, sizeof actor) != 0) {
        if (voices->speaking) {
            end_voice(voices);
        }
        voices->speaking = true;
        voices->actor = actor;
        standing_begin(&speaker(voices)->standing);
    }
    if (standing_take(&speaker(voices)->standing, point)) {
        kept_take(&speaker(voices)->row, row);
    }
}

bool voices_end(struct voices *voices)
{
    if (voices->speaking) {
        end_voice(voices);
    }
    return voices->count > 0;
}

int voices_listed(const struct voices *voices)
{
    return voices->count < VOICES_MOST ? (int)voices->count : VOICES_MOST;
}
