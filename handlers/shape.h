/* The shape in which records are sent: the format, some of their fields, and references in full. */
#ifndef STANCED_HANDLERS_SHAPE_H
#define STANCED_HANDLERS_SHAPE_H

#include <stdbool.h>

#include "handlers/expand.h"
#include "handlers/media.h"
#include "handlers/sayings.h"
#include "schema/encode.h"

struct shape {
    const struct record *record;
    enum media media;
    struct encode_view view; /* its context is `expansions`: a shape stays where it was read */
    struct expansions expansions;
    struct sayings sayings; /* of the claims that are told of in JSON-LD */
};

/* Reads the call's parameters and what it accepts. False with the reply complete (406). */
bool shape_read(struct call *call, struct reply *reply, struct shape *ret) __attribute__((warn_unused_result));
void shape_free(struct shape *shape);

/* The shape of JSON-LD, where `media` is that: what a ClaimReview tells of is there in full. `record` is the review. */
void shape_link(struct shape *shape);

/* Adds the statements of what is to be shown in full; before those of the records themselves. */
void shape_plan(struct shape *shape, struct call *call, struct plan *plan, expand_rows *rows, const void *context);

/* Takes a row of these. False when it belongs to another statement. */
bool shape_row(struct shape *shape, int query, const struct row *row);

/* Begins a reply's body: with the names of the columns where the format has them. */
void shape_begin(const struct shape *shape, struct reply *reply);

/* What stands before the first of several in JSON-LD, and behind the last. */
#define SHAPE_FEED_BEGIN "{\"@context\":\"https://schema.org\",\"@type\":\"DataFeed\",\"dataFeedElement\":["
#define SHAPE_FEED_END "]}\n"

/* The record whose columns begin at cell `first`. */
void shape_put(const struct shape *shape, struct buffer *buffer, const struct row *row, int first);

#endif
