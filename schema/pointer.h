/* JSON pointers (RFC 6901). A place in a document is a chain on the stack; its text is made only when there is something to say about it. */
#ifndef STANCED_SCHEMA_POINTER_H
#define STANCED_SCHEMA_POINTER_H

#include <stddef.h>

#include "schema/arena.h"

struct pointer {
    const struct pointer *up; /* NULL for what stands in the document itself */
    const char *name;         /* member of an object, or NULL for… */
    size_t index;             /* …an element of an array */
};

/* In the arena. NULL stands for the whole document, whose pointer is empty. */
const char *pointer_text(const struct pointer *pointer, struct arena *arena) __attribute__((returns_nonnull));

#endif
