/* One value against the description of its field. */
#ifndef STANCED_SCHEMA_VALIDATE_VALUE_H
#define STANCED_SCHEMA_VALIDATE_VALUE_H

#include <jansson.h>
#include <stddef.h>

#include "schema/pointer.h"
#include "schema/validate.h"

/* A validation under way. */
struct validation {
    struct arena *arena;
    struct faults *faults;
    struct reference *references; /* with room for all that the body can have */
    size_t reference_count;
};

/* Checks a value that stands at `at`, or one element where the field is an array. Returns it in its canonical form, the caller's to
   release, or NULL with a fault added. */
json_t *validate_value(struct validation *validation, const struct field *field, const struct pointer *at,
                       const json_t *value) __attribute__((warn_unused_result));

/* "a string", "an object", …: for texts of faults. */
const char *validate_type_name(const json_t *value);

/* The front of a text, short enough to be shown to whoever sent it. */
const char *validate_excerpt(struct arena *arena, const char *text);

/* json_t that must be there: a process without memory for it stops, as in schema/arena.h. */
json_t *validate_made(json_t *value) __attribute__((returns_nonnull));

#endif
