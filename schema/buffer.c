/* A growing run of bytes with a bound: doubling growth, and a refusal that sticks once the bound is met. */
#include "schema/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST ((size_t)256)

void buffer_init(struct buffer *buffer, size_t limit)
{
    /* One byte stays for the NUL, so that length + 1 can't wrap. */
    *buffer = (struct buffer){.limit = limit < SIZE_MAX ? limit : SIZE_MAX - 1};
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->limit);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
    if (buffer->data != NULL) {
        buffer->data[0] = '\0';
    }
}

/* False when memory has run out: for a reply that is the same as a bound met, and not worth the process. */
static bool buffer_grow(struct buffer *buffer, size_t needed)
{
    size_t most = buffer->limit + 1;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : CAPACITY_FIRST;
    while (capacity < needed) {
        capacity = capacity <= most / 2 ? capacity * 2 : most;
    }
    if (capacity > most) {
        capacity = most;
    }
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
    /* Sticky: what it holds stays a prefix of the whole, without holes. */
    if (buffer->overflowed || more > buffer->limit - buffer->length) {
        buffer->overflowed = true;
        return NULL;
    }
    size_t needed = buffer->length + more + 1;
    if (needed > buffer->capacity && !buffer_grow(buffer, needed)) {
        buffer->overflowed = true;
        return NULL;
    }
    return buffer->data + buffer->length;
}

void buffer_put(struct buffer *buffer, const void *bytes, size_t length)
{
    char *end = buffer_reserve(buffer, length);
    if (end == NULL) {
        return;
    }
    if (length > 0) {
        memcpy(end, bytes, length);
    }
    end[length] = '\0';
    buffer->length += length;
}

void buffer_text(struct buffer *buffer, const char *text)
{
    buffer_put(buffer, text, strlen(text));
}

void buffer_char(struct buffer *buffer, char byte)
{
    char *end = buffer_reserve(buffer, 1);
    if (end == NULL) {
        return;
    }
    end[0] = byte;
    end[1] = '\0';
    buffer->length++;
}

void buffer_number(struct buffer *buffer, long long number)
{
    char digits[24];
    char *first = digits + sizeof digits;
    /* Through unsigned, since the smallest number has no positive counterpart. */
    unsigned long long rest = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        *--first = '-';
    }
    buffer_put(buffer, first, (size_t)(digits + sizeof digits - first));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->overflowed = true;
        return;
    }
    char *end = buffer_reserve(buffer, (size_t)length);
    if (end == NULL) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(end, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
}
