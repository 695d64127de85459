/* What an operation takes and how it answers, from the entry of its endpoint. */
#include "handlers/openapi_operation.h"

#include <stdio.h>
#include <string.h>

#include "handlers/media.h"
#include "handlers/openapi.h"
#include "handlers/openapi_answer.h"
#include "handlers/openapi_parameter.h"
#include "handlers/openapi_problems.h"
#include "schema/openapi_json.h"
#include "schema/openapi_record.h"
#include "schema/problem_help.h"

static bool of_one(const struct endpoint *endpoint)
{
    return strchr(endpoint->path, '{') != NULL;
}

static bool creates(const struct endpoint *endpoint)
{
    return endpoint->record != NULL && endpoint->method == METHOD_POST && !of_one(endpoint);
}

/* A schema of the endpoint's own becomes a component under its title. */
static json_t *named(json_t *schema, json_t *schemas)
{
    const char *title = json_string_value(json_object_get(schema, "title"));
    if (title == NULL) {
        return schema;
    }
    json_t *reference = openapi_ref("schemas", title, "");
    openapi_put(schemas, openapi_name(title, ""), schema);
    return reference;
}

/* A page of records. */
static json_t *list_schema(const struct record *record, json_t *schemas)
{
    json_t *schema =
        openapi_pack("{s:s, s:[s, s], s:b, s:{s:{s:s, s:o}, s:{s:[s, s], s:s}, s:{s:s, s:i, s:s}}}", "type", "object",
                     "required", "data", "next", "additionalProperties", 0, "properties", "data", "type", "array",
                     "items", openapi_ref("schemas", record->name, "Part"), "next", "type", "string", "null",
                     "description", "The cursor of the next page, or null on the last.", "total", "type", "integer",
                     "minimum", 0, "description", "With `count`: how many there are on all pages.");
    openapi_put(schemas, openapi_name(record->name, "List"), schema);
    return openapi_ref("schemas", record->name, "List");
}

/* The schema of a good reply that is JSON. */
static json_t *reply_schema(const struct endpoint *endpoint, json_t *schemas)
{
    if (endpoint->answer != NULL) {
        return named(openapi_answer(endpoint->answer), schemas);
    }
    if (endpoint->reply_schema != NULL) {
        return named(openapi_quoted(endpoint->reply_schema), schemas);
    }
    if (endpoint->record == NULL) {
        return openapi_pack("{}");
    }
    if ((endpoint->takes & TAKES_FILTERS) != 0) {
        return list_schema(endpoint->record, schemas);
    }
    return openapi_ref("schemas", endpoint->record->name, (endpoint->takes & TAKES_SHAPE) != 0 ? "Part" : "");
}

static json_t *reply_example(const struct endpoint *endpoint)
{
    if (endpoint->answer != NULL || endpoint->reply_schema != NULL || endpoint->record == NULL) {
        return NULL;
    }
    json_t *example = openapi_example_shown(endpoint->record);
    return (endpoint->takes & TAKES_FILTERS) != 0 ? openapi_pack("{s:[o], s:n}", "data", example, "next") : example;
}

static bool has_parameter(const struct endpoint *endpoint, const char *name)
{
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        if (strcmp(endpoint->parameters[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_json(const char *type)
{
    size_t length = strcspn(type, ";");
    return strncmp(type, "application/json", length) == 0 ||
           (length > 5 && strncmp(type + length - 5, "+json", 5) == 0);
}

/* Media types, separated by ", ", and what each has. `json` and `example` are taken over. */
static json_t *content_of(const char *types, json_t *json, json_t *example)
{
    json_t *content = json_object();
    char type[96];
    for (const char *at = types; *at != '\0';) {
        size_t length = strcspn(at, ",");
        snprintf(type, sizeof type, "%.*s", (int)length, at);
        openapi_put(content, type,
                    strcmp(type, "application/ld+json") == 0
                        ? openapi_pack("{s:{s:[s, s], s:s}}", "schema", "type", "object", "array", "description",
                                       "schema.org: ClaimReview, Claim, DataFeed.")
                    : is_json(type) ? openapi_pack("{s:O, s:O*}", "schema", json, "example", example)
                                    : openapi_pack("{s:{s:s}}", "schema", "type", "string"));
        at += length + strspn(at + length, ", ");
    }
    json_decref(json);
    json_decref(example);
    return content;
}

static json_t *reply_headers(const struct endpoint *endpoint, int status)
{
    json_t *headers = openapi_pack("{s:o}", "X-Request-Id", openapi_ref("headers", "request_id", ""));
    bool record = endpoint->record != NULL && endpoint->answer == NULL && endpoint->reply_schema == NULL &&
                  endpoint->method != METHOD_DELETE;
    if (openapi_tagged(endpoint) || record) {
        openapi_put(headers, "ETag", openapi_ref("headers", "e_tag", ""));
    }
    if (has_parameter(endpoint, "cursor")) {
        openapi_put(headers, "Link", openapi_ref("headers", "link", ""));
    }
    if (status == 201) {
        openapi_put(headers, "Location", openapi_ref("headers", "location", ""));
    }
    return headers;
}

static void put_good(json_t *responses, const struct endpoint *endpoint, int status, const char *description,
                     json_t *schemas)
{
    char name[16];
    snprintf(name, sizeof name, "%d", status);
    json_t *reply = openapi_pack("{s:s, s:o}", "description", description, "headers", reply_headers(endpoint, status));
    if (status != 204) {
        char formats[256];
        snprintf(formats, sizeof formats, "%s, %.*s, %.*s", media_type(MEDIA_JSON),
                 (int)strcspn(media_type(MEDIA_NDJSON), ";"), media_type(MEDIA_NDJSON),
                 (int)strcspn(media_type(MEDIA_CSV), ";"), media_type(MEDIA_CSV));
        if (media_linked(endpoint)) {
            strncat(formats, ", application/ld+json", sizeof formats - strlen(formats) - 1);
        }
        const char *types = endpoint->reply_types != NULL       ? endpoint->reply_types
                            : has_parameter(endpoint, "format") ? formats
                                                                : "application/json";
        openapi_put(reply, "content", content_of(types, reply_schema(endpoint, schemas), reply_example(endpoint)));
    }
    openapi_put(responses, name, reply);
}

static json_t *responses_of(const struct endpoint *endpoint, json_t *schemas)
{
    json_t *responses = json_object();
    if (endpoint->method == METHOD_DELETE) {
        put_good(responses, endpoint, 204, "It is deleted.", schemas);
    } else if (creates(endpoint)) {
        put_good(responses, endpoint, 201, "It is stored, and the Location header says under which path.", schemas);
    } else if (endpoint->method == METHOD_PATCH) {
        put_good(responses, endpoint, 200, "It is changed; where that changes nothing, its version stays.", schemas);
    } else if (endpoint->method == METHOD_PUT) {
        put_good(responses, endpoint, 200, "It is replaced; where the content is the same, its version stays.",
                 schemas);
        put_good(responses, endpoint, 201, "It is stored for the first time.", schemas);
    } else {
        put_good(responses, endpoint, 200, endpoint->method == METHOD_GET ? "As asked for." : "It is done.", schemas);
    }
    if (openapi_tagged(endpoint)) {
        openapi_put(responses, "304",
                    openapi_pack("{s:s, s:{s:o, s:o}}", "description", "What the client has is still what there is.",
                                 "headers", "X-Request-Id", openapi_ref("headers", "request_id", ""), "ETag",
                                 openapi_ref("headers", "e_tag", "")));
    }
    openapi_put_problems(responses, endpoint);
    return responses;
}

static json_t *body_schema(const struct endpoint *endpoint, json_t *schemas)
{
    if (endpoint->body_schema != NULL) {
        return named(openapi_quoted(endpoint->body_schema), schemas);
    }
    if (endpoint->record == NULL) {
        return openapi_pack("{}");
    }
    return openapi_ref("schemas", endpoint->record->name, endpoint->method == METHOD_PATCH ? "Patch" : "Body");
}

static json_t *body_of(const struct endpoint *endpoint, json_t *schemas)
{
    const char *types = endpoint->body_type != NULL ? endpoint->body_type : "application/json";
    json_t *example = NULL;
    if (endpoint->body_example != NULL) {
        example = openapi_quoted(endpoint->body_example);
    } else if (endpoint->body_schema == NULL && endpoint->record != NULL) {
        example = openapi_example_body(endpoint->record);
        if (endpoint->method != METHOD_POST) {
            json_object_del(example, "ref");
        }
    }
    return openapi_pack("{s:b, s:o}", "required", 1, "content",
                        content_of(types, body_schema(endpoint, schemas), example));
}

/* The variables of the path. */
static void put_variables(json_t *parameters, const struct endpoint *endpoint)
{
    for (const char *at = strchr(endpoint->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        const struct record *record = record_named(name);
        json_t *schema =
            record != NULL ? openapi_ref("schemas", "reference", "") : openapi_pack("{s:s}", "type", "string");
        char help[128];
        snprintf(help, sizeof help, record != NULL ? "The id or ref of the %s." : "Which %s.", name);
        json_t *parameter = openapi_pack("{s:s, s:s, s:b, s:s, s:o}", "name", name, "in", "path", "required", 1,
                                         "description", help, "schema", schema);
        if (record != NULL) {
            json_t *example = openapi_example_body(record);
            openapi_put(parameter, "example", json_incref(json_object_get(example, "ref")));
            json_decref(example);
        }
        openapi_append(parameters, parameter);
    }
}

/* Header fields of those that can be answered with these problems. */
static const struct {
    const char *slug, *name;
    bool reads, writes; /* of which methods */
    const char *help;
} conditions[] = {
    {"precondition-failed", "If-Match", true, false,
     "Entity tags that the reply may have, or * for any; of a record every tag of the same version will do. Otherwise "
     "412."},
    {"precondition-failed", "If-Match", false, true,
     "Entity tags of versions that the record may be in, or * for any: otherwise nothing is done (412)."},
    {"precondition-failed", "If-None-Match", false, true,
     "Entity tags of versions that the record may not be in, or * where there may be none: otherwise nothing is done "
     "(412)."},
    {"idempotency-key-reused", "Idempotency-Key", false, true,
     "A name of your choice for this request, 1 to 255 visible ASCII characters: sent again with the same body, it is "
     "answered as the first time, and nothing more is done."},
};

static json_t *parameters_of(const struct endpoint *endpoint)
{
    json_t *parameters = json_array();
    put_variables(parameters, endpoint);
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        openapi_append(parameters, openapi_parameter(&endpoint->parameters[i]));
    }
    openapi_append(parameters, openapi_ref("parameters", "request_id", ""));
    if (openapi_tagged(endpoint)) {
        openapi_append(parameters, openapi_ref("parameters", "if_none_match", ""));
    }
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        enum problem problem = problem_named(conditions[i].slug);
        bool meant = endpoint->method == METHOD_GET ? conditions[i].reads : conditions[i].writes;
        if (meant && problem != PROBLEM_NONE && (openapi_problems(endpoint) & ANSWERS(problem)) != 0) {
            openapi_append(parameters,
                           openapi_pack("{s:s, s:s, s:s, s:{s:s}}", "name", conditions[i].name, "in", "header",
                                        "description", conditions[i].help, "schema", "type", "string"));
        }
    }
    return parameters;
}

/* Reading takes a key only where the service is set so. */
static json_t *security_of(const struct endpoint *endpoint)
{
    switch (endpoint_role(endpoint)) {
    case ROLE_OPEN:
        return openapi_quoted("[]");
    case ROLE_READER:
        return openapi_quoted("[{}, {'key': []}]");
    default:
        return openapi_quoted("[{'key': []}]");
    }
}

json_t *openapi_operation(const struct endpoint *endpoint, json_t *schemas)
{
    char tag[OPENAPI_TAG];
    json_t *operation =
        openapi_pack("{s:s, s:s, s:[s], s:o}", "operationId", endpoint->name, "summary", endpoint->summary, "tags",
                     openapi_tag(endpoint, tag), "parameters", parameters_of(endpoint));
    openapi_put(operation, "security", security_of(endpoint));
    if (endpoint->takes_body) {
        openapi_put(operation, "requestBody", body_of(endpoint, schemas));
    }
    openapi_put(operation, "responses", responses_of(endpoint, schemas));
    return operation;
}

void openapi_put_headers(json_t *components)
{
    openapi_put(
        components, "headers",
        openapi_quoted(
            "{'RequestId': {'description': 'The id of the request, as sent or made up; the log of the service has it "
            "too.',"
            "  'schema': {'type': 'string'}},"
            " 'ETag': {'description': 'The entity tag of the representation (RFC 9110), a strong one.',"
            "  'schema': {'type': 'string', 'pattern': '^\\\"[!#-~]+\\\"$'}},"
            " 'Challenge': {'description': 'How to say who one is: with a Bearer key (RFC 6750).',"
            "  'schema': {'type': 'string'}},"
            " 'Link': {'description': 'Where the next page is, when there is one (RFC 8288).',"
            "  'schema': {'type': 'string'}},"
            " 'Location': {'description': 'The path of the record.', 'schema': {'type': 'string', 'format':"
            "  'uri-reference'}},"
            " 'RetryAfter': {'description': 'After how many seconds to try again.', 'schema': {'type': 'integer'}}}"));
    openapi_put(
        components, "parameters",
        openapi_quoted(
            "{'RequestId': {'name': 'X-Request-Id', 'in': 'header', 'description': 'An id for the request, up to 128 "
            "of the"
            "  characters A-Z a-z 0-9 - . _ ~ : / + =; otherwise one is made up.', 'schema': {'type': 'string'}},"
            " 'IfNoneMatch': {'name': 'If-None-Match', 'in': 'header', 'description': 'Entity tags that the client has:"
            "  answers 304 where one of them is that of the reply.', 'schema': {'type': 'string'}}}"));
}
