/* Fields as JSON Schemas. */
#ifndef STANCED_SCHEMA_OPENAPI_FIELD_H
#define STANCED_SCHEMA_OPENAPI_FIELD_H

#include <jansson.h>

#include "schema/record.h"

/* Where the field stands. */
enum openapi_side {
    OPENAPI_SHOWN, /* in a reply */
    OPENAPI_TAKEN, /* in the body of a POST or PUT: null is the same as nothing */
    OPENAPI_PATCH  /* in that of a PATCH: null takes the value away */
};

/* The schema of the field with its help and its example. */
json_t *openapi_field(const struct field *field, enum openapi_side side);

/* That of one value of it, without help: of an item where it has many. */
json_t *openapi_value(const struct field *field, enum openapi_side side);

#endif
