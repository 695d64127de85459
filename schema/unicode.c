/* UTF-8 (RFC 3629), decoded one code point at a time. */
#include "schema/unicode.h"

#include <stdint.h>

/* Of a sequence that starts with `first`: its bytes and the smallest code point that needs that many. */
static size_t sequence_size(unsigned char first, uint32_t *ret_bits, uint32_t *ret_least)
{
    if (first < 0x80) {
        *ret_bits = first;
        *ret_least = 0;
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        *ret_bits = first & 0x1FU;
        *ret_least = 0x80;
        return 2;
    }
    if ((first & 0xF0U) == 0xE0U) {
        *ret_bits = first & 0x0FU;
        *ret_least = 0x800;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *ret_bits = first & 0x07U;
        *ret_least = 0x10000;
        return 4;
    }
    return 0;
}

long unicode_next(const char *bytes, size_t length, size_t *ret_size)
{
    *ret_size = 1;
    if (length == 0) {
        return -1;
    }
    uint32_t point;
    uint32_t least;
    size_t size = sequence_size((unsigned char)bytes[0], &point, &least);
    if (size == 0 || size > length) {
        return -1;
    }
    for (size_t i = 1; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xC0U) != 0x80U) {
            return -1;
        }
        point = point << 6 | (byte & 0x3FU);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return -1;
    }
    *ret_size = size;
    return (long)point;
}

bool unicode_valid(const char *bytes, size_t length)
{
    size_t size;
    for (size_t at = 0; at < length; at += size) {
        if (unicode_next(bytes + at, length - at, &size) < 0) {
            return false;
        }
    }
    return true;
}

size_t unicode_length(const char *bytes, size_t length)
{
    size_t points = 0;
    for (size_t i = 0; i < length; i++) {
        points += ((unsigned char)bytes[i] & 0xC0U) != 0x80U; /* all but continuation bytes */
    }
    return points;
}

bool unicode_has_control(const char *bytes, size_t length)
{
    size_t size;
    for (size_t at = 0; at < length; at += size) {
        long point = unicode_next(bytes + at, length - at, &size);
        if ((point >= 0 && point < 0x20 && point != '\t' && point != '\n' && point != '\r') ||
            (point >= 0x7F && point < 0xA0)) {
            return true;
        }
    }
    return false;
}

/* Unicode's White_Space property, and the zero-width characters that are not in it. */
static bool invisible(long point)
{
    return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200D) || point == 0x2028 || point == 0x2029 || point == 0x202F ||
           point == 0x205F || point == 0x2060 || point == 0x3000 || point == 0xFEFF;
}

bool unicode_blank(const char *bytes, size_t length)
{
    size_t size;
    for (size_t at = 0; at < length; at += size) {
        if (!invisible(unicode_next(bytes + at, length - at, &size))) {
            return false;
        }
    }
    return true;
}
