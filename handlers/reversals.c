/* GET /v1/reversals, of all, of a claim or of an actor: who changed their mind, from what to what, and after how many days. */
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/evidence.h"
#include "handlers/question.h"
#include "handlers/ranking.h"
#include "handlers/turns.h"

/* Few ever say two things of one claim: only they are read in full. */
#define TURNED_SQL                                                                                      \
    "), turned AS (SELECT claim_id, actor_id FROM taken GROUP BY claim_id, actor_id"                    \
    " HAVING min(position) <> max(position)) SELECT"                                                    \
    " claim.id, claim.ref, claim.text, actor.id, actor.ref, actor.name, " EVIDENCE_COLUMNS              \
    " FROM turned JOIN taken t ON t.claim_id = turned.claim_id AND t.actor_id = turned.actor_id"        \
    " LEFT JOIN claim ON claim.id = t.claim_id LEFT JOIN actor ON actor.id = t.actor_id" EVIDENCE_JOINS \
    " ORDER BY t.claim_id, t.actor_id, t.stated_at, t.created_at, t.id"

enum { COLUMN_CLAIM, COLUMN_ACTOR = NAMED_CELLS, COLUMN_EVIDENCE = 2 * NAMED_CELLS };

struct reversals {
    struct question question;
    int query;
    const char *kind; /* NULL: both */
    struct ranking ranking;
    bool begun;
    struct identity claim, actor; /* whose stances are coming in */
    struct turns turns;
    const struct answer *answer;
};

static const struct vocabulary turn_words = {"turn", (const char *const[]){"reversal", "withdrawal", NULL}};

static void reversals_close(struct call *call)
{
    struct reversals *reversals = call->state;
    if (reversals != NULL) {
        question_free(&reversals->question);
        ranking_free(&reversals->ranking);
        turns_free(&reversals->turns);
        call->state = NULL;
    }
}

/* Whole days of the calendar (UTC), as one counts them between two dates. */
static long long days_between(int64_t from, int64_t to)
{
    int64_t first = from / DAY_MICROSECONDS - (from % DAY_MICROSECONDS < 0);
    int64_t last = to / DAY_MICROSECONDS - (to % DAY_MICROSECONDS < 0);
    return last - first;
}

static void take_turn(void *context, enum turn turn, const struct kept *from, const struct kept *to)
{
    struct reversals *reversals = context;
    const struct cell *after = &to->cells[COLUMN_EVIDENCE];
    const struct rank rank = {cell_moment(&after[EVIDENCE_STATED_AT]), cell_identity(&after[EVIDENCE_STANCE])};
    if (reversals->kind != NULL && strcmp(reversals->kind, turn_words.words[turn]) != 0) {
        return;
    }
    struct buffer *row = ranking_add(&reversals->ranking, &rank);
    if (row == NULL) {
        return;
    }
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, row, reversals->question.page.media);
    writer_begin(&writer, reversals->answer->row);
    writer_word(&writer, (int)turn);
    writer_named(&writer, &to->cells[COLUMN_ACTOR]);
    writer_named(&writer, &to->cells[COLUMN_CLAIM]);
    writer_integer(&writer, days_between(cell_moment(&from->cells[COLUMN_EVIDENCE + EVIDENCE_STATED_AT]), rank.time));
    evidence_write_object(&writer, &from->cells[COLUMN_EVIDENCE]);
    evidence_write_object(&writer, after);
    writer_end(&writer);
}

static enum plan_outcome reversals_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    reversals_close(call); /* when it was planned before */
    struct reversals *reversals = arena_alloc(call->arena, sizeof *reversals);
    call->state = reversals;
    turns_init(&reversals->turns, take_turn, reversals);
    struct question *question = &reversals->question;
    if (!question_read(call, call->endpoint->record, reply, question)) {
        return PLAN_REPLY;
    }
    if (!ranking_init(&reversals->ranking, &question->page)) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return PLAN_REPLY;
    }
    reversals->kind = call_argument(call, "kind");
    reversals->answer = call->endpoint->answer;
    question_plan(call, question, plan, reply);
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "WITH taken AS NOT MATERIALIZED (SELECT t.*");
    question_put_from(&statement, question);
    question_put_where(&statement, question, false);
    statement_text(&statement, " AND t.position IN ('affirm', 'deny', 'retract')" TURNED_SQL);
    reversals->query = statement_plan(&statement, plan);
    return PLAN_RUN;
}

static void reversals_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct reversals *reversals = call->state;
    struct point point;
    if (question_row(&reversals->question, query, row) || query != reversals->query ||
        !evidence_point(&row->cells[COLUMN_EVIDENCE], &point)) {
        return;
    }
    struct identity claim = cell_identity(&row->cells[COLUMN_CLAIM]);
    struct identity actor = cell_identity(&row->cells[COLUMN_ACTOR]);
    bool same = reversals->begun && memcmp(&claim, &reversals->claim, sizeof claim) == 0 &&
                memcmp(&actor, &reversals->actor, sizeof actor) == 0;
    if (!same) {
        turns_end(&reversals->turns);
        reversals->begun = true;
        reversals->claim = claim;
        reversals->actor = actor;
    }
    turns_take(&reversals->turns, &point, row);
}

static enum finish_outcome reversals_finish(struct call *call, struct reply *reply)
{
    struct reversals *reversals = call->state;
    struct question *question = &reversals->question;
    if (!question_found(call, question, reply)) {
        return FINISH_REPLY;
    }
    turns_end(&reversals->turns);
    struct cursor last = {{NULL, NULL}};
    ranking_send(&reversals->ranking, &question->page, reply, call->arena, &last);
    question_finish_plain(call, question, &last, reply);
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "kind",
        .type = PARAMETER_WORD,
        .vocabulary = &turn_words,
        .help =
            "Only reversals (a vote after one of the opposite sign), or only withdrawals (a vote that is retracted).",
        .example = "reversal",
    },
    PAGE_PARAMETERS,
};

static const struct member row_members[] = {
    {.name = "kind", .type = MEMBER_WORD, .vocabulary = &turn_words},
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim},
    {.name = "days", .type = MEMBER_INTEGER, .help = "Calendar days (UTC) between the two."},
    {.name = "from", .type = MEMBER_OBJECT, .members = evidence_members, .help = "The vote before."},
    {.name = "to", .type = MEMBER_OBJECT, .members = evidence_members, .help = "The vote or the retraction after it."},
    {.name = NULL},
};

static const struct answer of_all = {"Reversals", question_of_all, row_members, true};
static const struct answer of_claim = {"ClaimReversals", question_of_claim, row_members, true};
static const struct answer of_actor = {"ActorReversals", question_of_actor, row_members, true};

#define REVERSALS_ENDPOINT(under, title, about, description, form)                                                    \
    {                                                                                                                 \
        .method = METHOD_GET, .path = "/v1/" under "reversals", .name = "" title, .summary = (about),                 \
        .record = (description), .parameters = parameters, .parameter_count = sizeof parameters / sizeof *parameters, \
        .takes = TAKES_STANCES, .lane = LANE_SLOW, .answer = (form), .plan = reversals_plan, .row = reversals_row,    \
        .finish = reversals_finish, .close = reversals_close,                                                         \
    }

static const struct endpoint table[] = {
    REVERSALS_ENDPOINT("", "reversal_list", "Who changed their mind, newest first.", NULL, &of_all),
    REVERSALS_ENDPOINT("claims/{claim}/", "claim_reversals", "Who changed their mind about a claim, newest first.",
                       &record_claim, &of_claim),
    REVERSALS_ENDPOINT("actors/{actor}/", "actor_reversals", "Where an actor changed its mind, newest first.",
                       &record_actor, &of_actor),
};

const struct endpoint_table reversals_endpoints = ENDPOINT_TABLE(table);
