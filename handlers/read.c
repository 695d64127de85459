/* Reads one record: the hot path, and so nothing but the arena is allocated from. */
#include "handlers/read.h"

#include <limits.h>
#include <string.h>

#include "handlers/linked.h"
#include "handlers/shape.h"
#include "handlers/sql.h"
#include "schema/columns.h"
#include "schema/encode.h"

const struct parameter read_parameters[READ_PARAMETERS] = {
    {
        .name = "version",
        .type = PARAMETER_COUNT,
        .least = 1,
        .most = INT_MAX,
        .help =
            "The record as it was in this version, also where it was deleted since; not to be combined with `expand`.",
        .example = "1",
    },
};

struct one {
    const struct record *record;
    const char *id;
    const char *version; /* NULL: as it is now */
    bool ended;          /* …and with that version it was no longer there */
    bool linked;         /* a claim with its reviews */
    struct shape shape;
    struct linked_claim claim;
};

const char *read_path_id(struct call *call, const struct record *record, struct reply *reply)
{
    struct identity id;
    if (!identity_resolve(record->kind, call->path[0], strlen(call->path[0]), &id)) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return NULL;
    }
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    return text;
}

static void put_one(struct statement *statement, const void *id, const char *column)
{
    statement_text(statement, "SELECT ");
    statement_text(statement, column);
    statement_text(statement, " FROM ");
    statement_text(statement, ((const struct one *)id)->record->name);
    statement_text(statement, " t WHERE t.id = ");
    statement_value(statement, ((const struct one *)id)->id, "uuid");
}

void read_close(struct call *call)
{
    struct one *one = call->state;
    if (one != NULL) {
        shape_free(&one->shape);
        if (one->linked) {
            linked_claim_free(&one->claim);
        }
        call->state = NULL;
    }
}

/* The record as it was. What it referred to is shown by id alone: it may be another by now, or gone. */
static enum plan_outcome plan_version(struct call *call, struct plan *plan, struct reply *reply)
{
    const struct one *one = call->state;
    bool linked = one->shape.media == MEDIA_JSONLD;
    if (one->shape.view.expanded != 0 || linked) {
        faults_add_parameter(&call->faults, linked ? "format" : "expand", "conflicting_parameters",
                             linked ? "JSON-LD is of the present: leave out `version`."
                                    : "`version` shows references by their ids: leave out `expand`.");
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return PLAN_REPLY;
    }
    struct query *query = plan_query(plan, sql_of(one->record)->recall);
    query_value(query, one->id);
    query_value(query, one->version);
    return PLAN_RUN;
}

enum plan_outcome read_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    read_close(call); /* when it was planned before */
    const struct record *record = call->endpoint->record;
    struct one *one = arena_alloc(call->arena, sizeof *one);
    call->state = one;
    one->record = record;
    one->id = read_path_id(call, record, reply);
    if (one->id == NULL || !shape_read(call, reply, &one->shape)) {
        return PLAN_REPLY;
    }
    one->version = call_argument(call, "version");
    if (one->version != NULL) {
        return plan_version(call, plan, reply);
    }
    if (one->shape.media == MEDIA_JSONLD && record == &record_claim) {
        one->linked = true;
        linked_claim_plan(&one->claim, call, plan, one->id);
        return PLAN_RUN;
    }
    shape_plan(&one->shape, call, plan, put_one, one);
    struct query *query = plan_query(plan, sql_of(record)->read);
    query_value(query, one->id);
    query->many = sql_of(record)->read_many;
    (void)identity_parse(one->id, strlen(one->id), &query->key);
    return PLAN_RUN;
}

void read_encode(const struct record *record, const struct row *row, struct reply *reply)
{
    encode_record(&reply->body, record, row, 0);
    buffer_char(&reply->body, '\n');
    reply->version = (int)cell_integer(&row->cells[READ_VERSION]);
}

/* Whether an operation leaves no record behind. */
static bool ends(const struct cell *operation)
{
    return cell_is(operation, "delete") || cell_is(operation, "merge");
}

void read_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct one *one = call->state;
    if (one->linked) {
        linked_claim_row(&one->claim, query, row, reply);
        return;
    }
    if (shape_row(&one->shape, query, row)) {
        return;
    }
    if (one->version != NULL && ends(&row->cells[columns_count(one->record)])) {
        one->ended = true;
        return;
    }
    shape_begin(&one->shape, reply);
    if (one->shape.media == MEDIA_JSONLD) {
        linked_put_alone(&reply->body, &one->shape, row);
    } else {
        shape_put(&one->shape, &reply->body, row, 0);
    }
    buffer_text(&reply->body, one->shape.media == MEDIA_CSV ? "" : "\n");
    reply->version = (int)cell_integer(&row->cells[READ_VERSION]);
    reply->status = 200;
}

enum finish_outcome read_finish(struct call *call, struct reply *reply)
{
    struct one *one = call->state;
    if (one->linked) {
        (void)linked_claim_finish(&one->claim, reply);
    }
    if (reply->status == 0) {
        reply_problem(
            call, reply, PROBLEM_NOT_FOUND,
            one->ended
                ? "With this version the record was deleted or merged into another; the versions before it are there."
                : NULL);
    }
    return FINISH_REPLY;
}
