/* Internet addresses as limits see them, and networks of them. */
#ifndef STANCED_HANDLERS_ADDRESS_H
#define STANCED_HANDLERS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

/* IPv6; an IPv4 address is mapped into it (::ffff:a.b.c.d). Zeros for what has none. */
struct address {
    unsigned char bytes[16];
};

#define NETWORKS_MOST 32

struct networks {
    struct {
        struct address address;
        int bits; /* of the 128 */
    } list[NETWORKS_MOST];
    size_t count;
};

/* Reads "203.0.113.7", "2001:db8::1", either with a port ("203.0.113.7:80", "[2001:db8::1]:80") or in brackets. */
bool address_read(const char *text, size_t length, struct address *ret) __attribute__((warn_unused_result));

/* This machine itself. */
bool address_local(const struct address *address);

/* What one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 address. */
struct address address_customer(struct address address);

/* Reads addresses and networks ("10.0.0.0/8") with blanks between them; none in an empty text. */
bool networks_read(const char *text, struct networks *ret) __attribute__((warn_unused_result));

bool networks_have(const struct networks *networks, const struct address *address);

#endif
