/* GET /v1/contradictions: who takes the other side, and who cannot mean both.

   Claim by claim, in the order of their ids, so that a page ends as soon as it is full: a few claims at first, then more, each time in one
   statement that brings bare positions; what the page shows of them is read in the end. All positions are those of handlers/standing.h. */
#include <string.h>

#include "handlers/contradictions.h"
#include "handlers/endpoints.h"
#include "handlers/evidence.h"
#include "handlers/parameter_value.h"

_Static_assert(CONTRADICTION_BATCHES < ROUNDS_MOST, "one more round reads what is shown");

static const struct vocabulary kind_words = {
    "contradiction",
    (const char *const[]){"opposed", "contradicted", "entailed", NULL},
};

static void contradictions_close(struct call *call)
{
    struct contradictions *all = call->state;
    if (all != NULL) {
        question_free(&all->question);
        opposition_free(&all->opposition);
        buffer_free(&all->rows);
        contradictions_forget(all);
        roster_free(&all->stances);
        roster_free(&all->claim_names);
        names_free(&all->names);
        call->state = NULL;
    }
}

/* "kind claim actor actor", as the cursor has a row behind its claim. */
#define PLACE_LENGTH (1 + 3 * (size_t)IDENTITY_TEXT)

static const char *place_of(struct call *call, const struct conflict *row)
{
    char claim[IDENTITY_TEXT];
    char one[IDENTITY_TEXT];
    char other[IDENTITY_TEXT];
    identity_format(&row->other.claim, claim);
    identity_format(&row->one.actor, one);
    identity_format(&row->other.actor, other);
    return arena_format(call->arena, "%d %s %s %s", (int)row->kind, claim, one, other);
}

static bool read_place(struct call *call, struct contradictions *all, const char *text)
{
    struct conflict *after = arena_alloc(call->arena, sizeof *after);
    struct identity *const ids[] = {&after->other.claim, &after->one.actor, &after->other.actor};
    if (strlen(text) != PLACE_LENGTH || *text < '0' || *text >= '0' + CONFLICTS) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        if (!identity_parse(text + 2 + (size_t)i * IDENTITY_TEXT, IDENTITY_TEXT - 1, ids[i])) {
            return false;
        }
    }
    after->kind = (enum conflict_kind)(*text - '0');
    after->one.claim = all->from;
    all->after = after;
    return true;
}

/* False for a cursor that was forged. */
static bool read_start(struct call *call, struct contradictions *all)
{
    const struct page *page = &all->question.page;
    const char *claim = page->after.keys[0];
    const char *place = page->after.keys[1];
    if (!page->continues) {
        return true;
    }
    all->continues = true;
    all->inclusive = place != NULL;
    return claim != NULL && identity_parse(claim, strlen(claim), &all->from) &&
           (place == NULL || read_place(call, all, place));
}

static unsigned read_kinds(struct call *call)
{
    const char *rest = call_argument(call, "kind");
    unsigned kinds = rest == NULL ? (1U << CONFLICTS) - 1 : 0;
    struct item item;
    while (value_next(call->arena, &rest, &item)) {
        kinds |= 1U << vocabulary_index(&kind_words, item.text, item.length);
    }
    return kinds;
}

static bool begin(struct call *call, struct reply *reply)
{
    contradictions_close(call); /* when it was planned before */
    struct contradictions *all = arena_alloc(call->arena, sizeof *all);
    call->state = all;
    all->call = call;
    opposition_init(&all->opposition);
    names_init(&all->names);
    buffer_init(&all->rows, REPLY_LIMIT);
    if (!question_read(call, NULL, reply, &all->question)) {
        return false;
    }
    all->kinds = read_kinds(call);
    if (!read_start(call, all)) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
        return false;
    }
    return true;
}

static enum plan_outcome contradictions_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    if (call->round == 0 && !begin(call, reply)) {
        return PLAN_REPLY;
    }
    struct contradictions *all = call->state;
    question_plan(call, &all->question, plan, reply);
    if (all->showing) {
        contradictions_look_up(call, plan, all);
    } else {
        contradictions_find(call, plan, all);
    }
    return PLAN_RUN;
}

static void contradictions_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct contradictions *all = call->state;
    if (all->showing) {
        contradictions_keep(all, query, row);
    } else if (query == all->query) {
        contradictions_take(all, row);
    }
}

/* One more than the page has says that there are more. */
static bool take_conflict(void *context, const struct conflict *conflict)
{
    struct contradictions *all = context;
    if (conflict == NULL) {
        return !call_cancelled(all->call);
    }
    buffer_put(&all->rows, conflict, sizeof *conflict);
    return ++all->count <= all->question.page.limit;
}

static void send(struct call *call, struct contradictions *all, struct reply *reply)
{
    struct question *question = &all->question;
    struct cursor last = {{NULL, NULL}};
    char claim[IDENTITY_TEXT];
    const struct conflict *rows = (const struct conflict *)(const void *)all->rows.data;
    bool full = all->count > question->page.limit;
    for (long i = 0; i < all->count - full; i++) {
        contradictions_write(call, all, &rows[i], reply);
    }
    question->page.more = full || !all->ended;
    identity_format(full ? &rows[question->page.limit - 1].one.claim : &all->from, claim);
    last.keys[0] = claim;
    last.keys[1] = full ? place_of(call, &rows[question->page.limit - 1]) : NULL;
    struct buffer head __attribute__((cleanup(buffer_free)));
    struct writer writer __attribute__((cleanup(writer_free)));
    buffer_init(&head, REPLY_LIMIT);
    writer_init(&writer, &head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, question);
    writer_boolean(&writer, all->truncated);
    writer_end(&writer);
    question_finish(call, question, &head, &last, reply);
}

/* After a batch: whether its rows, with those before, are what the page shows. */
static bool found_all(struct call *call, struct contradictions *all)
{
    contradictions_found(all);
    bool whole = opposition_rows(&all->opposition, all->kinds, all->after, take_conflict, all);
    all->ended = whole && all->claims < contradictions_batch(call->round);
    all->after = NULL;
    all->continues = true;
    all->inclusive = false;
    return !whole || all->ended || call->round + 1 == CONTRADICTION_BATCHES;
}

static enum finish_outcome contradictions_finish(struct call *call, struct reply *reply)
{
    struct contradictions *all = call->state;
    if (contradictions_too_large(all)) {
        reply_problem(call, reply, PROBLEM_REPLY_TOO_LARGE, "Ask for less: fewer claims, or a smaller limit.");
        return FINISH_REPLY;
    }
    if (all->showing) {
        send(call, all, reply);
        return FINISH_REPLY;
    }
    if (!found_all(call, all)) {
        return FINISH_NEXT;
    }
    all->showing = true;
    if (all->count == 0) {
        send(call, all, reply);
        return FINISH_REPLY;
    }
    return FINISH_NEXT;
}

static const struct parameter parameters[] = {
    {
        .name = "kind",
        .type = PARAMETER_WORDS,
        .vocabulary = &kind_words,
        .help = "Only these: actors on opposite sides of a claim; actors who affirm two claims of which one "
                "contradicts the "
                "other; actors who deny what follows from a claim that they affirm.",
        .example = "opposed",
    },
    PAGE_PARAMETERS,
};

static const struct member row_members[] = {
    {.name = "kind", .type = MEMBER_WORD, .vocabulary = &kind_words},
    {.name = "claim", .type = MEMBER_NAMED, .record = &record_claim, .help = "That `actor` affirms."},
    {.name = "other_claim",
     .type = MEMBER_NAMED,
     .record = &record_claim,
     .help = "opposed: the same; contradicted: affirmed as well; entailed: denied."},
    {.name = "actor", .type = MEMBER_NAMED, .record = &record_actor},
    {.name = "other_actor",
     .type = MEMBER_NAMED,
     .record = &record_actor,
     .help = "opposed: who denies the claim; else the same as `actor`."},
    {.name = "stance", .type = MEMBER_OBJECT, .members = evidence_members, .help = "Of `actor` on `claim`."},
    {.name = "other_stance",
     .type = MEMBER_OBJECT,
     .members = evidence_members,
     .help = "Of `other_actor` on `other_claim`."},
    {.name = "path",
     .type = MEMBER_LIST,
     .flags = MEMBER_OPTIONAL,
     .record = &record_claim,
     .help = "entailed: how the one claim leads to the other, both among them; a shortest way."},
    {.name = NULL},
};

static const struct member head_members[] = {
    QUESTION_MEMBERS,
    {.name = "truncated",
     .type = MEMBER_BOOLEAN,
     .help = "Whether there were more relations than are followed for one page."},
    {.name = NULL},
};

static const struct answer answer = {"Contradictions", head_members, row_members, true};

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/contradictions",
        .name = "contradiction_list",
        .summary = "Who contradicts whom, or themselves, claim by claim.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .takes = TAKES_STANCES,
        .lane = LANE_SLOW,
        .answer = &answer,
        .problems = ANSWERS(PROBLEM_REPLY_TOO_LARGE),
        .plan = contradictions_plan,
        .row = contradictions_row,
        .finish = contradictions_finish,
        .works = true,
        .close = contradictions_close,
    },
};

const struct endpoint_table contradictions_endpoints = ENDPOINT_TABLE(table);
