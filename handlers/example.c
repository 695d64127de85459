/* JSON examples as the values of query parameters. */
#include "handlers/example.h"

#include <jansson.h>
#include <string.h>

static const char *item_text(const struct field *field, const json_t *item, const char *whole)
{
    if (json_is_object(item)) {
        item = json_object_get(item, records[field->target]->name);
    }
    return json_is_string(item) ? json_string_value(item) : whole;
}

const char *example_text(const struct field *field, struct arena *arena)
{
    json_t *json = json_loads(field->example, JSON_DECODE_ANY, NULL);
    const char *text = "";
    if (json_is_array(json)) {
        for (size_t i = 0; i < json_array_size(json); i++) {
            text = arena_format(arena, "%s%s%s", text, i == 0 ? "" : ",",
                                item_text(field, json_array_get(json, i), field->example));
        }
    } else {
        text = arena_text(arena, item_text(field, json, field->example));
    }
    json_decref(json);
    return text;
}
