/* One row after the other against all behind it: nothing is as large as the square of the rows.

   With a for the votes of one row in a cell and b for those of the other:
   ignore Σ a·b, conflict Σ a·b·|q1 − q2| / 2, congruence the first less the second (Leifeld, DNA manual, "Qualifier aggregation"). */
#include "handlers/ties.h"

#include <math.h>
#include <stdlib.h>

#include "handlers/bits.h"
#include "schema/heap.h"

#define CAPACITY_FIRST 256

void ties_free(struct ties *ties)
{
    free(ties->list);
    *ties = (struct ties){0};
}

static void add(struct ties *ties, uint32_t source, uint32_t target, double weight)
{
    if (weight == 0) {
        return;
    }
    if (ties->count == TIES_MOST) {
        ties->full = true;
        return;
    }
    if (ties->count == ties->capacity) {
        ties->capacity = ties->capacity == 0 ? CAPACITY_FIRST : ties->capacity * 2;
        ties->list = heap_grow(ties->list, ties->capacity, sizeof *ties->list);
    }
    ties->list[ties->count++] = (struct tie){source, target, weight};
}

unsigned ties_form(const struct network_options *options)
{
    bool textbook = options->normalization == NORMALIZATION_JACCARD_TEXTBOOK ||
                    options->normalization == NORMALIZATION_COSINE_TEXTBOOK;
    unsigned form = options->normalization == NORMALIZATION_JACCARD_TEXTBOOK ? CELLS_PRESENT : CELLS_COUNTED;
    return form | (textbook && options->aggregation == AGGREGATION_IGNORE ? CELLS_MERGED : CELLS_COUNTED);
}

static double ratio(double value, double norm)
{
    return norm == 0 ? 0 : value / norm;
}

/* `squares` are Σ a² and Σ b². */
static double weight_of(const struct shared *shared, const double totals[2], const double squares[2],
                        const struct network_options *options)
{
    double value = options->aggregation == AGGREGATION_IGNORE       ? shared->product
                   : options->aggregation == AGGREGATION_CONGRUENCE ? shared->product - shared->distance
                   : options->aggregation == AGGREGATION_CONFLICT   ? shared->distance
                                                                    : shared->product - 2 * shared->distance;
    switch (options->normalization) {
    case NORMALIZATION_AVERAGE:
        return ratio(value, (totals[0] + totals[1]) / 2);
    case NORMALIZATION_JACCARD:
    case NORMALIZATION_JACCARD_TEXTBOOK: /* of cells that only one has: their votes; of those that both have: a·b */
        return ratio(value, totals[0] - shared->mine + (totals[1] - shared->theirs) + shared->joint);
    case NORMALIZATION_COSINE:
        return ratio(value, totals[0] * totals[1]);
    case NORMALIZATION_COSINE_TEXTBOOK:
        return ratio(value, sqrt(squares[0]) * sqrt(squares[1]));
    default:
        return value;
    }
}

static double *squares_of(const struct cells *cells)
{
    double *squares = heap_array(cells->rows, sizeof *squares);
    for (size_t i = 0; i < cells->count; i++) {
        squares[cells->row[i]] += cells->number[i] * cells->number[i];
    }
    return squares;
}

/* What the row shares with those behind it, column by column. */
struct sweep {
    struct shared *shared; /* by row */
    uint32_t *touched;     /* rows that it shares anything with */
    size_t count;
};

static void sweep_cell(struct sweep *sweep, const struct cells *cells, uint32_t cell)
{
    uint32_t row = cells->row[cell];
    uint32_t end = cells->column_start[cells->column[cell] + 1];
    double q = cells->q[cell];
    double mine = cells->number[cell];
    for (uint32_t other = cell + 1; other < end; other++) {
        uint32_t target = cells->row[other];
        if (target == row) {
            continue;
        }
        struct shared *shared = &sweep->shared[target];
        double product = mine * cells->number[other];
        if (shared->product == 0) {
            sweep->touched[sweep->count++] = target;
        }
        shared->product += product;
        if (q == cells->q[other]) {
            shared->mine += mine;
            shared->theirs += cells->number[other];
            shared->joint += product;
        } else {
            shared->distance += product * fabs(q - cells->q[other]) / 2;
        }
    }
}

static int by_number(const void *one, const void *other)
{
    uint32_t a = *(const uint32_t *)one;
    uint32_t b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

static void sweep_rows(struct ties *ties, const struct cells *cells, const double *squares,
                       const struct network_options *options, const struct call *call)
{
    struct sweep sweep = {.shared = heap_array(cells->rows, sizeof *sweep.shared),
                          .touched = heap_array(cells->rows, sizeof *sweep.touched)};
    for (uint32_t row = 0; row < cells->rows && !ties->full && !call_cancelled(call); row++) {
        sweep.count = 0;
        for (uint32_t i = cells->row_start[row]; i < cells->row_start[row + 1]; i++) {
            sweep_cell(&sweep, cells, cells->row_cell[i]);
        }
        qsort(sweep.touched, sweep.count, sizeof *sweep.touched, by_number);
        for (size_t i = 0; i < sweep.count; i++) {
            uint32_t other = sweep.touched[i];
            add(ties, row, other,
                weight_of(&sweep.shared[other], (double[]){cells->row_total[row], cells->row_total[other]},
                          (double[]){squares[row], squares[other]}, options));
            sweep.shared[other] = (struct shared){0};
        }
    }
    free(sweep.shared);
    free(sweep.touched);
}

static void compare_bits(struct ties *ties, const struct cells *cells, const double *squares,
                         const struct network_options *options, const struct call *call)
{
    struct bits bits;
    bits_make(&bits, cells);
    for (uint32_t row = 0; row < cells->rows && !ties->full && !call_cancelled(call); row++) {
        for (uint32_t other = row + 1; other < cells->rows; other++) {
            struct shared shared = bits_compare(&bits, row, other);
            add(ties, row, other,
                weight_of(&shared, (double[]){cells->row_total[row], cells->row_total[other]},
                          (double[]){squares[row], squares[other]}, options));
        }
    }
    bits_free(&bits);
}

void ties_between_rows(struct ties *ties, const struct cells *cells, const struct network_options *options,
                       const struct call *call)
{
    double *squares = squares_of(cells);
    if (bits_suit(cells)) {
        compare_bits(ties, cells, squares, options, call);
    } else {
        sweep_rows(ties, cells, squares, options, call);
    }
    free(squares);
}

/* What a row says of a column: its cells there, from `cell` on. Returns how many they are. */
static uint32_t value_of(const struct cells *cells, const uint32_t *cell, const uint32_t *end,
                         enum network_aggregation aggregation, double *ret_value)
{
    const uint32_t *at = cell;
    double value = 0;
    bool affirms = false;
    bool denies = false;
    for (; at < end && cells->column[*at] == cells->column[*cell]; at++) {
        value += aggregation == AGGREGATION_SUBTRACT ? cells->q[*at] * cells->number[*at] : cells->number[*at];
        affirms = affirms || cells->q[*at] > 0;
        denies = denies || cells->q[*at] < 0;
    }
    *ret_value = aggregation != AGGREGATION_COMBINE ? value : affirms && denies ? 3 : affirms ? 1 : 2;
    return (uint32_t)(at - cell);
}

/* In how many cells of each row and column there is a tie, whatever its votes. */
struct degrees {
    double *rows, *columns;
};

static struct degrees degrees_of(const struct cells *cells)
{
    struct degrees degrees = {heap_array(cells->rows, sizeof(double)), heap_array(cells->columns, sizeof(double))};
    for (size_t i = 0; i < cells->count; i++) {
        if (i == 0 || cells->row[i] != cells->row[i - 1] || cells->column[i] != cells->column[i - 1]) {
            degrees.rows[cells->row[i]]++;
            degrees.columns[cells->column[i]]++;
        }
    }
    return degrees;
}

void ties_with_columns(struct ties *ties, const struct cells *cells, const struct network_options *options,
                       const struct call *call)
{
    struct degrees degrees = degrees_of(cells);
    bool combine = options->aggregation == AGGREGATION_COMBINE;
    const double *rows = combine ? degrees.rows : cells->row_total;
    const double *columns = combine ? degrees.columns : cells->column_total;
    for (uint32_t row = 0; row < cells->rows && !ties->full && !call_cancelled(call); row++) {
        const uint32_t *end = cells->row_cell + cells->row_start[row + 1];
        uint32_t taken;
        for (const uint32_t *cell = cells->row_cell + cells->row_start[row]; cell < end; cell += taken) {
            double value;
            uint32_t column = cells->column[*cell];
            taken = value_of(cells, cell, end, options->aggregation, &value);
            double norm = options->normalization == NORMALIZATION_ACTIVITY     ? rows[row]
                          : options->normalization == NORMALIZATION_PROMINENCE ? columns[column]
                                                                               : 1;
            add(ties, row, column, ratio(value, norm));
        }
    }
    free(degrees.rows);
    free(degrees.columns);
}
