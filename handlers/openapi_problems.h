/* Which problems an endpoint can answer with. */
#ifndef STANCED_HANDLERS_OPENAPI_PROBLEMS_H
#define STANCED_HANDLERS_OPENAPI_PROBLEMS_H

#include <jansson.h>

#include "handlers/endpoint.h"

/* ANSWERS(…) of each: those that its table names, and those that follow from what it takes. */
uint64_t openapi_problems(const struct endpoint *endpoint);

/* Whether an endpoint or a rule says where it comes from. Of any kind: those that come before there is an endpoint too. */
bool openapi_problem_known(enum problem problem);

/* Adds the replies of the endpoint's problems, a status each, and `default` for faults of the service itself. */
void openapi_put_problems(json_t *responses, const struct endpoint *endpoint);

/* The schemas Problem and Fault. */
void openapi_put_problem_schemas(json_t *schemas);

/* Whether its replies carry an entity tag, and are left out where the client has them: a GET whose end is known before its beginning is sent. */
bool openapi_tagged(const struct endpoint *endpoint);

/* Whether it asks the database. */
bool openapi_asks(const struct endpoint *endpoint);

#endif
