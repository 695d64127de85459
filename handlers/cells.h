/* Votes counted: how often each row said the same of each column. A sparse matrix of three dimensions (row, column, q), held by column and by
   row. */
#ifndef STANCED_HANDLERS_CELLS_H
#define STANCED_HANDLERS_CELLS_H

#include "handlers/events.h"

struct cells {
    size_t count; /* of cells */
    size_t rows, columns;
    /* by cell, in the order (column, row, q) */
    uint32_t *row, *column;
    double *number; /* votes in it */
    double *q;
    uint32_t *column_start;           /* [columns + 1] */
    uint32_t *row_start;              /* [rows + 1], in row_cell */
    uint32_t *row_cell;               /* cells by row */
    double *row_total, *column_total; /* their votes */
};

/* What is made of the votes on the way. */
enum cells_form {
    CELLS_COUNTED,
    CELLS_MERGED = 1, /* whatever their q: it is 1 */
    CELLS_PRESENT = 2 /* once, however often */
};

/* Of `count` events. About 40 bytes each; to be freed. */
void cells_make(struct cells *cells, const struct event *events, size_t count, size_t rows, size_t columns,
                unsigned form);
void cells_free(struct cells *cells);

#endif
