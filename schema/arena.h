/* Memory with the lifetime of one request: many small allocations, one release.
   Its size is bounded by what is put in, and that is bounded by the limits on URL, headers and body. */
#ifndef STANCED_SCHEMA_ARENA_H
#define STANCED_SCHEMA_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Empties it for the next request and keeps its first block. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Never NULL: a process without memory for a few bytes is stopped
   with a message, and what it answered 2xx is in the database. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));

/* A NUL-terminated copy of `length` bytes. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length) __attribute__((returns_nonnull));
char *arena_text(struct arena *arena, const char *text) __attribute__((returns_nonnull));
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3), returns_nonnull));

#endif
