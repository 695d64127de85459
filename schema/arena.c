/* Memory for one request: blocks of growing size, handed out from the front, released together. */
#include "schema/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)4096)  /* most requests never need a second block */
#define BLOCK_MOST ((size_t)262144) /* beyond it blocks stop growing; what is larger gets a block of its own size */
#define ALIGNMENT alignof(max_align_t)

struct block {
    struct block *older;
    size_t size; /* bytes of `bytes` */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *newest;
};

static void out_of_memory(size_t size) __attribute__((noreturn));

static void out_of_memory(size_t size)
{
    fprintf(stderr, "stanced: out of memory (%zu bytes asked for)\n", size);
    abort();
}

static struct block *block_new(size_t size, struct block *older)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        out_of_memory(size);
    }
    block->older = older;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL) {
        out_of_memory(sizeof *arena);
    }
    arena->newest = block_new(BLOCK_FIRST, NULL);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->newest->older != NULL) {
        struct block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    arena->newest->used = 0;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    arena_reset(arena);
    free(arena->newest);
    free(arena);
}

/* A block with room for `size` bytes becomes the newest. */
static void arena_grow(struct arena *arena, size_t size)
{
    size_t next = arena->newest->size < BLOCK_MOST ? arena->newest->size * 2 : BLOCK_MOST;
    arena->newest = block_new(size > next ? size : next, arena->newest);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        out_of_memory(size);
    }
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->newest->size - arena->newest->used < rounded) {
        arena_grow(arena, rounded);
    }
    struct block *block = arena->newest;
    void *memory = block->bytes + block->used;
    block->used += rounded;
    memset(memory, 0, size);
    return memory;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) { /* only a %ls that cannot be converted or a text past 2 GiB: neither is ours */
        return arena_text(arena, "");
    }
    char *text = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
