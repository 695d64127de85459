/* The value of a query parameter: what its type takes, and the items of a list in it. */
#ifndef STANCED_HANDLERS_PARAMETER_VALUE_H
#define STANCED_HANDLERS_PARAMETER_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/endpoint.h"

#define VALUE_ITEMS_MOST 100 /* in one list */

/* An item of a comma-separated list; in "a,b\,c" they are "a" and "b,c". */
struct item {
    const char *text; /* in the arena, NUL-terminated */
    size_t length;
};

/* Takes the next item from *rest, which is NULL after the last one. False when there is none left. */
bool value_next(struct arena *arena, const char **rest, struct item *ret);

/* A number in JSON's notation; `whole` asks for one that a PostgreSQL integer holds. */
bool value_number(const char *text, size_t length, bool whole, double *ret);

/* Adds a fault for each value that does not fit. */
void value_check(const struct parameter *parameter, const struct argument *argument, struct faults *faults);

#endif
