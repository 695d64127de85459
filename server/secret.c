/* "stanced_" and 32 random bytes in base64url: the prefix lets scanners find keys that were published by mistake. */
#include "server/secret.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define PREFIX "stanced_"
#define RANDOM_BYTES 32
#define DIGITS 43

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool secret_make(char ret_text[static SECRET_TEXT])
{
    unsigned char bytes[RANDOM_BYTES + 1] = {0}; /* the last one fills up the last digit */
    if (getrandom(bytes, RANDOM_BYTES, 0) != RANDOM_BYTES) {
        return false;
    }
    size_t at = (size_t)snprintf(ret_text, SECRET_TEXT, PREFIX);
    for (size_t bit = 0; bit < RANDOM_BYTES * 8; bit += 6) {
        unsigned window = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
        ret_text[at++] = alphabet[window >> (10 - bit % 8) & 63U];
    }
    ret_text[at] = '\0';
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

bool secret_hash(const char *text, unsigned char ret_hash[static SECRET_HASH])
{
    size_t prefix = sizeof PREFIX - 1;
    return strncmp(text, PREFIX, prefix) == 0 && strlen(text) == prefix + DIGITS &&
           strspn(text + prefix, alphabet) == DIGITS &&
           gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), ret_hash) == 0;
}

bool secret_equal(const unsigned char *left, const unsigned char *right)
{
    return gnutls_memcmp(left, right, SECRET_HASH) == 0;
}
