/* From the parameters that analyses share to the stances that they look at. */
#include "handlers/question.h"

#include <string.h>

#include "handlers/read.h"
#include "handlers/sql.h"

static struct until read_until(const struct call *call, const char *name)
{
    struct until until = {0};
    const char *text = call_argument(call, name);
    until.given = text != NULL && moment_parse(text, strlen(text), true, &until.moment);
    if (!until.given) {
        return until;
    }
    struct moment last = until.moment;
    last.micros += last.is_date ? DAY_MICROSECONDS - 1 : 0;
    last.is_date = false;
    char *value = arena_alloc(call->arena, MOMENT_TEXT);
    moment_format(last, value);
    until.value = value;
    return until;
}

/* The first moment that `from` includes. */
static const char *read_from(const struct call *call)
{
    struct moment moment;
    const char *text = call_argument(call, "from");
    if (text == NULL || !moment_parse(text, strlen(text), true, &moment)) {
        return NULL;
    }
    moment.is_date = false;
    char *value = arena_alloc(call->arena, MOMENT_TEXT);
    moment_format(moment, value);
    return value;
}

bool question_read_stances(struct call *call, const struct record *of, struct reply *reply, struct question *ret)
{
    kept_init(&ret->named);
    ret->of = of;
    ret->id = of == NULL ? NULL : read_path_id(call, of, reply);
    if (of != NULL && ret->id == NULL) {
        return false;
    }
    ret->as_of = read_until(call, "as_of");
    ret->known_at = read_until(call, "known_at");
    ret->from = read_from(call);
    ret->to = read_until(call, "to");
    if (!selection_read(call, &record_stance, &ret->selection)) {
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return false;
    }
    return true;
}

bool question_read(struct call *call, const struct record *of, struct reply *reply, struct question *ret)
{
    return question_read_stances(call, of, reply, ret) && page_read(call, reply, &ret->page) &&
           media_choose(call, reply, &ret->page.media);
}

void question_free(struct question *question)
{
    kept_free(&question->named);
}

void question_plan(struct call *call, struct question *question, struct plan *plan, struct reply *reply)
{
    question->of_query = -1;
    if (question->of != NULL) {
        struct statement statement __attribute__((cleanup(statement_free)));
        statement_init(&statement, call->arena);
        buffer_format(&statement.sql, "SELECT t.id, t.ref, t.%s FROM %s t WHERE t.id = ", question->of->label,
                      question->of->name);
        statement_value(&statement, question->id, "uuid");
        question->of_query = statement_plan(&statement, plan);
    }
    selection_plan(&question->selection, plan);
    reply->type = media_type(question->page.media);
    if (question->page.media == MEDIA_CSV) {
        answer_names(&reply->body, call->endpoint->answer);
    }
}

bool question_row(struct question *question, int query, const struct row *row)
{
    if (query == question->of_query) {
        kept_take(&question->named, row);
    }
    return query == question->of_query;
}

bool question_found(struct call *call, const struct question *question, struct reply *reply)
{
    bool found = question->of == NULL || question->named.count > 0;
    if (!found) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
    }
    return found;
}

/* The last version of each that there was at `known_at`. By the text of the claim's id there is an index; what was said of claims that were
   merged into it was said of it. */
static void put_known(struct statement *statement, const struct question *question)
{
    const struct record_sql *sql = sql_of(&record_stance);
    statement_text(statement, " FROM (");
    statement_text(statement, sql->known);
    statement_text(statement, " AND c.at <= ");
    int at = statement_value(statement, question->known_at.value, "timestamptz");
    /* of few claims each stance is looked up by itself, of all they are looked up together */
    bool few = question->of == &record_claim || question->among != NULL;
    statement_text(statement, few ? " AND c.version = (SELECT max(later.version)" : " AND NOT EXISTS (SELECT");
    statement_text(statement, " FROM change later WHERE later.kind = c.kind AND later.id = c.id");
    statement_text(statement, few ? " AND later.at <= " : " AND later.version > c.version AND later.at <= ");
    statement_again(statement, at, "timestamptz");
    statement_text(statement, ")");
    if (question->of == &record_claim) {
        statement_text(statement, " AND c.record ->> 'claim' = ANY (ARRAY(SELECT ");
        int id = statement_value(statement, question->id, "text");
        statement_text(statement, " UNION ALL SELECT m.id::text FROM merged m WHERE m.into_id = ");
        statement_again(statement, id, "text::uuid");
        statement_text(statement, "))");
    } else if (question->among != NULL) {
        buffer_format(&statement->sql,
                      " AND c.record ->> 'claim' = ANY (ARRAY(SELECT %s::text UNION ALL"
                      " SELECT m.id::text FROM merged m WHERE m.into_id = %s))",
                      question->among, question->among);
    }
    statement_text(statement, ") AS t (");
    statement_text(statement, sql->known_names);
    statement_text(statement, ")");
}

void question_put_from(struct statement *statement, const struct question *question)
{
    if (question->known_at.given) {
        put_known(statement, question);
    } else {
        statement_text(statement, " FROM stance t");
    }
}

/* That it is of what the path names. */
static void put_of(struct statement *statement, const struct question *question)
{
    if (question->below) {
        statement_text(statement, "t.actor_id IN (WITH RECURSIVE under (id, steps) AS (SELECT ");
        statement_value(statement, question->id, "uuid");
        statement_text(statement, ", 0 UNION ALL SELECT a.id, under.steps + 1 FROM under JOIN actor a"
                                  " ON a.part_of_id = under.id WHERE under.steps < 16) SELECT id FROM under)");
        return;
    }
    statement_text(statement, question->of == &record_claim ? "t.claim_id = " : "t.actor_id = ");
    statement_value(statement, question->id, "uuid");
}

void question_put_where(struct statement *statement, const struct question *question, bool undated)
{
    const char *joint = " WHERE ";
    if (question->of != NULL) {
        statement_text(statement, joint);
        put_of(statement, question);
        joint = " AND ";
    }
    if (question->as_of.given) {
        statement_text(statement, joint);
        statement_text(statement, undated ? "(t.stated_at IS NULL OR t.stated_at <= " : "t.stated_at <= ");
        statement_value(statement, question->as_of.value, "timestamptz");
        statement_text(statement, undated ? ")" : "");
        joint = " AND ";
    } else if (!undated) {
        statement_text(statement, joint);
        statement_text(statement, "t.stated_at IS NOT NULL");
        joint = " AND ";
    }
    if (question->from != NULL) {
        statement_text(statement, joint);
        statement_text(statement, "t.stated_at >= ");
        statement_value(statement, question->from, "timestamptz");
        joint = " AND ";
    }
    if (question->to.given) {
        statement_text(statement, joint);
        statement_text(statement, "t.stated_at <= ");
        statement_value(statement, question->to.value, "timestamptz");
        joint = " AND ";
    }
    selection_put_filters(statement, &question->selection, joint);
}

bool question_asks(const struct question *question)
{
    return question->of != NULL || question->as_of.given || question->from != NULL || question->to.given ||
           question->selection.filter_count > 0;
}

static void write_until(struct writer *writer, const struct until *until)
{
    if (until->given) {
        writer_moment(writer, until->moment.micros, until->moment.is_date);
    } else {
        writer_null(writer);
    }
}

void question_write(struct writer *writer, const struct question *question)
{
    if (question->of != NULL) {
        writer_named(writer, question->named.cells);
    }
    write_until(writer, &question->as_of);
    write_until(writer, &question->known_at);
}

void question_finish(const struct call *call, struct question *question, const struct buffer *head,
                     const struct cursor *last, struct reply *reply)
{
    page_finish(call, &question->page, last, reply);
    if (question->page.media != MEDIA_JSON || head->length <= 2) {
        return;
    }
    struct buffer whole; /* "{head" instead of the rows' own brace */
    buffer_init(&whole, reply->body.limit);
    buffer_put(&whole, head->data, head->length - 1);
    buffer_char(&whole, ',');
    buffer_put(&whole, reply->body.data + 1, reply->body.length - 1);
    whole.overflowed = whole.overflowed || reply->body.overflowed || head->overflowed;
    buffer_free(&reply->body);
    reply->body = whole;
}

const struct member question_of_all[] = {QUESTION_MEMBERS, {.name = NULL}};
const struct member question_of_claim[] = {
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    QUESTION_MEMBERS,
    {.name = NULL},
};
const struct member question_of_actor[] = {
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    QUESTION_MEMBERS,
    {.name = NULL},
};

void question_finish_plain(const struct call *call, struct question *question, const struct cursor *last,
                           struct reply *reply)
{
    struct buffer head __attribute__((cleanup(buffer_free)));
    struct writer writer __attribute__((cleanup(writer_free)));
    buffer_init(&head, REPLY_LIMIT);
    writer_init(&writer, &head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, question);
    writer_end(&writer);
    question_finish(call, question, &head, last, reply);
}
