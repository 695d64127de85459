/* The orders that a record's lists can have: by any field that is declared to sort, with the id to break ties. */
#ifndef STANCED_HANDLERS_ORDER_H
#define STANCED_HANDLERS_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/arena.h"
#include "schema/record.h"
#include "schema/row.h"

#define ORDER_TEXT_MOST 300 /* characters of a text that count */
#define ORDERS_MOST 32

struct order {
    const char *name;
    const char *column; /* SQL over the alias `t` */
    const char *type;   /* …and its type */
    enum field_type kind;
    bool nullable;
    bool indexed;
};

/* An order of the request. */
struct ordering {
    const struct order *order;
    bool descending;
};

/* Generates them, once, into lasting memory. */
void order_init(struct arena *memory);

/* The words that `sort` takes: each name, and each with "-" in front. */
const struct vocabulary *order_words(const struct record *record);

/* The order that `word` names; newest first for NULL. */
struct ordering order_of(const struct record *record, const char *word);

/* The value of the order's column as it stands in a cursor: text in the arena, or NULL for SQL NULL. */
const char *order_key(const struct order *order, const struct cell *cell, struct arena *arena);

/* Whether `key` is such a text, so that the database can read it. */
bool order_key_valid(const struct order *order, const char *key);

#endif
