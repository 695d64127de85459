/* handlers/array: what PostgreSQL reads back as the same values. */
#include "handlers/array.h"

#include <check.h>

#include "tests/unit/suites.h"

static struct buffer array;

static void begin(void)
{
    buffer_init(&array, 1024);
    array_begin(&array);
}

static void end(void)
{
    buffer_free(&array);
}

START_TEST(empty)
{
    array_end(&array);
    ck_assert_str_eq(array.data, "{}");
}
END_TEST

START_TEST(texts_are_quoted)
{
    array_text(&array, "plain", 5);
    array_text(&array, "", 0);
    array_text(&array, "NULL", 4);
    array_text(&array, "a,b}{ \n'", 8);
    array_end(&array);
    ck_assert_str_eq(array.data, "{\"plain\",\"\",\"NULL\",\"a,b}{ \n'\"}");
}
END_TEST

START_TEST(quotes_and_backslashes_are_escaped)
{
    array_text(&array, "\"\\\"", 3);
    array_text(&array, "a\\", 2);
    array_end(&array);
    ck_assert_str_eq(array.data, "{\"\\\"\\\\\\\"\",\"a\\\\\"}");
}
END_TEST

START_TEST(null_is_not_a_text)
{
    array_optional(&array, NULL);
    array_optional(&array, "x");
    array_optional(&array, NULL);
    array_end(&array);
    ck_assert_str_eq(array.data, "{NULL,\"x\",NULL}");
}
END_TEST

START_TEST(numbers)
{
    array_number(&array, 0);
    array_number(&array, -12);
    array_number(&array, 9007199254740993);
    array_end(&array);
    ck_assert_str_eq(array.data, "{0,-12,9007199254740993}");
}
END_TEST

START_TEST(begins_afresh)
{
    array_number(&array, 1);
    array_begin(&array);
    array_number(&array, 2);
    array_end(&array);
    ck_assert_str_eq(array.data, "{2}");
}
END_TEST

Suite *handlers_array_suite(void)
{
    Suite *suite = suite_create("handlers/array");
    TCase *tests = tcase_create("array");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, empty);
    tcase_add_test(tests, texts_are_quoted);
    tcase_add_test(tests, quotes_and_backslashes_are_escaped);
    tcase_add_test(tests, null_is_not_a_text);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, begins_afresh);
    suite_add_tcase(suite, tests);
    return suite;
}
