/* Lists of hops, read from the right: each proxy appends whom it was called by. */
#include "handlers/forwarded.h"

#include <string.h>
#include <strings.h>

static const char *trim(const char *text, size_t *length)
{
    while (*length > 0 && (*text == ' ' || *text == '\t' || *text == '"')) {
        text++;
        (*length)--;
    }
    while (*length > 0 && (text[*length - 1] == ' ' || text[*length - 1] == '\t' || text[*length - 1] == '"')) {
        (*length)--;
    }
    return text;
}

/* The value of for= among the parameters of a hop. */
static bool read_for(const char *hop, size_t length, struct address *ret)
{
    const char *end = hop + length;
    while (hop < end) {
        const char *next = memchr(hop, ';', (size_t)(end - hop));
        size_t size = (size_t)((next == NULL ? end : next) - hop);
        const char *pair = trim(hop, &size);
        if (size > 4 && strncasecmp(pair, "for=", 4) == 0) {
            size -= 4;
            pair = trim(pair + 4, &size);
            return address_read(pair, size, ret);
        }
        if (next == NULL) {
            break;
        }
        hop = next + 1;
    }
    return false;
}

struct address forwarded_client(const struct networks *trusted, struct address peer, const char *field, bool standard)
{
    size_t left = field == NULL ? 0 : strlen(field);
    while (networks_have(trusted, &peer) && left > 0) {
        size_t start = left;
        while (start > 0 && field[start - 1] != ',') {
            start--;
        }
        size_t length = left - start;
        const char *hop = trim(field + start, &length);
        struct address address;
        if (!(standard ? read_for(hop, length, &address) : address_read(hop, length, &address))) {
            return peer; /* "unknown", or a pseudonym: whoever it is, this one vouches for it */
        }
        peer = address;
        left = start > 0 ? start - 1 : 0;
    }
    return peer;
}
