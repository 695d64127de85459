/* What a stance rests on, as the answers of analyses show it: the columns to read, the members to write. */
#ifndef STANCED_HANDLERS_EVIDENCE_H
#define STANCED_HANDLERS_EVIDENCE_H

#include "handlers/answer.h"
#include "handlers/named.h"
#include "handlers/standing.h"

/* A select list over the stance `t` and what EVIDENCE_JOINS joins to it. */
#define EVIDENCE_COLUMNS                                                                                    \
    "t.id, t.position, t.stated_at, t.stated_at_is_date, t.degree, t.act, t.quote, t.translation, t.venue," \
    " speaker.id, speaker.ref, speaker.name, addressee.id, addressee.ref, addressee.name,"                  \
    " source.id, source.ref, source.title, origin.id, origin.ref, origin.title, t.credibility, t.confidence"
#define EVIDENCE_JOINS                                                                                                 \
    " LEFT JOIN actor speaker ON speaker.id = t.speaker_id LEFT JOIN actor addressee ON addressee.id = t.addressee_id" \
    " LEFT JOIN source ON source.id = t.source_id LEFT JOIN source origin ON origin.id = t.origin_id"

/* The columns, from the one that is the first in their row. */
enum evidence_column {
    EVIDENCE_STANCE,
    EVIDENCE_POSITION,
    EVIDENCE_STATED_AT,
    EVIDENCE_IS_DATE,
    EVIDENCE_DEGREE,
    EVIDENCE_ACT,
    EVIDENCE_QUOTE,
    EVIDENCE_TRANSLATION,
    EVIDENCE_VENUE,
    EVIDENCE_SPEAKER,
    EVIDENCE_ADDRESSEE = EVIDENCE_SPEAKER + NAMED_CELLS,
    EVIDENCE_SOURCE = EVIDENCE_ADDRESSEE + NAMED_CELLS,
    EVIDENCE_ORIGIN = EVIDENCE_SOURCE + NAMED_CELLS,
    EVIDENCE_CREDIBILITY = EVIDENCE_ORIGIN + NAMED_CELLS,
    EVIDENCE_CONFIDENCE,
    EVIDENCE_CELLS
};

/* Members of whatever shows a stance, behind its position and time. */
#define EVIDENCE_MEMBERS                                                                                \
    {.name = "degree", .type = MEMBER_NUMBER, .flags = MEMBER_OPTIONAL},                                \
        {.name = "act", .type = MEMBER_WORD, .flags = MEMBER_OPTIONAL, .vocabulary = &vocabulary_act},  \
        {.name = "quote", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},                               \
        {.name = "translation", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},                         \
        {.name = "venue", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},                               \
        {.name = "speaker", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_actor},   \
        {.name = "addressee", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_actor}, \
        {.name = "source", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_source},   \
        {.name = "origin", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_source},   \
        {.name = "credibility", .type = MEMBER_INTEGER, .flags = MEMBER_OPTIONAL},                      \
        {.name = "confidence", .type = MEMBER_INTEGER, .flags = MEMBER_OPTIONAL},                       \
    {                                                                                                   \
        .name = "stance", .type = MEMBER_ID, .flags = MEMBER_OPTIONAL                                   \
    }

/* A whole stance, as an object: its position, its time, EVIDENCE_MEMBERS. */
extern const struct member evidence_members[];
void evidence_write_object(struct writer *writer, const struct cell *cells);

/* Writes EVIDENCE_MEMBERS from the cells of EVIDENCE_COLUMNS; none of them where `cells` is NULL. */
void evidence_write(struct writer *writer, const struct cell *cells);

/* The stance as a fold of standing.h takes it. False where its position is not one that this program knows. */
bool evidence_point(const struct cell *cells, struct point *ret) __attribute__((warn_unused_result));

#endif
