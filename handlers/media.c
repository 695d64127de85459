/* Content negotiation (RFC 9110, 12.5.1) among the formats. */
#include "handlers/media.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct vocabulary media_words = {"format", (const char *const[]){"json", "ndjson", "csv", NULL}};

const struct vocabulary media_words_linked = {"format", (const char *const[]){"json", "ndjson", "csv", "jsonld", NULL}};

static const char *const sent_types[MEDIAS] = {
    [MEDIA_JSON] = "application/json",
    [MEDIA_NDJSON] = "application/x-ndjson",
    [MEDIA_CSV] = "text/csv; charset=utf-8; header=present",
    [MEDIA_JSONLD] = "application/ld+json",
};

#define KNOWN_TYPES                                                                                                 \
    {MEDIA_JSON, "application/json"}, {MEDIA_NDJSON, "application/x-ndjson"}, {MEDIA_NDJSON, "application/ndjson"}, \
        {MEDIA_NDJSON, "application/jsonl"},                                                                        \
    {                                                                                                               \
        MEDIA_CSV, "text/csv"                                                                                       \
    }

static const struct media_offer known_types[] = {KNOWN_TYPES, {0, NULL}};
static const struct media_offer linked_types[] = {KNOWN_TYPES, {MEDIA_JSONLD, "application/ld+json"}, {0, NULL}};

bool media_linked(const struct endpoint *endpoint)
{
    bool claim = endpoint->record == &record_claim && (endpoint->takes & TAKES_FILTERS) == 0;
    return (endpoint->takes & TAKES_SHAPE) != 0 && (claim || endpoint->record == &record_review);
}

const char *media_type(enum media media)
{
    return sent_types[media];
}

/* How closely the range of `length` characters names `type`: 3 exactly, 2 as its main type, 1 as anything, 0 not. */
static int closeness(const char *range, size_t length, const char *type)
{
    size_t main_length = strcspn(type, "/") + 1;
    if (length == 3 && strncmp(range, "*/*", 3) == 0) {
        return 1;
    }
    if (length == main_length + 1 && strncasecmp(range, type, main_length) == 0 && range[main_length] == '*') {
        return 2;
    }
    return length == strlen(type) && strncasecmp(range, type, length) == 0 ? 3 : 0;
}

/* The q of a member of the list; 1 when there is none. */
static double quality(const char *member, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        bool begins = i > 0 && strchr("; \t", member[i - 1]) != NULL;
        if (begins && (member[i] == 'q' || member[i] == 'Q') && member[i + 1] == '=') {
            return strtod(member + i + 2, NULL);
        }
    }
    return 1;
}

/* How much the client wants `type`: the q of the range that names it most closely. */
static double wanted(const char *accept, const char *type)
{
    double best = 0;
    int closest = 0;
    while (*accept != '\0') {
        accept += strspn(accept, " \t,");
        size_t whole = strcspn(accept, ",");
        int close = closeness(accept, strcspn(accept, ",; \t"), type);
        if (close > closest) {
            closest = close;
            best = quality(accept, whole);
        }
        accept += whole;
    }
    return best;
}

bool media_offered(const struct call *call, const struct media_offer *offers, int *ret)
{
    const char *accept = call->head.accept;
    if (accept == NULL || accept[strspn(accept, " \t,")] == '\0') {
        *ret = offers[0].format;
        return true;
    }
    double best = 0;
    for (const struct media_offer *offer = offers; offer->type != NULL; offer++) {
        double here = wanted(accept, offer->type);
        if (here > best) {
            best = here;
            *ret = offer->format;
        }
    }
    return best > 0;
}

bool media_choose(struct call *call, struct reply *reply, enum media *ret)
{
    const char *word = call_argument(call, "format");
    bool linked = media_linked(call->endpoint);
    if (word != NULL) {
        *ret = (enum media)vocabulary_index(&media_words_linked, word, strlen(word));
        return true;
    }
    int media = MEDIA_JSON;
    if (!media_offered(call, linked ? linked_types : known_types, &media)) {
        reply_problem(call, reply, PROBLEM_NOT_ACCEPTABLE,
                      linked
                          ? "This is sent as application/json, application/x-ndjson, text/csv or application/ld+json."
                          : "This is sent as application/json, application/x-ndjson or text/csv.");
        return false;
    }
    *ret = (enum media)media;
    return true;
}
