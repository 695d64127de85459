/* RFC 6750, with keys for tokens. */
#include "server/authorize.h"

#include <string.h>
#include <strings.h>

#include "server/keeper.h"
#include "server/keys.h"
#include "server/limits.h"
#include "server/loop.h"

static bool refuse(struct request *request, enum problem problem, const char *detail, const char *challenge)
{
    request_refuse(request, problem, detail);
    if (challenge != NULL) {
        reply_header(&request->reply, "WWW-Authenticate", challenge);
    }
    return false;
}

static const char *token_of(const char *field)
{
    static const char scheme[] = "Bearer ";
    size_t length = sizeof scheme - 1;
    return strncasecmp(field, scheme, length) == 0 ? field + length + strspn(field + length, " ") : NULL;
}

static const struct key *key_of(const struct request *request, const char *field)
{
    unsigned char hash[SECRET_HASH];
    const char *token = token_of(field);
    return token != NULL && secret_hash(token, hash) ? keys_find(request->loop->keys, hash, request->call.now) : NULL;
}

/* A key may be new, so the table is looked at again; nobody's request waits for that. */
static bool refuse_key(struct request *request)
{
    keeper_nudge();
    return limits_take_bad_key(request) &&
           refuse(request, PROBLEM_UNAUTHORIZED, "The key is not known: it is wrong, was revoked, or has expired.",
                  "Bearer realm=\"stanced\", error=\"invalid_token\"");
}

bool authorize_request(struct request *request)
{
    struct call *call = &request->call;
    enum role wanted = endpoint_role(call->endpoint);
    if (wanted == ROLE_OPEN) {
        return true;
    }
    const char *field = call->head.authorization;
    if (field == NULL) {
        return (wanted == ROLE_READER && request->loop->settings->open_reading) ||
               refuse(request, PROBLEM_UNAUTHORIZED, "This takes a key: send it as `Authorization: Bearer KEY`.",
                      "Bearer realm=\"stanced\"");
    }
    if (!keys_current(request->opened_at)) {
        return refuse(request, PROBLEM_DATABASE_AWAY, "Which keys are good can't be known just now.", NULL);
    }
    const struct key *key = key_of(request, field);
    if (key == NULL) {
        return refuse_key(request);
    }
    if (key->role < wanted) {
        return refuse(request, PROBLEM_FORBIDDEN,
                      wanted == ROLE_ADMIN ? "This takes the key of an admin." : "This takes the key of an editor.",
                      "Bearer realm=\"stanced\", error=\"insufficient_scope\"");
    }
    call->who = arena_text(call->arena, key->name);
    call->role = key->role;
    return true;
}

bool authorize_parameters(struct request *request)
{
    const struct call *call = &request->call;
    for (size_t i = 0; i < call->endpoint->parameter_count; i++) {
        const struct parameter *parameter = &call->endpoint->parameters[i];
        if (parameter->role > call->role && call_argument(call, parameter->name) != NULL) {
            return refuse(request, PROBLEM_FORBIDDEN,
                          arena_format(call->arena, "`%s` takes the key of an admin.", parameter->name),
                          "Bearer realm=\"stanced\", error=\"insufficient_scope\"");
        }
    }
    return true;
}
