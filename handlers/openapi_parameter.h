/* Query parameters as the API's description has them. */
#ifndef STANCED_HANDLERS_OPENAPI_PARAMETER_H
#define STANCED_HANDLERS_OPENAPI_PARAMETER_H

#include <jansson.h>

#include "handlers/endpoint.h"

/* The parameter object. */
json_t *openapi_parameter(const struct parameter *parameter);

#endif
