/* An endpoint as an operation of the API's description. */
#ifndef STANCED_HANDLERS_OPENAPI_OPERATION_H
#define STANCED_HANDLERS_OPENAPI_OPERATION_H

#include <jansson.h>

#include "handlers/endpoint.h"

/* The operation object. Schemas that it names are added to `schemas`. */
json_t *openapi_operation(const struct endpoint *endpoint, json_t *schemas);

/* The headers that requests and replies have, as components. */
void openapi_put_headers(json_t *components);

#endif
