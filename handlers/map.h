/* A map says how a table that was not made for stanced becomes records: which column goes to which field, what stands for its words, what is
   the same in every row. JSON, as in examples/maps:

       {"delimiter": ";",
        "records": [{"type": "actor", "if": "person",
                     "fields": {"ref": {"slug": "dna-{person}"}, "name": {"column": "person"}, "kind": "person"}}, …]}

   A field's value is a constant, an array of values, or one of
       {"column": name}                        the cell
       {"first": [name, …]}                    the first of these cells that has something in it
       {"text": "… {name} …"}                  cells within a text; nothing where all of them are empty
       {"slug": "… {name} …"}                  the same as a ref: a-z, 0-9 and dashes
   with "values": {cell: constant, …}, "otherwise": constant for cells that are not among them, "cut": characters at most. An attribute or a
   link is an object of such values. */
#ifndef STANCED_HANDLERS_MAP_H
#define STANCED_HANDLERS_MAP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "handlers/csv_read.h"
#include "schema/arena.h"
#include "schema/problem.h"
#include "schema/record.h"

#define MAP_RECORDS_MOST 16 /* that one row becomes */
#define MAP_COLUMNS_MOST 500
#define SLUG_MOST 100 /* characters; what is longer is cut, and told apart by a hash */

/* The maps that come with stanced. */
struct shipped_map {
    const char *name;
    const char *text;
};
extern const struct shipped_map shipped_maps[];
extern const size_t shipped_maps_count;

/* The map of this name, or the one that `text` itself is: JSON. NULL with faults (their pointers are into the map). The caller owns it. */
json_t *map_read(const char *text, size_t length, struct arena *arena, struct faults *faults);

/* What parts the cells of its tables. */
char map_delimiter(const json_t *map);

/* The columns of a table, by the names of its first line. */
struct map_columns {
    const char *names[MAP_COLUMNS_MOST];
    size_t count;
};

/* Adds a fault for each column that the map names and the table does not have. */
void map_check_columns(const json_t *map, const struct map_columns *columns, struct arena *arena,
                       struct faults *faults);

/* How many records a row becomes at most. */
size_t map_records(const json_t *map);

/* The record of this number that the row becomes, as a body for validate_record, which the caller owns; NULL where the map's "if" says
   that there is none. ret: its kind. */
json_t *map_record(const json_t *map, size_t number, const struct map_columns *columns, const struct csv_row *row,
                   struct arena *arena, const struct record **ret);

#endif
