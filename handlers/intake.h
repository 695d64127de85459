/* From the bytes of an import to validated lines: unpacked, split, read as NDJSON or CSV, checked. */
#ifndef STANCED_HANDLERS_INTAKE_H
#define STANCED_HANDLERS_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/elements.h"
#include "handlers/endpoint.h"
#include "handlers/gunzip.h"
#include "handlers/lines.h"
#include "handlers/map.h"
#include "handlers/roster.h"
#include "handlers/stage.h"
#include "handlers/table.h"
#include "schema/validate.h"

#define LINE_LIMIT ((size_t)1024 * 1024) /* bytes of a line, or of a row of CSV */

struct intake {
    struct call *call;
    struct stage *stage;
    bool csv;
    bool linked;               /* JSON-LD */
    bool packed;               /* gzip */
    bool keep;                 /* versions and times that a line has are its record's */
    const json_t *map;         /* how rows of CSV become records; NULL: by their columns' names */
    const struct record *type; /* of records that name none; NULL: each has to */
    struct gunzip gunzip;
    struct elements elements; /* of JSON-LD */
    struct lines lines;       /* of NDJSON */
    struct table table;       /* of CSV */
    struct csv_reader reader; /* of CSV with a map */
    struct map_columns columns;
    struct roster made;    /* by content: what rows have become lately, for they often say the same of some record */
    size_t item;           /* number of the item that is being read… */
    size_t item_part;      /* …and how many records it has become */
    bool headless;         /* the first line of CSV cannot be read: nothing else can */
    bool broken;           /* some line is no CSV */
    struct arena *scratch; /* what one line needs */
    struct buffer text;
    long long records;
    bool malformed; /* some line is no JSON */
    bool idle;      /* lines are read for their faults only */
    /* After each line, whose faults are in call->faults; what lives in `scratch` is gone behind it. */
    void (*done)(void *context);
    void *context;
};

/* The rest of `intake` is set by the caller before. */
void intake_begin(struct intake *intake);
void intake_free(struct intake *intake);

/* The next piece, and the end. */
void intake_feed(struct intake *intake, const char *bytes, size_t length);
void intake_end(struct intake *intake);

#endif
