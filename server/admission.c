/* Everything about a request that its head decides: framing, route, parameters, media type, size, id. */
#include "server/admission.h"

#include <string.h>
#include <strings.h>

#include "handlers/parameters.h"
#include "handlers/precondition.h"
#include "handlers/replay.h"
#include "schema/identity.h"
#include "server/authorize.h"
#include "server/limits.h"
#include "server/representation.h"
#include "server/router.h"

#define REQUEST_ID_MOST 128

size_t admission_limit(const struct endpoint *endpoint)
{
    if (endpoint->errand != NULL) {
        return SIZE_MAX / 2; /* it is not kept */
    }
    return endpoint->body_limit != 0 ? endpoint->body_limit : BODY_LIMIT;
}

const char *admission_limit_text(struct request *request, size_t limit)
{
    return arena_format(request->arena, "The body may have up to %zu bytes.", limit);
}

const char *admission_request_id(struct arena *arena, const char *given, int64_t now)
{
    static const char sane[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/+=";
    if (given != NULL && *given != '\0' && strlen(given) <= REQUEST_ID_MOST && given[strspn(given, sane)] == '\0') {
        return arena_text(arena, given);
    }
    struct identity identity = identity_new(now);
    char *text = arena_alloc(arena, IDENTITY_TEXT);
    identity_format(&identity, text);
    return text;
}

static const char *type_hint(struct call *call, const char *type)
{
    const char *wanted = call->endpoint->body_type != NULL ? call->endpoint->body_type : "application/json";
    if (type == NULL) {
        return arena_format(call->arena, "This takes %s, and the request does not say what its body is.", wanted);
    }
    const char *curl = strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0
                           ? " (curl sends that unless told otherwise: -H 'Content-Type: ...')"
                           : "";
    return arena_format(call->arena, "This takes %s, not %.100s%s.", wanted, type, curl);
}

/* Whether the body is packed in a way that the endpoint does not take. */
static bool packed_otherwise(const struct endpoint *endpoint, const char *encoding)
{
    return encoding != NULL && strcasecmp(encoding, "identity") != 0 &&
           (endpoint->errand == NULL || strcasecmp(encoding, "gzip") != 0);
}

void admission_decide(struct request *request, const struct http_head *head)
{
    struct call *call = &request->call;
    struct route route = {0};
    if (head->conflicting_length) {
        request->close = true;
        request_refuse(request, PROBLEM_MALFORMED_REQUEST, "The length of the body is given more than once.");
        return;
    }
    switch (router_match(request->method, request->target, request->arena, &route)) {
    case ROUTE_FOUND:
        break;
    case ROUTE_OPTIONS:
        representation_options(request, route.allow != NULL ? route.allow : ROUTER_METHODS);
        request->state = REQUEST_REFUSED;
        return;
    case ROUTE_BAD_TARGET:
        request_refuse(request, PROBLEM_MALFORMED_REQUEST,
                       "The path is not valid: a broken percent-encoding, NUL, or no UTF-8.");
        return;
    case ROUTE_NO_PATH:
        request_refuse(request, PROBLEM_NO_ROUTE, "Nothing is served under this path. GET /v1 lists what is.");
        return;
    case ROUTE_NO_METHOD:
        request_refuse(request, PROBLEM_METHOD_NOT_ALLOWED,
                       arena_format(request->arena, "This path takes %s.", route.allow));
        reply_header(&request->reply, "Allow", route.allow);
        return;
    }
    call->endpoint = route.endpoint;
    call->lane = route.endpoint->lane;
    call->streams = route.endpoint->streams;
    memcpy(call->path, route.path, sizeof call->path);
    size_t limit = admission_limit(call->endpoint);
    if ((endpoint_role(call->endpoint) != ROLE_OPEN && !limits_take_address(request)) || !authorize_request(request) ||
        !limits_take_key(request)) {
        return;
    }
    if (!parameters_read(call, route.query)) {
        request_refuse(request, PROBLEM_INVALID_PARAMETER, NULL);
    } else if (!authorize_parameters(request)) {
        return;
    } else if (!precondition_valid(call) || !replay_valid(call)) {
        request_refuse(request, PROBLEM_MALFORMED_REQUEST, "A header is not valid.");
    } else if (call->endpoint->takes_body && request->has_body &&
               !endpoint_takes_type(call->endpoint, head->fields.content_type)) {
        request_refuse(request, PROBLEM_UNSUPPORTED_TYPE, type_hint(call, head->fields.content_type));
    } else if (call->endpoint->takes_body && request->has_body &&
               packed_otherwise(call->endpoint, head->fields.content_encoding)) {
        request_refuse(request, PROBLEM_UNSUPPORTED_TYPE,
                       call->endpoint->errand != NULL ? "A body may be packed with gzip, and otherwise comes as it is."
                                                      : "The body comes as it is, without a Content-Encoding.");
    } else if (head->content_length > (int64_t)limit) {
        request_refuse(request, PROBLEM_BODY_TOO_LARGE, admission_limit_text(request, limit));
    } else if (call->endpoint->open != NULL) {
        request->opened = true;
        call->endpoint->open(call);
    }
}
