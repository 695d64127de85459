/* Records on their way into the database: one or many, as the arrays that the guarded write takes. */
#ifndef STANCED_HANDLERS_BATCH_H
#define STANCED_HANDLERS_BATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "handlers/precondition.h"
#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/identity.h"
#include "schema/record.h"
#include "schema/validate.h"

/* What a write demands of the record that is there already. */
enum write_mode {
    WRITE_CREATE,  /* there must be none */
    WRITE_PUT,     /* created or replaced */
    WRITE_REPLACE, /* there must be one */
    WRITE_RESTORE  /* it must be deleted: batch->allowed is then about the versions of its deletion */
};

struct batch {
    size_t count;
    unsigned kinds_given; /* bits by record_kind */
    bool climbs;          /* an actor in it has a part_of */
    bool sealed;
    struct precondition precondition; /* of its records; none until somebody says otherwise */
    /* per record */
    struct buffer lines, kinds, ids, refs, documents, modes;
    /* per reference to a record outside the batch */
    struct buffer reference_lines, reference_pointers, reference_kinds, reference_ids;
    /* JSON object: id of every actor in the batch → id of its part_of, or null */
    struct buffer parents;
};

/* No one array may grow past `limit` bytes. */
void batch_init(struct batch *batch, size_t limit);
void batch_free(struct batch *batch);

/* Adds a record: `text` is its document as document_write writes it. `line` is 0 outside imports. */
void batch_add(struct batch *batch, size_t line, enum write_mode mode, const struct draft *draft,
               const struct identity *id, const char *text, size_t length);

/* Adds a reference that the database is to look up. */
void batch_refer(struct batch *batch, size_t line, const char *pointer, enum record_kind kind,
                 const struct identity *id);

/* Completes the arrays. Nothing may be added after it; again does nothing. False when something did not fit. */
bool batch_seal(struct batch *batch) __attribute__((warn_unused_result));

#endif
