/* The rows that a page of a list is made of: which, in which order, from where on, how many. */
#ifndef STANCED_HANDLERS_SELECTION_H
#define STANCED_HANDLERS_SELECTION_H

#include <stdbool.h>

#include "handlers/condition.h"
#include "handlers/cursor.h"
#include "handlers/order.h"
#include "handlers/statement.h"

struct selection {
    const struct record *record;
    struct ordering ordering;
    const struct cursor *after; /* NULL for the first page */
    long limit;
    struct {
        const struct parameter *parameter;
        const char *value;
    } filters[CONDITIONS_MOST];
    int filter_count;
};

/* Rows without a value in the column of the order come behind all others, whichever way it runs. They are a part of their own,
   so that one index serves both ways, and a page may need both parts. */
enum part { PART_VALUES, PART_NULLS, PARTS };

/* Reads filters and sort of `record` from the call. False with a fault when there are too many filters. */
bool selection_read(struct call *call, const struct record *record, struct selection *ret)
    __attribute__((warn_unused_result));

/* Whether `after` can be a place in this list. */
bool selection_starts(const struct selection *selection, const struct cursor *after);

/* Whether the page may have rows of that part. */
bool selection_has(const struct selection *selection, enum part part);

/* Appends "SELECT `columns` FROM … LIMIT n": one row more than the page has, or some. */
void selection_put(struct statement *statement, const struct selection *selection, enum part part, const char *columns);

/* Appends the same over all parts. */
void selection_put_all(struct statement *statement, const struct selection *selection, const char *columns);

/* Appends the filters alone, `joint` before the first of them and " AND " before the others; nothing when there are none. */
void selection_put_filters(struct statement *statement, const struct selection *selection, const char *joint);

/* Adds what has to stand before all other statements of a request with filters: they are planned for the values that it brings.
   A plan for any value would do as well for most, and read a large part of a table for those that are more frequent than others.
   Nothing where no value could change the plan: planning costs more than reading a page. */
void selection_plan(const struct selection *selection, struct plan *plan);

/* Whether indexes lead to the rows, so that a page takes no longer than its length asks for. */
bool selection_indexed(const struct selection *selection);

#endif
