/* Writes JSON pointers. */
#include "schema/pointer.h"

#include <string.h>

/* The name with '~' as "~0" and '/' as "~1". */
static const char *escaped(const char *name, struct arena *arena)
{
    if (strpbrk(name, "~/") == NULL) {
        return name;
    }
    char *text = arena_alloc(arena, strlen(name) * 2 + 1);
    char *at = text;
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/') {
            *at++ = '~';
            *at++ = *name == '~' ? '0' : '1';
        } else {
            *at++ = *name;
        }
    }
    return text;
}

const char *pointer_text(const struct pointer *pointer, struct arena *arena)
{
    if (pointer == NULL) {
        return "";
    }
    const char *up = pointer_text(pointer->up, arena);
    if (pointer->name == NULL) {
        return arena_format(arena, "%s/%zu", up, pointer->index);
    }
    return arena_format(arena, "%s/%s", up, escaped(pointer->name, arena));
}
