/* The function MergePatch of RFC 7396, 2, over jansson's objects. */
#include "schema/merge_patch.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *made(json_t *value)
{
    if (value == NULL) {
        fputs("stanced: out of memory\n", stderr);
        abort();
    }
    return value;
}

static void set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new_nocheck(object, name, value) != 0) {
        (void)made(NULL);
    }
}

json_t *merge_patch(json_t *target, const json_t *patch)
{
    if (!json_is_object(patch)) {
        json_decref(target);
        return made(json_deep_copy(patch));
    }
    if (!json_is_object(target)) {
        json_decref(target);
        target = made(json_object());
    }
    const char *name;
    json_t *value;
    /* jansson's macro wants an object that is not const, and only reads it */
    json_object_foreach((json_t *)(uintptr_t)patch, name, value)
    {
        if (json_is_null(value)) {
            json_object_del(target, name);
        } else {
            set(target, name, merge_patch(json_incref(json_object_get(target, name)), value));
        }
    }
    return target;
}
