/* A row that outlives the result it came in. */
#ifndef STANCED_HANDLERS_KEPT_H
#define STANCED_HANDLERS_KEPT_H

#include "schema/buffer.h"
#include "schema/row.h"

#define KEPT_CELLS 48

struct kept {
    struct buffer bytes;
    struct cell cells[KEPT_CELLS];
    int count;
};

void kept_init(struct kept *kept);
void kept_free(struct kept *kept);

/* Copies the row, in place of the one before. */
void kept_take(struct kept *kept, const struct row *row);

/* Each gets what the other had. */
void kept_swap(struct kept *one, struct kept *other);

#endif
