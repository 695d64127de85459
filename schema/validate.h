/* From a client's JSON to a canonical record, or to the list of everything that is wrong with it. */
#ifndef STANCED_SCHEMA_VALIDATE_H
#define STANCED_SCHEMA_VALIDATE_H

#include <jansson.h>
#include <stdbool.h>

#include "schema/arena.h"
#include "schema/identity.h"
#include "schema/problem.h"
#include "schema/record.h"
#include "schema/validate_parse.h"

struct reference {
    const char *pointer; /* where in the body it stands */
    enum record_kind kind;
    struct identity id;
};

/* A record that passed: everything a write needs. Lives in the arena, but for `document`. */
struct draft {
    const struct record *record;
    const json_t *body; /* what it was made from, faults included; only while record->check and complete run */
    json_t *document;   /* canonical: fields in the order of the description, references as ids, times in UTC, sets
                         checked, no nulls, defaults of `complete` filled in; without id, ref, version and times.
                         The caller owns it. */
    const char *ref;    /* as given, or NULL */
    const char *id;     /* as given (checked to be a UUID), or NULL: what it means is up to the caller */
    struct reference *references;
    size_t reference_count;
};

/* Checks `body` against `record`. False with every fault added (pointers into body); ret untouched then.
   id, version, created_at and updated_at are the server's: accepted so that a reply can be sent back, and not looked
   at, but for the form of id. */
bool validate_record(const struct record *record, const json_t *body, struct arena *arena, struct faults *faults,
                     struct draft *ret) __attribute__((warn_unused_result));

/* Releases the document. */
void draft_free(struct draft *draft);

#endif
