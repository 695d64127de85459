/* Canonical JSON text. jansson's own writer keeps the order of insertion, and prints 0.1 with seventeen digits. */
#include "handlers/document.h"

#include <stdlib.h>
#include <string.h>

#include "schema/compact.h"
#include "schema/encode.h"

#define DOCUMENT_LIMIT ((size_t)16 * 1024 * 1024) /* what a write may come to: handlers/write.c */

struct member {
    const char *name;
    const json_t *value;
};

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct member *)left)->name, ((const struct member *)right)->name);
}

static void write_object(struct buffer *buffer, const json_t *object, struct arena *arena)
{
    struct member *members = arena_alloc(arena, (json_object_size(object) + 1) * sizeof *members);
    size_t count = 0;
    const char *name;
    json_t *value;
    /* jansson's macro wants an object that is not const, and only reads it */
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        members[count++] = (struct member){name, value};
    }
    qsort(members, count, sizeof *members, by_name);
    buffer_char(buffer, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            buffer_char(buffer, ',');
        }
        encode_string(buffer, members[i].name, strlen(members[i].name));
        buffer_char(buffer, ':');
        document_write(buffer, members[i].value, arena);
    }
    buffer_char(buffer, '}');
}

static void write_array(struct buffer *buffer, const json_t *array, struct arena *arena)
{
    buffer_char(buffer, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i > 0) {
            buffer_char(buffer, ',');
        }
        document_write(buffer, json_array_get(array, i), arena);
    }
    buffer_char(buffer, ']');
}

void document_write(struct buffer *buffer, const json_t *document, struct arena *arena)
{
    switch (json_typeof(document)) {
    case JSON_OBJECT:
        write_object(buffer, document, arena);
        break;
    case JSON_ARRAY:
        write_array(buffer, document, arena);
        break;
    case JSON_STRING:
        encode_string(buffer, json_string_value(document), json_string_length(document));
        break;
    case JSON_INTEGER:
        buffer_number(buffer, json_integer_value(document));
        break;
    case JSON_REAL:
        encode_number(buffer, json_real_value(document));
        break;
    case JSON_TRUE:
        buffer_text(buffer, "true");
        break;
    case JSON_FALSE:
        buffer_text(buffer, "false");
        break;
    case JSON_NULL:
        buffer_text(buffer, "null");
        break;
    }
}

json_t *document_read(const struct cell *cell)
{
    if (cell->length < 2 || cell->bytes[0] != 1) { /* a version byte, then text */
        return NULL;
    }
    /* PostgreSQL writes out 1e300 in digits, which jansson takes for an integer that is too large */
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, DOCUMENT_LIMIT);
    compact_json(&text, cell->bytes + 1, (size_t)cell->length - 1);
    return text.overflowed ? NULL : json_loadb(text.data, text.length, 0, NULL);
}
