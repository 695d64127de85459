/* Keys as text, and their hashes. */
#ifndef STANCED_SERVER_SECRET_H
#define STANCED_SERVER_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_HASH 32 /* bytes of SHA-256 */
#define SECRET_TEXT 56 /* "stanced_", 43 characters, NUL, and some room */

/* A new key of 256 random bits. False when the system has none to give. */
bool secret_make(char ret_text[static SECRET_TEXT]) __attribute__((warn_unused_result));

/* False when `text` can't be a key: nothing is hashed then. */
bool secret_hash(const char *text, unsigned char ret_hash[static SECRET_HASH]) __attribute__((warn_unused_result));

/* In a time that says nothing about where they differ. */
bool secret_equal(const unsigned char *left, const unsigned char *right);

#endif
