/* Items out of a JSON document that arrives in pieces: the elements of its array, where it is one, or of the member @graph, dataFeedElement or
   itemListElement of an object; or else the document itself. White space may part several documents. */
#ifndef STANCED_HANDLERS_ELEMENTS_H
#define STANCED_HANDLERS_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/buffer.h"

struct elements {
    struct buffer item;   /* that has begun and not ended; its limit is that of an item */
    struct buffer name;   /* of the member of the outermost object that came last */
    size_t count;         /* items that were handed on */
    int depth;            /* brackets that are open */
    int item_depth;       /* those around an item: 0 for a document that is one, 1 in an array, 2 in a member's */
    bool string, escaped; /* within a string; behind a backslash in it */
    bool naming;          /* the string is the name of a member of the outermost object */
    bool found;           /* the outermost object has a member with items: it is none itself */
};

/* Takes item `number`, from 1; `text` is NULL for one that was too long. */
typedef void elements_take(void *context, size_t number, const char *text, size_t length);

void elements_init(struct elements *elements, size_t longest);
void elements_free(struct elements *elements);
void elements_feed(struct elements *elements, const char *bytes, size_t length, elements_take *take, void *context);

/* The end: what has begun and not ended is handed on as it is, to be refused. */
void elements_end(struct elements *elements, elements_take *take, void *context);

#endif
