/* Cursors: checksum, then per key a byte that says whether there is one, its text, and a NUL; all in base64url (RFC 4648, 5).
   The checksum finds mistakes, not malice: a forged cursor shows nothing that a filter would not. */
#include "handlers/cursor.h"

#include <stdint.h>
#include <string.h>

#include "schema/unicode.h"

#define CURSOR_MOST 4096 /* characters of text that are looked at */
#define CHECKSUM 8

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash(uint64_t sum, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return sum;
}

/* Over the NUL as well, so that "ab","c" is not "a","bc". */
static uint64_t hash_text(uint64_t sum, const char *text)
{
    return hash(sum, text, strlen(text) + 1);
}

/* What may change on the way through a list: it neither moves rows nor leaves any out. */
static bool incidental(const char *name)
{
    static const char *const names[] = {"cursor", "limit", "fields", "expand", "count", "format"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Arguments are added up, so that their order does not matter. */
static uint64_t checksum(const struct call *call, const char *bytes, size_t length)
{
    uint64_t sum = hash_text(UINT64_C(0xcbf29ce484222325), call->endpoint->path);
    for (int i = 0; i < PATH_VARIABLES && call->path[i] != NULL; i++) {
        sum = hash_text(sum, call->path[i]);
    }
    uint64_t arguments = 0;
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (!incidental(argument->name)) {
            arguments += hash_text(hash_text(sum, argument->name), call_sent(call, i));
        }
    }
    return hash(hash(sum, (const char *)&arguments, sizeof arguments), bytes, length);
}

static void encode(const unsigned char *bytes, size_t length, char *ret_text)
{
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        for (count += 8; count >= 6; count -= 6) {
            *ret_text++ = alphabet[bits >> (count - 6) & 63];
        }
    }
    if (count > 0) {
        *ret_text++ = alphabet[bits << (6 - count) & 63];
    }
    *ret_text = '\0';
}

/* False for characters of another alphabet and for a text that encode would not have written. */
static bool decode(const char *text, size_t length, unsigned char *ret_bytes, size_t *ret_length)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        const char *digit = memchr(alphabet, text[i], sizeof alphabet - 1);
        if (digit == NULL) {
            return false;
        }
        bits = bits << 6 | (uint32_t)(digit - alphabet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            ret_bytes[written++] = (unsigned char)(bits >> count);
        }
    }
    *ret_length = written;
    return count < 6 && (bits & ((1U << count) - 1)) == 0;
}

char *cursor_write(const struct call *call, const struct cursor *cursor)
{
    size_t size = CHECKSUM;
    for (int i = 0; i < CURSOR_KEYS; i++) {
        size += 2 + (cursor->keys[i] == NULL ? 0 : strlen(cursor->keys[i]));
    }
    unsigned char *bytes = arena_alloc(call->arena, size);
    size_t length = CHECKSUM;
    for (int i = 0; i < CURSOR_KEYS; i++) {
        const char *key = cursor->keys[i];
        bytes[length++] = key != NULL;
        size_t key_length = key == NULL ? 0 : strlen(key);
        memcpy(bytes + length, key == NULL ? "" : key, key_length);
        length += key_length + 1; /* arena memory is zeroed: the NUL is there */
    }
    uint64_t sum = checksum(call, (const char *)bytes + CHECKSUM, length - CHECKSUM);
    memcpy(bytes, &sum, CHECKSUM);
    char *text = arena_alloc(call->arena, length * 4 / 3 + 3);
    encode(bytes, length, text);
    return text;
}

bool cursor_read(const struct call *call, const char *text, struct cursor *ret)
{
    size_t text_length = strlen(text);
    if (text_length > CURSOR_MOST) {
        return false;
    }
    unsigned char *bytes = arena_alloc(call->arena, text_length + 1);
    size_t length;
    if (!decode(text, text_length, bytes, &length) || length < CHECKSUM) {
        return false;
    }
    const char *content = (const char *)bytes + CHECKSUM;
    size_t left = length - CHECKSUM;
    uint64_t sum = checksum(call, content, left);
    if (memcmp(bytes, &sum, CHECKSUM) != 0) {
        return false;
    }
    struct cursor cursor;
    for (int i = 0; i < CURSOR_KEYS; i++) {
        const char *end = left < 2 ? NULL : memchr(content + 1, '\0', left - 1);
        if (end == NULL || !unicode_valid(content + 1, (size_t)(end - content - 1))) {
            return false;
        }
        cursor.keys[i] = *content == 0 ? NULL : content + 1;
        left -= (size_t)(end + 1 - content);
        content = end + 1;
    }
    if (left != 0) {
        return false;
    }
    *ret = cursor;
    return true;
}
