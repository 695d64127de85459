/* Sources: where something was said or reported, and which other sources it draws on. */
#include <jansson.h>
#include <string.h>

#include "schema/attributes.h"
#include "schema/record.h"
#include "schema/validate.h"

static const struct field fields[] = {
    {
        .name = "title",
        .type = FIELD_TEXT,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_SEARCH,
        .least = 1,
        .most = 1000,
        .help = "Its title, or what it would be called in a footnote.",
        .example = "\"Statement of the DPRK delegation in the First Committee\"",
    },
    {
        .name = "kind",
        .type = FIELD_WORD,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .vocabulary = &vocabulary_source_kind,
        .help = "What kind of source it is.",
        .example = "\"speech\"",
    },
    {
        .name = "url",
        .type = FIELD_URI,
        .flags = FIELD_WEB | FIELD_FILTER | FIELD_INDEX,
        .most = 2000,
        .help = "Where it can be read.",
        .example = "\"https://example.org/statements/1021\"",
    },
    {
        .name = "publisher",
        .type = FIELD_REFERENCE,
        .flags = FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_ACTOR,
        .help = "The actor that published it.",
        .example = "\"yonhap\"",
    },
    {
        .name = "author",
        .type = FIELD_TEXT,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_SEARCH,
        .least = 1,
        .most = 300,
        .help = "Its author or authors, as named in it.",
        .example = "\"Kim Min-ji\"",
    },
    {
        .name = "language",
        .type = FIELD_LANGUAGE,
        .flags = FIELD_FILTER | FIELD_SORT,
        .most = 100,
        .help = "The language that it is in, a BCP 47 tag.",
        .example = "\"ko\"",
    },
    {
        .name = "published_at",
        .type = FIELD_TIME,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .help = "When it was published.",
        .example = "\"2024-10-21\"",
    },
    {
        .name = "retrieved_at",
        .type = FIELD_TIME,
        .flags = FIELD_FILTER | FIELD_SORT,
        .help = "When it was last fetched from its URL.",
        .example = "\"2024-10-22T09:30:00Z\"",
    },
    {
        .name = "archived_url",
        .type = FIELD_URI,
        .flags = FIELD_WEB | FIELD_FILTER,
        .most = 2000,
        .help = "Where an archived copy can be read.",
        .example = "\"https://web.archive.org/web/20241022093000/https://example.org/statements/1021\"",
    },
    {
        .name = "first_hand",
        .type = FIELD_BOOLEAN,
        .flags = FIELD_FILTER,
        .help = "Whether it is the origin itself and not a report of it; when absent, true for statement, speech, "
                "press_release, document and dataset, and false for other kinds.",
        .example = "true",
    },
    {
        .name = "cites",
        .type = FIELD_LINK,
        .flags = FIELD_MANY | FIELD_SET | FIELD_FILTER | FIELD_INDEX,
        .items = 200,
        .target = RECORD_SOURCE,
        .vocabulary = &vocabulary_citation,
        .table = "source_citation",
        .help = "The sources that it draws on, and how.",
        .example = "[{\"source\": \"first-committee-statement\", \"relation\": \"quotes\"}]",
    },
    FIELD_ATTRIBUTES,
};

static void complete_source(struct draft *draft)
{
    /* A draft with faults may lack its kind; it goes no further anyway. */
    const char *kind = json_string_value(json_object_get(draft->document, "kind"));
    if (kind == NULL || json_object_get(draft->document, "first_hand") != NULL) {
        return;
    }
    static const char *const origins[] = {"statement", "speech", "press_release", "document", "dataset"};
    bool first_hand = false;
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        first_hand = first_hand || strcmp(origins[i], kind) == 0;
    }
    json_object_set_new(draft->document, "first_hand", json_boolean(first_hand));
}

const struct record record_source = {
    .kind = RECORD_SOURCE,
    .name = "source",
    .plural = "sources",
    .help = "Where something was said or reported: an article, a speech, a document, a post.",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .label = "title",
    .complete = complete_source,
};
