/* Hands a call to its endpoint, and after a 404 looks once whether the record was merged into another. */
#include "handlers/course.h"

#include <string.h>

#include "handlers/named.h"
#include "schema/identity.h"

/* $1: kind, $2: id, $3: the most steps. No row when it was not merged; else the last of the chain as a named record. */
static const char way_sql[] =
    "WITH RECURSIVE way (other_id, steps) AS ("
    "    SELECT other_id, 1 FROM (SELECT operation, other_id FROM change WHERE kind = $1::text AND id = $2::uuid"
    "                             ORDER BY version DESC LIMIT 1) AS last WHERE operation = 'merge'"
    "    UNION ALL"
    "    SELECT last.other_id, steps + 1 FROM way CROSS JOIN LATERAL ("
    "        SELECT operation, other_id FROM change WHERE kind = $1::text AND id = way.other_id"
    "        ORDER BY version DESC LIMIT 1) AS last"
    "    WHERE last.operation = 'merge' AND steps < $3::integer"
    ") "
    "SELECT other_id, (SELECT ref FROM change WHERE kind = $1::text AND id = other_id ORDER BY version DESC LIMIT 1),"
    " NULL::text FROM way ORDER BY steps DESC LIMIT 1";

/* The record that the first variable of the path names: "/v1/claims/{claim}/positions". NULL where there is none. */
static const struct record *path_record(const struct endpoint *endpoint)
{
    static const char root[] = "/v1/";
    if (strncmp(endpoint->path, root, strlen(root)) != 0) {
        return NULL;
    }
    const char *plural = endpoint->path + strlen(root);
    size_t length = strcspn(plural, "/");
    for (int kind = 0; kind < RECORD_KINDS && plural[length] == '/' && plural[length + 1] == '{'; kind++) {
        if (strlen(records[kind]->plural) == length && strncmp(records[kind]->plural, plural, length) == 0) {
            return records[kind];
        }
    }
    return NULL;
}

static bool path_identity(const struct call *call, struct identity *ret)
{
    const struct record *record = path_record(call->endpoint);
    return record != NULL && call->path[0] != NULL &&
           identity_resolve(record->kind, call->path[0], strlen(call->path[0]), ret);
}

enum plan_outcome course_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct identity identity;
    if (!call->strayed || !path_identity(call, &identity)) {
        return call->endpoint->plan(call, plan, reply);
    }
    char *id = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&identity, id);
    struct query *query = plan_query(plan, way_sql);
    query_value(query, path_record(call->endpoint)->name);
    query_value(query, id);
    query_value(query, arena_format(call->arena, "%d", MERGES_MOST));
    return PLAN_RUN;
}

/* The target as it was sent, with `name` in the place of the path's first variable. */
static const char *other_target(const struct call *call, const char *name)
{
    const char *pattern = call->endpoint->path;
    size_t literal = strcspn(pattern, "{");
    const char *rest = pattern + literal + strcspn(pattern + literal, "}") + 1;
    const char *query = strchr(call->target, '?');
    size_t more = strcspn(rest, "{");
    return arena_format(call->arena, "%.*s%s%.*s%s%s", (int)literal, pattern, name, (int)more, rest,
                        rest[more] == '{' ? call->path[1] : "", query != NULL ? query : "");
}

static void lead_on(struct call *call, const struct row *row, struct reply *reply)
{
    const struct cell *ref = &row->cells[1];
    char *name = arena_alloc(call->arena, IDENTITY_TEXT);
    struct identity identity = cell_identity(&row->cells[0]);
    identity_format(&identity, name);
    if (!cell_null(ref)) {
        name = arena_copy(call->arena, ref->bytes, (size_t)ref->length);
    }
    reply->status = 308;
    reply_header(reply, "Location", other_target(call, name));
    buffer_text(&reply->body, "{\"merged_into\":");
    named_encode(&reply->body, path_record(call->endpoint), row->cells);
    buffer_text(&reply->body, "}\n");
}

void course_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    if (call->strayed) {
        lead_on(call, row, reply);
    } else if (call->endpoint->row != NULL) {
        call->endpoint->row(call, query, row, reply);
    }
}

enum finish_outcome course_finish(struct call *call, struct reply *reply)
{
    struct identity identity;
    if (call->strayed) {
        if (reply->status == 0) {
            reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        }
        return FINISH_REPLY;
    }
    enum finish_outcome outcome = call->endpoint->finish(call, reply);
    if (outcome == FINISH_REPLY && reply->status == problem_kinds[PROBLEM_NOT_FOUND].status &&
        path_identity(call, &identity)) {
        call->strayed = true;
        return FINISH_NEXT;
    }
    return outcome;
}
