/* Points in time as the API takes them: RFC 3339 date-times, kept in UTC to the microsecond, or a date alone. */
#ifndef STANCED_SCHEMA_MOMENT_H
#define STANCED_SCHEMA_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOMENT_TEXT 40
#define DAY_MICROSECONDS INT64_C(86400000000)

struct moment {
    int64_t micros; /* since 1970-01-01T00:00:00Z; a date alone is its 00:00 UTC */
    bool is_date;   /* it came as a date alone, and goes out as one */
};

/* True when `text` is a real date, or a date-time with an offset, of the years 0001 to 9999. Digits past the microsecond are
   cut off; second 60 is refused. With `space_is_plus`, a space before the offset is read as '+' (an unescaped '+' in a query). */
bool moment_parse(const char *text, size_t length, bool space_is_plus, struct moment *ret);

/* "2024-10-21", "2024-10-21T09:30:00Z" or with six digits of fraction where there is one. Returns its length. */
size_t moment_format(struct moment moment, char ret_text[static MOMENT_TEXT]);

/* Now, in microseconds since 1970. */
int64_t moment_now(void);

#endif
