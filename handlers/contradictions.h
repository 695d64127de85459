/* What a search for contradictions holds, from its first statement to the page that shows what was found. */
#ifndef STANCED_HANDLERS_CONTRADICTIONS_H
#define STANCED_HANDLERS_CONTRADICTIONS_H

#include "handlers/kept.h"
#include "handlers/names.h"
#include "handlers/opposition.h"
#include "handlers/question.h"
#include "handlers/roster.h"
#include "handlers/standing.h"

/* Times that a search looks at a batch of claims; a page that is not full by then is sent as it is. */
#define CONTRADICTION_BATCHES 3

struct contradictions {
    const struct call *call;
    struct question question;
    unsigned kinds; /* bits of enum conflict_kind */
    /* where it goes on */
    bool continues, inclusive;
    struct identity from;
    const struct conflict *after;
    /* what comes in */
    int query;
    struct opposition opposition;
    int claims;
    long ties[2];
    bool folding;
    struct side_taken side; /* whose stances are coming in, and the current one of them */
    struct standing standing;
    /* the rows of the page, and one more where there is */
    struct buffer rows; /* of struct conflict */
    long count;
    bool ended, truncated;
    /* what they show */
    bool showing;
    int names_query;
    struct roster stances, claim_names; /* numbers from 1 */
    struct kept *shown;
    size_t shown_count, shown_bytes;
    struct names names;
};

/* Finding: the statement for the next batch of claims, its rows, and how many claims a batch has. The votes are whole once contradictions_found
   was called after the last row. */
void contradictions_find(struct call *call, struct plan *plan, struct contradictions *all);
void contradictions_take(struct contradictions *all, const struct row *row);
void contradictions_found(struct contradictions *all);
int contradictions_batch(unsigned round);

/* Showing: the statements for what the rows of the page show, their rows, and a row of the page. */
void contradictions_look_up(struct call *call, struct plan *plan, struct contradictions *all);
void contradictions_keep(struct contradictions *all, int query, const struct row *row);
void contradictions_write(struct call *call, struct contradictions *all, const struct conflict *row,
                          struct reply *reply);
void contradictions_forget(struct contradictions *all);

/* Whether it is more than is shown at a time. */
bool contradictions_too_large(const struct contradictions *all);

#endif
