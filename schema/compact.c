/* One pass over JSON text, token by token. */
#include "schema/compact.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "schema/encode.h"

#define NUMBER_MOST 400
#define INTEGER_DIGITS 18 /* so many always fit 64 bits */

/* The end of the string that begins (with its quote) at json[at]. */
static size_t string_end(const char *json, size_t length, size_t at)
{
    for (at++; at < length && json[at] != '"'; at++) {
        at += json[at] == '\\';
    }
    return at < length ? at + 1 : length;
}

static bool number_part(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static size_t number_end(const char *json, size_t length, size_t at, bool *ret_whole)
{
    *ret_whole = true;
    for (; at < length && number_part(json[at]); at++) {
        if (json[at] == '.' || json[at] == 'e' || json[at] == 'E') {
            *ret_whole = false;
        }
    }
    return at;
}

static void compact_number(struct buffer *buffer, const char *digits, size_t length, bool whole)
{
    if (whole && length <= INTEGER_DIGITS + 1) { /* and a sign */
        buffer_put(buffer, digits, length);
        return;
    }
    /* A copy, since strtoll and strtod want a NUL. The longest that a double prints as: 309 digits before the point,
       or 324 zeros and 17 digits behind it. */
    char text[NUMBER_MOST];
    if (length >= sizeof text) {
        buffer_put(buffer, digits, length);
        return;
    }
    memcpy(text, digits, length);
    text[length] = '\0';
    errno = 0;
    long long integer = whole ? strtoll(text, NULL, 10) : 0;
    if (whole && errno == 0) {
        buffer_number(buffer, integer);
    } else {
        encode_number(buffer, strtod(text, NULL));
    }
}

void compact_json(struct buffer *buffer, const char *json, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t end = at + 1;
        bool whole;
        if (json[at] == '"') {
            end = string_end(json, length, at);
            buffer_put(buffer, json + at, end - at);
        } else if (number_part(json[at]) && json[at] != 'e') {
            end = number_end(json, length, at, &whole);
            compact_number(buffer, json + at, end - at, whole);
        } else if (json[at] != ' ' && json[at] != '\n' && json[at] != '\r' && json[at] != '\t') {
            buffer_char(buffer, json[at]);
        }
        at = end;
    }
}
