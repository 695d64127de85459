/* GET /v1/contradictions: who takes the other side, and who cannot mean both.

   Claim by claim, in the order of their ids, so that a page ends as soon as it is full: a few claims at first, then more, each time in one
   statement that brings bare positions; what the page shows of them is read in the end. All positions are those of handlers/standing.h. */
#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"
#include "handlers/endpoints.h"
#include "handlers/evidence.h"
#include "handlers/names.h"
#include "handlers/opposition.h"
#include "handlers/parameter_value.h"
#include "handlers/question.h"
#include "handlers/roster.h"

/* Claims that are looked at, time after time; a page that is not full by then is sent as it is. */
static const int batches[] = {64, 512, 2048};
#define BATCHES ((unsigned)(sizeof batches / sizeof *batches))
_Static_assert(BATCHES < ROUNDS_MOST, "one more round reads what is shown");

#define TIES_MOST "20000" /* relations of each kind that are followed for a batch */

#define ARRAY_LIMIT ((size_t)1024 * 1024)
#define SHOWN_LIMIT REPLY_LIMIT /* bytes of what is shown */

enum { FIND_WHAT, FIND_ONE, FIND_OTHER, FIND_STANCE, FIND_POSITION, FIND_STATED_AT };
enum { WHAT_CLAIM, WHAT_ENTAILS, WHAT_CONTRADICTS, WHAT_STANCE };
enum { SHOWN_CLAIM, SHOWN_ACTOR = NAMED_CELLS, SHOWN_EVIDENCE = 2 * NAMED_CELLS };

struct contradictions {
    const struct call *call;
    struct question question;
    unsigned kinds; /* bits of enum conflict_kind */
    /* where it goes on */
    bool continues, inclusive;
    struct identity from;
    const struct conflict *after;
    /* what comes in */
    int query;
    struct opposition opposition;
    int claims;
    long ties[2];
    bool folding;
    struct side_taken side; /* whose stances are coming in, and the current one of them */
    struct standing standing;
    /* the rows of the page, and one more where there is */
    struct buffer rows; /* of struct conflict */
    long count;
    bool ended, truncated;
    /* what they show */
    bool showing;
    int names_query;
    struct roster stances, claim_names; /* numbers from 1 */
    struct kept *shown;
    size_t shown_count, shown_bytes;
    struct names names;
};

static const struct vocabulary kind_words = {
    "contradiction",
    (const char *const[]){"opposed", "contradicted", "entailed", NULL},
};

static void free_shown(struct contradictions *all)
{
    for (size_t i = 0; i < all->shown_count; i++) {
        kept_free(&all->shown[i]);
    }
    all->shown_count = 0;
}

static void contradictions_close(struct call *call)
{
    struct contradictions *all = call->state;
    if (all != NULL) {
        question_free(&all->question);
        opposition_free(&all->opposition);
        buffer_free(&all->rows);
        free_shown(all);
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

static bool asks(const struct contradictions *all, enum conflict_kind kind)
{
    return (all->kinds >> kind & 1U) != 0;
}

static bool begin(struct call *call, struct reply *reply)
{
    contradictions_close(call); /* when it was planned before */
    struct contradictions *all = arena_alloc(call->arena, sizeof *all);
    call->state = all;
    all->call = call;
    opposition_init(&all->opposition);
    names_init(&all->names);
    buffer_init(&all->rows, SHOWN_LIMIT);
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

/* " AND <column> >= where it goes on". */
static void put_start(struct statement *statement, const struct contradictions *all, const char *joint,
                      const char *column)
{
    if (!all->continues) {
        return;
    }
    char *id = arena_alloc(statement->arena, IDENTITY_TEXT);
    identity_format(&all->from, id);
    statement_text(statement, joint);
    statement_text(statement, column);
    statement_text(statement, all->inclusive ? " >= " : " > ");
    statement_value(statement, id, "uuid");
}

/* Claims with such relations; where the stances are at hand, only those that somebody affirms. */
static void put_related(struct statement *statement, const struct contradictions *all, const char *column,
                        const char *relation)
{
    buffer_format(&statement->sql, " UNION (SELECT DISTINCT l.%s FROM claim_relation l WHERE l.relation = '%s'", column,
                  relation);
    if (!all->question.known_at.given) {
        buffer_format(&statement->sql,
                      " AND EXISTS (SELECT FROM taken t WHERE t.claim_id = l.%s AND t.position = 'affirm')", column);
    }
    put_start(statement, all, " AND l.", column);
    buffer_format(&statement->sql, " ORDER BY l.%s LIMIT %d)", column, all->claims);
}

/* The claims that come next and may have rows. What was recorded by a given moment has no index for that: then all are looked at. */
static void put_batch(struct statement *statement, const struct contradictions *all)
{
    statement_text(statement, "batch AS MATERIALIZED (SELECT candidate.id FROM ((");
    if (all->question.known_at.given) {
        statement_text(statement, "SELECT c.id FROM claim c");
        put_start(statement, all, " WHERE ", "c.id");
        buffer_format(&statement->sql, " ORDER BY c.id LIMIT %d)", all->claims);
    } else if (asks(all, CONFLICT_OPPOSED)) {
        statement_text(statement, "SELECT t.claim_id AS id FROM taken t WHERE t.position IN ('affirm', 'deny')");
        put_start(statement, all, " AND ", "t.claim_id");
        buffer_format(&statement->sql,
                      " GROUP BY t.claim_id HAVING min(t.position) <> max(t.position) ORDER BY t.claim_id LIMIT %d)",
                      all->claims);
    } else {
        statement_text(statement, "SELECT NULL::uuid AS id WHERE false)");
    }
    if (!all->question.known_at.given && asks(all, CONFLICT_CONTRADICTED)) {
        put_related(statement, all, "claim_id", "contradicts");
        put_related(statement, all, "target_id", "contradicts");
    }
    if (!all->question.known_at.given && asks(all, CONFLICT_ENTAILED)) {
        put_related(statement, all, "claim_id", "entails");
    }
    buffer_format(&statement->sql, ") AS candidate ORDER BY candidate.id LIMIT %d), ", all->claims);
}

static const char ties_sql[] =
    "walk (at, steps) AS (SELECT batch.id, 0 FROM batch UNION"
    " SELECT l.target_id, walk.steps + 1 FROM walk JOIN claim_relation l"
    " ON l.claim_id = walk.at AND l.relation = 'entails' WHERE walk.steps < 8), "
    "entailing AS MATERIALIZED (SELECT l.claim_id AS one, l.target_id AS other FROM walk JOIN claim_relation l"
    " ON l.claim_id = walk.at AND l.relation = 'entails' WHERE walk.steps < 8 LIMIT " TIES_MOST "), "
    "opposing AS MATERIALIZED (SELECT l.claim_id AS one, l.target_id AS other FROM batch JOIN claim_relation l"
    " ON l.claim_id = batch.id AND l.relation = 'contradicts'"
    " UNION SELECT l.target_id, l.claim_id FROM batch JOIN claim_relation l"
    " ON l.target_id = batch.id AND l.relation = 'contradicts' LIMIT " TIES_MOST "), "
    "looked AS (SELECT id FROM batch UNION SELECT other FROM entailing UNION SELECT other FROM opposing)"
    " SELECT 0 AS what, batch.id AS one, NULL::uuid AS other, NULL::uuid AS stance, NULL::text AS position,"
    " NULL::timestamptz AS stated_at, NULL::timestamptz AS created_at FROM batch"
    " UNION ALL SELECT 1, one, other, NULL, NULL, NULL, NULL FROM entailing"
    " UNION ALL SELECT 2, one, other, NULL, NULL, NULL, NULL FROM opposing"
    " UNION ALL SELECT 3, said.claim_id, said.actor_id, said.id, said.position, said.stated_at, said.created_at"
    " FROM looked CROSS JOIN LATERAL (SELECT t.*";

static void plan_find(struct call *call, struct plan *plan, struct contradictions *all)
{
    struct question *question = &all->question;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    all->claims = batches[call->round];
    question->among = "looked.id";
    statement_text(&statement, "WITH RECURSIVE ");
    if (!question->known_at.given) {
        statement_text(&statement, "taken AS NOT MATERIALIZED (SELECT t.*");
        question_put_from(&statement, question);
        question_put_where(&statement, question, !question->as_of.given);
        statement_text(&statement, "), ");
    }
    put_batch(&statement, all);
    statement_text(&statement, ties_sql);
    if (question->known_at.given) {
        statement_text(&statement, " FROM (SELECT t.*");
        question_put_from(&statement, question);
        question_put_where(&statement, question, !question->as_of.given);
        statement_text(&statement, ") AS t");
    } else {
        statement_text(&statement, " FROM taken t");
    }
    statement_text(&statement, " WHERE t.claim_id = looked.id OFFSET 0) AS said"
                               " ORDER BY what, one, other, stated_at NULLS FIRST, created_at, stance");
    opposition_clear(&all->opposition);
    all->ties[0] = all->ties[1] = 0;
    all->query = statement_plan(&statement, plan);
    all->claims = 0;
}

/* The numbers of a row's records, entered where they are new. */
static void want(struct roster *roster, enum record_kind kind, const struct identity *id)
{
    (void)roster_enter(roster, kind, id, roster->count + 1);
}

static void add_id(struct buffer *array, const struct identity *id)
{
    char text[IDENTITY_TEXT];
    identity_format(id, text);
    array_optional(array, text);
}

static void want_rows(struct contradictions *all, struct buffer *claims, struct buffer *stances, struct buffer *paths)
{
    const struct conflict *rows = (const struct conflict *)(const void *)all->rows.data; /* malloc's, and so aligned */
    for (long i = 0; i < all->count; i++) {
        const struct side_taken *const sides[] = {&rows[i].one, &rows[i].other};
        for (int j = 0; j < 2; j++) {
            add_id(claims, &sides[j]->claim);
            add_id(stances, &sides[j]->stance);
        }
        for (int j = 0; j < rows[i].path_count; j++) {
            add_id(paths, &rows[i].path[j]);
        }
    }
}

static void plan_shown(struct call *call, struct plan *plan, struct contradictions *all)
{
    struct buffer arrays[3];
    const char *texts[3];
    for (int i = 0; i < 3; i++) {
        buffer_init(&arrays[i], ARRAY_LIMIT);
        array_begin(&arrays[i]);
    }
    want_rows(all, &arrays[0], &arrays[1], &arrays[2]);
    for (int i = 0; i < 3; i++) {
        array_end(&arrays[i]);
        texts[i] = arena_copy(call->arena, arrays[i].data, arrays[i].length);
        buffer_free(&arrays[i]);
    }
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement,
                   "SELECT claim.id, claim.ref, claim.text, actor.id, actor.ref, actor.name, " EVIDENCE_COLUMNS
                   " FROM (SELECT DISTINCT * FROM unnest(");
    statement_value(&statement, texts[0], "uuid[]");
    statement_text(&statement, ", ");
    statement_value(&statement, texts[1], "uuid[]");
    statement_text(&statement, ") AS named (claim, stance)) AS wanted CROSS JOIN LATERAL (SELECT t.*");
    all->question.among = "wanted.claim";
    question_put_from(&statement, &all->question);
    statement_text(&statement, " WHERE t.claim_id = wanted.claim AND t.id = wanted.stance OFFSET 0) AS t"
                               " LEFT JOIN claim ON claim.id = t.claim_id"
                               " LEFT JOIN actor ON actor.id = t.actor_id" EVIDENCE_JOINS);
    all->query = statement_plan(&statement, plan);
    all->names_query = plan->count;
    query_value(plan_query(plan, "SELECT claim.id, claim.ref, claim.text FROM claim WHERE claim.id = ANY ($1::uuid[])"),
                texts[2]);
    free_shown(all);
    all->shown = arena_alloc(call->arena, (size_t)(2 * all->count) * sizeof *all->shown);
}

static enum plan_outcome contradictions_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    if (call->round == 0 && !begin(call, reply)) {
        return PLAN_REPLY;
    }
    struct contradictions *all = call->state;
    question_plan(call, &all->question, plan, reply);
    if (all->showing) {
        plan_shown(call, plan, all);
    } else {
        plan_find(call, plan, all);
    }
    return PLAN_RUN;
}

/* All stances of an actor on a claim have come in. Who affirms and denies at the same time takes no side. */
static void end_fold(struct contradictions *all)
{
    const struct point *current = &all->standing.current;
    bool votes = current->position == POSITION_AFFIRM || current->position == POSITION_DENY;
    if (all->folding && all->standing.taken && votes && !current->ambiguous) {
        opposition_vote(&all->opposition, &all->side, current->position == POSITION_AFFIRM);
    }
    all->folding = false;
}

static void take_stance(struct contradictions *all, const struct row *row)
{
    const struct cell *word = &row->cells[FIND_POSITION];
    const struct cell *stated_at = &row->cells[FIND_STATED_AT];
    struct identity claim = cell_identity(&row->cells[FIND_ONE]);
    struct identity actor = cell_identity(&row->cells[FIND_OTHER]);
    int position = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length);
    bool dated = !cell_null(stated_at);
    const struct point point = {
        .position = (enum position)position, .dated = dated, .stated_at = dated ? cell_moment(stated_at) : 0};
    if (position < 0) {
        return;
    }
    if (!all->folding || memcmp(&claim, &all->side.claim, sizeof claim) != 0 ||
        memcmp(&actor, &all->side.actor, sizeof actor) != 0) {
        end_fold(all);
        all->folding = true;
        all->side.claim = claim;
        all->side.actor = actor;
        standing_begin(&all->standing);
    }
    if (standing_take(&all->standing, &point)) {
        all->side.stance = cell_identity(&row->cells[FIND_STANCE]);
    }
}

static void take_found(struct contradictions *all, const struct row *row)
{
    int what = (int)cell_integer(&row->cells[FIND_WHAT]);
    struct identity one = cell_identity(&row->cells[FIND_ONE]);
    if (what == WHAT_STANCE) {
        take_stance(all, row);
    } else if (what == WHAT_CLAIM) {
        opposition_claim(&all->opposition, &one);
        all->from = one;
        all->claims++;
    } else {
        struct identity other = cell_identity(&row->cells[FIND_OTHER]);
        bool entails = what == WHAT_ENTAILS;
        opposition_tie(&all->opposition, entails ? CONFLICT_ENTAILED : CONFLICT_CONTRADICTED, &one, &other);
        all->truncated = ++all->ties[entails] == atol(TIES_MOST) || all->truncated;
    }
}

static void take_shown(struct contradictions *all, const struct row *row)
{
    struct identity id = cell_identity(&row->cells[SHOWN_EVIDENCE + EVIDENCE_STANCE]);
    if (all->shown_bytes > SHOWN_LIMIT || roster_enter(&all->stances, RECORD_STANCE, &id, all->shown_count + 1) != 0) {
        return;
    }
    struct kept *kept = &all->shown[all->shown_count++];
    kept_init(kept);
    kept_take(kept, row);
    all->shown_bytes += kept->bytes.length;
}

static void contradictions_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct contradictions *all = call->state;
    if (all->showing && query == all->names_query) {
        struct identity id = cell_identity(&row->cells[0]);
        want(&all->claim_names, RECORD_CLAIM, &id);
        names_add(&all->names, row->cells);
    } else if (query == all->query && all->showing) {
        take_shown(all, row);
    } else if (query == all->query) {
        take_found(all, row);
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

static void write_path(struct contradictions *all, struct writer *writer, const struct conflict *row)
{
    if (row->kind != CONFLICT_ENTAILED) {
        writer_skip(writer);
        return;
    }
    writer_begin_list(writer);
    for (int i = 0; i < row->path_count; i++) {
        size_t number = roster_find(&all->claim_names, RECORD_CLAIM, &row->path[i]);
        struct cell cells[NAMED_CELLS];
        if (number > 0) {
            names_get(&all->names, (int)number - 1, cells);
            writer_item_named(writer, &record_claim, cells);
        }
    }
    writer_end_list(writer);
}

static void write_row(struct call *call, struct contradictions *all, const struct conflict *row, struct reply *reply)
{
    size_t one = roster_find(&all->stances, RECORD_STANCE, &row->one.stance);
    size_t other = roster_find(&all->stances, RECORD_STANCE, &row->other.stance);
    /* what has gone since it was found is not shown */
    if (one == 0 || other == 0 || !page_row(&all->question.page, reply)) {
        return;
    }
    const struct cell *cells = all->shown[one - 1].cells;
    const struct cell *others = all->shown[other - 1].cells;
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, &reply->body, all->question.page.media);
    writer_begin(&writer, call->endpoint->answer->row);
    writer_word(&writer, (int)row->kind);
    writer_named(&writer, &cells[SHOWN_CLAIM]);
    writer_named(&writer, &others[SHOWN_CLAIM]);
    writer_named(&writer, &cells[SHOWN_ACTOR]);
    writer_named(&writer, &others[SHOWN_ACTOR]);
    evidence_write_object(&writer, &cells[SHOWN_EVIDENCE]);
    evidence_write_object(&writer, &others[SHOWN_EVIDENCE]);
    write_path(all, &writer, row);
    writer_end(&writer);
}

static void send(struct call *call, struct contradictions *all, struct reply *reply)
{
    struct question *question = &all->question;
    struct cursor last = {{NULL, NULL}};
    char claim[IDENTITY_TEXT];
    const struct conflict *rows = (const struct conflict *)(const void *)all->rows.data;
    bool full = all->count > question->page.limit;
    for (long i = 0; i < all->count - full; i++) {
        write_row(call, all, &rows[i], reply);
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
    end_fold(all);
    bool whole = opposition_rows(&all->opposition, all->kinds, all->after, take_conflict, all);
    all->ended = whole && all->claims < batches[call->round];
    all->after = NULL;
    all->continues = true;
    all->inclusive = false;
    return !whole || all->ended || call->round + 1 == BATCHES;
}

static enum finish_outcome contradictions_finish(struct call *call, struct reply *reply)
{
    struct contradictions *all = call->state;
    if (opposition_overflowed(&all->opposition) || all->shown_bytes > SHOWN_LIMIT) {
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
