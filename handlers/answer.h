/* Replies of analyses, described once: what stands around the rows and what is in one. JSON, NDJSON, CSV and the description of the API
   follow from the tables; a handler only hands over the values, member by member in their order.

   In CSV the row's members are columns: an object's go by "<object>_<member>", a named record's by "<name>_id", "<name>_ref" and
   "<name>_<label>". A list is JSON in its cell. What stands around the rows is not in CSV and NDJSON. */
#ifndef STANCED_HANDLERS_ANSWER_H
#define STANCED_HANDLERS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/media.h"
#include "schema/buffer.h"
#include "schema/record.h"
#include "schema/row.h"

enum member_type {
    MEMBER_TEXT,
    MEMBER_WORD, /* of `vocabulary` */
    MEMBER_ID,
    MEMBER_MOMENT,
    MEMBER_INTEGER,
    MEMBER_NUMBER,
    MEMBER_BOOLEAN,
    MEMBER_NAMED,  /* a `record` by id, ref and label */
    MEMBER_OBJECT, /* of `members` */
    MEMBER_LIST,   /* of such objects; or of records by name, where it has a `record` */
    MEMBER_JSON    /* by a `schema` of its own */
};

enum member_flag {
    MEMBER_OPTIONAL = 1, /* left out where it has no value */
    MEMBER_NULLABLE = 2  /* null there */
};

struct member {
    const char *name; /* NULL ends a table */
    enum member_type type;
    unsigned flags;
    const struct vocabulary *vocabulary;
    const struct record *record;
    const struct member *members;
    const char *help;   /* NULL where the name says it */
    const char *schema; /* of MEMBER_JSON: JSON Schema, with apostrophes for quotation marks */
};

/* {head…, "data": [row…], "next": …} */
struct answer {
    const char *title; /* of its schema: "Positions" */
    const struct member *head;
    const struct member *row; /* NULL: there are no rows, and the head is all */
    bool paged;               /* `next` stands behind the rows */
};

#define WRITER_DEPTH 12

struct writer {
    struct buffer *out;
    bool csv;
    struct {
        const struct member *next;
        bool list; /* between the objects of a list */
        bool first;
    } levels[WRITER_DEPTH];
    int depth;
    /* in CSV: the list that is being written as JSON, and the buffer of the line meanwhile */
    struct buffer *line;
    int list_depth;
    struct buffer scratch;
};

/* A writer of rows (or of the one head) into `out`. writer_free releases what it holds; also for __attribute__((cleanup)). */
void writer_init(struct writer *writer, struct buffer *out, enum media media);
void writer_free(struct writer *writer);

/* An object of `members`: a row, without what separates it from others. In between, one call per member, in their order. */
void writer_begin(struct writer *writer, const struct member *members);
void writer_end(struct writer *writer);

/* The member has no value: null where it may be, else left out. */
void writer_null(struct writer *writer);

/* It is left out, even where it may be null. */
void writer_skip(struct writer *writer);

void writer_text(struct writer *writer, const char *bytes, size_t length);
void writer_word(struct writer *writer, int index);
void writer_id(struct writer *writer, const struct identity *id);
void writer_moment(struct writer *writer, int64_t micros, bool is_date);
void writer_integer(struct writer *writer, long long number);
void writer_number(struct writer *writer, double number);
void writer_boolean(struct writer *writer, bool value);
void writer_json(struct writer *writer, const char *bytes, size_t length); /* written already */
void writer_named(struct writer *writer, const struct cell *cells); /* NAMED_CELLS of them; none where the id is NULL */

/* Texts, words, integers, numbers and ids as the database sent them. */
void writer_cell(struct writer *writer, const struct cell *cell);
/* The cells of a time: timestamptz and whether it is a date. */
void writer_cell_moment(struct writer *writer, const struct cell *cells);

/* An object within the object, and a list with the objects in it: writer_begin_list, then writer_begin_item, …, writer_end for
   each, or writer_item_named. */
void writer_begin_object(struct writer *writer);
void writer_begin_list(struct writer *writer);
void writer_begin_item(struct writer *writer);
void writer_item_named(struct writer *writer, const struct record *record, const struct cell *cells);
void writer_end_list(struct writer *writer);

/* CSV's line of names. */
void answer_names(struct buffer *out, const struct answer *answer);

#endif
