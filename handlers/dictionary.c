/* A roster of ids, and the ids by number. */
#include "handlers/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "schema/heap.h"

#define CAPACITY_FIRST 256
#define KIND RECORD_ACTOR /* a dictionary has ids of one kind, whichever that is */

void dictionary_free(struct dictionary *dictionary)
{
    roster_free(&dictionary->roster);
    free(dictionary->ids);
    *dictionary = (struct dictionary){0};
}

uint32_t dictionary_number(struct dictionary *dictionary, const struct identity *id)
{
    size_t line = roster_enter(&dictionary->roster, KIND, id, dictionary->count + 1);
    if (line != 0) {
        return (uint32_t)line - 1;
    }
    if (dictionary->count == dictionary->capacity) {
        dictionary->capacity = dictionary->capacity == 0 ? CAPACITY_FIRST : dictionary->capacity * 2;
        dictionary->ids = heap_grow(dictionary->ids, dictionary->capacity, sizeof *dictionary->ids);
    }
    dictionary->ids[dictionary->count] = *id;
    return (uint32_t)dictionary->count++;
}

int64_t dictionary_find(const struct dictionary *dictionary, const struct identity *id)
{
    return (int64_t)roster_find(&dictionary->roster, KIND, id) - 1;
}

struct numbered {
    struct identity id;
    uint32_t number;
};

static int by_id(const void *one, const void *other)
{
    return memcmp(&((const struct numbered *)one)->id, &((const struct numbered *)other)->id, sizeof(struct identity));
}

uint32_t *dictionary_sort(struct dictionary *dictionary)
{
    size_t count = dictionary->count;
    uint32_t *numbers = heap_array(count, sizeof *numbers);
    struct numbered *list = heap_array(count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct numbered){dictionary->ids[i], (uint32_t)i};
    }
    qsort(list, count, sizeof *list, by_id);
    roster_free(&dictionary->roster);
    dictionary->count = 0;
    for (size_t i = 0; i < count; i++) {
        numbers[list[i].number] = dictionary_number(dictionary, &list[i].id);
    }
    free(list);
    return numbers;
}
