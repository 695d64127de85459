/* Stances: who takes which position on a claim, where, when and according to whom. */
#include "schema/attributes.h"
#include "schema/record.h"

static const struct field fields[] = {
    {
        .name = "claim", .type = FIELD_REFERENCE, .flags = FIELD_REQUIRED | FIELD_FIXED, .target = RECORD_CLAIM,
        .help = "The claim that it is about; it never changes.", .example = "\"dprk-military-support\"",
    },
    {
        .name = "actor", .type = FIELD_REFERENCE, .flags = FIELD_REQUIRED, .target = RECORD_ACTOR,
        .help = "The actor whose position it is.", .example = "\"north-korea\"",
    },
    {
        .name = "position", .type = FIELD_WORD, .flags = FIELD_REQUIRED, .vocabulary = &vocabulary_position,
        .help = "The position: affirm and deny are votes, the others never count as agreement or disagreement.",
        .example = "\"deny\"",
    },
    {
        .name = "degree", .type = FIELD_NUMBER, .flags = FIELD_ABOVE, .least = 0, .most = 1,
        .help = "How strongly, above 0 and up to 1; absent means 1.", .example = "0.5",
    },
    {
        .name = "act", .type = FIELD_WORD, .vocabulary = &vocabulary_act,
        .help = "What the actor does by saying it.", .example = "\"reject\"",
    },
    {
        .name = "source", .type = FIELD_REFERENCE, .target = RECORD_SOURCE,
        .help = "The source in which it is reported.", .example = "\"112-ua-dprk-denial\"",
    },
    {
        .name = "origin", .type = FIELD_REFERENCE, .target = RECORD_SOURCE,
        .help = "The first-hand source of just this statement, where it is known.",
        .example = "\"first-committee-statement\"",
    },
    {
        .name = "speaker", .type = FIELD_REFERENCE, .target = RECORD_ACTOR,
        .help = "The person or body that voiced it.", .example = "\"dprk-un-mission\"",
    },
    {
        .name = "addressee", .type = FIELD_REFERENCE, .target = RECORD_ACTOR,
        .help = "The actor that it is addressed to.", .example = "\"south-korea\"",
    },
    {
        .name = "quote", .type = FIELD_TEXT, .least = 1, .most = 20000,
        .help = "The words themselves.", .example = "\"baseless stereotypical rumours\"",
    },
    {
        .name = "quote_language", .type = FIELD_LANGUAGE, .most = 100,
        .help = "The language of the quote, a BCP 47 tag.", .example = "\"en\"",
    },
    {
        .name = "translation", .type = FIELD_TEXT, .least = 1, .most = 20000,
        .help = "The quote in the language of the record's readers.",
        .example = "\"rumours without any ground\"",
    },
    {
        .name = "venue", .type = FIELD_TEXT, .least = 1, .most = 300,
        .help = "Where it was voiced.", .example = "\"UN General Assembly First Committee\"",
    },
    {
        .name = "stated_at", .type = FIELD_TIME,
        .help = "When it was voiced; a date alone counts as 00:00 UTC.", .example = "\"2024-10-21\"",
    },
    {
        .name = "credibility", .type = FIELD_INTEGER, .least = 1, .most = 6,
        .help = "The credibility of this report in the Admiralty code: 1 confirmed to 5 improbable, 6 cannot be judged.",
        .example = "2",
    },
    {
        .name = "confidence", .type = FIELD_INTEGER, .least = 0, .most = 100,
        .help = "How sure the coder is that this is the actor's position, 0 to 100.", .example = "90",
    },
    FIELD_ATTRIBUTES,
};

const struct record record_stance = {
    .kind = RECORD_STANCE,
    .name = "stance",
    .plural = "stances",
    .help = "A position that an actor takes on a claim, as a source reports it.",
    .fields = fields,
    .field_count = sizeof fields / sizeof *fields,
    .by_claim = true,
};
