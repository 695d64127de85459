/* How replies of analyses name an actor, a source or a claim: by id, ref and what people call it. */
#ifndef STANCED_HANDLERS_NAMED_H
#define STANCED_HANDLERS_NAMED_H

#include "schema/buffer.h"
#include "schema/record.h"
#include "schema/row.h"

#define NAMED_CELLS 3

/* The object {"id", "ref", "name"|"title"|"text"} of the three cells id, ref and label; a ref that is NULL is left out. */
void named_encode(struct buffer *buffer, const struct record *record, const struct cell *cells);

#endif
