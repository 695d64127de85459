/* Keeps names, one behind the other. */
#include "handlers/names.h"

#include <string.h>

#define NAMES_LIMIT ((size_t)64 * 1024 * 1024)

struct name {
    size_t at;
    int lengths[NAMED_CELLS]; /* -1: NULL */
};

void names_init(struct names *names)
{
    buffer_init(&names->bytes, NAMES_LIMIT);
    buffer_init(&names->entries, NAMES_LIMIT);
}

void names_free(struct names *names)
{
    buffer_free(&names->bytes);
    buffer_free(&names->entries);
}

void names_add(struct names *names, const struct cell *cells)
{
    struct name name = {.at = names->bytes.length};
    for (int i = 0; i < NAMED_CELLS; i++) {
        name.lengths[i] = cells[i].length;
        buffer_put(&names->bytes, cells[i].bytes, cells[i].length > 0 ? (size_t)cells[i].length : 0);
    }
    buffer_put(&names->entries, &name, sizeof name);
}

void names_get(const struct names *names, int number, struct cell ret_cells[static NAMED_CELLS])
{
    struct name name;
    memcpy(&name, names->entries.data + (size_t)number * sizeof name, sizeof name);
    const char *bytes = names->bytes.data + name.at;
    for (int i = 0; i < NAMED_CELLS; i++) {
        ret_cells[i] = (struct cell){bytes, name.lengths[i]};
        bytes += name.lengths[i] > 0 ? name.lengths[i] : 0;
    }
}
