/* Orders, generated from the descriptions. Texts sort by their bytes, so that a cursor means the same on every database,
   and by their beginning, so that an index can hold them. */
#include "handlers/order.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/parameter_value.h"
#include "schema/columns.h"
#include "schema/encode.h"
#include "schema/moment.h"

static struct {
    struct order orders[ORDERS_MOST];
    size_t count;
    struct vocabulary words;
} of_record[RECORD_KINDS];

static const struct order created = {
    .name = "created_at",
    .column = "t.created_at",
    .type = "timestamptz",
    .kind = FIELD_TIME,
    .indexed = true,
};
static const struct order updated = {
    .name = "updated_at",
    .column = "t.updated_at",
    .type = "timestamptz",
    .kind = FIELD_TIME,
    .indexed = true,
};

static struct order make(const struct record *record, const struct field *field, struct arena *memory)
{
    struct column columns[COLUMNS_OF_FIELD];
    (void)columns_of_field(record, field, columns);
    struct order order = {
        .name = field->name,
        .type = columns[0].type,
        .kind = field->type,
        .nullable = columns[0].nullable,
        .indexed = (field->flags & FIELD_INDEX) != 0 && field->type != FIELD_WORD && field->type != FIELD_COUNTRY,
    };
    if (strcmp(order.type, "text") != 0) {
        order.column = arena_format(memory, "t.%s", columns[0].name);
    } else if (field->most > ORDER_TEXT_MOST) {
        order.column = arena_format(memory, "left(t.%s, %d) COLLATE \"C\"", columns[0].name, ORDER_TEXT_MOST);
    } else {
        order.column = arena_format(memory, "t.%s COLLATE \"C\"", columns[0].name);
    }
    return order;
}

static void add(int kind, struct order order)
{
    if (of_record[kind].count == ORDERS_MOST) {
        abort(); /* a fault of the program */
    }
    of_record[kind].orders[of_record[kind].count++] = order;
}

void order_init(struct arena *memory)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        add(kind, created);
        add(kind, updated);
        for (size_t i = 0; i < record->field_count; i++) {
            if ((record->fields[i].flags & FIELD_SORT) != 0) {
                add(kind, make(record, &record->fields[i], memory));
            }
        }
        const char **words = arena_alloc(memory, (2 * of_record[kind].count + 1) * sizeof *words);
        of_record[kind].words = (struct vocabulary){"sort", words};
        for (size_t i = 0; i < of_record[kind].count; i++) {
            *words++ = of_record[kind].orders[i].name;
            *words++ = arena_format(memory, "-%s", of_record[kind].orders[i].name);
        }
    }
}

const struct vocabulary *order_words(const struct record *record)
{
    return &of_record[record->kind].words;
}

struct ordering order_of(const struct record *record, const char *word)
{
    struct ordering ordering = {&of_record[record->kind].orders[0], true};
    if (word == NULL) {
        return ordering;
    }
    ordering.descending = *word == '-';
    word += ordering.descending;
    for (size_t i = 0; i < of_record[record->kind].count; i++) {
        if (strcmp(of_record[record->kind].orders[i].name, word) == 0) {
            ordering.order = &of_record[record->kind].orders[i];
        }
    }
    return ordering;
}

const char *order_key(const struct order *order, const struct cell *cell, struct arena *arena)
{
    if (cell_null(cell)) {
        return NULL;
    }
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, 64);
    char moment[MOMENT_TEXT];
    switch (order->kind) {
    case FIELD_TIME:
        return arena_copy(arena, moment, moment_format((struct moment){.micros = cell_moment(cell)}, moment));
    case FIELD_INTEGER:
        return arena_format(arena, "%lld", (long long)cell_integer(cell));
    case FIELD_NUMBER:
        encode_number(&text, cell_number(cell));
        return arena_copy(arena, text.data, text.length);
    default:
        return arena_copy(arena, cell->bytes, (size_t)cell->length);
    }
}

bool order_key_valid(const struct order *order, const char *key)
{
    struct moment moment;
    double number;
    size_t length = strlen(key);
    switch (order->kind) {
    case FIELD_TIME:
        return moment_parse(key, length, false, &moment);
    case FIELD_INTEGER:
        return strspn(key, "-0123456789") == length && value_number(key, length, true, &number);
    case FIELD_NUMBER:
        return value_number(key, length, false, &number);
    default:
        return true; /* any text will do, and UTF-8 it is */
    }
}
