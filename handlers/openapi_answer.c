/* From the tables of an answer to JSON Schema. */
#include "handlers/openapi_answer.h"

#include "schema/openapi_json.h"

static json_t *object_schema(const struct member *members);

/* Words of the records' own vocabularies have a schema by name; others are listed. */
static json_t *word_schema(const struct vocabulary *vocabulary)
{
    if (vocabulary == &vocabulary_position || vocabulary == &vocabulary_act || vocabulary == &vocabulary_citation) {
        return openapi_ref("schemas", vocabulary->name, "");
    }
    json_t *words = json_array();
    for (const char *const *word = vocabulary->words; *word != NULL; word++) {
        openapi_append(words, json_string(*word));
    }
    return openapi_pack("{s:s, s:o}", "type", "string", "enum", words);
}

static json_t *named_schema(const struct record *record)
{
    return openapi_pack("{s:s, s:[s], s:b, s:{s:o, s:o, s:{s:s}}}", "type", "object", "required", "id",
                        "additionalProperties", 0, "properties", "id", openapi_ref("schemas", "id", ""), "ref",
                        openapi_ref("schemas", "ref", ""), record->label, "type", "string");
}

static json_t *value_schema(const struct member *member)
{
    switch (member->type) {
    case MEMBER_TEXT:
        return openapi_pack("{s:s}", "type", "string");
    case MEMBER_WORD:
        return word_schema(member->vocabulary);
    case MEMBER_ID:
        return openapi_ref("schemas", "id", "");
    case MEMBER_MOMENT:
        return openapi_ref("schemas", "time", "");
    case MEMBER_INTEGER:
        return openapi_pack("{s:s}", "type", "integer");
    case MEMBER_NUMBER:
        return openapi_pack("{s:s}", "type", "number");
    case MEMBER_BOOLEAN:
        return openapi_pack("{s:s}", "type", "boolean");
    case MEMBER_NAMED:
        return named_schema(member->record);
    case MEMBER_OBJECT:
        return object_schema(member->members);
    case MEMBER_JSON:
        return openapi_quoted(member->schema);
    case MEMBER_LIST:
        return openapi_pack("{s:s, s:o}", "type", "array", "items",
                            member->record != NULL ? named_schema(member->record) : object_schema(member->members));
    }
    return openapi_pack("{}");
}

static void put_members(json_t *schema, const struct member *members)
{
    json_t *properties = json_object_get(schema, "properties");
    for (const struct member *member = members; member->name != NULL; member++) {
        json_t *value = value_schema(member);
        if ((member->flags & MEMBER_NULLABLE) != 0) {
            value = openapi_pack("{s:[o, {s:s}]}", "anyOf", value, "type", "null");
        }
        if (member->help != NULL) {
            openapi_put(value, "description", json_string(member->help));
        }
        openapi_put(properties, member->name, value);
        if ((member->flags & MEMBER_OPTIONAL) == 0) {
            openapi_append(json_object_get(schema, "required"), json_string(member->name));
        }
    }
}

static json_t *object_schema(const struct member *members)
{
    json_t *schema =
        openapi_pack("{s:s, s:b, s:[], s:{}}", "type", "object", "additionalProperties", 0, "required", "properties");
    put_members(schema, members);
    return schema;
}

json_t *openapi_answer(const struct answer *answer)
{
    json_t *schema = object_schema(answer->head);
    json_t *properties = json_object_get(schema, "properties");
    json_t *required = json_object_get(schema, "required");
    openapi_put(schema, "title", json_string(answer->title));
    if (answer->row == NULL) {
        return schema;
    }
    openapi_put(properties, "data", openapi_pack("{s:s, s:o}", "type", "array", "items", object_schema(answer->row)));
    openapi_append(required, json_string("data"));
    if (answer->paged) {
        openapi_put(properties, "next",
                    openapi_pack("{s:[s, s], s:s}", "type", "string", "null", "description",
                                 "The cursor of the next page, or null on the last."));
        openapi_append(required, json_string("next"));
    }
    return schema;
}
