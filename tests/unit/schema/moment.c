/* Times: what RFC 3339 allows, nothing else, and the same text out again. */
#include "schema/moment.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_canonical_form)
{
    static const struct {
        const char *given;
        const char *canonical; /* NULL: refused */
    } cases[] = {
        {"2024-10-21", "2024-10-21"},
        {"0001-01-01", "0001-01-01"},
        {"9999-12-31", "9999-12-31"},
        {"2024-02-29", "2024-02-29"},
        {"2000-02-29", "2000-02-29"},
        {"2024-10-21T09:30:00Z", "2024-10-21T09:30:00Z"},
        {"2024-10-21t09:30:00z", "2024-10-21T09:30:00Z"},
        {"2024-10-21T09:30:00+09:00", "2024-10-21T00:30:00Z"},
        {"2024-10-21T00:30:00+09:00", "2024-10-20T15:30:00Z"},
        {"2024-10-21T23:30:00-05:30", "2024-10-22T05:00:00Z"},
        {"2024-12-31T23:59:59.5-00:01", "2025-01-01T00:00:59.500000Z"},
        {"2024-10-21T09:30:00.123456Z", "2024-10-21T09:30:00.123456Z"},
        {"2024-10-21T09:30:00.1234569Z", "2024-10-21T09:30:00.123456Z"},
        {"2024-10-21T09:30:00.000Z", "2024-10-21T09:30:00Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        {"", NULL},
        {"2024", NULL},
        {"2024-10", NULL},
        {"2024-10-21T", NULL},
        {"2024-10-21T09:30", NULL},
        {"2024-10-21T09:30Z", NULL},
        {"2024-10-21T09:30:00", NULL},
        {"2024-10-21 09:30:00Z", NULL},
        {"2024-10-21T09:30:00 09:00", NULL},
        {"2024-10-21T09:30:00+0900", NULL},
        {"2024-10-21T09:30:00+09", NULL},
        {"2024-10-21T09:30:00+24:00", NULL},
        {"2024-10-21T09:30:00+09:60", NULL},
        {"2024-10-21T09:30:00.Z", NULL},
        {"2024-10-21T09:30:00,5Z", NULL},
        {"2024-10-21T24:00:00Z", NULL},
        {"2024-10-21T09:60:00Z", NULL},
        {"2024-10-21T09:30:60Z", NULL},
        {"2024-02-30", NULL},
        {"2023-02-29", NULL},
        {"1900-02-29", NULL},
        {"2024-00-10", NULL},
        {"2024-13-10", NULL},
        {"2024-10-00", NULL},
        {"2024-10-32", NULL},
        {"0000-01-01", NULL},
        {"10000-01-01", NULL},
        {"-2024-10-21", NULL},
        {"2024-1-1", NULL},
        {"20241021", NULL},
        {"2024-10-21Z", NULL},
        {"2024-10-21T09:30:00ZZ", NULL},
        {" 2024-10-21", NULL},
        {"2024-10-21 ", NULL},
        {"21.10.2024", NULL},
        {"0001-01-01T00:00:00+00:01", NULL},
        {"9999-12-31T23:59:59-00:01", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct moment moment;
        bool valid = moment_parse(cases[i].given, strlen(cases[i].given), false, &moment);
        ck_assert_msg(valid == (cases[i].canonical != NULL), "%s", cases[i].given);
        if (valid) {
            char text[MOMENT_TEXT];
            size_t length = moment_format(moment, text);
            ck_assert_str_eq(text, cases[i].canonical);
            ck_assert_uint_eq(length, strlen(text));
        }
    }
}
END_TEST

START_TEST(test_microseconds_since_1970)
{
    static const struct {
        const char *text;
        int64_t micros;
        bool is_date;
    } cases[] = {
        {"1970-01-01", 0, true},
        {"1970-01-01T00:00:00Z", 0, false},
        {"1970-01-02", DAY_MICROSECONDS, true},
        {"2024-10-21", INT64_C(1729468800000000), true},
        {"2000-03-01T00:00:00.000001Z", INT64_C(951868800000001), false},
        {"1969-12-31T23:59:59Z", INT64_C(-1000000), false},
        {"0001-01-01", INT64_C(-62135596800000000), true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct moment moment;
        ck_assert(moment_parse(cases[i].text, strlen(cases[i].text), false, &moment));
        ck_assert_msg(moment.micros == cases[i].micros && moment.is_date == cases[i].is_date, "%s", cases[i].text);
    }
}
END_TEST

START_TEST(test_every_day_comes_back)
{
    struct moment first;
    struct moment last;
    ck_assert(moment_parse("1890-01-01", 10, false, &first) && moment_parse("2110-01-01", 10, false, &last));
    char before[MOMENT_TEXT] = "";
    for (int64_t at = first.micros; at < last.micros; at += DAY_MICROSECONDS) {
        char text[MOMENT_TEXT];
        size_t length = moment_format((struct moment){at, true}, text);
        struct moment again;
        ck_assert_msg(moment_parse(text, length, false, &again) && again.micros == at, "%s", text);
        ck_assert_msg(strcmp(before, text) < 0, "%s comes behind %s", text, before);
        memcpy(before, text, sizeof before);
    }
}
END_TEST

START_TEST(test_space_for_plus_in_queries_alone)
{
    static const char text[] = "2024-10-21T09:30:00 09:00";
    struct moment moment;
    ck_assert(!moment_parse(text, strlen(text), false, &moment));
    ck_assert(moment_parse(text, strlen(text), true, &moment));
    char out[MOMENT_TEXT];
    moment_format(moment, out);
    ck_assert_str_eq(out, "2024-10-21T00:30:00Z");
}
END_TEST

START_TEST(test_failure_leaves_the_result_alone)
{
    struct moment moment = {42, true};
    ck_assert(!moment_parse("2024-10-21T09:30:00+25:00", 25, false, &moment));
    ck_assert(moment.micros == 42 && moment.is_date);
}
END_TEST

START_TEST(test_times_past_the_years_are_shown_as_the_nearest)
{
    char text[MOMENT_TEXT];
    moment_format((struct moment){INT64_MAX, false}, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999999Z");
    moment_format((struct moment){INT64_MIN, true}, text);
    ck_assert_str_eq(text, "0001-01-01");
}
END_TEST

Suite *schema_moment_suite(void)
{
    Suite *suite = suite_create("schema/moment");
    TCase *tests = tcase_create("moment");
    tcase_add_test(tests, test_canonical_form);
    tcase_add_test(tests, test_microseconds_since_1970);
    tcase_add_test(tests, test_every_day_comes_back);
    tcase_add_test(tests, test_space_for_plus_in_queries_alone);
    tcase_add_test(tests, test_failure_leaves_the_result_alone);
    tcase_add_test(tests, test_times_past_the_years_are_shown_as_the_nearest);
    suite_add_tcase(suite, tests);
    return suite;
}
