/* GET /v1/timeline: how many stances took which position, period by period. */
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/period.h"
#include "handlers/positions_answer.h"
#include "handlers/question.h"
#include "handlers/standing.h"

#define PERIODS_MOST 5000

/* One row where there is such a zone. Without `tz` there is no need to ask. */
static const char zone_sql[] = "SELECT true FROM pg_timezone_names WHERE name = $1::text";
#define ZONE_WITH "WITH zone AS MATERIALIZED (SELECT name FROM pg_timezone_names WHERE name = "

static const char counts_sql[] = " GROUP BY 1 ORDER BY 1"; /* periods first: NULL, of what has no time, comes last */

struct timeline {
    struct question question;
    enum period by;
    const char *zone; /* NULL: UTC */
    int zone_query, counts_query;
    bool zoned; /* there is such a zone */
    bool begun;
    bool overlong;
    int64_t next; /* the period whose turn it is */
    long periods;
    long undated;
};

static void timeline_close(struct call *call)
{
    struct timeline *timeline = call->state;
    if (timeline != NULL) {
        question_free(&timeline->question);
        call->state = NULL;
    }
}

/* "SELECT first day of the period - 1970-01-01, count by position …": the fragments are constants. A date alone is that date wherever one
   looks from; a moment falls on the date that it has there. */
static void put_select(struct statement *statement, const struct timeline *timeline)
{
    statement_text(statement, "SELECT date_trunc('");
    statement_text(statement, period_words.words[timeline->by]);
    statement_text(statement, "', CASE WHEN t.stated_at_is_date THEN t.stated_at AT TIME ZONE 'UTC'"
                              " ELSE t.stated_at AT TIME ZONE ");
    statement_text(statement, timeline->zone != NULL ? "(SELECT name FROM zone)" : "'UTC'");
    statement_text(statement, " END)::date - DATE '1970-01-01'");
    for (int i = 0; i < POSITIONS; i++) {
        statement_text(statement, ", count(*) FILTER (WHERE t.position = '");
        statement_text(statement, vocabulary_position.words[i]);
        statement_text(statement, "')");
    }
}

static enum plan_outcome timeline_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    timeline_close(call); /* when it was planned before */
    struct timeline *timeline = arena_alloc(call->arena, sizeof *timeline);
    call->state = timeline;
    struct question *question = &timeline->question;
    if (!question_read(call, NULL, reply, question)) {
        return PLAN_REPLY;
    }
    const char *by = call_argument(call, "by");
    timeline->by = by == NULL ? PERIOD_MONTH : (enum period)vocabulary_index(&period_words, by, strlen(by));
    timeline->zone = call_argument(call, "tz");
    if (timeline->zone != NULL && strcmp(timeline->zone, "UTC") == 0) {
        timeline->zone = NULL;
    }
    question->page.limit = PERIODS_MOST;
    question_plan(call, question, plan, reply);
    timeline->zone_query = -1;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    if (timeline->zone != NULL) {
        timeline->zone_query = plan->count;
        query_value(plan_query(plan, zone_sql), timeline->zone);
        statement_text(&statement, ZONE_WITH);
        statement_value(&statement, timeline->zone, "text");
        statement_text(&statement, ") ");
    }
    put_select(&statement, timeline);
    question_put_from(&statement, question);
    question_put_where(&statement, question, !question->as_of.given);
    statement_text(&statement, counts_sql);
    timeline->counts_query = statement_plan(&statement, plan);
    return PLAN_RUN;
}

static void write_row(struct call *call, struct timeline *timeline, const struct cell *counts, struct reply *reply)
{
    if (!page_row(&timeline->question.page, reply)) {
        timeline->overlong = true;
        return;
    }
    long of[POSITIONS] = {0};
    long all = 0;
    for (int i = 0; counts != NULL && i < POSITIONS; i++) {
        of[i] = (long)cell_integer(&counts[i]);
        all += of[i];
    }
    long votes = of[POSITION_AFFIRM] + of[POSITION_DENY];
    int64_t next = period_next(timeline->by, timeline->next);
    char label[PERIOD_TEXT];
    int length = period_label(timeline->by, timeline->next, label);
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, &reply->body, timeline->question.page.media);
    writer_begin(&writer, call->endpoint->answer->row);
    writer_text(&writer, label, (size_t)length);
    writer_moment(&writer, timeline->next * DAY_MICROSECONDS, true);
    writer_moment(&writer, (next - 1) * DAY_MICROSECONDS, true);
    writer_begin_object(&writer);
    for (int i = 0; i < POSITIONS; i++) {
        writer_integer(&writer, of[i]);
    }
    writer_end(&writer);
    writer_integer(&writer, votes);
    writer_integer(&writer, all - votes);
    writer_end(&writer);
    timeline->next = next;
    timeline->periods++;
}

static void timeline_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct timeline *timeline = call->state;
    if (query == timeline->zone_query) {
        timeline->zoned = true;
    }
    if (query != timeline->counts_query) {
        return;
    }
    if (cell_null(&row->cells[0])) {
        for (int i = 0; i < POSITIONS; i++) {
            timeline->undated += (long)cell_integer(&row->cells[1 + i]);
        }
        return;
    }
    int64_t first = cell_integer(&row->cells[0]);
    if (!timeline->begun) {
        timeline->begun = true;
        timeline->next = first;
    }
    while (timeline->next < first && !timeline->overlong) {
        write_row(call, timeline, NULL, reply);
    }
    if (!timeline->overlong) {
        write_row(call, timeline, row->cells + 1, reply);
    }
}

static enum finish_outcome timeline_finish(struct call *call, struct reply *reply)
{
    struct timeline *timeline = call->state;
    if (timeline->zone_query >= 0 && !timeline->zoned) {
        faults_add_parameter(&call->faults, "tz", "not_in_vocabulary",
                             "There is no time zone `%.64s` in the IANA database.", timeline->zone);
    } else if (timeline->overlong) {
        faults_add_parameter(&call->faults, "by", "too_many",
                             "That makes more than %d periods: ask for longer ones, or for a shorter time.",
                             PERIODS_MOST);
    }
    if (call->faults.count > 0) {
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return FINISH_REPLY;
    }
    struct buffer head __attribute__((cleanup(buffer_free)));
    struct writer writer __attribute__((cleanup(writer_free)));
    buffer_init(&head, REPLY_LIMIT);
    writer_init(&writer, &head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, &timeline->question);
    writer_word(&writer, (int)timeline->by);
    const char *zone = timeline->zone != NULL ? timeline->zone : "UTC";
    writer_text(&writer, zone, strlen(zone));
    writer_integer(&writer, timeline->periods);
    writer_integer(&writer, timeline->undated);
    writer_end(&writer);
    question_finish(call, &timeline->question, &head, &(struct cursor){{NULL, NULL}}, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "by",
        .type = PARAMETER_WORD,
        .vocabulary = &period_words,
        .help = "How long a period is: a day, a week from Monday (ISO 8601), a month (as when absent) or a year.",
        .example = "week",
    },
    {
        .name = "tz",
        .type = PARAMETER_TEXT,
        .help = "The time zone whose calendar counts, by its IANA name; UTC when absent. What was stated on a date "
                "alone is of that "
                "date in every zone.",
        .example = "Asia/Seoul",
    },
};

static const struct member head_members[] = {
    QUESTION_MEMBERS,
    {.name = "by", .type = MEMBER_WORD, .vocabulary = &period_words},
    {.name = "tz", .type = MEMBER_TEXT},
    {.name = "periods", .type = MEMBER_INTEGER},
    {.name = "undated", .type = MEMBER_INTEGER, .help = "Stances without a time; they are in no period."},
    {.name = NULL},
};
static const struct member row_members[] = {
    {.name = "period", .type = MEMBER_TEXT, .help = "2024-10-21, 2024-W43, 2024-10 or 2024."},
    {.name = "from", .type = MEMBER_MOMENT, .help = "Its first day…"},
    {.name = "to", .type = MEMBER_MOMENT, .help = "…and its last."},
    {.name = "counts", .type = MEMBER_OBJECT, .members = positions_counts, .help = "Stances by position."},
    {.name = "votes", .type = MEMBER_INTEGER, .help = "Stances that affirm or deny."},
    {.name = "non_votes", .type = MEMBER_INTEGER, .help = "Stances at any other position."},
    {.name = NULL},
};
static const struct answer answer = {"Timeline", head_members, row_members, true};

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/timeline",
        .name = "timeline",
        .summary = "How many stances took which position, period by period.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .takes = TAKES_STANCES | TAKES_POSITION,
        .lane = LANE_SLOW,
        .answer = &answer,
        .plan = timeline_plan,
        .row = timeline_row,
        .finish = timeline_finish,
        .close = timeline_close,
    },
};

const struct endpoint_table timeline_endpoints = ENDPOINT_TABLE(table);
