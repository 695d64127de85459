/* Counting sorts by row, then by column; what falls together is one cell. */
#include "handlers/cells.h"

#include <stdlib.h>

#include "schema/heap.h"

void cells_free(struct cells *cells)
{
    free(cells->row);
    free(cells->column);
    free(cells->number);
    free(cells->q);
    free(cells->column_start);
    free(cells->row_start);
    free(cells->row_cell);
    free(cells->row_total);
    free(cells->column_total);
    *cells = (struct cells){0};
}

/* Sorts `from` into `to` by the keys of what it numbers, stably. Both may be NULL as `from` for 0, 1, 2 … */
static void sort_by(const struct event *events, const uint32_t *from, uint32_t *to, size_t count, size_t keys, bool row)
{
    uint32_t *place = heap_array(keys + 1, sizeof *place);
    for (size_t i = 0; i < count; i++) {
        place[(row ? events[i].row : events[i].column) + 1]++;
    }
    for (size_t i = 0; i < keys; i++) {
        place[i + 1] += place[i];
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t number = from == NULL ? (uint32_t)i : from[i];
        to[place[row ? events[number].row : events[number].column]++] = number;
    }
    free(place);
}

/* Votes of one row on one column are few, and nearly all alike. */
static void sort_by_q(const struct event *events, uint32_t *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint32_t number = order[i];
        size_t at = i;
        for (; at > 0 && events[order[at - 1]].q > events[number].q; at--) {
            order[at] = order[at - 1];
        }
        order[at] = number;
    }
}

static int by_q(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;
    return (a > b) - (a < b);
}

/* …but need not be. */
#define INSERTED_MOST 64

static void put_cell(struct cells *cells, const struct event *event, double q, double number, bool present)
{
    size_t last = cells->count;
    bool again = last > 0 && cells->row[last - 1] == event->row && cells->column[last - 1] == event->column &&
                 cells->q[last - 1] == q;
    if (!again) {
        cells->row[last] = event->row;
        cells->column[last] = event->column;
        cells->q[last] = q;
        cells->number[last] = 0;
        cells->count++;
    }
    double *count = &cells->number[cells->count - 1];
    *count = present ? 1 : *count + number;
}

/* The votes of one row on one column. */
static void put_run(struct cells *cells, const struct event *events, uint32_t *order, size_t count, unsigned form)
{
    bool present = (form & CELLS_PRESENT) != 0;
    const struct event *first = &events[order[0]];
    if ((form & CELLS_MERGED) != 0) {
        put_cell(cells, first, 1, (double)count, present);
        return;
    }
    if (count <= INSERTED_MOST) {
        sort_by_q(events, order, count);
        for (size_t i = 0; i < count; i++) {
            put_cell(cells, &events[order[i]], events[order[i]].q, 1, present);
        }
        return;
    }
    double *qs = heap_array(count, sizeof *qs);
    for (size_t i = 0; i < count; i++) {
        qs[i] = events[order[i]].q;
    }
    qsort(qs, count, sizeof *qs, by_q);
    for (size_t i = 0; i < count; i++) {
        put_cell(cells, first, qs[i], 1, present);
    }
    free(qs);
}

static void index_cells(struct cells *cells)
{
    for (size_t i = 0; i < cells->count; i++) {
        cells->column_start[cells->column[i] + 1]++;
        cells->row_start[cells->row[i] + 1]++;
        cells->row_total[cells->row[i]] += cells->number[i];
        cells->column_total[cells->column[i]] += cells->number[i];
    }
    for (size_t i = 0; i < cells->columns; i++) {
        cells->column_start[i + 1] += cells->column_start[i];
    }
    for (size_t i = 0; i < cells->rows; i++) {
        cells->row_start[i + 1] += cells->row_start[i];
    }
    uint32_t *place = heap_array(cells->rows, sizeof *place);
    for (size_t i = 0; i < cells->count; i++) {
        uint32_t row = cells->row[i];
        cells->row_cell[cells->row_start[row] + place[row]++] = (uint32_t)i;
    }
    free(place);
}

void cells_make(struct cells *cells, const struct event *events, size_t count, size_t rows, size_t columns,
                unsigned form)
{
    *cells = (struct cells){.rows = rows, .columns = columns};
    uint32_t *by_row = heap_array(count, sizeof *by_row);
    uint32_t *order = heap_array(count, sizeof *order);
    sort_by(events, NULL, by_row, count, rows, true);
    sort_by(events, by_row, order, count, columns, false);
    free(by_row);
    cells->row = heap_array(count, sizeof *cells->row);
    cells->column = heap_array(count, sizeof *cells->column);
    cells->number = heap_array(count, sizeof *cells->number);
    cells->q = heap_array(count, sizeof *cells->q);
    for (size_t i = 0, next; i < count; i = next) {
        const struct event *first = &events[order[i]];
        for (next = i + 1;
             next < count && events[order[next]].row == first->row && events[order[next]].column == first->column;
             next++) {
        }
        put_run(cells, events, order + i, next - i, form);
    }
    free(order);
    cells->column_start = heap_array(columns + 1, sizeof *cells->column_start);
    cells->row_start = heap_array(rows + 1, sizeof *cells->row_start);
    cells->row_cell = heap_array(cells->count, sizeof *cells->row_cell);
    cells->row_total = heap_array(rows, sizeof *cells->row_total);
    cells->column_total = heap_array(columns, sizeof *cells->column_total);
    index_cells(cells);
}
