/* Language tags, BCP 47 (RFC 5646). */
#ifndef STANCED_SCHEMA_LANGUAGE_H
#define STANCED_SCHEMA_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed by the grammar of RFC 5646, 2.1, in any case; whether the subtags are registered is not looked up. */
bool language_valid(const char *text, size_t length);

#endif
