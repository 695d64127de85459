/* A record's canonical text: what `change` stores, and what the id of a record without a ref is made from. */
#ifndef STANCED_HANDLERS_DOCUMENT_H
#define STANCED_HANDLERS_DOCUMENT_H

#include <jansson.h>

#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/row.h"

/* Appends `document` as compact JSON with the members of every object in the order of their names, and numbers as short as
   they read back the same: two documents of the same content have the same text. */
void document_write(struct buffer *buffer, const json_t *document, struct arena *arena);

/* The document in a cell of jsonb, which the caller owns; NULL for SQL NULL. */
json_t *document_read(const struct cell *cell);

#endif
