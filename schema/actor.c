/* Actors: states, bodies, people and media that take positions, publish and review. */
#include "schema/attributes.h"
#include "schema/record.h"

static const struct field fields[] = {
    {
        .name = "name",
        .type = FIELD_TEXT,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_SEARCH | FIELD_INDEX,
        .least = 1,
        .most = 300,
        .help = "The name under which it is shown.",
        .example = "\"North Korea\"",
    },
    {
        .name = "kind",
        .type = FIELD_WORD,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .vocabulary = &vocabulary_actor_kind,
        .help = "What kind of actor it is.",
        .example = "\"state\"",
    },
    {
        .name = "aliases",
        .type = FIELD_TEXT,
        .flags = FIELD_MANY | FIELD_FILTER | FIELD_SEARCH | FIELD_INDEX,
        .least = 1,
        .most = 300,
        .items = 100,
        .help = "Other names that it goes by.",
        .example = "[\"DPRK\", \"Pyongyang\"]",
    },
    {
        .name = "country",
        .type = FIELD_COUNTRY,
        .flags = FIELD_FILTER | FIELD_SORT | FIELD_INDEX,
        .help = "Its country, an ISO 3166-1 alpha-2 code.",
        .example = "\"KP\"",
    },
    {
        .name = "part_of",
        .type = FIELD_REFERENCE,
        .flags = FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_ACTOR,
        .help = "The actor for whom it speaks, as the Kremlin does for Russia; never in a circle.",
        .example = "\"russia\"",
    },
    {
        .name = "owned_by",
        .type = FIELD_REFERENCE,
        .flags = FIELD_FILTER | FIELD_INDEX,
        .target = RECORD_ACTOR,
        .help = "The actor whose it is, as an outlet is its group's.",
        .example = "\"rt-group\"",
    },
    {
        .name = "description",
        .type = FIELD_TEXT,
        .flags = FIELD_SEARCH,
        .least = 1,
        .most = 5000,
        .help = "Who or what it is, in a few words.",
        .example = "\"Ambassador of South Korea to the United Nations\"",
    },
    {
        .name = "same_as",
        .type = FIELD_URI,
        .flags = FIELD_MANY | FIELD_FILTER | FIELD_INDEX,
        .most = 2000,
        .items = 100,
        .help = "Absolute URIs of the same actor elsewhere, for example in Wikidata.",
        .example = "[\"https://www.wikidata.org/entity/Q423\"]",
    },
    {
        .name = "reliability",
        .type = FIELD_WORD,
        .flags = FIELD_FILTER | FIELD_SORT,
        .vocabulary = &vocabulary_reliability,
        .help =
            "Its reliability as an origin of reports, in the Admiralty code: A completely reliable to E unreliable, "
            "F cannot be judged.",
        .example = "\"B\"",
    },
    FIELD_ATTRIBUTES,
};

const struct record record_actor = {
    .kind = RECORD_ACTOR,
    .name = "actor",
    .plural = "actors",
    .help = "Someone or something that takes positions, publishes or reviews: a state, a body, a person, an outlet.",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .label = "name",
};
