/* Writes findings. A search shows more of them than suggestions do; what both show stands first. */
#include "handlers/finding.h"

#include <math.h>

#define FRAGMENT_LIMIT ((size_t)64 * 1024)

#define SHORT_MEMBERS                                                                                                 \
    {.name = "type", .type = MEMBER_WORD, .vocabulary = &found_words}, {.name = "id", .type = MEMBER_ID},             \
        {.name = "ref", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},                                               \
        {.name = "name", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL, .help = "Of an actor."},                      \
        {.name = "text", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL, .help = "Of a claim."},                       \
        {.name = "title", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL, .help = "Of a source."},                     \
        {.name = "score", .type = MEMBER_NUMBER, .help = "0 to 1; rows stand in its order."},                         \
        {.name = "field", .type = MEMBER_WORD, .vocabulary = &found_fields, .help = "Where most of it stands."},      \
    {                                                                                                                 \
        .name = "fragment", .type = MEMBER_TEXT,                                                                      \
        .help = "A stretch of that field as HTML: <mark> around what was found, &, <, >, \" and ' escaped, no other " \
                "markup. … stands for what was left out before and behind."                                         \
    }

const struct member finding_short_members[] = {SHORT_MEMBERS, {.name = NULL}};

const struct member finding_members[] = {
    SHORT_MEMBERS,
    {.name = "time",
     .type = MEMBER_MOMENT,
     .flags = MEMBER_OPTIONAL,
     .help = "A claim's event_from, a source's published_at, a stance's stated_at."},
    {.name = "language", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL, .help = "Of a stance: that of its quote."},
    {.name = "claim",
     .type = MEMBER_NAMED,
     .flags = MEMBER_OPTIONAL,
     .record = &record_claim,
     .help = "What a stance is about."},
    {.name = "actor", .type = MEMBER_NAMED, .flags = MEMBER_OPTIONAL, .record = &record_actor, .help = "Whose it is."},
    {.name = NULL},
};

long long finding_rank(const struct finding *finding)
{
    return llround(finding->sighting.score * 1e6);
}

static void write_optional(struct writer *writer, const struct cell *cell, bool present)
{
    if (present && !cell_null(cell)) {
        writer_cell(writer, cell);
    } else {
        writer_skip(writer);
    }
}

static void write_named(struct writer *writer, const struct cell *cells)
{
    if (cells != NULL && !cell_null(cells)) {
        writer_named(writer, cells);
    } else {
        writer_skip(writer);
    }
}

void finding_write(const struct finding *finding, const struct member *members, enum media media, struct buffer *out,
                   struct arena *scratch)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    struct buffer fragment __attribute__((cleanup(buffer_free)));
    const struct cell *cells = finding->cells;
    writer_init(&writer, out, media);
    writer_begin(&writer, members);
    writer_word(&writer, (int)finding->kind);
    writer_cell(&writer, &cells[FOUND_ID]);
    write_optional(&writer, &cells[FOUND_REF], true);
    write_optional(&writer, &cells[FOUND_LABEL], finding->kind == FOUND_ACTOR);
    write_optional(&writer, &cells[FOUND_LABEL], finding->kind == FOUND_CLAIM);
    write_optional(&writer, &cells[FOUND_LABEL], finding->kind == FOUND_SOURCE);
    writer_number(&writer, round(finding->sighting.score * 1e4) / 1e4);
    writer_word(&writer, finding->field.name);
    buffer_init(&fragment, FRAGMENT_LIMIT);
    sighting_fragment(&finding->sighting, &finding->field, &fragment, scratch);
    writer_text(&writer, fragment.data == NULL ? "" : fragment.data, fragment.length);
    if (members == finding_members) {
        if (cell_null(&cells[FOUND_TIME])) {
            writer_skip(&writer);
        } else {
            writer_cell_moment(&writer, &cells[FOUND_TIME]);
        }
        write_optional(&writer, &cells[FOUND_LANGUAGE], true);
        write_named(&writer, finding->claim);
        write_named(&writer, finding->actor);
    }
    writer_end(&writer);
}
