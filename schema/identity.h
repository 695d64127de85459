/* Who a record is: UUIDs, and refs that stand for them.
   A record with a ref has the UUIDv5 (RFC 9562, 5.5) of "kind/ref" as its id, so a ref is resolved without asking
   the database; one without has a UUIDv7 (5.7). */
#ifndef STANCED_SCHEMA_IDENTITY_H
#define STANCED_SCHEMA_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/record.h"

#define IDENTITY_TEXT 37 /* bytes of the text form, with its NUL */
#define REF_MOST 128     /* characters of a ref */

struct identity {
    unsigned char bytes[16];
};

/* True when `text` is a UUID in its 36-character form (any case). ret untouched otherwise. */
bool identity_parse(const char *text, size_t length, struct identity *ret);

/* Lower case, NUL-terminated. */
void identity_format(const struct identity *identity, char ret_text[static IDENTITY_TEXT]);

/* True when `text` matches [a-z0-9][a-z0-9._-]{0,127} and is not itself a UUID. */
bool ref_valid(const char *text, size_t length);

/* True when `text` matches [a-z0-9][a-z0-9._-]{0,127}: what a ref looks like, UUID or not. */
bool slug_valid(const char *text, size_t length);

/* The id that `ref` stands for. */
struct identity identity_of_ref(enum record_kind kind, const char *ref, size_t length);

/* The id of a record given without id and ref in an import: UUIDv5 of its kind and canonical content. */
struct identity identity_of_content(enum record_kind kind, const char *content, size_t length);

/* A new UUIDv7; `now` in microseconds since 1970. */
struct identity identity_new(int64_t now);

/* Takes an id or a ref, as everywhere in the API. False when it is neither. */
bool identity_resolve(enum record_kind kind, const char *text, size_t length, struct identity *ret);

#endif
