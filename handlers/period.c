/* Steps through periods, and names them. */
#include "handlers/period.h"

#include <stdio.h>

#include "schema/calendar.h"
#include "schema/moment.h"

#define DAYS_OF_WEEK 7
#define TO_THURSDAY 3 /* from Monday */

const struct vocabulary period_words = {"period", (const char *const[]){"day", "week", "month", "year", NULL}};

#define MONDAY 4 /* 1970-01-01 was a Thursday: the first Monday is so many days behind it */

static int64_t divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

int64_t period_day(int64_t micros)
{
    return divide(micros, DAY_MICROSECONDS);
}

int64_t period_first(enum period period, int64_t day)
{
    int year, month, of_month;
    calendar_date(day, &year, &month, &of_month);
    switch (period) {
    case PERIOD_DAY:
        return day;
    case PERIOD_WEEK:
        return divide(day - MONDAY, DAYS_OF_WEEK) * DAYS_OF_WEEK + MONDAY;
    case PERIOD_MONTH:
        return calendar_days(year, month, 1);
    case PERIOD_YEAR:
        break;
    }
    return calendar_days(year, 1, 1);
}

int64_t period_next(enum period period, int64_t first)
{
    int year, month, day;
    calendar_date(first, &year, &month, &day);
    switch (period) {
    case PERIOD_DAY:
        return first + 1;
    case PERIOD_WEEK:
        return first + DAYS_OF_WEEK;
    case PERIOD_MONTH:
        return first + calendar_month(year, month);
    case PERIOD_YEAR:
        break;
    }
    return calendar_days(year + 1, 1, 1);
}

int period_label(enum period period, int64_t first, char ret_text[static PERIOD_TEXT])
{
    int year, month, day;
    calendar_date(period == PERIOD_WEEK ? first + TO_THURSDAY : first, &year, &month, &day);
    switch (period) {
    case PERIOD_DAY:
        return snprintf(ret_text, PERIOD_TEXT, "%04d-%02d-%02d", year, month, day);
    case PERIOD_WEEK:
        return snprintf(ret_text, PERIOD_TEXT, "%04d-W%02d", year,
                        (int)((first + TO_THURSDAY - calendar_days(year, 1, 1)) / DAYS_OF_WEEK) + 1);
    case PERIOD_MONTH:
        return snprintf(ret_text, PERIOD_TEXT, "%04d-%02d", year, month);
    case PERIOD_YEAR:
        break;
    }
    return snprintf(ret_text, PERIOD_TEXT, "%04d", year);
}
