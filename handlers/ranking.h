/* The newest of many rows, as a page of them: found in any order, kept as far as the page shows them, memory bounded by its length. */
#ifndef STANCED_HANDLERS_RANKING_H
#define STANCED_HANDLERS_RANKING_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/page.h"
#include "schema/buffer.h"
#include "schema/identity.h"

/* A row's place: later times first; of one time, the smaller id first. */
struct rank {
    int64_t time; /* microseconds since 1970; RANK_UNDATED comes last */
    struct identity id;
};

#define RANK_UNDATED INT64_MIN

struct ranked {
    struct rank rank;
    struct buffer row;
};

struct ranking {
    const struct page *page;
    bool continues;
    struct rank after; /* of the last row of the page before */
    struct ranked *list;
    long count, capacity;
    bool full; /* what comes behind `worst` is not wanted any more */
    struct rank worst;
};

/* For the page, whose cursor says where it begins. False where that is no cursor of a ranking. */
bool ranking_init(struct ranking *ranking, const struct page *page) __attribute__((warn_unused_result));
void ranking_free(struct ranking *ranking);

/* Where to write the row of this rank; NULL where the page does not show it. Good until the next call. */
struct buffer *ranking_add(struct ranking *ranking, const struct rank *rank);

/* Sends the rows through the page. ret_last is the place of the last one shown, in `arena`. */
void ranking_send(struct ranking *ranking, struct page *page, struct reply *reply, struct arena *arena,
                  struct cursor *ret_last);

#endif
