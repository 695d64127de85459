/* What records are called: the cells id, ref and label of many, for answers that name them after their rows are gone. */
#ifndef STANCED_HANDLERS_NAMES_H
#define STANCED_HANDLERS_NAMES_H

#include <stddef.h>

#include "handlers/named.h"
#include "schema/buffer.h"

struct names {
    struct buffer bytes;
    struct buffer entries; /* of struct name */
};

void names_init(struct names *names);
void names_free(struct names *names);

/* Keeps the NAMED_CELLS cells under the next number, from 0. */
void names_add(struct names *names, const struct cell *cells);

/* Those of a number; they are good until the next names_add. */
void names_get(const struct names *names, int number, struct cell ret_cells[static NAMED_CELLS]);

#endif
