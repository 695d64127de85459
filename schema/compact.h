/* JSON text as PostgreSQL prints jsonb, made as short as the rest of a reply. */
#ifndef STANCED_SCHEMA_COMPACT_H
#define STANCED_SCHEMA_COMPACT_H

#include <stddef.h>

#include "schema/buffer.h"

/* Copies valid JSON without the white space between its tokens. Numbers that are no 64-bit integers come as the shortest
   decimal of their double: PostgreSQL writes 1e300 out in 301 digits, which no client takes back as an integer. */
void compact_json(struct buffer *buffer, const char *json, size_t length);

#endif
