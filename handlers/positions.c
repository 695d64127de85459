/* GET /v1/claims/{claim}/positions and /v1/actors/{actor}/positions: where every actor stands on a claim, and where an actor stands on
   every claim; now or at a date, each voice by itself or rolled up to the one for whom they speak. */

#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/positions_answer.h"
#include "handlers/question.h"
#include "handlers/voices.h"

/* The stances in order: subject by subject, voice by voice. */
#define IN_ORDER(label)                                                                                     \
    " ORDER BY left(subject." label ", 300) COLLATE \"C\", subject.id, actor.name COLLATE \"C\", actor.id," \
    " t.stated_at NULLS FIRST, t.created_at, t.id"
#define VOICE_COLUMNS ", actor.id, actor.ref, actor.name, " EVIDENCE_COLUMNS
#define VOICE_JOIN " LEFT JOIN actor ON actor.id = t.actor_id" EVIDENCE_JOINS

/* Who stands above all others in the chain of part_of. */
#define TOP_SQL                                                                                            \
    ", up (actor, at, above, steps) AS ("                                                                  \
    "SELECT a.id, a.id, a.part_of_id, 0 FROM (SELECT DISTINCT t.actor_id FROM taken t) AS one"             \
    " JOIN actor a ON a.id = one.actor_id"                                                                 \
    " UNION ALL SELECT up.actor, a.id, a.part_of_id, up.steps + 1 FROM up JOIN actor a ON a.id = up.above" \
    " WHERE up.steps < 16"                                                                                 \
    "), top AS (SELECT DISTINCT ON (actor) actor, at FROM up ORDER BY actor, steps DESC)"

struct positions {
    struct question question;
    int query; /* of the stances */
    bool top;
    bool has_subject;
    struct identity subject;
    struct kept first; /* a row of the subject, for its name */
    struct voices voices;
    struct identity last_id; /* of the last row shown */
    const char *last_name;
    /* of what is complete */
    long counts[POSITIONS];
    long divided;
    bool affirmed, denied; /* by some voice */
    long undated;
};

static void positions_close(struct call *call)
{
    struct positions *positions = call->state;
    if (positions != NULL) {
        question_free(&positions->question);
        kept_free(&positions->first);
        voices_free(&positions->voices);
        call->state = NULL;
    }
}

static void plan_stances(struct call *call, struct plan *plan, struct positions *positions)
{
    const struct question *question = &positions->question;
    bool of_claim = question->of == &record_claim;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "WITH RECURSIVE taken AS (SELECT t.*");
    question_put_from(&statement, question);
    question_put_where(&statement, question, true);
    statement_text(&statement, ")");
    if (!of_claim) {
        statement_text(&statement, " SELECT subject.id, subject.ref, subject.text" VOICE_COLUMNS " FROM taken t"
                                   " LEFT JOIN claim subject ON subject.id = t.claim_id" VOICE_JOIN IN_ORDER("text"));
    } else if (positions->top) {
        statement_text(&statement, TOP_SQL " SELECT subject.id, subject.ref, subject.name" VOICE_COLUMNS " FROM taken t"
                                           " JOIN top ON top.actor = t.actor_id"
                                           " JOIN actor subject ON subject.id = top.at" VOICE_JOIN IN_ORDER("name"));
    } else {
        statement_text(&statement, " SELECT subject.id, subject.ref, subject.name" VOICE_COLUMNS " FROM taken t"
                                   " LEFT JOIN actor subject ON subject.id = t.actor_id" VOICE_JOIN IN_ORDER("name"));
    }
    positions->query = statement_plan(&statement, plan);
}

static enum plan_outcome positions_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    positions_close(call); /* when it was planned before */
    struct positions *positions = arena_alloc(call->arena, sizeof *positions);
    call->state = positions;
    kept_init(&positions->first);
    voices_init(&positions->voices);
    struct question *question = &positions->question;
    if (!question_read(call, call->endpoint->record, reply, question)) {
        return PLAN_REPLY;
    }
    const char *level = call_argument(call, "level");
    positions->top = level != NULL && strcmp(level, "top") == 0;
    question->below = positions->top && question->of == &record_actor;
    if (call_argument(call, "limit") == NULL) {
        question->page.limit = PAGE_MOST;
    }
    question_plan(call, question, plan, reply);
    plan_stances(call, plan, positions);
    return PLAN_RUN;
}

static void write_point(struct writer *writer, const struct point *point)
{
    writer_word(writer, (int)point->position);
    if (point->dated) {
        writer_moment(writer, point->stated_at, point->is_date);
    } else {
        writer_null(writer);
    }
}

static void write_vote(struct writer *writer, const struct standing *standing)
{
    if (!standing->voted) {
        writer_null(writer);
        return;
    }
    writer_begin_object(writer);
    write_point(writer, &standing->vote);
    if (standing->vote.ambiguous) {
        writer_boolean(writer, true);
    } else {
        writer_null(writer);
    }
    writer_end(writer);
}

static void write_standing(struct writer *writer, const struct voice *voice)
{
    write_point(writer, &voice->standing.current);
    writer_boolean(writer, voice->standing.current.ambiguous);
    write_vote(writer, &voice->standing);
    evidence_write(writer, &voice->row.cells[VOICE_EVIDENCE]);
}

/* …of those who speak for one. */
static void write_together(struct writer *writer, const struct voices *voices, const enum position *position)
{
    if (position != NULL) {
        writer_word(writer, (int)*position);
    } else {
        writer_null(writer);
    }
    writer_skip(writer); /* the time, */
    writer_boolean(writer, voices->ambiguous);
    writer_skip(writer);          /* the last vote, */
    evidence_write(writer, NULL); /* and on what it rests: each voice has its own */
    writer_boolean(writer, position == NULL);
    writer_integer(writer, voices->count);
    writer_begin_list(writer);
    for (int i = 0; i < voices_listed(voices); i++) {
        writer_begin_item(writer);
        writer_named(writer, &voices->list[i].row.cells[VOICE_ACTOR]);
        write_standing(writer, &voices->list[i]);
        writer_end(writer);
    }
    writer_end_list(writer);
}

static void write_row(struct call *call, struct positions *positions, const enum position *position,
                      struct reply *reply)
{
    const struct voices *voices = &positions->voices;
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, &reply->body, positions->question.page.media);
    writer_begin(&writer, call->endpoint->answer->row);
    writer_named(&writer, &positions->first.cells[VOICE_SUBJECT]);
    if (positions->top) {
        write_together(&writer, voices, position);
    } else {
        write_standing(&writer, &voices->list[0]);
        writer_skip(&writer); /* of voices */
        writer_skip(&writer);
        writer_skip(&writer);
    }
    writer_end(&writer);
}

/* A subject's place in the order, as the cursor has it: the first characters of its name, and its id. */
static const char *name_of(struct call *call, const struct cell *cell)
{
    int length = 0;
    for (int characters = 0; length < cell->length; length++) {
        bool begins = ((unsigned char)cell->bytes[length] & 0xc0) != 0x80;
        if (begins && characters++ == ORDER_TEXT_MOST) {
            break;
        }
    }
    return arena_copy(call->arena, cell->bytes, (size_t)length);
}

/* Whether the page before showed it. */
static bool shown_before(struct call *call, const struct positions *positions, const struct cell *cells)
{
    const struct page *page = &positions->question.page;
    if (!page->continues) {
        return false;
    }
    struct identity after = {{0}};
    struct identity id = cell_identity(&cells[0]);
    const char *name = page->after.keys[0] != NULL ? page->after.keys[0] : "";
    const char *text = page->after.keys[1] != NULL ? page->after.keys[1] : "";
    (void)identity_parse(text, strlen(text), &after);
    int order = strcmp(name_of(call, &cells[2]), name);
    return order < 0 || (order == 0 && memcmp(&id, &after, sizeof id) <= 0);
}

/* The subject's last stance has come in. */
static void end_subject(struct call *call, struct positions *positions, struct reply *reply)
{
    struct voices *voices = &positions->voices;
    if (!positions->has_subject || !voices_end(voices)) {
        return;
    }
    enum position position = POSITION_AFFIRM;
    bool agree = standing_agree(voices->tally, &position);
    positions->counts[position] += agree;
    positions->divided += !agree;
    positions->affirmed = positions->affirmed || voices->tally[POSITION_AFFIRM] > 0;
    positions->denied = positions->denied || voices->tally[POSITION_DENY] > 0;
    const struct cell *subject = &positions->first.cells[VOICE_SUBJECT];
    struct page *page = &positions->question.page;
    if (!shown_before(call, positions, subject) && page_row(page, reply)) {
        if (page->shown == page->limit) {
            positions->last_name = name_of(call, &subject[2]);
            positions->last_id = cell_identity(&subject[0]);
        }
        write_row(call, positions, agree ? &position : NULL, reply);
    }
}

static void positions_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct positions *positions = call->state;
    struct point point;
    if (question_row(&positions->question, query, row) || query != positions->query ||
        !evidence_point(&row->cells[VOICE_EVIDENCE], &point)) {
        return;
    }
    positions->undated += !point.dated;
    if (positions->question.as_of.given && !point.dated) {
        return;
    }
    struct identity subject = cell_identity(&row->cells[VOICE_SUBJECT]);
    if (!positions->has_subject || memcmp(&subject, &positions->subject, sizeof subject) != 0) {
        end_subject(call, positions, reply);
        positions->has_subject = true;
        positions->subject = subject;
        kept_take(&positions->first, row);
        voices_begin(&positions->voices);
    }
    voices_take(&positions->voices, row, &point);
}

static void write_counts(struct writer *writer, const struct positions *positions)
{
    long votes = positions->counts[POSITION_AFFIRM] + positions->counts[POSITION_DENY];
    long all = 0;
    writer_begin_object(writer);
    for (int i = 0; i < POSITIONS; i++) {
        writer_integer(writer, positions->counts[i]);
        all += positions->counts[i];
    }
    writer_end(writer);
    writer_integer(writer, votes);
    writer_integer(writer, all - votes);
    if (votes == 0) {
        writer_null(writer);
    } else {
        writer_begin_object(writer);
        writer_number(writer, (double)positions->counts[POSITION_AFFIRM] / (double)votes);
        writer_number(writer, (double)positions->counts[POSITION_DENY] / (double)votes);
        writer_end(writer);
    }
    writer_boolean(writer, positions->affirmed && positions->denied);
    if (positions->top) {
        writer_integer(writer, positions->divided);
    } else {
        writer_null(writer);
    }
    writer_integer(writer, positions->undated);
}

static enum finish_outcome positions_finish(struct call *call, struct reply *reply)
{
    struct positions *positions = call->state;
    if (!question_found(call, &positions->question, reply)) {
        return FINISH_REPLY;
    }
    end_subject(call, positions, reply);
    struct buffer head __attribute__((cleanup(buffer_free)));
    struct writer writer __attribute__((cleanup(writer_free)));
    buffer_init(&head, REPLY_LIMIT);
    writer_init(&writer, &head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, &positions->question);
    write_counts(&writer, positions);
    writer_end(&writer);
    char id[IDENTITY_TEXT];
    identity_format(&positions->last_id, id);
    question_finish(call, &positions->question, &head, &(struct cursor){{positions->last_name, id}}, reply);
    return FINISH_REPLY;
}

static const struct vocabulary level_words = {"level", (const char *const[]){"own", "top", NULL}};

static const struct parameter parameters[] = {
    {
        .name = "level",
        .type = PARAMETER_WORD,
        .vocabulary = &level_words,
        .help = "own: every voice by itself, as when absent; top: voices rolled up along part_of to the one for whom "
                "they speak.",
        .example = "top",
    },
    PAGE_PARAMETERS_OF("1000"),
};

#define POSITIONS_ENDPOINT(what, about, description, form)                                                    \
    {                                                                                                         \
        .method = METHOD_GET, .path = "/v1/" what "s/{" what "}/positions", .name = what "_positions",        \
        .summary = (about), .record = (description), .parameters = parameters,                                \
        .parameter_count = sizeof parameters / sizeof *parameters, .takes = TAKES_STANCES, .lane = LANE_SLOW, \
        .answer = (form), .plan = positions_plan, .row = positions_row, .finish = positions_finish,           \
        .close = positions_close,                                                                             \
    }

static const struct endpoint table[] = {
    POSITIONS_ENDPOINT("claim", "Where every actor stands on a claim, now or at a date.", &record_claim,
                       &positions_of_claim),
    POSITIONS_ENDPOINT("actor", "Where an actor stands on every claim, now or at a date.", &record_actor,
                       &positions_of_actor),
};

const struct endpoint_table positions_endpoints = ENDPOINT_TABLE(table);
