/* RFC 3339 (5.6) to microseconds and back. */
#include "schema/moment.h"

#include <string.h>
#include <time.h>

#include "schema/calendar.h"

#define SECOND INT64_C(1000000)

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z: what four digits of year can say. */
#define MOMENT_LEAST (INT64_C(-62135596800) * SECOND)
#define MOMENT_MOST (INT64_C(253402300800) * SECOND - 1)

/* What is left to read. */
struct reader {
    const char *at;
    const char *end;
};

static bool read_char(struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted) {
        return false;
    }
    reader->at++;
    return true;
}

static bool read_digits(struct reader *reader, int count, int least, int most, int *ret)
{
    if (reader->end - reader->at < count) {
        return false;
    }
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (*reader->at < '0' || *reader->at > '9') {
            return false;
        }
        value = value * 10 + (*reader->at++ - '0');
    }
    *ret = value;
    return value >= least && value <= most;
}

static bool read_date(struct reader *reader, int64_t *ret_micros)
{
    int year;
    int month;
    int day;
    if (!read_digits(reader, 4, 1, 9999, &year) || !read_char(reader, '-') || !read_digits(reader, 2, 1, 12, &month) ||
        !read_char(reader, '-') || !read_digits(reader, 2, 1, calendar_month(year, month), &day)) {
        return false;
    }
    *ret_micros = calendar_days(year, month, day) * DAY_MICROSECONDS;
    return true;
}

static bool read_clock(struct reader *reader, int64_t *ret_micros)
{
    int hour;
    int minute;
    int second;
    if (!read_digits(reader, 2, 0, 23, &hour) || !read_char(reader, ':') || !read_digits(reader, 2, 0, 59, &minute) ||
        !read_char(reader, ':') || !read_digits(reader, 2, 0, 59, &second)) {
        return false;
    }
    int64_t fraction = 0;
    if (read_char(reader, '.')) {
        const char *first = reader->at;
        int64_t unit = SECOND / 10;
        while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
            fraction += (*reader->at++ - '0') * unit;
            unit /= 10;
        }
        if (reader->at == first) {
            return false;
        }
    }
    *ret_micros = ((int64_t)hour * 3600 + minute * 60 + second) * SECOND + fraction;
    return true;
}

/* What is to be subtracted to get UTC. */
static bool read_offset(struct reader *reader, bool space_is_plus, int64_t *ret_micros)
{
    if (read_char(reader, 'Z') || read_char(reader, 'z')) {
        *ret_micros = 0;
        return true;
    }
    bool east = read_char(reader, '+') || (space_is_plus && read_char(reader, ' '));
    int hours;
    int minutes;
    if ((!east && !read_char(reader, '-')) || !read_digits(reader, 2, 0, 23, &hours) || !read_char(reader, ':') ||
        !read_digits(reader, 2, 0, 59, &minutes)) {
        return false;
    }
    int64_t offset = ((int64_t)hours * 60 + minutes) * 60 * SECOND;
    *ret_micros = east ? offset : -offset;
    return true;
}

bool moment_parse(const char *text, size_t length, bool space_is_plus, struct moment *ret)
{
    struct reader reader = {text, text + length};
    int64_t date;
    if (!read_date(&reader, &date)) {
        return false;
    }
    if (reader.at == reader.end) {
        *ret = (struct moment){date, true};
        return true;
    }
    int64_t clock;
    int64_t offset;
    if ((!read_char(&reader, 'T') && !read_char(&reader, 't')) || !read_clock(&reader, &clock) ||
        !read_offset(&reader, space_is_plus, &offset) || reader.at != reader.end) {
        return false;
    }
    int64_t micros = date + clock - offset;
    if (micros < MOMENT_LEAST || micros > MOMENT_MOST) { /* an offset leads out of the years 0001 to 9999 */
        return false;
    }
    *ret = (struct moment){micros, false};
    return true;
}

static char *write_digits(char *at, int count, int value)
{
    for (int i = count - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + count;
}

size_t moment_format(struct moment moment, char ret_text[static MOMENT_TEXT])
{
    /* The database knows times past these (and infinity); such a time is shown as the nearest that RFC 3339 can say. */
    int64_t micros = moment.micros < MOMENT_LEAST ? MOMENT_LEAST : moment.micros;
    micros = micros > MOMENT_MOST ? MOMENT_MOST : micros;
    int64_t of_day = micros % DAY_MICROSECONDS;
    of_day = of_day < 0 ? of_day + DAY_MICROSECONDS : of_day;
    int year;
    int month;
    int day;
    calendar_date((micros - of_day) / DAY_MICROSECONDS, &year, &month, &day);
    char *at = write_digits(ret_text, 4, year);
    *at++ = '-';
    at = write_digits(at, 2, month);
    *at++ = '-';
    at = write_digits(at, 2, day);
    if (!moment.is_date) {
        int second = (int)(of_day / SECOND);
        *at++ = 'T';
        at = write_digits(at, 2, second / 3600);
        *at++ = ':';
        at = write_digits(at, 2, second / 60 % 60);
        *at++ = ':';
        at = write_digits(at, 2, second % 60);
        if (of_day % SECOND != 0) {
            *at++ = '.';
            at = write_digits(at, 6, (int)(of_day % SECOND));
        }
        *at++ = 'Z';
    }
    *at = '\0';
    return (size_t)(at - ret_text);
}

int64_t moment_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}
