/* Two records of a kind as one: what is written of the one that stays, and what of the other is not in it. */
#ifndef STANCED_HANDLERS_UNION_H
#define STANCED_HANDLERS_UNION_H

#include <jansson.h>

#include "schema/record.h"

struct side {
    const char *id;
    const char *label; /* its name, title or text */
    const json_t *document;
};

struct unified {
    json_t *document; /* of the one that stays: its own values, and in its lists what the other has in addition */
    json_t *left_out; /* object: the other's values of fields in which they differ */
    json_t *folded;   /* object: field → entries that are gone, because they named itself or were there twice */
};

/* Lists are united in their order, the other's behind; where a kind has `aliases`, the other's label is one of them. References from one to the
   other go. Nothing is checked: lists may be too long then. To be freed. */
struct unified union_of(const struct record *record, const struct side *stays, const struct side *other);
void union_free(struct unified *unified);

#endif
