/* A place in the order of all changes, and the cursor that names it. */
#ifndef STANCED_HANDLERS_PLACE_H
#define STANCED_HANDLERS_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything up to here was seen. (xid, 0): every change of all transactions before that one. */
struct place {
    int64_t xid, seq;
};

#define PLACE_TEXT 64 /* bytes of a cursor, with its NUL */

static inline bool place_before(struct place left, struct place right)
{
    return left.xid < right.xid || (left.xid == right.xid && left.seq < right.seq);
}

/* "epoch-xid-seq". Returns its length. */
size_t place_write(int epoch, struct place place, char ret_text[static PLACE_TEXT]);

/* False for anything that place_write did not write. */
bool place_read(const char *text, int *ret_epoch, struct place *ret) __attribute__((warn_unused_result));

#endif
