/* The statements of a merge, generated once from the descriptions. All that have rows have these columns: what it says text, kind text,
   field text, count bigint, note text. */
#ifndef STANCED_HANDLERS_MERGE_SQL_H
#define STANCED_HANDLERS_MERGE_SQL_H

#include "schema/arena.h"
#include "schema/record.h"

struct merge_sql {
    /* $1: id of the one, $2: of the other, as the request names it. Rows of another form, of each that is there (the other one being what
       has become of it): place bigint, 1 or 2; id uuid; version integer; ref text; label text; document jsonb; and whether some actor is
       part of the one. */
    const char *look;
    /* $1: the one's id. Nobody can begin to refer to it any more. */
    const char *lock;
    /* $1, $2: the one's id and the other's; $3, $4: their versions; $5: the other's new document; $6: who, $7: request id; $8: how many
       records may be changed; $9: whether circles of part_of are locked out. Writes both into `change`, unless: "raced",
       "cycle" (note: the actors on it), "too_deep", "too_many". "used" for every field by which others refer to the one; "written". */
    const char *guard;
    /* By kind: $1, $2: as before, $3: who, $4: request id. Those who refer to the one refer to the other, in `change`, if the guard wrote.
       NULL for kinds that cannot refer to it. */
    const char *rewrite[RECORD_KINDS];
    /* $1: transaction, NULL for this one; $2: the other's id. What a merge did to others, without a note: "rewritten", and "folded" for
       entries of lists that were there twice then. */
    const char *account;
    /* By kind: $1: the claim that was merged. Takes what was moved from beside it. NULL for all others. */
    const char *leave[RECORD_KINDS];
};

void merge_sql_init(struct arena *memory);

/* NULL for kinds that are not merged. */
const struct merge_sql *merge_sql_of(const struct record *record);

/* Two merges at a time could each wait for the other. */
extern const char merge_lock_sql[];

/* $1, $2: the one's id and the other's, of claims. What is not the same as the one is not the same as the other. */
extern const char merge_rejections_sql[];

/* What `merged` is to say after this transaction's merge, in this order. */
extern const char merge_forward_sql[], merge_enter_sql[];

#endif
