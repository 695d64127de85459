/* What the answer about provenance is made of. */
#include "handlers/provenance_answer.h"

#include "handlers/question.h"

static const struct vocabulary bound_words = {
    "bound",
    (const char *const[]){"stances", "sources", "citations", "owners", "depth", NULL},
};
/* In the order of enum basis. */
static const struct vocabulary basis_words = {
    "basis",
    (const char *const[]){"origin", "narrowed", "reachable", "unknown", NULL},
};
/* In the order of enum join_reason. */
static const struct vocabulary reason_words = {
    "reason",
    (const char *const[]){"same_stance", "shared_upstream", "shared_owner", NULL},
};
static const struct vocabulary warning_words = {"warning", (const char *const[]){"credibility_not_supported", NULL}};

static const struct member path_members[] = {
    {.name = "sources", .type = MEMBER_LIST, .record = &record_source, .help = "From the source to the candidate."},
    {.name = NULL},
};

static const struct member stance_members[] = {
    {.name = "stance", .type = MEMBER_ID},
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    {.name = "speaker", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_actor},
    {.name = "stated_at", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL},
    {.name = "credibility", .type = MEMBER_INTEGER, .flags = MEMBER_OPTIONAL},
    {.name = "basis",
     .type = MEMBER_WORD,
     .vocabulary = &basis_words,
     .help =
         "origin: as stated; narrowed: first-hand sources of its actor's or speaker's own; reachable: all first-hand "
         "sources that its source leads to; unknown: there are none."},
    {.name = "candidates", .type = MEMBER_INTEGER, .help = "First-hand sources that it may rest on."},
    {.name = "paths",
     .type = MEMBER_LIST,
     .members = path_members,
     .help = "To the first five of them, nearest first."},
    {.name = NULL},
};

static const struct member join_members[] = {
    {.name = "reason", .type = MEMBER_WORD, .vocabulary = &reason_words},
    {.name = "first", .type = MEMBER_NAMED, .record = &record_source},
    {.name = "second", .type = MEMBER_NAMED, .record = &record_source},
    {.name = "stance", .type = MEMBER_ID, .flags = MEMBER_OPTIONAL, .help = "That rests on both."},
    {.name = "source",
     .type = MEMBER_NAMED,
     .flags = MEMBER_OPTIONAL,
     .record = &record_source,
     .help = "To which both lead."},
    {.name = "actor",
     .type = MEMBER_NAMED,
     .flags = MEMBER_OPTIONAL,
     .record = &record_actor,
     .help = "Who published both, or stands above both publishers."},
    {.name = NULL},
};

static const struct member origin_members[] = {
    {.name = "sources", .type = MEMBER_LIST, .record = &record_source, .help = "The candidates that belong together."},
    {.name = "joins",
     .type = MEMBER_LIST,
     .members = join_members,
     .help = "Why they do: one reason less than there are candidates."},
    {.name = "stances", .type = MEMBER_LIST, .members = stance_members},
    {.name = NULL},
};

static const struct member warning_members[] = {
    {.name = "code", .type = MEMBER_WORD, .vocabulary = &warning_words},
    {.name = "stance", .type = MEMBER_ID},
    {.name = "detail", .type = MEMBER_TEXT},
    {.name = NULL},
};

static const struct member row_members[] = {
    {.name = "position", .type = MEMBER_WORD, .vocabulary = &vocabulary_position},
    {.name = "stances", .type = MEMBER_INTEGER},
    {.name = "unknown", .type = MEMBER_INTEGER, .help = "Stances of unknown origin; they count for nothing."},
    {.name = "independent_origins", .type = MEMBER_INTEGER},
    {.name = "finding",
     .type = MEMBER_TEXT,
     .help = "In words: several origins are distinct, which does not establish that they are independent."},
    {.name = "reason", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL, .help = "Why several origins were not joined."},
    {.name = "origins", .type = MEMBER_LIST, .members = origin_members},
    {.name = "unknown_stances", .type = MEMBER_LIST, .members = stance_members},
    {.name = "warnings", .type = MEMBER_LIST, .members = warning_members},
    {.name = NULL},
};

static const struct member cycle_members[] = {
    {.name = "sources", .type = MEMBER_LIST, .record = &record_source},
    {.name = NULL},
};
static const struct member bound_members[] = {
    {.name = "bound", .type = MEMBER_WORD, .vocabulary = &bound_words},
    {.name = "most", .type = MEMBER_INTEGER},
    {.name = NULL},
};

static const struct member head_members[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    QUESTION_MEMBERS,
    {.name = "sources", .type = MEMBER_INTEGER, .help = "Sources that were looked at."},
    {.name = "cycles",
     .type = MEMBER_LIST,
     .members = cycle_members,
     .help = "Sources that cite each other round in a circle, or themselves."},
    {.name = "truncated", .type = MEMBER_BOOLEAN, .help = "Whether there was more than is looked at."},
    {.name = "bounds_met", .type = MEMBER_LIST, .members = bound_members, .help = "…and which bounds cut it off."},
    {.name = NULL},
};

const struct answer provenance_answer = {"Provenance", head_members, row_members, true};
