/* Strings with a form of their own: which check goes with which type, and what is said where it fails. */
#ifndef STANCED_SCHEMA_FORMAT_H
#define STANCED_SCHEMA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/record.h"

struct format {
    bool (*check)(const char *text, size_t length);
    const char *code;   /* of the fault */
    const char *detail; /* of the fault, a sentence */
};

/* The form that a field's strings have to have, or NULL for free text, words and references. */
const struct format *format_of(const struct field *field);

#endif
