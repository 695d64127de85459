/* Small tools for building the API's description out of JSON. All of them abort when memory runs out or the text is wrong: it
   is built once at start, from constants. */
#ifndef STANCED_SCHEMA_OPENAPI_JSON_H
#define STANCED_SCHEMA_OPENAPI_JSON_H

#include <jansson.h>

/* As json_pack. */
json_t *openapi_pack(const char *format, ...);

/* Adds a member to an object; takes over `value`, and does nothing where that is NULL. */
void openapi_put(json_t *object, const char *name, json_t *value);

/* Adds an item to an array; takes over `value`. */
void openapi_append(json_t *array, json_t *value);

/* {"$ref": "#/components/<section>/<Name><suffix>"}, where `name` is "claim_relation" for ClaimRelation. */
json_t *openapi_ref(const char *section, const char *name, const char *suffix);

/* "ClaimRelation" of "claim_relation", with a suffix. In a buffer of its own until the next call. */
const char *openapi_name(const char *name, const char *suffix);

/* JSON text. */
json_t *openapi_parse(const char *text);

/* JSON text in which apostrophes stand for quotation marks. */
json_t *openapi_quoted(const char *text);

/* A JSON integer where the number is whole. */
json_t *openapi_number(double number);

#endif
