/* Puts the description together: paths, components, and what stands around them. */
#include "handlers/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/openapi_operation.h"
#include "handlers/openapi_problems.h"
#include "schema/openapi_json.h"
#include "schema/openapi_record.h"
#include "schema/version.h"

#define DOCUMENT_MOST ((size_t)16 * 1024 * 1024)

static const char *const methods[METHODS] = {"get", "post", "put", "patch", "delete"};

static const char about[] =
    "stanced records who says what about which claim, when, where, and according to whom.\n\n"
    "**Ids and refs.** Every record has an `id`, a UUID, and may have a `ref`, a name that its client chose. Wherever "
    "an "
    "id is taken, in a path, a filter or a body, a ref is taken too.\n\n"
    "**Lists** page by key: `next`, or the Link header, leads to the page that follows. A filter's name is that of a "
    "field; several values are separated by commas, and a backslash takes a comma into a value. A parameter that a "
    "path "
    "does not take is an error.\n\n"
    "**Methods.** HEAD answers as GET does, without the body; OPTIONS answers with Allow, and with what a browser asks "
    "before a request across origins.\n\n"
    "**Errors** are problem documents (RFC 9457). Their `type` is a path that explains them. A path that does not "
    "exist "
    "answers 404, a method that it does not take 405 with Allow; a few broken requests (a header that is too long, no "
    "Host) are refused with a plain 400, 414 or 431 before they become one.";

const char *openapi_tag(const struct endpoint *endpoint, char ret_text[static OPENAPI_TAG])
{
    const char *path = endpoint->path;
    bool named = strncmp(path, "/v1/", 4) == 0;
    snprintf(ret_text, OPENAPI_TAG, "%.*s", named ? (int)strcspn(path + 4, "/") : 7, named ? path + 4 : "service");
    return ret_text;
}

static const char *tag_help(const char *tag)
{
    for (int i = 0; i < RECORD_KINDS; i++) {
        if (strcmp(records[i]->plural, tag) == 0) {
            return records[i]->help;
        }
    }
    return strcmp(tag, "service") == 0 ? "The service itself: its state and its documentation." : NULL;
}

static void put_tag(json_t *tags, const char *name)
{
    for (size_t i = 0; i < json_array_size(tags); i++) {
        if (strcmp(json_string_value(json_object_get(json_array_get(tags, i), "name")), name) == 0) {
            return;
        }
    }
    openapi_append(tags, openapi_pack("{s:s, s:s*}", "name", name, "description", tag_help(name)));
}

/* Takes away the schemas that nothing refers to: not every record is referred to, or patched. */
static void prune(json_t *document, json_t *schemas)
{
    for (bool changed = true; changed;) {
        changed = false;
        char *text = json_dumps(document, JSON_COMPACT);
        const char *name;
        json_t *schema;
        void *next;
        json_object_foreach_safe(schemas, next, name, schema)
        {
            char reference[128];
            snprintf(reference, sizeof reference, "\"#/components/schemas/%s\"", name);
            if (text != NULL && strstr(text, reference) == NULL) {
                json_object_del(schemas, name);
                changed = true;
            }
        }
        free(text);
    }
}

static json_t *build(void)
{
    json_t *paths = json_object();
    json_t *tags = json_array();
    json_t *components = json_object();
    json_t *schemas = json_object();
    openapi_put_records(schemas);
    openapi_put_problem_schemas(schemas);
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    for (size_t i = 0; i < count; i++) {
        char tag[OPENAPI_TAG];
        put_tag(tags, openapi_tag(all[i], tag));
        if (json_object_get(paths, all[i]->path) == NULL) {
            openapi_put(paths, all[i]->path, json_object());
        }
        openapi_put(json_object_get(paths, all[i]->path), methods[all[i]->method], openapi_operation(all[i], schemas));
    }
    openapi_put(components, "schemas", schemas);
    openapi_put_headers(components);
    openapi_put(components, "securitySchemes",
                openapi_quoted(
                    "{'key': {'type': 'http', 'scheme': 'bearer', 'description': 'A key, which whoever runs the service"
                    " makes with `stanced key add`. Readers may read, editors also write, admins may do all; reading"
                    " takes a key only where the service is set so.'}}"));
    openapi_put(components, "responses",
                openapi_quoted("{'Problem': {'description': 'A fault of the service.', 'content': {"
                               "'application/problem+json': {'schema': {'$ref': '#/components/schemas/Problem'}}}}}"));
    json_t *document = openapi_pack("{s:s, s:{s:s, s:s, s:s, s:s}, s:[{s:s, s:s}], s:[], s:o, s:o, s:o}", "openapi",
                                    "3.1.0", "info", "title", "stanced", "version", stanced_version, "summary",
                                    "Who says what about which claim, and what follows from it.", "description", about,
                                    "servers", "url", "/", "description", "This service.", "security", "tags", tags,
                                    "paths", paths, "components", components);
    prune(document, schemas);
    return document;
}

static int put_bytes(const char *bytes, size_t length, void *buffer)
{
    buffer_put(buffer, bytes, length);
    return 0;
}

void openapi_write(struct buffer *buffer)
{
    json_t *document = build();
    json_dump_callback(document, put_bytes, buffer, JSON_COMPACT);
    json_decref(document);
    buffer_char(buffer, '\n');
}

const char *openapi_text(size_t *ret_length)
{
    static struct buffer text; /* as long as the process lives */
    if (text.length == 0) {
        buffer_init(&text, DOCUMENT_MOST);
        openapi_write(&text);
    }
    *ret_length = text.length;
    return text.data;
}
