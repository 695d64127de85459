/* A growing run of bytes with a bound. Replies, log lines and generated SQL are written into one. */
#ifndef STANCED_SCHEMA_BUFFER_H
#define STANCED_SCHEMA_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data;      /* always followed by a NUL once anything was put */
    size_t length;   /* bytes, without that NUL */
    size_t capacity; /* bytes allocated */
    size_t limit;    /* most bytes it may hold */
    bool overflowed; /* something was refused: what it holds is not the whole */
};

/* An empty buffer that may grow to `limit` bytes. Allocates nothing yet. */
void buffer_init(struct buffer *buffer, size_t limit);

/* Frees what it holds; it may be used again with its old limit. Also for __attribute__((cleanup)). */
void buffer_free(struct buffer *buffer);

/* Forgets the content, keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Room for `more` bytes behind the present end, or NULL (and overflowed) where the limit forbids it.
   The caller writes there and adds what it wrote to `length`. */
char *buffer_reserve(struct buffer *buffer, size_t more);

void buffer_put(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char byte);
void buffer_number(struct buffer *buffer, long long number);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
