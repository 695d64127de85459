/* Derives the components of records from their descriptions. */
#include "schema/openapi_record.h"

#include <string.h>

#include "schema/identity.h"
#include "schema/openapi_field.h"
#include "schema/openapi_json.h"

#define DATE "[0-9]{4}-[0-9]{2}-[0-9]{2}"

static const struct vocabulary *const vocabularies[] = {
    &vocabulary_actor_kind,     &vocabulary_reliability, &vocabulary_source_kind, &vocabulary_citation,
    &vocabulary_claim_relation, &vocabulary_position,    &vocabulary_act,
};

static const struct {
    const char *name, *schema;
} basics[] = {
    {"Id", "{'type': 'string', 'format': 'uuid', 'description': 'A UUID, given by the service.'}"},
    {"Ref",
     "{'type': 'string', 'pattern': '^[a-z0-9][a-z0-9._-]{0,127}$', 'description': 'A name that the client chose; it"
     " never changes, and is no UUID.'}"},
    {"Reference", "{'description': 'The id or the ref of a record.', 'anyOf': [{'$ref': '#/components/schemas/Ref'},"
                  " {'$ref': '#/components/schemas/Id'}]}"},
    {"Moment", "{'type': 'string', 'format': 'date-time', 'description': 'An RFC 3339 date-time; replies have it in"
               " UTC.'}"},
    {"Time", "{'description': 'An RFC 3339 date-time, or a date alone, which comes back as a date alone.', 'anyOf': ["
             "{'$ref': '#/components/schemas/Moment'}, {'type': 'string', 'format': 'date'}]}"},
};

static json_t *own_properties(enum openapi_side side)
{
    bool shown = side == OPENAPI_SHOWN;
    const char *untouched = side == OPENAPI_PATCH ? "Has to be what it is." : "Accepted, and not looked at.";
    json_t *version =
        openapi_pack("{s:s, s:s++}", "type", "integer", "description", "Counts the writes of the record, from 1.",
                     shown ? "" : " ", shown ? "" : untouched);
    if (shown) {
        openapi_put(version, "minimum", json_integer(1));
    } else {
        json_object_del(version, "type");
    }
    return openapi_pack("{s:o, s:o, s:o, s:o, s:o}", "id", openapi_ref("schemas", "id", ""), "ref",
                        openapi_ref("schemas", "ref", ""), "version", version, "created_at",
                        shown ? openapi_ref("schemas", "moment", "") : openapi_pack("{s:s}", "description", untouched),
                        "updated_at",
                        shown ? openapi_ref("schemas", "moment", "") : openapi_pack("{s:s}", "description", untouched));
}

static json_t *required_of(const struct record *record, enum openapi_side side)
{
    json_t *required = side == OPENAPI_SHOWN ? openapi_pack("[s, s, s, s]", "id", "version", "created_at", "updated_at")
                                             : openapi_pack("[]");
    for (size_t i = 0; i < record->field_count && side != OPENAPI_PATCH; i++) {
        const struct field *field = &record->fields[i];
        bool always = (field->flags & FIELD_MANY) != 0 || field->type == FIELD_OBJECT;
        if ((field->flags & FIELD_REQUIRED) != 0 || (side == OPENAPI_SHOWN && always)) {
            openapi_append(required, json_string(field->name));
        }
    }
    return required;
}

static json_t *record_schema(const struct record *record, enum openapi_side side)
{
    json_t *properties = own_properties(side);
    for (size_t i = 0; i < record->field_count; i++) {
        openapi_put(properties, record->fields[i].name, openapi_field(&record->fields[i], side));
    }
    json_t *required = required_of(record, side);
    json_t *schema = openapi_pack("{s:s, s:s, s:o, s:b}", "type", "object", "description", record->help, "properties",
                                  properties, "additionalProperties", 0);
    if (json_array_size(required) > 0) {
        openapi_put(schema, "required", required);
    } else {
        json_decref(required);
    }
    return schema;
}

static void put(json_t *schemas, const struct record *record, const char *suffix, json_t *schema)
{
    openapi_put(schemas, openapi_name(record->name, suffix), schema);
}

static void put_record(json_t *schemas, const struct record *record)
{
    json_t *shown = record_schema(record, OPENAPI_SHOWN);
    json_t *part = json_copy(shown);
    json_object_del(part, "required");
    openapi_put(part, "description", json_string("The fields that `fields` asks for."));
    put(schemas, record, "", shown);
    put(schemas, record, "Part", part);
    put(schemas, record, "Shown",
        openapi_pack("{s:s, s:[o, o]}", "description", "An id, or with `expand` the whole record.", "anyOf",
                     openapi_ref("schemas", "id", ""), openapi_ref("schemas", record->name, "")));
    put(schemas, record, "Body", record_schema(record, OPENAPI_TAKEN));
    json_t *patch = record_schema(record, OPENAPI_PATCH);
    openapi_put(patch, "description",
                json_string("A merge patch (RFC 7396): what is to change; null takes a value away."));
    put(schemas, record, "Patch", patch);
}

void openapi_put_records(json_t *schemas)
{
    for (size_t i = 0; i < sizeof basics / sizeof *basics; i++) {
        openapi_put(schemas, basics[i].name, openapi_quoted(basics[i].schema));
    }
    for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++) {
        json_t *words = json_array();
        for (const char *const *word = vocabularies[i]->words; *word != NULL; word++) {
            openapi_append(words, json_string(*word));
        }
        openapi_put(schemas, openapi_name(vocabularies[i]->name, ""),
                    openapi_pack("{s:s, s:o}", "type", "string", "enum", words));
    }
    for (int i = 0; i < RECORD_KINDS; i++) {
        put_record(schemas, records[i]);
    }
}

/* The refs of the records that the examples of fields are of; those of references fit them. */
static const char *const example_refs[RECORD_KINDS] = {
    [RECORD_ACTOR] = "north-korea",
    [RECORD_SOURCE] = "dprk-first-committee",
    [RECORD_CLAIM] = "dprk-troops",
    [RECORD_STANCE] = "dprk-denial-2024-10-21",
    [RECORD_REVIEW] = "yonhap-review-2024-10",
};

json_t *openapi_example_body(const struct record *record)
{
    json_t *body = openapi_pack("{s:s}", "ref", example_refs[record->kind]);
    for (size_t i = 0; i < record->field_count; i++) {
        openapi_put(body, record->fields[i].name, openapi_parse(record->fields[i].example));
    }
    return body;
}

static json_t *id_of(enum record_kind kind, const char *ref)
{
    struct identity id = identity_of_ref(kind, ref, strlen(ref));
    char text[IDENTITY_TEXT];
    identity_format(&id, text);
    return json_string(text);
}

/* A reference by ref becomes one by id, in a field's value or in an item of it. */
static json_t *shown(const struct field *field, const json_t *value)
{
    if (json_is_string(value)) {
        return id_of(field->target, json_string_value(value));
    }
    if (json_is_array(value)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(value); i++) {
            openapi_append(list, shown(field, json_array_get(value, i)));
        }
        return list;
    }
    json_t *link = json_deep_copy(value);
    const char *target = records[field->target]->name;
    openapi_put(link, target, id_of(field->target, json_string_value(json_object_get(value, target))));
    return link;
}

json_t *openapi_example_shown(const struct record *record)
{
    json_t *body = openapi_example_body(record);
    json_t *example = openapi_pack("{s:o, s:s, s:i, s:s, s:s}", "id", id_of(record->kind, example_refs[record->kind]),
                                   "ref", example_refs[record->kind], "version", 1, "created_at",
                                   "2024-10-22T09:30:00.250000Z", "updated_at", "2024-10-22T09:30:00.250000Z");
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        json_t *value = json_object_get(body, field->name);
        bool refers = field->type == FIELD_REFERENCE || field->type == FIELD_LINK;
        openapi_put(example, field->name, refers ? shown(field, value) : json_incref(value));
    }
    json_decref(body);
    return example;
}
