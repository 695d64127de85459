/* Rules that say which problems follow from what an endpoint takes and does. */
#include "handlers/openapi_problems.h"

#include <stdio.h>
#include <string.h>

#include "handlers/moved.h"
#include "schema/fault_codes.h"
#include "schema/openapi_json.h"
#include "schema/problem_help.h"

#define STATUS_LEAST 300
#define STATUS_MOST 599
#define STATUS_MOVED 308
#define STATUS_CHALLENGED 401

bool openapi_asks(const struct endpoint *endpoint)
{
    return endpoint->row != NULL || endpoint->finish != NULL || endpoint->errand != NULL;
}

bool openapi_tagged(const struct endpoint *endpoint)
{
    return endpoint->method == METHOD_GET && endpoint->streams == STREAM_NOT;
}

static bool takes_type(const struct endpoint *endpoint, enum parameter_type type)
{
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        if (endpoint->parameters[i].type == type) {
            return true;
        }
    }
    return false;
}

static bool takes_named(const struct endpoint *endpoint, const char *name)
{
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        if (strcmp(endpoint->parameters[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool always(const struct endpoint *endpoint)
{
    (void)endpoint;
    return true;
}

static bool has_cursor(const struct endpoint *endpoint)
{
    return takes_type(endpoint, PARAMETER_CURSOR);
}

static bool has_format(const struct endpoint *endpoint)
{
    return takes_named(endpoint, "format");
}

static bool of_one(const struct endpoint *endpoint)
{
    return endpoint->record != NULL && strchr(endpoint->path, '{') != NULL;
}

static bool has_body(const struct endpoint *endpoint)
{
    return endpoint->takes_body;
}

static bool writes(const struct endpoint *endpoint)
{
    return openapi_asks(endpoint) && endpoint->method != METHOD_GET;
}

static bool writes_body(const struct endpoint *endpoint)
{
    return writes(endpoint) && has_body(endpoint);
}

static bool writes_record(const struct endpoint *endpoint)
{
    return writes(endpoint) && endpoint->record != NULL;
}

static bool creates(const struct endpoint *endpoint)
{
    return writes_record(endpoint) && endpoint->method == METHOD_POST && !of_one(endpoint);
}

static bool deletes(const struct endpoint *endpoint)
{
    return writes_record(endpoint) && endpoint->method == METHOD_DELETE;
}

static bool demands_match(const struct endpoint *endpoint)
{
    return (endpoint->takes & TAKES_CONDITIONS) != 0 && (endpoint->method != METHOD_POST || of_one(endpoint));
}

static bool posts(const struct endpoint *endpoint)
{
    return writes(endpoint) && endpoint->method == METHOD_POST;
}

static bool takes_key(const struct endpoint *endpoint)
{
    return (endpoint->takes & TAKES_KEY) != 0;
}

/* POST …/restore: puts back what was deleted, and writes without a body. */
static bool restores(const struct endpoint *endpoint)
{
    return of_one(endpoint) && posts(endpoint) && !has_body(endpoint);
}

static bool has_conditions(const struct endpoint *endpoint)
{
    return openapi_tagged(endpoint) || (endpoint->takes & TAKES_CONDITIONS) != 0 || restores(endpoint);
}

static bool refers(const struct endpoint *endpoint)
{
    return writes_body(endpoint) || restores(endpoint);
}

/* Lists, and records that can have a list of others in full. */
static bool sends_much(const struct endpoint *endpoint)
{
    bool expands = false;
    for (size_t i = 0; (endpoint->takes & TAKES_SHAPE) != 0 && i < endpoint->record->field_count; i++) {
        const struct field *field = &endpoint->record->fields[i];
        expands = expands || (field->type == FIELD_REFERENCE && (field->flags & FIELD_MANY) != 0);
    }
    return expands || (endpoint->takes & TAKES_FILTERS) != 0;
}

static bool before_endpoints(const struct endpoint *endpoint)
{
    (void)endpoint;
    return false;
}

static bool is_locked(const struct endpoint *endpoint)
{
    return endpoint_role(endpoint) != ROLE_OPEN;
}

static bool is_ranked(const struct endpoint *endpoint)
{
    return endpoint_role(endpoint) > ROLE_READER;
}

/* By slug. */
static const struct {
    const char *slug;
    bool (*follows)(const struct endpoint *endpoint);
} rules[] = {
    {"merged", moved_possible},
    {"malformed-request", always},
    {"invalid-parameter", always},
    {"invalid-cursor", has_cursor},
    {"unauthorized", is_locked},
    {"forbidden", is_ranked},
    {"not-found", of_one},
    {"no-route", before_endpoints},
    {"method-not-allowed", before_endpoints},
    {"not-acceptable", has_format},
    {"malformed-body", has_body},
    {"body-too-large", always},
    {"unsupported-type", has_body},
    {"invalid-record", writes_body},
    {"unknown-reference", refers},
    {"ref-taken", creates},
    {"still-referenced", deletes},
    {"conflict", writes_record},
    {"not-deleted", restores},
    {"precondition-failed", has_conditions},
    {"precondition-required", demands_match},
    {"idempotency-key-reused", takes_key},
    {"reply-too-large", sends_much},
    {"rate-limited", is_locked},
    {"internal", before_endpoints}, /* of `default` */
    {"database-away", openapi_asks},
    {"overloaded", openapi_asks},
    {"timeout", openapi_asks},
    {"outcome-unknown", writes},
};

#define RULES (sizeof rules / sizeof *rules)

uint64_t openapi_problems(const struct endpoint *endpoint)
{
    uint64_t problems = endpoint->problems;
    for (size_t i = 0; i < RULES; i++) {
        enum problem problem = problem_named(rules[i].slug);
        if (problem != PROBLEM_NONE && rules[i].follows(endpoint)) {
            problems |= ANSWERS(problem);
        }
    }
    return problems;
}

bool openapi_problem_known(enum problem problem)
{
    for (size_t i = 0; i < RULES; i++) {
        if (problem_named(rules[i].slug) == problem) {
            return true;
        }
    }
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    for (size_t i = 0; i < count; i++) {
        if ((all[i]->problems & ANSWERS(problem)) != 0) {
            return true;
        }
    }
    return false;
}

static void type_of(enum problem problem, char ret_type[static 80])
{
    snprintf(ret_type, 80, "/problems/%s", problem_kinds[problem].slug);
}

static json_t *example_of(enum problem problem)
{
    const struct problem_kind *kind = &problem_kinds[problem];
    char type[80];
    type_of(problem, type);
    return openapi_pack("{s:s, s:{s:s, s:s, s:i, s:s}}", "summary", kind->title, "value", "type", type, "title",
                        kind->title, "status", kind->status, "request_id", "0192b3a0-7b1c-7e55-9d5e-0a4f6d1c2b3a");
}

/* The reply with this status, or NULL when none of the problems has it. */
static json_t *response_of(uint64_t problems, int status)
{
    json_t *types = json_array();
    json_t *examples = json_object();
    const char *description = NULL;
    bool retry = false;
    char type[80];
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, 4096);
    for (int i = PROBLEM_NONE + 1; i < PROBLEMS; i++) {
        if ((problems & ANSWERS(i)) == 0 || problem_kinds[i].status != status) {
            continue;
        }
        type_of((enum problem)i, type);
        openapi_append(types, json_string(type));
        openapi_put(examples, problem_kinds[i].slug, example_of((enum problem)i));
        buffer_format(&text, "%s%s.", text.length == 0 ? "" : " ", problem_kinds[i].title);
        description = text.data;
        retry = retry || problem_kinds[i].retry_after > 0;
    }
    if (description == NULL) {
        json_decref(types);
        json_decref(examples);
        return NULL;
    }
    json_t *headers = openapi_pack("{s:o}", "X-Request-Id", openapi_ref("headers", "request_id", ""));
    if (status == STATUS_MOVED) {
        openapi_put(headers, "Location", openapi_ref("headers", "location", ""));
    }
    if (status == STATUS_CHALLENGED) {
        openapi_put(headers, "WWW-Authenticate", openapi_ref("headers", "challenge", ""));
    }
    if (retry) {
        openapi_put(headers, "Retry-After", openapi_ref("headers", "retry_after", ""));
    }
    json_t *schema = openapi_pack("{s:[o, {s:{s:{s:o}}}]}", "allOf", openapi_ref("schemas", "problem", ""),
                                  "properties", "type", "enum", types);
    return openapi_pack("{s:s, s:o, s:{s:{s:o, s:o}}}", "description", description, "headers", headers, "content",
                        "application/problem+json", "schema", schema, "examples", examples);
}

void openapi_put_problems(json_t *responses, const struct endpoint *endpoint)
{
    uint64_t problems = openapi_problems(endpoint);
    for (int status = STATUS_LEAST; status <= STATUS_MOST; status++) {
        char name[16];
        snprintf(name, sizeof name, "%d", status);
        openapi_put(responses, name, response_of(problems, status));
    }
    openapi_put(responses, "default", openapi_pack("{s:s}", "$ref", "#/components/responses/Problem"));
}

void openapi_put_problem_schemas(json_t *schemas)
{
    json_t *codes = json_array();
    struct buffer help __attribute__((cleanup(buffer_free)));
    buffer_init(&help, (size_t)64 * 1024);
    buffer_text(&help, "A stable word for what is wrong.\n");
    for (size_t i = 0; i < fault_codes_count; i++) {
        openapi_append(codes, json_string(fault_codes[i].code));
        buffer_format(&help, "\n- `%s`: %s", fault_codes[i].code, fault_codes[i].help);
    }
    json_t *fault = openapi_quoted(
        "{'type': 'object', 'description': 'One thing that is wrong with the request.', 'required': ['code', 'detail'],"
        " 'additionalProperties': false, 'properties': {"
        "  'line': {'type': 'integer', 'minimum': 1, 'description': 'The line of an import.'},"
        "  'pointer': {'type': 'string', 'description': 'Where in the body: a JSON pointer (RFC 6901).'},"
        "  'parameter': {'type': 'string', 'description': 'Which query parameter.'},"
        "  'header': {'type': 'string', 'description': 'Which header field.'},"
        "  'detail': {'type': 'string', 'description': 'A sentence.'}}}");
    openapi_put(json_object_get(fault, "properties"), "code",
                openapi_pack("{s:s, s:o, s:s}", "type", "string", "enum", codes, "description", help.data));
    openapi_put(schemas, "Fault", fault);
    openapi_put(
        schemas, "Problem",
        openapi_quoted(
            "{'type': 'object', 'description': 'What went wrong (RFC 9457). Its `type` leads to an explanation.',"
            " 'required': ['type', 'title', 'status'], 'properties': {"
            "  'type': {'type': 'string', 'format': 'uri-reference'},"
            "  'title': {'type': 'string'},"
            "  'status': {'type': 'integer', 'minimum': 300, 'maximum': 599},"
            "  'detail': {'type': 'string'},"
            "  'request_id': {'type': 'string', 'description': 'As in X-Request-Id and in the log of the service.'},"
            "  'errors': {'type': 'array', 'maxItems': 100, 'items': {'$ref': '#/components/schemas/Fault'}},"
            "  'errors_omitted': {'type': 'integer', 'description': 'How many more there are than `errors` lists.'},"
            "  'references': {'type': 'array', 'description': 'Of still-referenced: who refers to the record.',"
            "   'items': {'type': 'object', 'required': ['kind', 'field', 'count'], 'properties': {"
            "    'kind': {'type': 'string'}, 'field': {'type': 'string'}, 'count': {'type': 'integer'},"
            "    'at_least': {'type': 'boolean'}, 'link': {'type': 'string', 'format': 'uri-reference',"
            "    'description': 'The list of them.'}}}},"
            "  'candidates': {'type': 'array', 'description': 'Of already-recorded: the claims that say the same, best "
            "first.',"
            "   'items': {'type': 'object', 'required': ['claim', 'score', 'terms']}}}}"));
}
