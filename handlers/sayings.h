/* Who said a claim, and where it appeared: by the first stances that affirm it. For JSON-LD. */
#ifndef STANCED_HANDLERS_SAYINGS_H
#define STANCED_HANDLERS_SAYINGS_H

#include <jansson.h>
#include <stdbool.h>

#include "handlers/expand.h"

#define SAYINGS_MOST 10 /* stances that are looked at, the earliest */

struct sayings {
    int query;  /* index in the plan */
    json_t *of; /* id of a claim → {"author": Person or Organization, "appearance": [CreativeWork, …]} */
};

/* Adds the statement; `rows` are those of records of which `column` (over the alias `t`) is a claim's id. */
void sayings_plan(struct sayings *sayings, struct arena *arena, struct plan *plan, expand_rows *rows,
                  const void *context, const char *column);
void sayings_free(struct sayings *sayings);

/* Takes a row. False when it belongs to another statement. */
bool sayings_row(struct sayings *sayings, int query, const struct row *row);

/* Adds what is known of it to a claim's JSON, under `said`. */
void sayings_add(const struct sayings *sayings, json_t *claim);

#endif
