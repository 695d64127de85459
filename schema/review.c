/* Reviews: fact-checks of a claim, in the terms of schema.org's ClaimReview. */
#include <jansson.h>

#include "schema/attributes.h"
#include "schema/record.h"
#include "schema/validate.h"

#define RATING_MOST 1000000000.0

static const struct field fields[] = {
    {
        .name = "claim",
        .type = FIELD_REFERENCE,
        .flags = FIELD_REQUIRED | FIELD_FIXED | FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_CLAIM,
        .help = "The claim that it reviews; it never changes.",
        .example = "\"dprk-military-support\"",
    },
    {
        .name = "reviewer",
        .type = FIELD_REFERENCE,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_ACTOR,
        .help = "The actor that reviewed it.",
        .example = "\"yonhap\"",
    },
    {
        .name = "rating_label",
        .type = FIELD_TEXT,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_SEARCH,
        .least = 1,
        .most = 300,
        .help = "The verdict in the reviewer's words.",
        .example = "\"Mostly true\"",
    },
    {
        .name = "rating_value",
        .type = FIELD_NUMBER,
        .flags = FIELD_FILTER | FIELD_SORT,
        .least = -RATING_MOST,
        .most = RATING_MOST,
        .help = "The verdict as a number, between rating_worst and rating_best.",
        .example = "4",
    },
    {
        .name = "rating_best",
        .type = FIELD_NUMBER,
        .flags = FIELD_FILTER | FIELD_SORT,
        .least = -RATING_MOST,
        .most = RATING_MOST,
        .help = "The number that stands for the best verdict.",
        .example = "5",
    },
    {
        .name = "rating_worst",
        .type = FIELD_NUMBER,
        .flags = FIELD_FILTER | FIELD_SORT,
        .least = -RATING_MOST,
        .most = RATING_MOST,
        .help = "The number that stands for the worst verdict.",
        .example = "1",
    },
    {
        .name = "source",
        .type = FIELD_REFERENCE,
        .flags = FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_SOURCE,
        .help = "The source in which the review appeared; a review has a source or a url.",
        .example = "\"yonhap-fact-check\"",
    },
    {
        .name = "url",
        .type = FIELD_URI,
        .flags = FIELD_WEB | FIELD_FILTER | FIELD_INDEX,
        .most = 2000,
        .help = "Where the review can be read; a review has a source or a url.",
        .example = "\"https://example.org/fact-checks/77\"",
    },
    {
        .name = "reviewed_at",
        .type = FIELD_TIME,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .help = "When the review was published.",
        .example = "\"2024-10-25\"",
    },
    {
        .name = "summary",
        .type = FIELD_TEXT,
        .flags = FIELD_SEARCH,
        .least = 1,
        .most = 5000,
        .help = "What the review found.",
        .example = "\"Satellite images bear out the movement of ships.\"",
    },
    FIELD_ATTRIBUTES,
};

static bool given(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    return value != NULL && !json_is_null(value);
}

static void check_review(const struct draft *draft, struct faults *faults)
{
    /* Asked of the body: a url that is there but broken has its own fault and is not missing. */
    if (!given(draft->body, "source") && !given(draft->body, "url")) {
        faults_add(faults, "/source", "required", "A review has a source or a url.");
    }
    const json_t *value = json_object_get(draft->document, "rating_value");
    const json_t *best = json_object_get(draft->document, "rating_best");
    const json_t *worst = json_object_get(draft->document, "rating_worst");
    if (best != NULL && worst != NULL && json_number_value(worst) > json_number_value(best)) {
        faults_add(faults, "/rating_worst", "conflicting_fields", "rating_worst is above rating_best.");
        return; /* no value lies between them */
    }
    if (value != NULL && best != NULL && json_number_value(value) > json_number_value(best)) {
        faults_add(faults, "/rating_value", "conflicting_fields", "rating_value is above rating_best.");
    }
    if (value != NULL && worst != NULL && json_number_value(value) < json_number_value(worst)) {
        faults_add(faults, "/rating_value", "conflicting_fields", "rating_value is below rating_worst.");
    }
}

const struct record record_review = {
    .kind = RECORD_REVIEW,
    .name = "review",
    .plural = "reviews",
    .help = "A fact-check of a claim: who reviewed it, with what verdict, and where.",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .by_claim = true,
    .check = check_review,
};
