/* Records as JSON-LD: a review as a ClaimReview, a claim by itself or with the reviews of it. A stance is never one: who denies a claim has
   not checked it. */
#ifndef STANCED_HANDLERS_LINKED_H
#define STANCED_HANDLERS_LINKED_H

#include "handlers/endpoint.h"
#include "handlers/shape.h"
#include "schema/encode.h"

#define LINKED_REVIEWS_MOST 1000 /* of one claim, the latest */

/* The record whose columns begin at cell `first`. */
void linked_put(struct buffer *buffer, const struct shape *shape, const struct row *row, int first);

/* The same as a document of its own, of a row that has nothing else. */
void linked_put_alone(struct buffer *buffer, const struct shape *shape, const struct row *row);

/* A claim with its reviews, as one document. */
struct linked_claim {
    const char *id;
    struct shape alone, reviews;
    int claim_query, review_query;
    struct buffer claim; /* by itself */
    int version;
    long count;
};

/* Zeroed before. `id` lives as long as the call. */
void linked_claim_plan(struct linked_claim *linked, struct call *call, struct plan *plan, const char *id);
void linked_claim_free(struct linked_claim *linked);
void linked_claim_row(struct linked_claim *linked, int query, const struct row *row, struct reply *reply);

/* Completes the body. False when there is no such claim. */
bool linked_claim_finish(struct linked_claim *linked, struct reply *reply);

#endif
