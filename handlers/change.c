/* From a row of `change` to what is sent of it. */
#include "handlers/change.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/document.h"
#include "schema/arena.h"
#include "schema/encode.h"

enum {
    CELL_XID,
    CELL_SEQ,
    CELL_AT,
    CELL_KIND,
    CELL_ID,
    CELL_REF,
    CELL_OPERATION,
    CELL_VERSION,
    CELL_CREATED,
    CELL_WHO,
    CELL_REQUEST,
    CELL_INTO,
    CELL_RECORD,
    CELL_TOPICS
};

#define CHANGE_LIMIT ((size_t)32 * 1024 * 1024) /* more than any record comes to */
#define TOPICS_LIMIT ((size_t)64 * 1024)        /* a hundred of 128 bytes, at most */

static void put_text(struct buffer *json, const char *name, const struct cell *cell)
{
    if (!cell_null(cell)) {
        buffer_format(json, ",\"%s\":", name);
        encode_string(json, cell->bytes, (size_t)cell->length);
    }
}

static void put_moment(struct buffer *json, const char *name, const struct cell *cell)
{
    buffer_format(json, ",\"%s\":", name);
    encode_moment(json, cell_moment(cell), false);
}

/* The record as a GET shows it, in the order of its description. */
static void put_record(struct buffer *json, const struct record *record, const struct cell *cells,
                       const json_t *document)
{
    struct identity id = cell_identity(&cells[CELL_ID]);
    struct arena *arena = arena_new();
    buffer_text(json, ",\"record\":{\"id\":");
    encode_identity(json, &id);
    put_text(json, "ref", &cells[CELL_REF]);
    buffer_format(json, ",\"version\":%lld", (long long)cell_integer(&cells[CELL_VERSION]));
    put_moment(json, "created_at", &cells[CELL_CREATED]);
    put_moment(json, "updated_at", &cells[CELL_AT]);
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        const json_t *value = json_object_get(document, field->name);
        bool many = (field->flags & FIELD_MANY) != 0;
        if (value != NULL || many || field->type == FIELD_OBJECT) {
            buffer_format(json, ",\"%s\":", field->name);
            if (value != NULL) {
                document_write(json, value, arena);
            } else {
                buffer_text(json, many ? "[]" : "{}");
            }
        }
    }
    buffer_char(json, '}');
    arena_free(arena);
}

static bool read_reference(const json_t *document, const char *name, struct identity *ret)
{
    const char *text = json_string_value(json_object_get(document, name));
    return text != NULL && identity_parse(text, strlen(text), ret);
}

static void read_concerned(struct change *change, const json_t *document)
{
    static const char *const actors[] = {"actor", "reviewer"};
    if (change->kind == RECORD_CLAIM) {
        change->about_claim = true;
        change->claim = change->id;
    } else {
        change->about_claim = read_reference(document, "claim", &change->claim);
    }
    if (change->kind == RECORD_ACTOR) {
        change->actors[change->actor_count++] = change->id;
    }
    for (size_t i = 0; i < sizeof actors / sizeof *actors && change->actor_count < CHANGE_ACTORS; i++) {
        if (read_reference(document, actors[i], &change->actors[change->actor_count])) {
            change->actor_count++;
        }
    }
}

static void read_topics(struct change *change, const struct cell *cell)
{
    struct buffer topics;
    struct array array = cell_array(cell);
    struct cell topic;
    buffer_init(&topics, TOPICS_LIMIT);
    while (array_next(&array, &topic)) {
        if (topic.length > 0) {
            buffer_put(&topics, topic.bytes, (size_t)topic.length);
            buffer_char(&topics, '\0');
        }
    }
    buffer_char(&topics, '\0');
    change->topics = topics.data; /* the caller frees it */
}

bool change_read(const struct row *row, int first, int epoch, struct change *ret)
{
    const struct cell *cells = row->cells + first;
    const struct record *record = row->count < first + CHANGE_CELLS ? NULL : cell_record(&cells[CELL_KIND]);
    if (record == NULL) {
        return false;
    }
    char cursor[PLACE_TEXT];
    struct change change = {.place = {cell_integer(&cells[CELL_XID]), cell_integer(&cells[CELL_SEQ])},
                            .kind = record->kind,
                            .id = cell_identity(&cells[CELL_ID])};
    struct buffer *json = &change.json;
    const struct cell *operation = &cells[CELL_OPERATION];
    json_t *document = document_read(&cells[CELL_RECORD]);
    read_concerned(&change, document);
    read_topics(&change, &cells[CELL_TOPICS]);
    buffer_init(json, CHANGE_LIMIT);
    place_write(epoch, change.place, cursor);
    buffer_format(json, "{\"cursor\":\"%s\",\"kind\":\"%s\",\"id\":", cursor, record->name);
    encode_identity(json, &change.id);
    put_text(json, "ref", &cells[CELL_REF]);
    buffer_format(json, ",\"version\":%lld", (long long)cell_integer(&cells[CELL_VERSION]));
    put_text(json, "operation", operation);
    put_moment(json, "at", &cells[CELL_AT]);
    put_text(json, "who", &cells[CELL_WHO]);
    put_text(json, "request_id", &cells[CELL_REQUEST]);
    if (!cell_null(&cells[CELL_INTO])) {
        struct identity into = cell_identity(&cells[CELL_INTO]);
        buffer_text(json, ",\"into\":");
        encode_identity(json, &into);
    }
    if (!cell_is(operation, "delete") && !cell_is(operation, "merge")) {
        put_record(json, record, cells, document);
    }
    buffer_char(json, '}');
    json_decref(document);
    *ret = change;
    return true;
}

void change_free(struct change *change)
{
    free(change->topics);
    change->topics = NULL;
    buffer_free(&change->json);
}
