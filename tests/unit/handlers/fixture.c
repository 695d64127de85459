/* Drives an endpoint's hooks as the engine does. */
#include "tests/unit/handlers/fixture.h"

#include <check.h>
#include <string.h>

#include "handlers/parameters.h"

static const struct endpoint *endpoint_named(const char *name)
{
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    ck_abort_msg("no endpoint %s", name);
    return NULL;
}

void fixture_begin(struct fixture *fixture, const char *endpoint)
{
    *fixture = (struct fixture){0};
    struct call *call = &fixture->call;
    call->endpoint = endpoint_named(endpoint);
    call->arena = arena_new();
    call->target = call->endpoint->path;
    call->request_id = "request-1";
    call->now = FIXTURE_NOW;
    call->migration = 7;
    call->body = "";
    faults_init(&call->faults, call->arena);
    buffer_init(&fixture->reply.body, REPLY_LIMIT);
    if (call->endpoint->open != NULL) {
        call->endpoint->open(call);
    }
}

void fixture_end(struct fixture *fixture)
{
    struct call *call = &fixture->call;
    if (call->endpoint->close != NULL) {
        call->endpoint->close(call);
    }
    buffer_free(&fixture->reply.body);
    arena_free(call->arena);
    json_decref(fixture->json);
}

void fixture_query(struct fixture *fixture, const char *query)
{
    ck_assert_msg(parameters_read(&fixture->call, query), "%s", query);
}

void fixture_body(struct fixture *fixture, const char *body)
{
    fixture_pieces(fixture, body, strlen(body), strlen(body) + 1);
}

void fixture_pieces(struct fixture *fixture, const char *body, size_t length, size_t piece)
{
    struct call *call = &fixture->call;
    if (call->endpoint->body == NULL) {
        call->body = arena_copy(call->arena, body, length);
        call->body_length = length;
        return;
    }
    for (size_t at = 0; at < length; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        char *copy = arena_copy(call->arena, body + at, size); /* so that a sanitizer sees who reads past it */
        call->endpoint->body(call, copy, size);
    }
}

enum plan_outcome fixture_plan(struct fixture *fixture)
{
    struct reply *reply = &fixture->reply;
    fixture->plan.count = 0;
    buffer_clear(&reply->body);
    reply->status = 0;
    reply->type = NULL;
    reply->header_count = 0;
    return fixture->call.endpoint->plan(&fixture->call, &fixture->plan, reply);
}

enum plan_outcome fixture_plan_again(struct fixture *fixture)
{
    fixture->call.attempt++;
    fixture->call.round = 0;
    return fixture_plan(fixture);
}

enum plan_outcome fixture_plan_next(struct fixture *fixture)
{
    fixture->call.round++;
    return fixture_plan(fixture);
}

int fixture_statement_index(const struct fixture *fixture, const char *fragment)
{
    int found = -1;
    for (int i = 0; i < fixture->plan.count; i++) {
        if (strstr(fixture->plan.queries[i].sql, fragment) != NULL) {
            ck_assert_msg(found < 0, "more than one statement has: %s", fragment);
            found = i;
        }
    }
    ck_assert_msg(found >= 0, "no statement has: %s", fragment);
    return found;
}

const struct query *fixture_statement(const struct fixture *fixture, const char *fragment)
{
    return &fixture->plan.queries[fixture_statement_index(fixture, fragment)];
}

enum finish_outcome fixture_finish(struct fixture *fixture)
{
    return fixture->call.endpoint->finish(&fixture->call, &fixture->reply);
}

const json_t *fixture_json(struct fixture *fixture)
{
    const struct buffer *body = &fixture->reply.body;
    json_error_t error;
    ck_assert_msg(body->length > 0 && body->data[body->length - 1] == '\n', "the reply does not end with a newline");
    json_decref(fixture->json);
    fixture->json = json_loadb(body->data, body->length, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(fixture->json != NULL, "%s in %s", error.text, body->data);
    return fixture->json;
}

const char *fixture_header(const struct fixture *fixture, const char *name)
{
    for (int i = 0; i < fixture->reply.header_count; i++) {
        if (strcmp(fixture->reply.headers[i].name, name) == 0) {
            return fixture->reply.headers[i].value;
        }
    }
    return NULL;
}

static bool is_text(const json_t *object, const char *member, const char *text)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value != NULL && strcmp(value, text) == 0;
}

bool fixture_has_fault(struct fixture *fixture, const char *type, const char *pointer, const char *code)
{
    const json_t *json = fixture_json(fixture);
    const char *sent = json_string_value(json_object_get(json, "type"));
    if (sent == NULL || strcmp(sent + strlen("/problems/"), type) != 0) {
        return false;
    }
    const json_t *errors = json_object_get(json, "errors");
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        if (is_text(error, "pointer", pointer) && is_text(error, "code", code)) {
            return true;
        }
    }
    return false;
}
