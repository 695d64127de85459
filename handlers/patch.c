/* Reads the record, merges the patch into it, and writes what comes out as PUT would, on the condition that the record still
   is in the version that was read: two rounds, and again from the first when another writer was faster. */
#include "handlers/patch.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "handlers/read.h"
#include "handlers/sql.h"
#include "handlers/write.h"
#include "schema/encode.h"
#include "schema/merge_patch.h"

struct patch {
    struct write write; /* first, so that the hooks of handlers/write.c find it */
    json_t *body;
    struct buffer current; /* the record as it was read; empty where there is none */
    int version;           /* …and in which version */
};

static enum plan_outcome plan_read(struct call *call, struct plan *plan, struct reply *reply, const char *id)
{
    write_begin(call, sizeof(struct patch));
    struct patch *patch = call->state;
    if (patch->body == NULL) {
        buffer_init(&patch->current, REPLY_LIMIT);
        patch->body = validate_parse(call->body, call->body_length, &call->faults);
    }
    buffer_clear(&patch->current);
    if (patch->body == NULL) {
        reply_problem(call, reply, PROBLEM_MALFORMED_BODY, NULL);
        return PLAN_REPLY;
    }
    query_value(plan_query(plan, sql_of(call->endpoint->record)->read), id);
    return PLAN_RUN;
}

/* Ids are the same in upper and lower case, and null is what a record does not have. */
static bool same(const json_t *value, const json_t *now)
{
    if (json_is_string(value) && json_is_string(now)) {
        return strcasecmp(json_string_value(value), json_string_value(now)) == 0;
    }
    return json_is_null(value) ? now == NULL : json_equal(value, now) != 0;
}

/* Takes what every record has beside its fields out of `merged`. What the patch says of it has to be what it is: adds the
   faults. */
static void check_own(struct call *call, const json_t *body, const json_t *current, json_t *merged)
{
    for (size_t i = 0; i < ENCODE_OWN; i++) {
        const char *name = encode_own[i];
        const json_t *value = json_object_get(body, name);
        if (value != NULL && !same(value, json_object_get(current, name))) {
            bool chosen = strcmp(name, "id") == 0 || strcmp(name, "ref") == 0;
            faults_add(&call->faults, arena_format(call->arena, "/%s", name), chosen ? "immutable" : "read_only",
                       chosen ? "The %s of a record never changes." : "The %s of a record is given by the service.",
                       name);
        }
        json_object_del(merged, name);
    }
}

/* The record as it would be. Nulls of the patch stay where there is no such field, so that it is called unknown. */
static json_t *merge(struct call *call, const json_t *body, const json_t *current)
{
    json_t *merged = merge_patch(json_deep_copy(current), body);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        if (json_is_null(value) && record_field(call->endpoint->record, name) == NULL) {
            json_object_set_new_nocheck(merged, name, json_null());
        }
    }
    return merged;
}

static enum plan_outcome plan_write(struct call *call, struct plan *plan, struct reply *reply, const char *id_text)
{
    struct patch *patch = call->state;
    json_t *current = json_loadb(patch->current.data, patch->current.length, 0, NULL);
    json_t *merged = merge(call, patch->body, current);
    struct draft draft;
    check_own(call, patch->body, current, merged);
    bool valid = validate_record(call->endpoint->record, merged, call->arena, &call->faults, &draft);
    if (call->faults.count > 0) {
        reply_problem(call, reply, PROBLEM_INVALID_RECORD, NULL);
    } else {
        struct identity id = {0};
        (void)identity_parse(id_text, strlen(id_text), &id);
        /* more than the headers demand, who were asked already */
        patch->write.batch.precondition.allowed =
            arena_format(call->arena, "{[%d,%d]}", patch->version, patch->version);
        write_plan(call, plan, reply, &draft, &id, WRITE_REPLACE);
    }
    if (valid) {
        draft_free(&draft);
    }
    json_decref(merged);
    json_decref(current);
    return reply->status != 0 ? PLAN_REPLY : PLAN_RUN;
}

enum plan_outcome patch_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    const char *id = read_path_id(call, call->endpoint->record, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    return call->round == 0 ? plan_read(call, plan, reply, id) : plan_write(call, plan, reply, id);
}

void patch_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct patch *patch = call->state;
    if (call->round == 0) {
        encode_record(&patch->current, call->endpoint->record, row, 0);
        patch->version = (int)cell_integer(&row->cells[READ_VERSION]);
    } else {
        write_row(call, query, row, reply);
    }
}

enum finish_outcome patch_finish(struct call *call, struct reply *reply)
{
    const struct patch *patch = call->state;
    if (call->round > 0) {
        bool raced = patch->write.verdict.stale && !patch->write.verdict.gone;
        return raced ? FINISH_AGAIN : write_finish(call, reply);
    }
    if (patch->current.length == 0) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return FINISH_REPLY;
    }
    if (!precondition_met(call, patch->version)) {
        precondition_refuse(call, reply, patch->version);
        return FINISH_REPLY;
    }
    return FINISH_NEXT;
}

void patch_close(struct call *call)
{
    struct patch *patch = call->state;
    if (patch != NULL) {
        json_decref(patch->body);
        buffer_free(&patch->current);
        write_close(call);
    }
}
