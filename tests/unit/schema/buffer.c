/* Buffers: what is put in comes out, up to the limit and not a byte further. */
#include "schema/buffer.h"

#include <limits.h>
#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_everything_is_put_behind_the_rest)
{
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    ck_assert_uint_eq(buffer.length, 0);
    buffer_text(&buffer, "a");
    buffer_char(&buffer, 'b');
    buffer_put(&buffer, "c\0d", 3);
    buffer_format(&buffer, "%s%03d", "e", 7);
    ck_assert_uint_eq(buffer.length, 9);
    ck_assert_mem_eq(buffer.data, "abc\0de007", 10);
    buffer_clear(&buffer);
    ck_assert_uint_eq(buffer.length, 0);
    buffer_text(&buffer, "again");
    ck_assert_str_eq(buffer.data, "again");
    ck_assert(!buffer.overflowed);
    buffer_free(&buffer);
    buffer_text(&buffer, "after");
    ck_assert_str_eq(buffer.data, "after");
    buffer_free(&buffer);
}
END_TEST

START_TEST(test_numbers)
{
    static const struct {
        long long number;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {-7, "-7"},
        {1000, "1000"},
        {LLONG_MAX, "9223372036854775807"},
        {LLONG_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer;
        buffer_init(&buffer, 100);
        buffer_number(&buffer, cases[i].number);
        ck_assert_str_eq(buffer.data, cases[i].text);
        buffer_free(&buffer);
    }
}
END_TEST

START_TEST(test_limit_is_kept_and_remembered)
{
    struct buffer buffer;
    buffer_init(&buffer, 10);
    buffer_text(&buffer, "1234567890");
    ck_assert(!buffer.overflowed);
    ck_assert_str_eq(buffer.data, "1234567890");
    buffer_char(&buffer, 'x');
    ck_assert(buffer.overflowed);
    ck_assert_uint_eq(buffer.length, 10);
    buffer_clear(&buffer);
    ck_assert(!buffer.overflowed);
    buffer_text(&buffer, "123456789");
    buffer_format(&buffer, "%s", "too much");
    ck_assert(buffer.overflowed);
    buffer_char(&buffer, 'x'); /* would fit, but what it holds stays a prefix of the whole */
    ck_assert_str_eq(buffer.data, "123456789");
    buffer_free(&buffer);
}
END_TEST

START_TEST(test_grows_past_every_first_guess)
{
    struct buffer buffer;
    buffer_init(&buffer, 1000000);
    for (int i = 0; i < 100000; i++) {
        buffer_text(&buffer, "0123456789");
    }
    ck_assert(!buffer.overflowed);
    ck_assert_uint_eq(buffer.length, 1000000);
    ck_assert_uint_eq(strlen(buffer.data), 1000000);
    ck_assert_str_eq(buffer.data + 999990, "0123456789");
    buffer_char(&buffer, 'x');
    ck_assert(buffer.overflowed);
    buffer_free(&buffer);
}
END_TEST

START_TEST(test_reserve_is_added_by_the_caller)
{
    struct buffer buffer;
    buffer_init(&buffer, 8);
    char *room = buffer_reserve(&buffer, 8);
    ck_assert_ptr_nonnull(room);
    ck_assert_uint_eq(buffer.length, 0);
    memcpy(room, "abcd", 5);
    buffer.length += 4;
    ck_assert_ptr_null(buffer_reserve(&buffer, 5));
    ck_assert(buffer.overflowed);
    ck_assert_str_eq(buffer.data, "abcd");
    buffer_free(&buffer);
}
END_TEST

Suite *schema_buffer_suite(void)
{
    Suite *suite = suite_create("schema/buffer");
    TCase *tests = tcase_create("buffer");
    tcase_add_test(tests, test_everything_is_put_behind_the_rest);
    tcase_add_test(tests, test_numbers);
    tcase_add_test(tests, test_limit_is_kept_and_remembered);
    tcase_add_test(tests, test_grows_past_every_first_guess);
    tcase_add_test(tests, test_reserve_is_added_by_the_caller);
    suite_add_tcase(suite, tests);
    return suite;
}
