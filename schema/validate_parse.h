/* From bytes to JSON, as strictly as the API takes it. */
#ifndef STANCED_SCHEMA_VALIDATE_PARSE_H
#define STANCED_SCHEMA_VALIDATE_PARSE_H

#include <jansson.h>
#include <stddef.h>

#include "schema/problem.h"

#define BODY_DEPTH_MOST 32 /* levels of arrays and objects */
#define BODY_NODES_MOST \
    20000 /* arrays and objects in all: far more than a record can use, few enough to hold in memory */

/* Reads JSON as we take it: UTF-8 (RFC 8259), no NUL character, no duplicate key, at most BODY_DEPTH_MOST deep, numbers that
   fit. NULL and one fault (code "malformed" and the like, with the position in the detail) otherwise. The caller owns it. */
json_t *validate_parse(const char *bytes, size_t length, struct faults *faults);

#endif
