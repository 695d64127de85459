/* What the answers about positions are made of. */
#include "handlers/positions_answer.h"

#include "handlers/evidence.h"
#include "handlers/question.h"

const struct member positions_counts[] = {
    {.name = "affirm", .type = MEMBER_INTEGER},           {.name = "deny", .type = MEMBER_INTEGER},
    {.name = "question", .type = MEMBER_INTEGER},         {.name = "decline", .type = MEMBER_INTEGER},
    {.name = "unable_to_verify", .type = MEMBER_INTEGER}, {.name = "report", .type = MEMBER_INTEGER},
    {.name = "retract", .type = MEMBER_INTEGER},          {.name = NULL},
};
static const struct member share_members[] = {
    {.name = "affirm", .type = MEMBER_NUMBER},
    {.name = "deny", .type = MEMBER_NUMBER},
    {.name = NULL},
};
static const struct member vote_members[] = {
    {.name = "position", .type = MEMBER_WORD, .vocabulary = &vocabulary_position},
    {.name = "stated_at", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL},
    {.name = "ambiguous", .type = MEMBER_BOOLEAN, .flags = MEMBER_OPTIONAL},
    {.name = NULL},
};

#define STANDING_MEMBERS                                                                                              \
    {.name = "position",                                                                                              \
     .type = MEMBER_WORD,                                                                                             \
     .flags = MEMBER_NULLABLE,                                                                                        \
     .vocabulary = &vocabulary_position,                                                                              \
     .help = "Null where the voices differ."},                                                                        \
        {.name = "stated_at", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL},                                       \
        {.name = "ambiguous", .type = MEMBER_BOOLEAN, .help = "Whether it took opposed positions at the same time."}, \
        {.name = "last_vote",                                                                                         \
         .type = MEMBER_OBJECT,                                                                                       \
         .flags = MEMBER_OPTIONAL | MEMBER_NULLABLE,                                                                  \
         .members = vote_members,                                                                                     \
         .help = "The latest affirm or deny, unless it was retracted."},                                              \
        EVIDENCE_MEMBERS

static const struct member voice_members[] = {
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    STANDING_MEMBERS,
    {.name = NULL},
};

#define ROW_MEMBERS                                                                                       \
    STANDING_MEMBERS,                                                                                     \
        {.name = "divided",                                                                               \
         .type = MEMBER_BOOLEAN,                                                                          \
         .flags = MEMBER_OPTIONAL,                                                                        \
         .help = "With level=top: whether the voices differ. Then there is no one position."},            \
        {.name = "voice_count", .type = MEMBER_INTEGER, .flags = MEMBER_OPTIONAL},                        \
        {.name = "voices",                                                                                \
         .type = MEMBER_LIST,                                                                             \
         .flags = MEMBER_OPTIONAL,                                                                        \
         .members = voice_members,                                                                        \
         .help = "With level=top: who speaks, and from which position; the first 100 of `voice_count`."}, \
    {                                                                                                     \
        .name = NULL                                                                                      \
    }

static const struct member of_claim[] = {
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    ROW_MEMBERS,
};
static const struct member of_actor[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    ROW_MEMBERS,
};

#define HEAD_MEMBERS                                                                                         \
    QUESTION_MEMBERS,                                                                                        \
        {.name = "counts", .type = MEMBER_OBJECT, .members = positions_counts, .help = "Rows by position."}, \
        {.name = "votes", .type = MEMBER_INTEGER, .help = "Rows that affirm or deny."},                      \
        {.name = "non_votes", .type = MEMBER_INTEGER, .help = "Rows at any other position."},                \
        {.name = "shares",                                                                                   \
         .type = MEMBER_OBJECT,                                                                              \
         .flags = MEMBER_NULLABLE,                                                                           \
         .members = share_members,                                                                           \
         .help = "Parts of the votes, from 0 to 1; null without votes."},                                    \
        {.name = "contested", .type = MEMBER_BOOLEAN, .help = "Whether some voices affirm and some deny."},  \
        {.name = "divided",                                                                                  \
         .type = MEMBER_INTEGER,                                                                             \
         .flags = MEMBER_OPTIONAL,                                                                           \
         .help = "With level=top: rows whose voices differ; they are in none of the counts."},               \
        {.name = "undated", .type = MEMBER_INTEGER, .help = "Stances without a time."},                      \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }

static const struct member claim_head[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    HEAD_MEMBERS,
};
static const struct member actor_head[] = {
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    HEAD_MEMBERS,
};

const struct answer positions_of_claim = {"Positions", claim_head, of_claim, true};
const struct answer positions_of_actor = {"ActorPositions", actor_head, of_actor, true};
