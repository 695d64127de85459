/* The closed lists of words. */
#include "schema/vocabulary.h"

#include <string.h>

const struct vocabulary vocabulary_actor_kind = {
    "actor_kind",
    (const char *const[]){"state", "government_body", "organization", "person", "media", "group", "other", NULL},
};

/* The Admiralty code (NATO AJP-2.1): A completely reliable … E unreliable, F cannot be judged. */
const struct vocabulary vocabulary_reliability = {
    "reliability",
    (const char *const[]){"A", "B", "C", "D", "E", "F", NULL},
};

const struct vocabulary vocabulary_source_kind = {
    "source_kind",
    (const char *const[]){"article", "statement", "speech", "press_release", "document", "post", "broadcast",
                          "interview", "dataset", "other", NULL},
};

const struct vocabulary vocabulary_citation = {
    "citation",
    (const char *const[]){"cites", "quotes", "republishes", "translates", NULL},
};

const struct vocabulary vocabulary_claim_relation = {
    "claim_relation",
    (const char *const[]){"contradicts", "entails", "refines", "supports", "duplicates", NULL},
};

/* In the order of polarities[]. */
const struct vocabulary vocabulary_position = {
    "position",
    (const char *const[]){"affirm", "deny", "question", "decline", "unable_to_verify", "report", "retract", NULL},
};

static const signed char polarities[] = {+1, -1, 0, 0, 0, 0, 0};

const struct vocabulary vocabulary_act = {
    "act",
    (const char *const[]){"accuse", "admit", "condemn", "demand", "warn", "reject", "praise", "express_concern", NULL},
};

int vocabulary_index(const struct vocabulary *vocabulary, const char *word, size_t length)
{
    for (int i = 0; vocabulary->words[i] != NULL; i++) {
        if (strlen(vocabulary->words[i]) == length && memcmp(vocabulary->words[i], word, length) == 0) {
            return i;
        }
    }
    return -1;
}

bool vocabulary_has(const struct vocabulary *vocabulary, const char *word, size_t length)
{
    return vocabulary_index(vocabulary, word, length) >= 0;
}

int position_polarity(int position)
{
    return position >= 0 && (size_t)position < sizeof polarities ? polarities[position] : 0;
}
