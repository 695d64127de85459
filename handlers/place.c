/* Cursors of the feed. */
#include "handlers/place.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t place_write(int epoch, struct place place, char ret_text[static PLACE_TEXT])
{
    return (size_t)snprintf(ret_text, PLACE_TEXT, "%d-%" PRId64 "-%" PRId64, epoch, place.xid, place.seq);
}

/* Digits up to `end`, which is taken too. */
static bool read_number(const char **at, char end, int64_t most, int64_t *ret)
{
    size_t digits = strspn(*at, "0123456789");
    errno = 0;
    long long number = strtoll(*at, NULL, 10);
    if (digits == 0 || (digits > 1 && **at == '0') || errno != 0 || number > most || (*at)[digits] != end) {
        return false;
    }
    *at += digits + (end == '\0' ? 0 : 1);
    *ret = number;
    return true;
}

bool place_read(const char *text, int *ret_epoch, struct place *ret)
{
    int64_t epoch;
    struct place place;
    if (!read_number(&text, '-', INT_MAX, &epoch) || !read_number(&text, '-', INT64_MAX, &place.xid) ||
        !read_number(&text, '\0', INT64_MAX, &place.seq)) {
        return false;
    }
    if (epoch == 0) { /* they count from 1 */
        return false;
    }
    *ret_epoch = (int)epoch;
    *ret = place;
    return true;
}
