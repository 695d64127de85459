/* The formats in which lists and records are sent: chosen by `format` or by the Accept field. */
#ifndef STANCED_HANDLERS_MEDIA_H
#define STANCED_HANDLERS_MEDIA_H

#include <stdbool.h>

#include "handlers/endpoint.h"

enum media { MEDIA_JSON, MEDIA_NDJSON, MEDIA_CSV, MEDIA_JSONLD, MEDIAS };

extern const struct vocabulary media_words;
extern const struct vocabulary media_words_linked; /* with JSON-LD */

/* Whether the endpoint sends JSON-LD as well: reviews, and a claim with its own. */
bool media_linked(const struct endpoint *endpoint);

/* For an endpoint's table of parameters. */
#define MEDIA_PARAMETER                                                                     \
    {                                                                                       \
        .name = "format", .type = PARAMETER_WORD, .vocabulary = &media_words,               \
        .help = "The format of the reply; goes before the Accept header.", .example = "csv" \
    }

/* False with the reply complete (406) when the client takes none of the formats. */
bool media_choose(struct call *call, struct reply *reply, enum media *ret) __attribute__((warn_unused_result));

/* A format that an endpoint of its own sends. */
struct media_offer {
    int format;
    const char *type; /* media type; NULL ends a table, in the order of preference where a client takes several alike */
};

/* The one that the Accept field wants most. False when it takes none of them. */
bool media_offered(const struct call *call, const struct media_offer *offers, int *ret)
    __attribute__((warn_unused_result));

/* The Content-Type. */
const char *media_type(enum media media);

#endif
