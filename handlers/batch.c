/* Fills the arrays of the guarded write. */
#include "handlers/batch.h"

#include <string.h>

#include "handlers/array.h"
#include "schema/encode.h"

static const char *const mode_names[] = {
    [WRITE_CREATE] = "create",
    [WRITE_PUT] = "put",
    [WRITE_REPLACE] = "replace",
    [WRITE_RESTORE] = "restore",
};

#define BATCH_ARRAYS 10

static void arrays_of(struct batch *batch, struct buffer *ret_arrays[static BATCH_ARRAYS])
{
    struct buffer *arrays[BATCH_ARRAYS] = {
        &batch->lines,
        &batch->kinds,
        &batch->ids,
        &batch->refs,
        &batch->documents,
        &batch->modes,
        &batch->reference_lines,
        &batch->reference_pointers,
        &batch->reference_kinds,
        &batch->reference_ids,
    };
    memcpy(ret_arrays, arrays, sizeof arrays);
}

void batch_init(struct batch *batch, size_t limit)
{
    *batch = (struct batch){.precondition = {VERSIONS_ANY, VERSIONS_NONE}};
    struct buffer *arrays[BATCH_ARRAYS];
    arrays_of(batch, arrays);
    for (int i = 0; i < BATCH_ARRAYS; i++) {
        buffer_init(arrays[i], limit);
        array_begin(arrays[i]);
    }
    buffer_init(&batch->parents, limit);
    buffer_char(&batch->parents, '{');
}

void batch_free(struct batch *batch)
{
    struct buffer *arrays[BATCH_ARRAYS];
    arrays_of(batch, arrays);
    for (int i = 0; i < BATCH_ARRAYS; i++) {
        buffer_free(arrays[i]);
    }
    buffer_free(&batch->parents);
}

static void add_parent(struct batch *batch, const struct draft *draft, const struct identity *id)
{
    if (batch->parents.length > 1) {
        buffer_char(&batch->parents, ',');
    }
    encode_identity(&batch->parents, id);
    buffer_char(&batch->parents, ':');
    const json_t *parent = json_object_get(draft->document, "part_of");
    if (parent == NULL) {
        buffer_text(&batch->parents, "null");
        return;
    }
    encode_string(&batch->parents, json_string_value(parent), json_string_length(parent));
    batch->climbs = true;
}

void batch_add(struct batch *batch, size_t line, enum write_mode mode, const struct draft *draft,
               const struct identity *id, const char *text, size_t length)
{
    char id_text[IDENTITY_TEXT];
    identity_format(id, id_text);
    array_number(&batch->lines, (long long)line);
    array_optional(&batch->kinds, draft->record->name);
    array_optional(&batch->ids, id_text);
    array_optional(&batch->refs, draft->ref);
    array_text(&batch->documents, text, length);
    array_optional(&batch->modes, mode_names[mode]);
    if (draft->record->kind == RECORD_ACTOR) {
        add_parent(batch, draft, id);
    }
    batch->count++;
    batch->kinds_given |= 1U << draft->record->kind;
}

void batch_refer(struct batch *batch, size_t line, const char *pointer, enum record_kind kind,
                 const struct identity *id)
{
    char id_text[IDENTITY_TEXT];
    identity_format(id, id_text);
    array_number(&batch->reference_lines, (long long)line);
    array_optional(&batch->reference_pointers, pointer);
    array_optional(&batch->reference_kinds, records[kind]->name);
    array_optional(&batch->reference_ids, id_text);
}

bool batch_seal(struct batch *batch)
{
    struct buffer *arrays[BATCH_ARRAYS];
    arrays_of(batch, arrays);
    bool whole = true;
    for (int i = 0; i < BATCH_ARRAYS; i++) {
        if (!batch->sealed) {
            array_end(arrays[i]);
        }
        whole = whole && !arrays[i]->overflowed;
    }
    if (!batch->sealed) {
        buffer_char(&batch->parents, '}');
    }
    batch->sealed = true;
    return whole && !batch->parents.overflowed;
}
