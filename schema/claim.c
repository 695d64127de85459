/* Claims: single propositions that can be affirmed or denied. */
#include <jansson.h>

#include "schema/attributes.h"
#include "schema/moment.h"
#include "schema/record.h"
#include "schema/validate.h"

static const struct field fields[] = {
    {
        .name = "text",
        .type = FIELD_TEXT,
        .flags = FIELD_REQUIRED | FIELD_SORT | FIELD_SEARCH,
        .least = 1,
        .most = 4000,
        .help = "The claim as one proposition.",
        .example = "\"North Korea is sending its military to support Russia in the war in Ukraine.\"",
    },
    {
        .name = "language",
        .type = FIELD_LANGUAGE,
        .flags = FIELD_FILTER | FIELD_SORT,
        .most = 100,
        .help = "The language of the text, a BCP 47 tag.",
        .example = "\"en\"",
    },
    {
        .name = "topics",
        .type = FIELD_SLUG,
        .flags = FIELD_MANY | FIELD_SET | FIELD_FILTER | FIELD_INDEX,
        .least = 1,
        .most = 128,
        .items = 100,
        .help = "What it is about, as short words that group claims.",
        .example = "[\"dprk-russia\", \"troops\"]",
    },
    {
        .name = "about",
        .type = FIELD_REFERENCE,
        .flags = FIELD_MANY | FIELD_SET | FIELD_FILTER | FIELD_INDEX,
        .items = 200,
        .target = RECORD_ACTOR,
        .table = "claim_about",
        .help = "The actors that it speaks of.",
        .example = "[\"north-korea\", \"russia\"]",
    },
    {
        .name = "event_from",
        .type = FIELD_TIME,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .help = "The start of the time that it speaks of.",
        .example = "\"2024-10-08\"",
    },
    {
        .name = "event_to",
        .type = FIELD_TIME,
        .flags = FIELD_FILTER | FIELD_SORT,
        .help = "The end of the time that it speaks of; a date alone means all of that day.",
        .example = "\"2024-10-13\"",
    },
    {
        .name = "location",
        .type = FIELD_TEXT,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_SEARCH,
        .least = 1,
        .most = 300,
        .help = "The place that it speaks of.",
        .example = "\"Vladivostok\"",
    },
    {
        .name = "relations",
        .type = FIELD_LINK,
        .flags = FIELD_MANY | FIELD_SET | FIELD_FILTER | FIELD_INDEX,
        .items = 200,
        .target = RECORD_CLAIM,
        .vocabulary = &vocabulary_claim_relation,
        .table = "claim_relation",
        .help = "How it stands to other claims.",
        .example = "[{\"claim\": \"dprk-military-support\", \"relation\": \"entails\"}]",
    },
    FIELD_ATTRIBUTES,
};

static bool moment_of(const struct draft *draft, const char *name, struct moment *ret)
{
    const json_t *value = json_object_get(draft->document, name);
    return value != NULL && moment_parse(json_string_value(value), json_string_length(value), false, ret);
}

static void check_claim(const struct draft *draft, struct faults *faults)
{
    struct moment from;
    struct moment to;
    if (!moment_of(draft, "event_from", &from) || !moment_of(draft, "event_to", &to)) {
        return;
    }
    /* A date alone as the end includes that whole day. */
    if (from.micros > to.micros + (to.is_date ? DAY_MICROSECONDS - 1 : 0)) {
        faults_add(faults, "/event_to", "conflicting_fields", "event_to is before event_from.");
    }
}

const struct record record_claim = {
    .kind = RECORD_CLAIM,
    .name = "claim",
    .plural = "claims",
    .help = "One proposition that actors affirm, deny or leave open.",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .label = "text",
    .check = check_claim,
};
