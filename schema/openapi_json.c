/* Building blocks of the API's description. */
#include "schema/openapi_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST 128

static json_t *made(json_t *json, const char *what)
{
    if (json == NULL) {
        fprintf(stderr, "stanced: the API's description cannot be built: %s\n", what);
        abort();
    }
    return json;
}

json_t *openapi_pack(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    json_error_t error;
    json_t *json = json_vpack_ex(&error, 0, format, arguments);
    va_end(arguments);
    return made(json, json == NULL ? error.text : "");
}

void openapi_put(json_t *object, const char *name, json_t *value)
{
    if (value != NULL && json_object_set_new(object, name, value) != 0) {
        made(NULL, name);
    }
}

void openapi_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) {
        made(NULL, "an array");
    }
}

const char *openapi_name(const char *name, const char *suffix)
{
    static char made_name[NAME_MOST];
    size_t length = 0;
    bool begins = true;
    for (; *name != '\0' && length + 1 < sizeof made_name; name++) {
        bool letter = *name >= 'a' && *name <= 'z';
        if (*name == '_' || *name == ' ' || *name == '-') {
            begins = true;
        } else {
            made_name[length++] = (char)(begins && letter ? *name - 'a' + 'A' : *name);
            begins = false;
        }
    }
    snprintf(made_name + length, sizeof made_name - length, "%s", suffix);
    return made_name;
}

json_t *openapi_ref(const char *section, const char *name, const char *suffix)
{
    char path[NAME_MOST * 2];
    snprintf(path, sizeof path, "#/components/%s/%s", section, openapi_name(name, suffix));
    return openapi_pack("{s:s}", "$ref", path);
}

json_t *openapi_parse(const char *text)
{
    return made(json_loads(text, JSON_DECODE_ANY, NULL), text);
}

json_t *openapi_quoted(const char *text)
{
    char *copy = strdup(text);
    for (char *at = copy; at != NULL && *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    json_t *json = made(copy == NULL ? NULL : json_loads(copy, JSON_DECODE_ANY, NULL), text);
    free(copy);
    return json;
}

json_t *openapi_number(double number)
{
    return made(number == floor(number) && fabs(number) < 1e15 ? json_integer((json_int_t)number) : json_real(number),
                "a number");
}
