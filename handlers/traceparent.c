/* "00-" trace "-" parent "-" flags; later versions may append to it. */
#include "handlers/traceparent.h"

#include <string.h>

#define TRACE 32
#define PARENT 16
#define AT_TRACE 3
#define AT_PARENT (AT_TRACE + TRACE + 1)
#define AT_FLAGS (AT_PARENT + PARENT + 1)
#define LENGTH (AT_FLAGS + 2)

static bool hexadecimal(const char *text, size_t length)
{
    return strspn(text, "0123456789abcdef") >= length;
}

static bool only_zeros(const char *text, size_t length)
{
    return strspn(text, "0") >= length;
}

bool traceparent_read(const char *field, struct traceparent *ret)
{
    if (field == NULL || strlen(field) < LENGTH || !hexadecimal(field, 2) || field[2] != '-' ||
        !hexadecimal(field + AT_TRACE, TRACE) || field[AT_PARENT - 1] != '-' ||
        !hexadecimal(field + AT_PARENT, PARENT) || field[AT_FLAGS - 1] != '-' || !hexadecimal(field + AT_FLAGS, 2) ||
        only_zeros(field + AT_TRACE, TRACE) || only_zeros(field + AT_PARENT, PARENT) || strncmp(field, "ff", 2) == 0) {
        return false;
    }
    if (field[LENGTH] != '\0' && (field[LENGTH] != '-' || strncmp(field, "00", 2) == 0)) {
        return false;
    }
    memcpy(ret->trace, field + AT_TRACE, TRACE);
    memcpy(ret->parent, field + AT_PARENT, PARENT);
    ret->trace[TRACE] = ret->parent[PARENT] = '\0';
    return true;
}
