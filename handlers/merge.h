/* What a merge holds, from the look at both records to the account of what became of them. */
#ifndef STANCED_HANDLERS_MERGE_H
#define STANCED_HANDLERS_MERGE_H

#include "handlers/endpoint.h"
#include "handlers/union.h"

/* One of the two, as it was read. */
struct half {
    bool found;
    int version;
    const char *id, *ref, *label; /* ref NULL for none */
    json_t *document;
};

struct use {
    const struct record *record;
    const char *field; /* in the arena */
    long long count;
};

#define USES_MOST 32 /* fields that can refer to one kind of record, and then some */

struct merge {
    const char *named; /* id of the other, as the body names it */
    struct half one, other;
    bool parted; /* some actor is part of the one */
    struct unified unified;
    json_t *note;             /* of the answer, what is not in `change`: merged, folded (of its own lists), left_out */
    int guard, account, read; /* queries */
    bool written, raced, too_deep, too_many;
    const char *cycle; /* the actors on it */
    struct use uses[USES_MOST], folded[USES_MOST];
    int use_count, folded_count;
    long long rewritten[RECORD_KINDS];
    struct buffer record; /* the other as it is then */
};

/* Replies that more records would change than may: by which fields they refer to it, and where they are listed. */
void merge_refuse_size(struct call *call, const struct merge *merge, struct reply *reply);

/* Replies what was done. */
void merge_account(struct call *call, const struct merge *merge, struct reply *reply);

#endif
