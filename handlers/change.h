/* A change of a record, as the feed has it: where it stands, what it is about, and how it is sent. */
#ifndef STANCED_HANDLERS_CHANGE_H
#define STANCED_HANDLERS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/place.h"
#include "schema/buffer.h"
#include "schema/identity.h"
#include "schema/record.h"
#include "schema/row.h"

#define CHANGE_ACTORS 2
#define CHANGE_CELLS 14

/* The columns that change_read reads, of `change` under the alias `c`. The topics are those of the claim that it is about, as they are now. */
#define CHANGE_COLUMNS                                                                                         \
    "c.xid, c.seq, c.at, c.kind, c.id, c.ref, c.operation, c.version, c.created_at, c.who, c.request_id,"      \
    " c.into_id, c.record, CASE c.kind"                                                                        \
    " WHEN 'claim' THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(c.record -> 'topics', '[]')))"         \
    " WHEN 'stance' THEN (SELECT about.topics FROM claim about WHERE about.id = (c.record ->> 'claim')::uuid)" \
    " WHEN 'review' THEN (SELECT about.topics FROM claim about WHERE about.id = (c.record ->> 'claim')::uuid)" \
    " END AS topics"

struct change {
    struct place place;
    enum record_kind kind;
    struct identity id;
    bool about_claim;
    struct identity claim; /* that it is, or is a stance or review of */
    int actor_count;
    struct identity actors[CHANGE_ACTORS]; /* that it is, or whose stance or review it is */
    char *topics;                          /* each with its NUL; an empty one ends them */
    struct buffer json;                    /* an object, as a reply has it */
};

/* From the row whose cells begin at `first`. False where that is no change. To be freed. */
bool change_read(const struct row *row, int first, int epoch, struct change *ret) __attribute__((warn_unused_result));
void change_free(struct change *change);

#endif
