/* Two sets of columns for each row, those that it affirms and those that it denies, compared 64 columns at a time. For votes without degrees,
   none twice: then counting what two rows share is counting bits. */
#ifndef STANCED_HANDLERS_BITS_H
#define STANCED_HANDLERS_BITS_H

#include "handlers/cells.h"

/* What two rows share: sums over the columns that both have. */
struct shared {
    double product;  /* a·b */
    double distance; /* a·b·|q1 − q2| / 2 */
    /* over those where q1 = q2 alone */
    double mine, theirs; /* a, b */
    double joint;        /* a·b */
};

struct bits {
    uint64_t *words; /* by row: `width` words of what it affirms, then of what it denies */
    size_t width;
};

/* Whether sets can stand for the cells, and are the quicker way, in no more than 16 MiB. */
bool bits_suit(const struct cells *cells);

void bits_make(struct bits *bits, const struct cells *cells);
void bits_free(struct bits *bits);

struct shared bits_compare(const struct bits *bits, size_t row, size_t other);

#endif
