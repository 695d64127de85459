/* The description of a record: what stanced accepts, stores and returns is derived from these tables. */
#ifndef STANCED_SCHEMA_RECORD_H
#define STANCED_SCHEMA_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/vocabulary.h"

enum record_kind { RECORD_ACTOR, RECORD_SOURCE, RECORD_CLAIM, RECORD_STANCE, RECORD_REVIEW, RECORD_KINDS };

/* How a field looks on the wire, and so how it is checked, stored and encoded (schema/columns.h says the columns). */
enum field_type {
    FIELD_TEXT,     /* string; `least`/`most` count characters */
    FIELD_WORD,     /* string out of `vocabulary` */
    FIELD_SLUG,     /* string like a ref: [a-z0-9][a-z0-9._-]{0,127} */
    FIELD_URI,      /* absolute URI, RFC 3986 */
    FIELD_LANGUAGE, /* BCP 47 tag */
    FIELD_COUNTRY,  /* ISO 3166-1 alpha-2 */
    FIELD_TIME,     /* RFC 3339 date-time, or a date alone */
    FIELD_INTEGER,  /* `least`..`most` */
    FIELD_NUMBER,   /* `least`..`most`; FIELD_ABOVE makes `least` exclusive */
    FIELD_BOOLEAN,
    FIELD_OBJECT,    /* the user's own object; `most` bytes of compact JSON */
    FIELD_REFERENCE, /* id or ref of a `target` */
    FIELD_LINK       /* {"<name of target>": id or ref, "relation": word of `vocabulary`}; always FIELD_MANY */
};

enum field_flag {
    FIELD_REQUIRED = 1,
    FIELD_MANY = 2,     /* an array of it, at most `items` */
    FIELD_SET = 4,      /* …without repetition */
    FIELD_FIXED = 8,    /* never changes once written */
    FIELD_ABOVE = 16,   /* `least` itself is not allowed */
    FIELD_WEB = 32,     /* a URI that a browser can open: http or https, with a host */
    FIELD_FILTER = 64,  /* lists can be filtered by its value */
    FIELD_SORT = 128,   /* …and sorted by it */
    FIELD_SEARCH = 256, /* …and its words are among those that `q` finds */
    FIELD_INDEX = 512   /* the storage has an index for its filter and its order */
};

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    double least, most;
    size_t items;
    const struct vocabulary *vocabulary;
    enum record_kind target;
    const char *table;   /* of FIELD_MANY references and links: the table that holds them */
    const char *help;    /* one sentence, for the documentation */
    const char *example; /* JSON text */
};

struct draft;
struct faults;

struct record {
    enum record_kind kind;
    const char *name;   /* "actor": its table, its `type` in an import, its part in ids */
    const char *plural; /* "actors": its path */
    const char *help;
    const struct field *fields;
    size_t field_count;
    const char *label; /* the field that names it to people: name, title, text; NULL for stance and review */
    bool by_claim;     /* stored beside its claim: primary key (claim_id, id) */
    /* What no single field can say (event_from before event_to, source or url); NULL for none. */
    void (*check)(const struct draft *draft, struct faults *faults);
    /* Fields that follow from others when absent (first_hand from kind); NULL for none. */
    void (*complete)(struct draft *draft);
};

extern const struct record record_actor, record_source, record_claim, record_stance, record_review;
extern const struct record *const records[RECORD_KINDS];

/* By its `name` ("actor"), or NULL. */
const struct record *record_named(const char *name);

/* By its name, or NULL. */
const struct field *record_field(const struct record *record, const char *name);

#endif
