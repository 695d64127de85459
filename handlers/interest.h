/* Which changes somebody wants to hear of: the filters of the feed, for the database and for what is in memory. */
#ifndef STANCED_HANDLERS_INTEREST_H
#define STANCED_HANDLERS_INTEREST_H

#include "handlers/change.h"
#include "handlers/endpoint.h"
#include "handlers/statement.h"

struct interest {
    unsigned kinds; /* a bit for each; 0 for all */
    const struct identity *claims, *actors;
    size_t claim_count, actor_count;
    const char *const *topics;
    size_t topic_count;
};

extern const struct vocabulary interest_kinds;
extern const struct field interest_claim, interest_actor, interest_topics;

/* For an endpoint's table of parameters. */
#define INTEREST_PARAMETERS                                                                                    \
    {                                                                                                          \
        .name = "kind",                                                                                        \
        .type = PARAMETER_WORDS,                                                                               \
        .vocabulary = &interest_kinds,                                                                         \
        .help = "Only changes of records of these kinds, comma-separated.",                                    \
        .example = "stance",                                                                                   \
    },                                                                                                         \
        {                                                                                                      \
            .name = "claim",                                                                                   \
            .type = PARAMETER_REFERENCES,                                                                      \
            .help = "Only changes of these claims, by id or ref, and of stances and reviews of them.",         \
            .example = "dprk-troops-12000",                                                                    \
            .field = &interest_claim,                                                                          \
        },                                                                                                     \
        {                                                                                                      \
            .name = "actor",                                                                                   \
            .type = PARAMETER_REFERENCES,                                                                      \
            .help = "Only changes of these actors, by id or ref, and of their stances and reviews.",           \
            .example = "north-korea",                                                                          \
            .field = &interest_actor,                                                                          \
        },                                                                                                     \
    {                                                                                                          \
        .name = "topics", .type = PARAMETER_TEXTS,                                                             \
        .help = "Only changes of claims with one of these topics, and of stances and reviews of such claims.", \
        .example = "troops", .field = &interest_topics,                                                        \
    }

/* Reads them. It lives as long as the call. */
struct interest interest_read(const struct call *call);

bool interest_has(const struct interest *interest, const struct change *change);

/* Appends the same as conditions on `c`, with " AND " before each. */
void interest_put(const struct call *call, struct statement *statement, const struct interest *interest);

#endif
