/* The ties of a network, from the cells of its votes. */
#ifndef STANCED_HANDLERS_TIES_H
#define STANCED_HANDLERS_TIES_H

#include "handlers/cells.h"

/* Ties that one reply may have, over all windows: 16 MiB of them. */
#define TIES_MOST 1000000

struct tie {
    uint32_t source, target; /* rows, the smaller one first; in a two-mode network a row and a column */
    double weight;           /* not 0 */
};

/* Zeroed, it is empty. */
struct ties {
    struct tie *list;
    size_t count, capacity;
    bool full; /* there were more than TIES_MOST */
};

void ties_free(struct ties *ties);

/* From here on: they stop at the bound, and where call_cancelled() says so. */

/* How the votes of `options` are to be counted: enum cells_form. */
unsigned ties_form(const struct network_options *options);

/* Adds the ties between rows. A pair costs as many steps as the two share columns, or a step for 64 columns where that is less. */
void ties_between_rows(struct ties *ties, const struct cells *cells, const struct network_options *options,
                       const struct call *call);

/* Adds the ties of rows with columns. */
void ties_with_columns(struct ties *ties, const struct cells *cells, const struct network_options *options,
                       const struct call *call);

#endif
