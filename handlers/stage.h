/* Validated lines on their way into the temporary table of an import: as many as fit, in the binary form of COPY. */
#ifndef STANCED_HANDLERS_STAGE_H
#define STANCED_HANDLERS_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/roster.h"
#include "schema/buffer.h"
#include "schema/identity.h"
#include "schema/record.h"

/* A line may become several records; they are numbered through: line × this, and on from there. */
#define STAGE_RECORDS 16

struct staged {
    int64_t line; /* number of the record, as above */
    enum record_kind kind;
    struct identity id;
    const char *ref; /* or NULL */
    bool once;       /* written only where there is none: what is known of it is not all that it is */
    int32_t version; /* of the line, or 0… */
    const int64_t *created_at, *updated_at; /* …as these: microseconds since 1970, or NULL */
    const char *document;                   /* JSON */
    size_t length;
};

struct stage {
    struct buffer rows;                              /* COPY … (FORMAT binary) */
    struct roster referred;                          /* what the lines name */
    struct buffer reference_kinds, reference_ids;    /* the same as arrays */
    size_t count;                                    /* lines */
    bool climbs;                                     /* some actor, ever, has a part_of */
    int64_t first[RECORD_KINDS], last[RECORD_KINDS]; /* lines of each kind, however often it was emptied; 0 for none */
};

/* So much is collected before it goes to the database. */
#define STAGE_BYTES ((size_t)1024 * 1024)
#define STAGE_LINES 8192

/* The columns in their order. */
#define STAGE_COPY "COPY import_line FROM STDIN (FORMAT binary)"

void stage_init(struct stage *stage);
void stage_free(struct stage *stage);

void stage_add(struct stage *stage, const struct staged *staged);
void stage_refer(struct stage *stage, enum record_kind kind, const struct identity *id);

bool stage_full(const struct stage *stage);

/* Takes back what was added since the stage was like this. */
struct stage_mark {
    size_t length, count;
};
struct stage_mark stage_mark(const struct stage *stage);
void stage_rewind(struct stage *stage, struct stage_mark mark);

/* Completes rows and arrays for their way; stage_clear makes room for the next. */
void stage_seal(struct stage *stage);
void stage_clear(struct stage *stage);

#endif
