/* GET /v1/claims/{claim}/provenance: from which first-hand sources the stances on a claim come, and how many independent origins each
   position has as far as is recorded. */
#include "handlers/provenance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/standing.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

/* One more of everything than is looked at, to know whether there is more. A walk to a candidate and one from there on take twice the
   depth of one walk. */
#define REACH_SQL                                                                                            \
    ", reach (id, steps) AS ("                                                                               \
    "SELECT one.id, 0 FROM (SELECT t.source_id FROM taken t WHERE t.source_id IS NOT NULL"                   \
    " UNION SELECT t.origin_id FROM taken t WHERE t.origin_id IS NOT NULL) AS one (id)"                      \
    " UNION SELECT l.target_id, reach.steps + 1 FROM reach JOIN source_citation l ON l.source_id = reach.id" \
    " WHERE reach.steps < 32"                                                                                \
    "), near AS (SELECT id, min(steps) AS steps FROM (SELECT id, steps FROM reach LIMIT 40000) AS early"     \
    " GROUP BY id ORDER BY 2, 1 LIMIT 1 + " TEXT(SOURCES_MOST) ")"

#define OWNERS_SQL                                                                                                 \
    ", up (id, steps) AS ("                                                                                        \
    "SELECT DISTINCT source.publisher_id, 0 FROM near JOIN source ON source.id = near.id"                          \
    " WHERE source.publisher_id IS NOT NULL"                                                                       \
    " UNION SELECT above.id, up.steps + 1 FROM up JOIN actor ON actor.id = up.id"                                  \
    " CROSS JOIN LATERAL (VALUES (actor.part_of_id), (actor.owned_by_id)) AS above (id)"                           \
    " WHERE above.id IS NOT NULL AND up.steps < " TEXT(                                                            \
        CITATION_DEPTH) ") SELECT actor.id, actor.ref, actor.name, actor.part_of_id, actor.owned_by_id"            \
                        " FROM (SELECT id, min(steps) AS steps FROM up GROUP BY id ORDER BY 2, 1 LIMIT 1 + " TEXT( \
                            OWNERS_MOST) ") AS above JOIN actor ON actor.id = above.id ORDER BY above.steps, actor.id"

#define SOURCES_SQL                                                                                      \
    " SELECT source.id, source.ref, source.title, source.first_hand, source.publisher_id,"               \
    " ARRAY(SELECT l.target_id FROM source_citation l WHERE l.source_id = source.id ORDER BY l.ordinal)" \
    " FROM near JOIN source ON source.id = near.id ORDER BY near.steps, source.id"

#define STANCES_SQL                                                                                               \
    " SELECT t.id, t.position, t.stated_at, t.stated_at_is_date, t.credibility, actor.id, actor.ref, actor.name," \
    " speaker.id, speaker.ref, speaker.name, t.source_id, t.origin_id FROM taken t"                               \
    " LEFT JOIN actor ON actor.id = t.actor_id LEFT JOIN actor speaker ON speaker.id = t.speaker_id"              \
    " ORDER BY t.stated_at, t.id"

enum { OWNER_PART_OF = NAMED_CELLS, OWNER_OWNED_BY };
enum { SOURCE_FIRST_HAND = NAMED_CELLS, SOURCE_PUBLISHER, SOURCE_TARGETS };
enum {
    STANCE_ID,
    STANCE_POSITION,
    STANCE_STATED_AT,
    STANCE_IS_DATE,
    STANCE_CREDIBILITY,
    STANCE_ACTOR,
    STANCE_SPEAKER = STANCE_ACTOR + NAMED_CELLS,
    STANCE_SOURCE = STANCE_SPEAKER + NAMED_CELLS,
    STANCE_ORIGIN
};

static void provenance_close(struct call *call)
{
    struct provenance *provenance = call->state;
    if (provenance != NULL) {
        question_free(&provenance->question);
        roster_free(&provenance->nodes);
        names_free(&provenance->owner_names);
        names_free(&provenance->source_names);
        names_free(&provenance->actor_names);
        names_free(&provenance->speaker_names);
        free(provenance);
        call->state = NULL;
    }
}

static struct provenance *make(void)
{
    struct provenance *provenance = calloc(1, sizeof *provenance); /* too large for an arena that is kept */
    if (provenance == NULL) {
        fprintf(stderr, "stanced: out of memory\n");
        abort();
    }
    names_init(&provenance->owner_names);
    names_init(&provenance->source_names);
    names_init(&provenance->actor_names);
    names_init(&provenance->speaker_names);
    return provenance;
}

static int plan_part(struct call *call, struct plan *plan, const struct question *question, const char *parts[2])
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "WITH RECURSIVE taken AS (SELECT t.*");
    question_put_from(&statement, question);
    question_put_where(&statement, question, !question->as_of.given);
    statement_text(&statement, " ORDER BY t.stated_at, t.id LIMIT 1 + " TEXT(STATEMENTS_MOST) ")");
    statement_text(&statement, parts[0]);
    statement_text(&statement, parts[1]);
    return statement_plan(&statement, plan);
}

static enum plan_outcome provenance_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    provenance_close(call); /* when it was planned before */
    struct provenance *provenance = make();
    call->state = provenance;
    struct question *question = &provenance->question;
    if (!question_read(call, &record_claim, reply, question)) {
        return PLAN_REPLY;
    }
    question_plan(call, question, plan, reply);
    provenance->owners_query = plan_part(call, plan, question, (const char *[]){REACH_SQL, OWNERS_SQL});
    provenance->sources_query = plan_part(call, plan, question, (const char *[]){REACH_SQL, SOURCES_SQL});
    provenance->stances_query = plan_part(call, plan, question, (const char *[]){STANCES_SQL, ""});
    return PLAN_RUN;
}

static int find(const struct provenance *provenance, enum record_kind kind, const struct identity *id)
{
    return (int)roster_find(&provenance->nodes, kind, id) - 1;
}

static int find_cell(const struct provenance *provenance, enum record_kind kind, const struct cell *cell)
{
    if (cell_null(cell)) {
        return NODE_NONE;
    }
    struct identity id = cell_identity(cell);
    return find(provenance, kind, &id);
}

static void take_owner(struct provenance *provenance, const struct row *row)
{
    struct citations *graph = &provenance->origins.graph;
    if (graph->owner_count == OWNERS_MOST) {
        provenance->met[BOUND_OWNERS] = true;
        return;
    }
    struct identity id = cell_identity(&row->cells[0]);
    struct above *above = &provenance->above[graph->owner_count++];
    (void)roster_enter(&provenance->nodes, RECORD_ACTOR, &id, (size_t)graph->owner_count);
    names_add(&provenance->owner_names, row->cells);
    above->has_part_of = !cell_null(&row->cells[OWNER_PART_OF]);
    above->has_owned_by = !cell_null(&row->cells[OWNER_OWNED_BY]);
    above->part_of = above->has_part_of ? cell_identity(&row->cells[OWNER_PART_OF]) : id;
    above->owned_by = above->has_owned_by ? cell_identity(&row->cells[OWNER_OWNED_BY]) : id;
}

static void take_source(struct provenance *provenance, const struct row *row)
{
    struct citations *graph = &provenance->origins.graph;
    if (graph->source_count == SOURCES_MOST) {
        provenance->met[BOUND_SOURCES] = true;
        return;
    }
    struct identity id = cell_identity(&row->cells[0]);
    struct cited_source *source = &graph->sources[graph->source_count++];
    (void)roster_enter(&provenance->nodes, RECORD_SOURCE, &id, (size_t)graph->source_count);
    names_add(&provenance->source_names, row->cells);
    *source = (struct cited_source){
        .first_hand = cell_boolean(&row->cells[SOURCE_FIRST_HAND]),
        .publisher = find_cell(provenance, RECORD_ACTOR, &row->cells[SOURCE_PUBLISHER]),
        .first = graph->target_count,
    };
    struct array targets = cell_array(&row->cells[SOURCE_TARGETS]);
    struct cell target;
    while (array_next(&targets, &target)) {
        if (graph->target_count == CITATIONS_MOST) {
            provenance->met[BOUND_CITATIONS] = true;
            return;
        }
        provenance->targets[graph->target_count++] = cell_identity(&target);
        source->count++;
    }
}

static void take_stance(struct provenance *provenance, const struct row *row)
{
    struct origins *origins = &provenance->origins;
    const struct cell *cells = row->cells;
    const struct cell *word = &cells[STANCE_POSITION];
    if (origins->statement_count == STATEMENTS_MOST) {
        provenance->met[BOUND_STANCES] = true;
        return;
    }
    int number = origins->statement_count++;
    origins->statements[number] = (struct statement_of){
        .group = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length),
        .actor = find_cell(provenance, RECORD_ACTOR, &cells[STANCE_ACTOR]),
        .speaker = find_cell(provenance, RECORD_ACTOR, &cells[STANCE_SPEAKER]),
        .source = find_cell(provenance, RECORD_SOURCE, &cells[STANCE_SOURCE]),
        .origin = find_cell(provenance, RECORD_SOURCE, &cells[STANCE_ORIGIN]),
    };
    provenance->stances[number].id = cell_identity(&cells[STANCE_ID]);
    provenance->stances[number].dated = !cell_null(&cells[STANCE_STATED_AT]);
    provenance->stances[number].stated_at =
        provenance->stances[number].dated ? cell_moment(&cells[STANCE_STATED_AT]) : 0;
    provenance->stances[number].is_date = cell_boolean(&cells[STANCE_IS_DATE]);
    provenance->stances[number].judged = !cell_null(&cells[STANCE_CREDIBILITY]);
    provenance->stances[number].credibility = (int)cell_integer(&cells[STANCE_CREDIBILITY]);
    names_add(&provenance->actor_names, &cells[STANCE_ACTOR]);
    names_add(&provenance->speaker_names, &cells[STANCE_SPEAKER]);
}

static void provenance_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    struct provenance *provenance = call->state;
    if (question_row(&provenance->question, query, row)) {
        return;
    }
    if (query == provenance->owners_query) {
        take_owner(provenance, row);
    } else if (query == provenance->sources_query) {
        take_source(provenance, row);
    } else if (query == provenance->stances_query) {
        take_stance(provenance, row);
    }
}

/* Ids to indexes, now that all nodes are there. What is past a bound is left out. */
static void connect(struct provenance *provenance)
{
    struct citations *graph = &provenance->origins.graph;
    for (int i = 0; i < graph->owner_count; i++) {
        const struct above *above = &provenance->above[i];
        graph->owners[i] = (struct owner){
            .part_of = above->has_part_of ? find(provenance, RECORD_ACTOR, &above->part_of) : NODE_NONE,
            .owned_by = above->has_owned_by ? find(provenance, RECORD_ACTOR, &above->owned_by) : NODE_NONE,
        };
    }
    int kept = 0;
    for (int i = 0; i < graph->source_count; i++) {
        struct cited_source *source = &graph->sources[i];
        int first = kept;
        for (int j = source->first; j < source->first + source->count; j++) {
            int target = find(provenance, RECORD_SOURCE, &provenance->targets[j]);
            if (target != NODE_NONE) {
                graph->targets[kept++] = target;
            }
        }
        source->first = first;
        source->count = kept - first;
    }
    graph->target_count = kept;
}

static enum finish_outcome provenance_finish(struct call *call, struct reply *reply)
{
    struct provenance *provenance = call->state;
    if (!question_found(call, &provenance->question, reply)) {
        return FINISH_REPLY;
    }
    connect(provenance);
    for (int position = 0; position < POSITIONS && !call_cancelled(call); position++) {
        provenance_write_position(call, provenance, position, reply);
    }
    provenance->met[BOUND_DEPTH] = provenance->origins.cut;
    struct buffer head __attribute__((cleanup(buffer_free)));
    buffer_init(&head, REPLY_LIMIT);
    provenance_write_head(call, provenance, &head);
    question_finish(call, &provenance->question, &head, &(struct cursor){{NULL, NULL}}, reply);
    return FINISH_REPLY;
}

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/claims/{claim}/provenance",
        .name = "claim_provenance",
        .summary = "From which first-hand sources the stances on a claim come, and how many independent origins each "
                   "position has.",
        .record = &record_claim,
        .takes = TAKES_STANCES,
        .lane = LANE_SLOW,
        .answer = &provenance_answer,
        .plan = provenance_plan,
        .row = provenance_row,
        .finish = provenance_finish,
        .works = true,
        .close = provenance_close,
    },
};

const struct endpoint_table provenance_endpoints = ENDPOINT_TABLE(table);
