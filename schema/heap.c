/* malloc that does not fail. */
#include "schema/heap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *checked(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "stanced: out of memory\n");
        abort();
    }
    return memory;
}

void *heap_array(size_t count, size_t size)
{
    return checked(calloc(count > 0 ? count : 1, size));
}

void *heap_grow(void *array, size_t count, size_t size)
{
    return checked(count > SIZE_MAX / size ? NULL : realloc(array, count * size));
}
