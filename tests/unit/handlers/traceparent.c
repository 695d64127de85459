/* handlers/traceparent: which fields can be followed. */
#include "handlers/traceparent.h"

#include <check.h>

#include "tests/unit/suites.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static const char *const good[] = {
    "00-" TRACE "-" PARENT "-01",
    "00-" TRACE "-" PARENT "-ff",
    "01-" TRACE "-" PARENT "-00",
    "cc-" TRACE "-" PARENT "-01-what-the-future-will-be-like",
};

START_TEST(is_read)
{
    struct traceparent read;
    ck_assert(traceparent_read(good[_i], &read));
    ck_assert_str_eq(read.trace, TRACE);
    ck_assert_str_eq(read.parent, PARENT);
}
END_TEST

static const char *const bad[] = {
    NULL,
    "",
    "00",
    "00-" TRACE "-" PARENT,
    "00-" TRACE "-" PARENT "-",
    "00-" TRACE "-" PARENT "-1",
    "00-" TRACE "-" PARENT "-01-more",
    "00-" TRACE "-" PARENT "-011",
    "01-" TRACE "-" PARENT "-01.",
    "ff-" TRACE "-" PARENT "-01",
    "0g-" TRACE "-" PARENT "-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01",
    "00-" TRACE "-00F067AA0BA902B7-01",
    "00-00000000000000000000000000000000-" PARENT "-01",
    "00-" TRACE "-0000000000000000-01",
    "00_" TRACE "-" PARENT "-01",
    "00-" TRACE "_" PARENT "-01",
    "00-" TRACE "-" PARENT "_01",
    "00-" TRACE "-" PARENT "-01, 00-" TRACE "-" PARENT "-01",
    " 00-" TRACE "-" PARENT "-01",
};

START_TEST(is_left_alone)
{
    struct traceparent read = {.trace = "t", .parent = "p"};
    ck_assert(!traceparent_read(bad[_i], &read));
    ck_assert_str_eq(read.trace, "t");
    ck_assert_str_eq(read.parent, "p");
}
END_TEST

Suite *handlers_traceparent_suite(void)
{
    Suite *suite = suite_create("handlers/traceparent");
    TCase *tests = tcase_create("reading");
    tcase_add_loop_test(tests, is_read, 0, sizeof good / sizeof good[0]);
    tcase_add_loop_test(tests, is_left_alone, 0, sizeof bad / sizeof bad[0]);
    suite_add_tcase(suite, tests);
    return suite;
}
