/* Finds votes that may contradict each other, a batch of claims at a time, in one statement that brings bare positions. */
#include <stdlib.h>
#include <string.h>

#include "handlers/contradictions.h"
#include "schema/vocabulary.h"

#define TIES_MOST "20000" /* relations of each kind that are followed for a batch */

enum { FIND_WHAT, FIND_ONE, FIND_OTHER, FIND_STANCE, FIND_POSITION, FIND_STATED_AT };
enum { WHAT_CLAIM, WHAT_ENTAILS, WHAT_CONTRADICTS, WHAT_STANCE };

int contradictions_batch(unsigned round)
{
    static const int batches[CONTRADICTION_BATCHES] = {64, 512, 2048};
    return batches[round];
}

static bool asks(const struct contradictions *all, enum conflict_kind kind)
{
    return (all->kinds >> kind & 1U) != 0;
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

/* Claims on which there are votes of both kinds. Of all stances, those that come first by their claims are soon enough; stances that filters
   choose are all gathered before (OFFSET 0 keeps the planner from looking for few among all, claim by claim). */
static void put_voted(struct statement *statement, const struct contradictions *all)
{
    bool few = all->question.selection.filter_count > 0;
    statement_text(statement, few ? "SELECT voted.id FROM (" : "");
    statement_text(statement, "SELECT t.claim_id AS id FROM taken t WHERE t.position IN ('affirm', 'deny')");
    put_start(statement, all, " AND ", "t.claim_id");
    statement_text(statement, " GROUP BY t.claim_id HAVING min(t.position) <> max(t.position)");
    statement_text(statement, few ? " OFFSET 0) AS voted ORDER BY voted.id" : " ORDER BY t.claim_id");
    buffer_format(&statement->sql, " LIMIT %d)", all->claims);
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
        put_voted(statement, all);
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

void contradictions_find(struct call *call, struct plan *plan, struct contradictions *all)
{
    struct question *question = &all->question;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    all->claims = contradictions_batch(call->round);
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

/* All stances of an actor on a claim have come in. Who affirms and denies at the same time takes no side. */
void contradictions_found(struct contradictions *all)
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
        contradictions_found(all);
        all->folding = true;
        all->side.claim = claim;
        all->side.actor = actor;
        standing_begin(&all->standing);
    }
    if (standing_take(&all->standing, &point)) {
        all->side.stance = cell_identity(&row->cells[FIND_STANCE]);
    }
}

void contradictions_take(struct contradictions *all, const struct row *row)
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
