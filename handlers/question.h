/* What all analyses ask in the same way: of which stances (filters of a list of stances, and `topics` of their claims), stated by when
   (`as_of`), recorded by when (`known_at`), and in which format. Filters choose the stances that are looked at, before anything is concluded
   from them. */
#ifndef STANCED_HANDLERS_QUESTION_H
#define STANCED_HANDLERS_QUESTION_H

#include <stdbool.h>

#include "handlers/answer.h"
#include "handlers/kept.h"
#include "handlers/media.h"
#include "handlers/page.h"
#include "handlers/selection.h"
#include "handlers/statement.h"
#include "schema/moment.h"

/* For derived.c, which gives them to endpoints with TAKES_STANCES. */
#define QUESTION_PARAMETERS                                                                                            \
    {.name = "as_of",                                                                                                  \
     .type = PARAMETER_MOMENT,                                                                                         \
     .help = "Only what was stated by then; a date includes that whole day. Stances without a time are left out.",     \
     .example = "2024-12-31"},                                                                                         \
    {                                                                                                                  \
        .name = "known_at", .type = PARAMETER_MOMENT,                                                                  \
        .help = "Only what was recorded by then, as it was then; a date includes that whole day. Names and topics are" \
                " those of now.",                                                                                      \
        .example = "2024-12-31"                                                                                        \
    }

/* Members with which an answer says what was asked. */
#define QUESTION_MEMBERS                                                    \
    {.name = "as_of", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL},     \
    {                                                                       \
        .name = "known_at", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL \
    }

/* A time of the request, which includes its whole day where it is a date. */
struct until {
    bool given;
    struct moment moment; /* as it was sent */
    const char *value;    /* the last moment that it includes, for a statement */
};

struct question {
    struct until as_of, known_at;
    const char *from; /* the first moment that is asked for, for a statement; NULL for any */
    struct until to;
    struct selection selection;
    struct page page;
    const struct record *of; /* what the path names; NULL for nothing */
    const char *id;          /* …its id */
    const char *among;       /* SQL: id of the claim of which the stances are to be; NULL for whichever */
    bool below;              /* of an actor: with all that are part of it */
    int of_query;            /* …the statement that reads its name */
    struct kept named;       /* …and its cells, none where there is no such record */
};

/* Reads the call, into zeroed memory. `of` is what the first variable of the path names, or NULL. False with the reply complete. To be
   freed either way. */
bool question_read(struct call *call, const struct record *of, struct reply *reply, struct question *ret)
    __attribute__((warn_unused_result));
void question_free(struct question *question);

/* The same without pages and formats, for answers that have their own: which stances, by when. */
bool question_read_stances(struct call *call, const struct record *of, struct reply *reply, struct question *ret)
    __attribute__((warn_unused_result));

/* Adds the statements that stand before those of the analysis, and begins the reply. */
void question_plan(struct call *call, struct question *question, struct plan *plan, struct reply *reply);

/* Takes the row of what the path names. False when it belongs to another statement. */
bool question_row(struct question *question, int query, const struct row *row);

/* Whether what the path names is there; false with the reply complete (404). */
bool question_found(struct call *call, const struct question *question, struct reply *reply)
    __attribute__((warn_unused_result));

/* Appends " FROM stance t" or what stands for it at `known_at`. */
void question_put_from(struct statement *statement, const struct question *question);

/* Appends " WHERE …": that they are of the claim that the path names (or of the actor), the filters, `as_of`, `from` and `to`. Stances without a time
   are in where `undated` is set. */
void question_put_where(struct statement *statement, const struct question *question, bool undated);

/* Whether that put any condition where all with and without a time are in. */
bool question_asks(const struct question *question);

/* Writes the record that the path names, and the members QUESTION_MEMBERS. */
void question_write(struct writer *writer, const struct question *question);

/* Completes the reply of rows that page_row let through: in JSON with `head`, an object, before them. `last` as in page_finish. */
void question_finish(const struct call *call, struct question *question, const struct buffer *head,
                     const struct cursor *last, struct reply *reply);

/* Heads that only say what was asked, and the end of a reply with one of these. */
extern const struct member question_of_all[], question_of_claim[], question_of_actor[];
void question_finish_plain(const struct call *call, struct question *question, const struct cursor *last,
                           struct reply *reply);

#endif
