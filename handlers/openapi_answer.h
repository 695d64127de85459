/* The schema of an answer, from the tables that describe it. */
#ifndef STANCED_HANDLERS_OPENAPI_ANSWER_H
#define STANCED_HANDLERS_OPENAPI_ANSWER_H

#include <jansson.h>

#include "handlers/answer.h"

/* Of its JSON; a new reference. */
json_t *openapi_answer(const struct answer *answer);

#endif
