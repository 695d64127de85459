/* What every handler needs: replies, query parameters, statements. */
#include "handlers/endpoint.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "schema/encode.h"

void reply_clear(struct reply *reply)
{
    buffer_clear(&reply->body);
    reply->body.overflowed = false;
    reply->status = 0;
    reply->version = 0;
    reply->type = NULL;
    reply->header_count = 0;
}

void reply_problem(struct call *call, struct reply *reply, enum problem problem, const char *detail)
{
    const struct problem_kind *kind = &problem_kinds[problem];
    reply_clear(reply);
    reply->status = kind->status;
    reply->type = "application/problem+json";
    problem_encode(&reply->body, problem, detail, call->request_id, &call->faults);
    if (kind->retry_after > 0) {
        reply_header(reply, "Retry-After", arena_format(call->arena, "%d", kind->retry_after));
    }
}

void reply_retry_after(struct call *call, struct reply *reply, int seconds)
{
    for (int i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, "Retry-After") == 0) {
            reply->headers[i].value = arena_format(call->arena, "%d", seconds);
        }
    }
}

void reply_member(struct reply *reply, const char *name)
{
    struct buffer *body = &reply->body;
    while (body->length > 0 && (body->data[body->length - 1] == '\n' || body->data[body->length - 1] == '}')) {
        if (body->data[--body->length] == '}') {
            break;
        }
    }
    if (body->length > 0 && body->data[body->length - 1] != '{') {
        buffer_char(body, ',');
    }
    encode_string(body, name, strlen(name));
    buffer_char(body, ':');
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
    assert(reply->header_count < REPLY_HEADERS);
    reply->headers[reply->header_count++] = (struct header){name, value};
}

const char *call_argument(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->argument_count; i++) {
        if (strcmp(call->arguments[i].name, name) == 0) {
            return call->arguments[i].value;
        }
    }
    return NULL;
}

const char *call_sent(const struct call *call, size_t index)
{
    return (call->sent != NULL ? call->sent : call->arguments)[index].value;
}

bool call_cancelled(const struct call *call)
{
    return call->cancelled != NULL && atomic_load_explicit(call->cancelled, memory_order_relaxed);
}

struct query *plan_query(struct plan *plan, const char *sql)
{
    assert(plan->count < PLAN_QUERIES);
    struct query *query = &plan->queries[plan->count++];
    *query = (struct query){.sql = sql};
    return query;
}

void query_value(struct query *query, const char *value)
{
    assert(query->count < QUERY_VALUES);
    query->values[query->count++] = value;
}

enum role endpoint_role(const struct endpoint *endpoint)
{
    if (endpoint->role != ROLE_BY_METHOD) {
        return endpoint->role;
    }
    return endpoint->method == METHOD_GET ? ROLE_READER : ROLE_EDITOR;
}

bool endpoint_takes_type(const struct endpoint *endpoint, const char *content_type)
{
    if (content_type == NULL) {
        return false;
    }
    size_t length = strcspn(content_type, "; \t");
    const char *taken = endpoint->body_type != NULL ? endpoint->body_type : "application/json";
    for (;;) {
        size_t next = strcspn(taken, ",");
        if (next == length && strncasecmp(taken, content_type, length) == 0) {
            return true;
        }
        if (taken[next] == '\0') {
            return false;
        }
        taken += next + strspn(taken + next, ", ");
    }
}
