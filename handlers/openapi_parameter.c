/* From a parameter's table entry to its description. */
#include "handlers/openapi_parameter.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/parameter_value.h"
#include "schema/openapi_field.h"
#include "schema/openapi_json.h"

static json_t *words_schema(const struct vocabulary *vocabulary)
{
    json_t *words = json_array();
    for (const char *const *word = vocabulary->words; *word != NULL; word++) {
        openapi_append(words, json_string(*word));
    }
    return openapi_pack("{s:s, s:o}", "type", "string", "enum", words);
}

static json_t *item_schema(const struct parameter *parameter)
{
    bool whole = parameter->field != NULL && parameter->field->type == FIELD_INTEGER;
    switch (parameter->type) {
    case PARAMETER_COUNT:
        return openapi_pack("{s:s, s:I, s:I}", "type", "integer", "minimum", (json_int_t)parameter->least, "maximum",
                            (json_int_t)parameter->most);
    case PARAMETER_CURSOR:
        return openapi_pack("{s:s, s:i}", "type", "string", "minLength", 1);
    case PARAMETER_MOMENT:
        return openapi_ref("schemas", "time", "");
    case PARAMETER_WORDS:
    case PARAMETER_WORD:
        return words_schema(parameter->vocabulary);
    case PARAMETER_REFERENCES:
        return openapi_ref("schemas", "reference", "");
    case PARAMETER_NUMBER:
        if (parameter->most > parameter->least) {
            return openapi_pack("{s:s, s:I, s:I}", "type", whole ? "integer" : "number", "minimum",
                                (json_int_t)parameter->least, "maximum", (json_int_t)parameter->most);
        }
        return openapi_pack("{s:s}", "type", whole ? "integer" : "number");
    case PARAMETER_NUMBERS:
        return openapi_pack("{s:s}", "type", whole ? "integer" : "number");
    case PARAMETER_BOOLEAN:
        return openapi_pack("{s:s}", "type", "boolean");
    case PARAMETER_TEXTS:
        if (parameter->field != NULL && parameter->field->type != FIELD_TEXT) {
            return openapi_value(parameter->field, OPENAPI_TAKEN);
        }
        break;
    case PARAMETER_TEXT:
        break;
    }
    return openapi_pack("{s:s, s:i}", "type", "string", "minLength", 1);
}

static bool is_list(enum parameter_type type)
{
    return type == PARAMETER_WORDS || type == PARAMETER_TEXTS || type == PARAMETER_REFERENCES ||
           type == PARAMETER_NUMBERS;
}

/* One item of a list, as it stands in the example: up to the first comma without a backslash. */
static json_t *item_example(const struct parameter *parameter, const char *text, size_t length)
{
    json_t *string = json_stringn(text, length);
    if (parameter->type == PARAMETER_COUNT || parameter->type == PARAMETER_NUMBER ||
        parameter->type == PARAMETER_NUMBERS || parameter->type == PARAMETER_BOOLEAN) {
        json_t *value = openapi_parse(json_string_value(string));
        json_decref(string);
        return value;
    }
    return string;
}

static json_t *example(const struct parameter *parameter)
{
    const char *text = parameter->example;
    if (!is_list(parameter->type)) {
        return item_example(parameter, text, strlen(text));
    }
    json_t *list = json_array();
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        openapi_append(list, item_example(parameter, text, length));
        text += length + (text[length] == ',' ? 1 : 0);
    }
    return list;
}

json_t *openapi_parameter(const struct parameter *parameter)
{
    bool list = is_list(parameter->type);
    json_t *schema = item_schema(parameter);
    if (list) {
        schema = openapi_pack("{s:s, s:o, s:i, s:i}", "type", "array", "items", schema, "minItems", 1, "maxItems",
                              VALUE_ITEMS_MOST);
    }
    json_t *made = openapi_pack("{s:s, s:s, s:s, s:o}", "name", parameter->name, "in", "query", "description",
                                parameter->help, "schema", schema);
    if (parameter->required) {
        openapi_put(made, "required", json_true());
    }
    if (list) {
        openapi_put(made, "style", json_string("form"));
        openapi_put(made, "explode", json_false());
    }
    if (parameter->example != NULL) {
        openapi_put(made, "example", example(parameter));
    }
    return made;
}
