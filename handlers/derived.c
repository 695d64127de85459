/* Derives parameters, once, at start. */
#include "handlers/derived.h"

#include <string.h>

#include "handlers/filters.h"
#include "handlers/media.h"
#include "handlers/order.h"
#include "handlers/question.h"
#include "schema/encode.h"

#define GENERAL_MOST 8 /* parameters that are no filters */

static const struct vocabulary count_words = {"count", (const char *const[]){"exact", "estimated", NULL}};

static struct {
    struct vocabulary fields, references;
} of_record[RECORD_KINDS];

/* The names of its fields, and of those that are references. */
static void make_words(int kind, struct arena *memory)
{
    const struct record *record = records[kind];
    const char **fields = arena_alloc(memory, (ENCODE_OWN + record->field_count + 1) * sizeof *fields);
    const char **references = arena_alloc(memory, (record->field_count + 1) * sizeof *references);
    of_record[kind].fields = (struct vocabulary){"fields", fields};
    of_record[kind].references = (struct vocabulary){"expand", references};
    for (int i = 0; i < ENCODE_OWN; i++) {
        *fields++ = encode_own[i];
    }
    for (size_t i = 0; i < record->field_count; i++) {
        *fields++ = record->fields[i].name;
        if (record->fields[i].type == FIELD_REFERENCE || record->fields[i].type == FIELD_LINK) {
            *references++ = record->fields[i].name;
        }
    }
}

void derived_init(struct arena *memory)
{
    order_init(memory);
    filters_init(memory);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        make_words(kind, memory);
    }
}

static size_t put_filters(struct parameter *to, const struct record *record)
{
    const struct parameter general[] = {
        {
            .name = "sort",
            .type = PARAMETER_WORD,
            .vocabulary = order_words(record),
            .help =
                "The order: by this field, with a minus in front descending; -created_at when absent. Records without "
                "a value come last either way; the id breaks ties.",
            .example = "-created_at",
        },
        {
            .name = "count",
            .type = PARAMETER_WORD,
            .vocabulary = &count_words,
            .help = "Adds `total`, how many records there are on all pages: counted, or as the database estimates it.",
            .example = "exact",
        },
    };
    size_t count = sizeof general / sizeof *general;
    memcpy(to, general, sizeof general);
    size_t filter_count;
    const struct parameter *filters = filters_of(record, &filter_count);
    memcpy(to + count, filters, filter_count * sizeof *to);
    return count + filter_count;
}

static size_t put_shape(struct parameter *to, const struct record *record, bool linked)
{
    const struct parameter shape[] = {
        {
            .name = "fields",
            .type = PARAMETER_WORDS,
            .vocabulary = &of_record[record->kind].fields,
            .help = "Only these fields, comma-separated.",
            .example = of_record[record->kind].fields.words[0],
        },
        {
            .name = "expand",
            .type = PARAMETER_WORDS,
            .vocabulary = &of_record[record->kind].references,
            .help = "References in whose place the whole record is shown, comma-separated; one level deep.",
            .example = of_record[record->kind].references.words[0],
        },
        MEDIA_PARAMETER,
    };
    memcpy(to, shape, sizeof shape);
    if (linked) {
        to[sizeof shape / sizeof *shape - 1].vocabulary = &media_words_linked;
    }
    return sizeof shape / sizeof *shape;
}

/* Whether an analysis takes a filter of stances: which position somebody has is its answer, unless it says otherwise. */
static bool asks(const struct parameter *filter, bool position)
{
    return filter->field == NULL || position || strcmp(filter->field->name, "position") != 0;
}

/* Whether the endpoint's own table has a parameter of this name. */
static bool has_own(const struct endpoint *endpoint, const char *name)
{
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        if (strcmp(endpoint->parameters[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t put_stances(struct parameter *to, const struct endpoint *endpoint)
{
    size_t count = 0;
    size_t filter_count;
    bool position = (endpoint->takes & TAKES_POSITION) != 0;
    const struct parameter general[] = {QUESTION_PARAMETERS, MEDIA_PARAMETER};
    for (size_t i = 0; i < sizeof general / sizeof *general; i++) {
        if (!has_own(endpoint, general[i].name)) {
            to[count++] = general[i];
        }
    }
    const struct parameter *filters = filters_of(&record_stance, &filter_count);
    for (size_t i = 0; i < filter_count; i++) {
        if (asks(&filters[i], position)) {
            to[count++] = filters[i];
        }
    }
    filters = filters_of(&record_claim, &filter_count);
    for (size_t i = 0; i < filter_count; i++) { /* its own ones are about stances */
        if (filters[i].field != NULL && strcmp(filters[i].field->name, "topics") == 0) {
            to[count] = filters[i];
            to[count].column = "about.topics";
            to[count++].within = "EXISTS (SELECT FROM claim about WHERE about.id = t.claim_id AND ";
        }
    }
    return count;
}

struct endpoint derived_endpoint(const struct endpoint *endpoint, struct arena *memory)
{
    struct endpoint made = *endpoint;
    if (endpoint->takes == 0) {
        return made;
    }
    struct parameter *list =
        arena_alloc(memory, (endpoint->parameter_count + FILTERS_MOST + GENERAL_MOST) * sizeof *list);
    size_t count = endpoint->parameter_count;
    for (size_t i = 0; i < count; i++) {
        list[i] = endpoint->parameters[i];
    }
    if ((endpoint->takes & TAKES_SHAPE) != 0) {
        count += put_shape(list + count, endpoint->record, media_linked(endpoint));
    }
    if ((endpoint->takes & TAKES_FILTERS) != 0) {
        count += put_filters(list + count, endpoint->record);
    }
    if ((endpoint->takes & TAKES_STANCES) != 0) {
        count += put_stances(list + count, endpoint);
    }
    made.parameters = list;
    made.parameter_count = count;
    return made;
}
