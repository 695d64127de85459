/* Copies rows. */
#include "handlers/kept.h"

#include <stdlib.h>

#define ROW_LIMIT ((size_t)4 * 1024 * 1024) /* far more than the fields of one record hold */

void kept_init(struct kept *kept)
{
    *kept = (struct kept){0};
    buffer_init(&kept->bytes, ROW_LIMIT);
}

void kept_free(struct kept *kept)
{
    buffer_free(&kept->bytes);
}

void kept_take(struct kept *kept, const struct row *row)
{
    size_t length = 0;
    buffer_clear(&kept->bytes);
    for (int i = 0; i < row->count; i++) {
        length += row->cells[i].length > 0 ? (size_t)row->cells[i].length : 0;
    }
    if (row->count > KEPT_CELLS || buffer_reserve(&kept->bytes, length + 1) == NULL) {
        abort(); /* a fault of the program */
    }
    for (int i = 0; i < row->count; i++) { /* nothing moves any more */
        const struct cell *cell = &row->cells[i];
        kept->cells[i] = (struct cell){kept->bytes.data + kept->bytes.length, cell->length};
        if (cell->length > 0) {
            buffer_put(&kept->bytes, cell->bytes, (size_t)cell->length);
        }
    }
    kept->count = row->count;
}

void kept_swap(struct kept *one, struct kept *other)
{
    struct kept between = *one;
    *one = *other;
    *other = between;
}
