/* Texts to addresses, and what they have in common. */
#include "handlers/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 64
#define MAPPED 12 /* bytes before an IPv4 address */

static bool is_mapped(const struct address *address)
{
    static const unsigned char prefix[MAPPED] = {[10] = 0xFF, [11] = 0xFF};
    return memcmp(address->bytes, prefix, MAPPED) == 0;
}

/* The address within brackets or before a port, in place. */
static char *bare(char *text)
{
    if (*text == '[') {
        char *end = strchr(text, ']');
        if (end == NULL || (end[1] != '\0' && end[1] != ':')) {
            return NULL;
        }
        *end = '\0';
        return text + 1;
    }
    char *colon = strchr(text, ':');
    if (colon != NULL && strchr(colon + 1, ':') == NULL) { /* one colon: a port behind IPv4 */
        *colon = '\0';
    }
    return text;
}

bool address_read(const char *text, size_t length, struct address *ret)
{
    char copy[TEXT_MOST];
    if (length >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    const char *only = bare(copy);
    struct address address = {.bytes = {[10] = 0xFF, [11] = 0xFF}};
    if (only == NULL) {
        return false;
    }
    if (inet_pton(AF_INET, only, address.bytes + MAPPED) != 1 && inet_pton(AF_INET6, only, address.bytes) != 1) {
        return false;
    }
    *ret = address;
    return true;
}

bool address_local(const struct address *address)
{
    static const struct address six = {.bytes = {[15] = 1}};
    return (is_mapped(address) && address->bytes[MAPPED] == 127) || memcmp(address, &six, sizeof six) == 0;
}

struct address address_customer(struct address address)
{
    if (!is_mapped(&address)) {
        memset(address.bytes + 8, 0, 8);
    }
    return address;
}

static bool read_network(const char *text, size_t length, struct networks *ret)
{
    const char *slash = memchr(text, '/', length);
    size_t front = slash == NULL ? length : (size_t)(slash - text);
    struct address address;
    if (ret->count == NETWORKS_MOST || !address_read(text, front, &address)) {
        return false;
    }
    int shift = is_mapped(&address) ? MAPPED * 8 : 0;
    int bits = 128;
    if (slash != NULL) {
        size_t digits = length - front - 1;
        if (digits == 0 || digits > 3 || strspn(slash + 1, "0123456789") < digits) {
            return false;
        }
        bits = atoi(slash + 1) + shift;
    }
    if (bits > 128) {
        return false;
    }
    ret->list[ret->count].address = address;
    ret->list[ret->count].bits = bits;
    ret->count++;
    return true;
}

bool networks_read(const char *text, struct networks *ret)
{
    struct networks read = {.count = 0};
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        if (!read_network(text, length, &read)) {
            return false;
        }
        text += length;
    }
    *ret = read;
    return true;
}

static bool within(const struct address *address, const struct address *network, int bits)
{
    size_t whole = (size_t)bits / 8;
    unsigned mask = 0xFF00U >> (bits % 8) & 0xFFU;
    return memcmp(address, network, whole) == 0 &&
           (mask == 0 || ((address->bytes[whole] ^ network->bytes[whole]) & mask) == 0);
}

bool networks_have(const struct networks *networks, const struct address *address)
{
    for (size_t i = 0; i < networks->count; i++) {
        if (within(address, &networks->list[i].address, networks->list[i].bits)) {
            return true;
        }
    }
    return false;
}
