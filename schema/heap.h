/* Memory that is too large for an arena, or does not live as long. A process without it is stopped with a message, as by arena_alloc. */
#ifndef STANCED_SCHEMA_HEAP_H
#define STANCED_SCHEMA_HEAP_H

#include <stddef.h>

/* Room for `count` elements of `size` bytes, zeroed; to be freed with free(). Never NULL. */
void *heap_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* …as many as there is room for in `array`, or more: its elements stay, what is new is not zeroed. */
void *heap_grow(void *array, size_t count, size_t size) __attribute__((returns_nonnull));

#endif
