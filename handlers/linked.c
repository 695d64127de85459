/* Rows to JSON, that to JSON-LD: not the fastest way, and one that knows the records only where claimreview.c does. */
#include "handlers/linked.h"

#include <jansson.h>
#include <stdlib.h>

#include "handlers/claimreview.h"
#include "handlers/sql.h"

static const char reviews_sql[] = " FROM review t WHERE t.claim_id = ";
static const char order_sql[] = " ORDER BY t.reviewed_at DESC NULLS LAST, t.id LIMIT 1000";
_Static_assert(LINKED_REVIEWS_MOST == 1000, "the order's limit says it");

void linked_put(struct buffer *buffer, const struct record *record, const struct row *row, int first,
                const struct encode_view *view)
{
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, buffer->limit);
    encode_record_view(&text, record, row, first, view);
    json_t *plain = text.overflowed ? NULL : json_loadb(text.data, text.length, 0, NULL);
    if (plain == NULL) {
        buffer->overflowed = true; /* what is too large here is too large for the reply */
        return;
    }
    json_t *linked = record == &record_review ? claimreview_write(plain) : claimreview_write_claim(plain);
    char *written = json_dumps(linked, JSON_COMPACT);
    buffer_text(buffer, written);
    free(written);
    json_decref(linked);
    json_decref(plain);
}

void linked_put_alone(struct buffer *buffer, const struct record *record, const struct row *row,
                      const struct encode_view *view)
{
    buffer_text(buffer, "{\"@context\":\"https://schema.org\"");
    size_t at = buffer->length;
    linked_put(buffer, record, row, 0, view);
    if (!buffer->overflowed) {
        buffer->data[at] = ','; /* in place of its brace */
    }
}

static void put_rows(struct statement *statement, const void *id, const char *column)
{
    statement_text(statement, "SELECT ");
    statement_text(statement, column);
    statement_text(statement, reviews_sql);
    statement_value(statement, id, "uuid");
    statement_text(statement, order_sql);
}

void linked_claim_plan(struct linked_claim *linked, struct call *call, struct plan *plan, const char *id)
{
    struct shape *reviews = &linked->reviews;
    linked->id = id;
    buffer_init(&linked->claim, REPLY_LIMIT);
    *reviews = (struct shape){.record = &record_review, .media = MEDIA_JSONLD};
    reviews->view = (struct encode_view){.shown = ENCODE_ALL, .expand = expand_put, .context = &reviews->expansions};
    expand_init(&reviews->expansions);
    shape_link(reviews);
    shape_plan(reviews, call, plan, put_rows, id);
    linked->claim_query = plan->count;
    query_value(plan_query(plan, sql_of(&record_claim)->read), id);
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    put_rows(&statement, id, sql_of(&record_review)->columns);
    linked->review_query = statement_plan(&statement, plan);
}

void linked_claim_free(struct linked_claim *linked)
{
    shape_free(&linked->reviews);
    buffer_free(&linked->claim);
}

void linked_claim_row(struct linked_claim *linked, int query, const struct row *row, struct reply *reply)
{
    if (expand_row(&linked->reviews.expansions, query, row)) {
        return;
    }
    if (query == linked->claim_query) {
        const struct encode_view view = {.shown = ENCODE_ALL};
        linked_put(&linked->claim, &record_claim, row, 0, &view);
        linked->version = (int)cell_integer(&row->cells[2]);
    } else if (query == linked->review_query) {
        buffer_text(&reply->body, linked->count++ == 0 ? "{\"@context\":\"https://schema.org\",\"@graph\":[" : ",");
        shape_put(&linked->reviews, &reply->body, row, 0);
    }
}

bool linked_claim_finish(struct linked_claim *linked, struct reply *reply)
{
    if (linked->claim.length == 0) {
        return false;
    }
    if (linked->count == 0) {
        buffer_text(&reply->body, "{\"@context\":\"https://schema.org\",\"@graph\":[");
        buffer_put(&reply->body, linked->claim.data, linked->claim.length);
    }
    buffer_text(&reply->body, "]}\n");
    reply->type = media_type(MEDIA_JSONLD);
    reply->version = linked->version;
    reply->status = 200;
    return true;
}
