/* Cells in PostgreSQL's binary format (src/backend/utils/adt, the …send functions): big-endian, and never trusted to
   be as long as they should be. */
#include "schema/row.h"

#include <stddef.h>
#include <string.h>

/* 1970-01-01 to 2000-01-01, where PostgreSQL counts from, in microseconds. */
#define POSTGRES_EPOCH INT64_C(946684800000000)

static uint64_t big_endian(const char *bytes, int length)
{
    uint64_t value = 0;
    for (int i = 0; i < length; i++) {
        value = value << 8 | (unsigned char)bytes[i];
    }
    return value;
}

bool cell_boolean(const struct cell *cell)
{
    return cell->length == 1 && cell->bytes[0] != 0;
}

int64_t cell_integer(const struct cell *cell)
{
    switch (cell->length) {
    case 2:
        return (int16_t)big_endian(cell->bytes, 2);
    case 4:
        return (int32_t)big_endian(cell->bytes, 4);
    case 8:
        return (int64_t)big_endian(cell->bytes, 8);
    default:
        return 0;
    }
}

double cell_number(const struct cell *cell)
{
    if (cell->length != 8) {
        return 0;
    }
    uint64_t bits = big_endian(cell->bytes, 8);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

int64_t cell_moment(const struct cell *cell)
{
    int64_t micros = cell_integer(cell);
    /* 'infinity' is the greatest integer: it stays what it is. '-infinity' is the smallest, and has room. */
    return micros > INT64_MAX - POSTGRES_EPOCH ? INT64_MAX : micros + POSTGRES_EPOCH;
}

bool cell_is(const struct cell *cell, const char *text)
{
    return cell->length >= 0 && (size_t)cell->length == strlen(text) && memcmp(cell->bytes, text, strlen(text)) == 0;
}

const struct record *cell_record(const struct cell *cell)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (cell_is(cell, records[kind]->name)) {
            return records[kind];
        }
    }
    return NULL;
}

struct identity cell_identity(const struct cell *cell)
{
    struct identity identity = {{0}};
    if (cell->length == (int)sizeof identity.bytes) {
        memcpy(identity.bytes, cell->bytes, sizeof identity.bytes);
    }
    return identity;
}

static bool read_integer(struct array *array, int32_t *ret)
{
    if (array->end - array->at < 4) {
        return false;
    }
    *ret = (int32_t)big_endian(array->at, 4);
    array->at += 4;
    return true;
}

struct array cell_array(const struct cell *cell)
{
    static const struct array empty = {NULL, NULL, 0};
    if (cell->length <= 0) {
        return empty;
    }
    struct array array = {cell->bytes, cell->bytes + cell->length, 0};
    int32_t dimensions;
    int32_t nulls;
    int32_t type;
    int32_t size;
    int32_t bound;
    if (!read_integer(&array, &dimensions) || !read_integer(&array, &nulls) || !read_integer(&array, &type) ||
        dimensions != 1 || !read_integer(&array, &size) || !read_integer(&array, &bound) || size < 0) {
        return empty;
    }
    array.left = size;
    return array;
}

bool array_next(struct array *array, struct cell *ret)
{
    int32_t length;
    if (array->left <= 0 || !read_integer(array, &length) || length > array->end - array->at) {
        array->left = 0;
        return false;
    }
    array->left--;
    *ret = (struct cell){array->at, length < 0 ? -1 : length};
    if (length > 0) {
        array->at += length;
    }
    return true;
}
