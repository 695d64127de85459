/* Reads and writes what a page of contradictions shows: stances with their actors, claims and sources. */
#include "handlers/array.h"
#include "handlers/contradictions.h"
#include "handlers/evidence.h"

#define ARRAY_LIMIT ((size_t)1024 * 1024)
#define SHOWN_LIMIT REPLY_LIMIT /* bytes of what is shown */

enum { SHOWN_CLAIM, SHOWN_ACTOR = NAMED_CELLS, SHOWN_EVIDENCE = 2 * NAMED_CELLS };

void contradictions_forget(struct contradictions *all)
{
    for (size_t i = 0; i < all->shown_count; i++) {
        kept_free(&all->shown[i]);
    }
    all->shown_count = 0;
}

bool contradictions_too_large(const struct contradictions *all)
{
    return opposition_overflowed(&all->opposition) || all->shown_bytes > SHOWN_LIMIT;
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

void contradictions_look_up(struct call *call, struct plan *plan, struct contradictions *all)
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
    contradictions_forget(all);
    all->shown = arena_alloc(call->arena, (size_t)(2 * all->count) * sizeof *all->shown);
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

void contradictions_keep(struct contradictions *all, int query, const struct row *row)
{
    if (query == all->query) {
        take_shown(all, row);
    } else if (query == all->names_query) {
        struct identity id = cell_identity(&row->cells[0]);
        (void)roster_enter(&all->claim_names, RECORD_CLAIM, &id, all->claim_names.count + 1);
        names_add(&all->names, row->cells);
    }
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

void contradictions_write(struct call *call, struct contradictions *all, const struct conflict *row,
                          struct reply *reply)
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
