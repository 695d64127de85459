/* Rows out of CSV (RFC 4180) that arrives in pieces. Lines may end in CR, LF or both; a quoted cell may hold any of them. */
#ifndef STANCED_HANDLERS_CSV_READ_H
#define STANCED_HANDLERS_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/buffer.h"

enum csv_fault {
    CSV_WHOLE,
    CSV_TOO_LONG, /* more than a row may have */
    CSV_STRAY,    /* a quote within a cell that did not begin with one, or something behind the closing one */
    CSV_UNENDED   /* the file ends within quotes */
};

struct csv_row {
    size_t line; /* on which it begins, from 1 */
    enum csv_fault fault;
    const char *text;   /* the cells, one after the other… */
    const size_t *ends; /* …and where each ends */
    size_t count;
};

/* A sentence about what is wrong with a row. */
const char *csv_fault_text(enum csv_fault fault);

/* Takes a row, which lives as long as the call. Empty lines are left out. */
typedef void csv_take(void *context, const struct csv_row *row);

enum csv_state { CSV_BEGIN, CSV_PLAIN, CSV_QUOTED, CSV_CLOSED, CSV_SKIP };

struct csv_reader {
    enum csv_state state;
    enum csv_fault fault;
    char delimiter;    /* between cells; a comma unless somebody says otherwise */
    bool after_return; /* the last byte was a CR that ended a row: a LF belongs to it */
    bool quotes;       /* the row has a quoted cell */
    size_t line;       /* that is being read */
    size_t first_line; /* of the row */
    struct buffer text;
    struct buffer ends; /* of size_t */
};

/* No row may have more than `longest` bytes. */
void csv_reader_init(struct csv_reader *reader, size_t longest);
void csv_reader_free(struct csv_reader *reader);

/* The next piece: calls `take` for every row that ends in it. */
void csv_feed(struct csv_reader *reader, const char *bytes, size_t length, csv_take *take, void *context);

/* The end: calls `take` for a last row without an end of its own. */
void csv_end(struct csv_reader *reader, csv_take *take, void *context);

#endif
