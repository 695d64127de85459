/* What the API needs to know of UTF-8 and Unicode: well-formed text, its length, and characters with no place in it. */
#ifndef STANCED_SCHEMA_UNICODE_H
#define STANCED_SCHEMA_UNICODE_H

#include <stdbool.h>
#include <stddef.h>

/* The code point at the front of `bytes` and, in ret_size, how many bytes it takes (1–4); -1 when they are not
   well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). ret_size is 1 then. */
long unicode_next(const char *bytes, size_t length, size_t *ret_size);

bool unicode_valid(const char *bytes, size_t length);

/* Code points of well-formed text. */
size_t unicode_length(const char *bytes, size_t length);

/* Control characters (general category Cc), but for tab, newline and carriage return. */
bool unicode_has_control(const char *bytes, size_t length);

/* Nothing in it that shows: white space and zero-width characters only. True for the empty text. */
bool unicode_blank(const char *bytes, size_t length);

#endif
