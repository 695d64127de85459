/* From a field's description to its JSON Schema (2020-12, the dialect of OpenAPI 3.1). */
#include "schema/openapi_field.h"

#include "schema/openapi_json.h"

#define SLUG_PATTERN "^[a-z0-9][a-z0-9._-]{0,127}$"

static json_t *text_schema(const struct field *field, const char *key, const char *value)
{
    json_t *schema = openapi_pack("{s:s}", "type", "string");
    if (field->least > 0) {
        openapi_put(schema, "minLength", openapi_number(field->least));
    }
    if (field->most > 0) {
        openapi_put(schema, "maxLength", openapi_number(field->most));
    }
    if (key != NULL) {
        openapi_put(schema, key, json_string(value));
    }
    return schema;
}

static json_t *number_schema(const struct field *field, const char *type)
{
    const char *minimum = (field->flags & FIELD_ABOVE) != 0 ? "exclusiveMinimum" : "minimum";
    return openapi_pack("{s:s, s:o, s:o}", "type", type, minimum, openapi_number(field->least), "maximum",
                        openapi_number(field->most));
}

static json_t *reference_schema(const struct field *field, enum openapi_side side)
{
    return side == OPENAPI_SHOWN ? openapi_ref("schemas", records[field->target]->name, "Shown")
                                 : openapi_ref("schemas", "reference", "");
}

static json_t *link_schema(const struct field *field, enum openapi_side side)
{
    const char *target = records[field->target]->name;
    return openapi_pack("{s:s, s:[s,s], s:b, s:{s:o, s:o}}", "type", "object", "required", target, "relation",
                        "additionalProperties", 0, "properties", target, reference_schema(field, side), "relation",
                        openapi_ref("schemas", field->vocabulary->name, ""));
}

json_t *openapi_value(const struct field *field, enum openapi_side side)
{
    switch (field->type) {
    case FIELD_TEXT:
        return text_schema(field, NULL, NULL);
    case FIELD_WORD:
        return openapi_ref("schemas", field->vocabulary->name, "");
    case FIELD_SLUG:
        return text_schema(field, "pattern", SLUG_PATTERN);
    case FIELD_URI:
        return text_schema(field, "format", "uri");
    case FIELD_LANGUAGE:
        return text_schema(field, "pattern", "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$");
    case FIELD_COUNTRY:
        return text_schema(field, "pattern", "^[A-Z]{2}$");
    case FIELD_TIME:
        return openapi_ref("schemas", "time", "");
    case FIELD_INTEGER:
        return number_schema(field, "integer");
    case FIELD_NUMBER:
        return number_schema(field, "number");
    case FIELD_BOOLEAN:
        return openapi_pack("{s:s}", "type", "boolean");
    case FIELD_OBJECT:
        return openapi_pack("{s:s}", "type", "object");
    case FIELD_REFERENCE:
        return reference_schema(field, side);
    case FIELD_LINK:
        return link_schema(field, side);
    }
    return openapi_pack("{}");
}

static json_t *array_schema(const struct field *field, enum openapi_side side)
{
    json_t *schema = openapi_pack("{s:s, s:o}", "type", "array", "items", openapi_value(field, side));
    /* by refs and ids of the same record a set may have an item twice in ways that only the service sees; and merged
       records may leave more than a write takes */
    if (side != OPENAPI_SHOWN) {
        openapi_put(schema, "maxItems", json_integer((json_int_t)field->items));
        if ((field->flags & FIELD_SET) != 0) {
            openapi_put(schema, "uniqueItems", json_true());
        }
    }
    return schema;
}

/* The same, or null. */
static json_t *or_null(json_t *schema)
{
    json_t *type = json_object_get(schema, "type");
    if (type == NULL) {
        return openapi_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
    }
    openapi_put(schema, "type", openapi_pack("[O, s]", type, "null"));
    return schema;
}

json_t *openapi_field(const struct field *field, enum openapi_side side)
{
    json_t *schema = (field->flags & FIELD_MANY) != 0 ? array_schema(field, side) : openapi_value(field, side);
    if (side != OPENAPI_SHOWN && (field->flags & FIELD_REQUIRED) == 0) {
        schema = or_null(schema);
    }
    openapi_put(schema, "description", json_string(field->help));
    if (side == OPENAPI_SHOWN && field->type != FIELD_REFERENCE && field->type != FIELD_LINK) {
        openapi_put(schema, "examples", openapi_pack("[o]", openapi_parse(field->example)));
    } else if (side != OPENAPI_SHOWN) {
        openapi_put(schema, "examples", openapi_pack("[o]", openapi_parse(field->example)));
    }
    return schema;
}
