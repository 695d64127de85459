/* UUIDs: read, written, derived from refs, and made anew. */
#include "schema/identity.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#define UUID_LENGTH 36

/* The name space of every derived id: made once at random. Changing it would change every id there is. */
static const unsigned char name_space[16] = {0xb2, 0x3c, 0xdb, 0xe6, 0xc5, 0xea, 0x4e, 0xb4,
                                             0xaa, 0x56, 0xed, 0xf4, 0x69, 0x10, 0x3b, 0x1d};

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

/* Whether the text form has a hyphen before byte `i`. */
static bool hyphen_before(int i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

bool identity_parse(const char *text, size_t length, struct identity *ret)
{
    if (length != UUID_LENGTH) {
        return false;
    }
    struct identity identity;
    for (int i = 0; i < 16; i++) {
        if (hyphen_before(i) && *text++ != '-') {
            return false;
        }
        int high = hex_value(text[0]);
        int low = hex_value(text[1]);
        if (high < 0 || low < 0) {
            return false;
        }
        identity.bytes[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    *ret = identity;
    return true;
}

void identity_format(const struct identity *identity, char ret_text[static IDENTITY_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    char *at = ret_text;
    for (int i = 0; i < 16; i++) {
        if (hyphen_before(i)) {
            *at++ = '-';
        }
        *at++ = digits[identity->bytes[i] >> 4];
        *at++ = digits[identity->bytes[i] & 0x0F];
    }
    *at = '\0';
}

bool slug_valid(const char *text, size_t length)
{
    if (length == 0 || length > REF_MOST || text[0] == '.' || text[0] == '_' || text[0] == '-') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) {
            return false;
        }
    }
    return true;
}

bool ref_valid(const char *text, size_t length)
{
    struct identity ignored;
    return slug_valid(text, length) && !identity_parse(text, length, &ignored);
}

/* UUIDv5 of the kind's name, a separator and the bytes. */
static struct identity identity_derive(enum record_kind kind, char separator, const char *bytes, size_t length)
{
    const char *name = records[kind]->name;
    size_t name_length = strlen(name);
    char small[sizeof "source/" + REF_MOST];
    size_t size = name_length + 1 + length;
    char *text = size <= sizeof small ? small : malloc(size);
    if (text == NULL) {
        fprintf(stderr, "stanced: out of memory (%zu bytes asked for)\n", size);
        abort();
    }
    memcpy(text, name, name_length);
    text[name_length] = separator;
    if (length > 0) {
        memcpy(text + name_length + 1, bytes, length);
    }
    struct identity identity;
    uuid_generate_sha1(identity.bytes, name_space, text, size);
    if (text != small) {
        free(text);
    }
    return identity;
}

struct identity identity_of_ref(enum record_kind kind, const char *ref, size_t length)
{
    return identity_derive(kind, '/', ref, length);
}

struct identity identity_of_content(enum record_kind kind, const char *content, size_t length)
{
    /* Another separator, so that no content can stand for a ref. */
    return identity_derive(kind, ':', content, length);
}

/* Random bytes, or the end of the process: a guessable or repeated id would be worse. */
static void random_bytes(void *ret, size_t size)
{
    unsigned char *at = ret;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno != EINTR) {
            fprintf(stderr, "stanced: no random bytes: %s\n", strerror(errno));
            abort();
        }
        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}

/* The 48 bits of milliseconds and a 12-bit counter behind them, as one number that only grows (RFC 9562, 6.2, method 1:
   the counter starts at a random place in the lower half with each millisecond; where it runs over, or the clock steps
   back, the time runs ahead). */
static uint64_t tick_next(uint64_t milliseconds, uint16_t seed)
{
    static _Atomic uint64_t last;
    uint64_t fresh = milliseconds << 12 | (seed & 0x7FFU);
    uint64_t seen = atomic_load_explicit(&last, memory_order_relaxed);
    uint64_t tick;
    do {
        tick = milliseconds > seen >> 12 ? fresh : seen + 1;
    } while (!atomic_compare_exchange_weak_explicit(&last, &seen, tick, memory_order_relaxed, memory_order_relaxed));
    return tick;
}

struct identity identity_new(int64_t now)
{
    struct {
        unsigned char tail[8];
        uint16_t seed;
    } noise;
    random_bytes(&noise, sizeof noise);
    uint64_t milliseconds = now > 0 ? (uint64_t)now / 1000 & UINT64_C(0xFFFFFFFFFFFF) : 0;
    uint64_t tick = tick_next(milliseconds, noise.seed);
    struct identity identity;
    for (int i = 0; i < 6; i++) {
        identity.bytes[i] = (unsigned char)(tick >> (52 - 8 * i));
    }
    identity.bytes[6] = (unsigned char)(0x70U | (tick >> 8 & 0x0FU));
    identity.bytes[7] = (unsigned char)tick;
    memcpy(identity.bytes + 8, noise.tail, 8);
    identity.bytes[8] = (unsigned char)(0x80U | (identity.bytes[8] & 0x3FU));
    return identity;
}

bool identity_resolve(enum record_kind kind, const char *text, size_t length, struct identity *ret)
{
    if (identity_parse(text, length, ret)) {
        return true;
    }
    if (!ref_valid(text, length)) {
        return false;
    }
    *ret = identity_of_ref(kind, text, length);
    return true;
}
