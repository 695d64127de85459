/* Rows to JSON, that to JSON-LD: not the fastest way, and one that knows the records only where claimreview.c does. */
#include "handlers/linked.h"

#include <jansson.h>
#include <stdlib.h>

#include "handlers/claimreview.h"
#include "handlers/sql.h"

static const char reviews_sql[] = " FROM review t WHERE t.claim_id = ";
static const char order_sql[] = " ORDER BY t.reviewed_at DESC NULLS LAST, t.id LIMIT 1000";
_Static_assert(LINKED_REVIEWS_MOST == 1000, "the order's limit says it");

void linked_put(struct buffer *buffer, const struct shape *shape, const struct row *row, int first)
{
    struct buffer text __attribute__((cleanup(buffer_free)));
    bool review = shape->record == &record_review;
    buffer_init(&text, buffer->limit);
    encode_record_view(&text, shape->record, row, first, &shape->view);
    json_t *plain = text.overflowed ? NULL : json_loadb(text.data, text.length, 0, NULL);
    if (plain == NULL) {
        buffer->overflowed = true; /* what is too large here is too large for the reply */
        return;
    }
    sayings_add(&shape->sayings, review ? json_object_get(plain, "claim") : plain);
    json_t *linked = review ? claimreview_write(plain) : claimreview_write_claim(plain);
    char *written = json_dumps(linked, JSON_COMPACT);
    buffer_text(buffer, written);
    free(written);
    json_decref(linked);
    json_decref(plain);
}

void linked_put_alone(struct buffer *buffer, const struct shape *shape, const struct row *row)
{
    buffer_text(buffer, "{\"@context\":\"https://schema.org\"");
    size_t at = buffer->length;
    linked_put(buffer, shape, row, 0);
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

static void put_claim(struct statement *statement, const void *id, const char *column)
{
    statement_text(statement, "SELECT ");
    statement_text(statement, column);
    statement_text(statement, " FROM claim t WHERE t.id = ");
    statement_value(statement, id, "uuid");
}

static void begin(struct shape *shape, const struct record *record)
{
    *shape = (struct shape){.record = record, .media = MEDIA_JSONLD};
    shape->view = (struct encode_view){.shown = ENCODE_ALL, .expand = expand_put, .context = &shape->expansions};
    expand_init(&shape->expansions);
}

void linked_claim_plan(struct linked_claim *linked, struct call *call, struct plan *plan, const char *id)
{
    struct shape *reviews = &linked->reviews;
    linked->id = id;
    buffer_init(&linked->claim, REPLY_LIMIT);
    begin(&linked->alone, &record_claim);
    shape_plan(&linked->alone, call, plan, put_claim, id);
    begin(reviews, &record_review);
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
    shape_free(&linked->alone);
    shape_free(&linked->reviews);
    buffer_free(&linked->claim);
}

void linked_claim_row(struct linked_claim *linked, int query, const struct row *row, struct reply *reply)
{
    if (shape_row(&linked->alone, query, row) || shape_row(&linked->reviews, query, row)) {
        return;
    }
    if (query == linked->claim_query) {
        linked_put(&linked->claim, &linked->alone, row, 0);
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
