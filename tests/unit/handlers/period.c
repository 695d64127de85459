/* handlers/period, schema/calendar: periods step and are named. */
#include "handlers/period.h"

#include <check.h>

#include "schema/calendar.h"
#include "tests/unit/suites.h"

static const struct {
    enum period period;
    int year, month, day; /* the first of it */
    const char *label;
    int days;
} periods[] = {
    {PERIOD_DAY, 2024, 2, 29, "2024-02-29", 1},
    {PERIOD_DAY, 1, 1, 1, "0001-01-01", 1},
    {PERIOD_WEEK, 2024, 10, 21, "2024-W43", 7},
    {PERIOD_WEEK, 2024, 12, 30, "2025-W01", 7}, /* the week of a year's last days may be the next one's first */
    {PERIOD_WEEK, 2020, 12, 28, "2020-W53", 7},
    {PERIOD_WEEK, 2021, 1, 4, "2021-W01", 7},
    {PERIOD_MONTH, 2024, 2, 1, "2024-02", 29},
    {PERIOD_MONTH, 2023, 2, 1, "2023-02", 28},
    {PERIOD_MONTH, 1900, 2, 1, "1900-02", 28},
    {PERIOD_MONTH, 2024, 12, 1, "2024-12", 31},
    {PERIOD_YEAR, 2024, 1, 1, "2024", 366},
    {PERIOD_YEAR, 1969, 1, 1, "1969", 365},
    {PERIOD_YEAR, 9999, 1, 1, "9999", 365},
};

START_TEST(steps_and_names)
{
    char text[PERIOD_TEXT];
    int64_t first = calendar_days(periods[_i].year, periods[_i].month, periods[_i].day);
    (void)period_label(periods[_i].period, first, text);
    ck_assert_str_eq(text, periods[_i].label);
    ck_assert_int_eq(period_next(periods[_i].period, first) - first, periods[_i].days);
}
END_TEST

START_TEST(every_day_there_and_back)
{
    int year, month, day;
    int wrong = 0;
    for (int64_t days = calendar_days(1, 1, 1); days <= calendar_days(9999, 12, 31); days++) {
        calendar_date(days, &year, &month, &day);
        wrong += calendar_days(year, month, day) != days || day < 1 || day > calendar_month(year, month);
    }
    ck_assert_int_eq(wrong, 0);
    ck_assert_int_eq(calendar_days(1970, 1, 1), 0);
}
END_TEST

Suite *handlers_period_suite(void)
{
    Suite *suite = suite_create("handlers/period");
    TCase *tests = tcase_create("period");
    tcase_add_loop_test(tests, steps_and_names, 0, sizeof periods / sizeof *periods);
    tcase_add_test(tests, every_day_there_and_back);
    suite_add_tcase(suite, tests);
    return suite;
}
