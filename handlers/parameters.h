/* The query string of a request, checked against what its endpoint takes. */
#ifndef STANCED_HANDLERS_PARAMETERS_H
#define STANCED_HANDLERS_PARAMETERS_H

#include <stdbool.h>

#include "handlers/endpoint.h"

#define ARGUMENTS_MOST 64

/* Splits and decodes `query` (without '?'; NULL or empty for none) into call->arguments. False with faults (by parameter) when a
   name is unknown to call->endpoint or stands twice, a value does not fit its type, or an encoding is broken
   ('%00' included). */
bool parameters_read(struct call *call, const char *query) __attribute__((warn_unused_result));

/* Percent-decodes in place; '+' stays '+' unless `plus_is_space`. False for a broken escape, NUL or invalid UTF-8. */
bool percent_decode(char *text, bool plus_is_space, size_t *ret_length);

#endif
