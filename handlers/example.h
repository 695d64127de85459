/* Examples of query parameters, from those in the descriptions of fields. */
#ifndef STANCED_HANDLERS_EXAMPLE_H
#define STANCED_HANDLERS_EXAMPLE_H

#include "schema/arena.h"
#include "schema/record.h"

/* The field's example as a query has it: without quotes, the items of an array with commas between them, a link as what it
   points to. */
const char *example_text(const struct field *field, struct arena *arena);

#endif
