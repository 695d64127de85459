/* How records lie in the database: tables and columns follow from the descriptions, and so do the statements over them.
   Nothing here comes from a client: names are the tables' own constants.

   A record is the table of its name with id uuid, ref text, version integer, created_at and updated_at timestamptz, and
   per field a column of its name: text for the string types, integer, double precision, boolean, jsonb for objects; times
   are timestamptz and a boolean `<name>_is_date` beside it; references are uuid `<name>_id`; arrays of strings are text[];
   arrays of references and links are rows of `table`: (<record>_id, ordinal smallint from 1, target_id uuid[, relation text]),
   for records that are stored by claim as well as for the others. */
#ifndef STANCED_SCHEMA_COLUMNS_H
#define STANCED_SCHEMA_COLUMNS_H

#include "schema/buffer.h"
#include "schema/record.h"

#define COLUMN_NAME 64 /* bytes of a column's name, with its NUL: PostgreSQL's own limit */
#define COLUMNS_OF_FIELD 4

struct column {
    char name[COLUMN_NAME];
    const char *type; /* as format_type() and information_schema name it */
    bool nullable;
};

/* SQL: whether a row of `change` leaves the record there. */
#define COLUMNS_LIVE(row) "(" row ".operation NOT IN ('delete', 'merge'))"

#define COLUMNS_COMMON 5

/* The columns that every record's table begins with. */
extern const struct column columns_common[COLUMNS_COMMON];

/* The columns of a field, in the record's table or, where the field has a table of its own, there. Returns how many. */
int columns_of_field(const struct record *record, const struct field *field,
                     struct column ret[static COLUMNS_OF_FIELD]);

/* The select list of a record in the order that encode_record reads, over the table alias `t`. Arrays of references come as one uuid[], links
   as one uuid[] and one text[]. */
void columns_select(struct buffer *sql, const struct record *record);

/* "SELECT … FROM change c … WHERE c.kind = '…'", to be gone on with: records as they were, from their rows of `change`, in the columns
   of columns_select and behind them `more` (", c.operation"). */
void columns_recall(struct buffer *sql, const struct record *record, const char *more);

/* How many columns that list has. */
int columns_count(const struct record *record);

/* The statements that bring a record's tables in line with what this transaction has written to `change`, deletions and merges apart.
   Each takes no parameters and concerns only rows of `change` with xid = pg_current_xact_id() and this record's kind. To be run
   in their order. Index from 0; returns false past the last. */
bool columns_project(struct buffer *sql, const struct record *record, int index);

/* The same for deletions and merges: what ends a record. */
bool columns_remove(struct buffer *sql, const struct record *record, int index);

/* Writes records into their table, over what is there of them: "INSERT INTO … SELECT … FROM <relation> c …<where> ON CONFLICT …".
   `relation` has the columns id, ref, version, created_at, at and record of `change`. */
void columns_write(struct buffer *sql, const struct record *record, const char *relation, const char *where);

/* The rows of a list in a table of its own: "INSERT INTO … SELECT … FROM change c …<where>". */
void columns_write_list(struct buffer *sql, const struct record *record, const struct field *field, const char *where);

/* "SELECT … FROM change c … WHERE …": every version that a record ever had, deletions apart, for more conditions on `c` to follow, with
   what was merged since in the place of what it was merged from;
   and the names of what it selects, which are those of the record's columns. */
void columns_known(struct buffer *sql, const struct record *record);
void columns_known_names(struct buffer *sql, const struct record *record);

#endif
