/* Reviews as schema.org's ClaimReview, there and back.

   What of a ClaimReview has no field in a review lies in the review's attributes under `claimreview`, and goes out again from there: so
   nothing is lost that came in. */
#ifndef STANCED_HANDLERS_CLAIMREVIEW_H
#define STANCED_HANDLERS_CLAIMREVIEW_H

#include <jansson.h>
#include <stdbool.h>

#include "schema/arena.h"
#include "schema/problem.h"

#define CLAIMREVIEW_KEY "claimreview"
#define CLAIMREVIEW_CONTEXT "https://schema.org"

/* The bodies of what a ClaimReview tells of; the caller's to release. Actor and review are NULL for a Claim by itself. */
struct claimreview {
    json_t *actor, *claim, *review;
};

/* False with faults when there is no ClaimReview and no Claim in it, or something is missing that a review cannot be without. */
bool claimreview_read(const json_t *item, struct arena *arena, struct faults *faults, struct claimreview *ret);
void claimreview_free(struct claimreview *claimreview);

/* The ClaimReviews in an item of a feed: itself, or what its `item` holds. Calls `take` for each. */
void claimreview_each(const json_t *item, void (*take)(void *context, const json_t *item), void *context);

/* A review as its JSON with claim, reviewer and source in full, and handlers/sayings.h of the claim → ClaimReview. The caller owns it. */
json_t *claimreview_write(const json_t *review) __attribute__((returns_nonnull));

/* A claim without a review. */
json_t *claimreview_write_claim(const json_t *claim) __attribute__((returns_nonnull));

#endif
