/* UTF-8 by RFC 3629, and what the API asks of characters. */
#include "schema/unicode.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_validity)
{
    static const struct {
        const char *bytes;
        bool valid;
    } cases[] = {
        {"", true},
        {"plain", true},
        {"\xC3\xA9", true},         /* é */
        {"\xEB\xB6\x81", true},     /* 북 */
        {"\xF0\x9F\x98\x80", true}, /* U+1F600 */
        {"\xED\x9F\xBF", true},     /* U+D7FF, before the surrogates */
        {"\xEE\x80\x80", true},     /* U+E000, behind them */
        {"\xF4\x8F\xBF\xBF", true}, /* U+10FFFF */
        {"\x80", false},            /* a continuation alone */
        {"\xC3", false},            /* cut */
        {"\xEB\xB6", false},
        {"\xF0\x9F\x98", false},
        {"\xC3(", false},    /* no continuation */
        {"\xC0\x80", false}, /* overlong */
        {"\xC1\xBF", false},
        {"\xE0\x9F\xBF", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xED\xA0\x80", false}, /* surrogates */
        {"\xED\xBF\xBF", false},
        {"\xF4\x90\x80\x80", false}, /* past U+10FFFF */
        {"\xF5\x80\x80\x80", false},
        {"\xFE", false},
        {"\xFF", false},
        {"a\xFF z", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(unicode_valid(cases[i].bytes, strlen(cases[i].bytes)) == cases[i].valid, "case %zu", i);
    }
}
END_TEST

START_TEST(test_code_points)
{
    static const struct {
        const char *bytes;
        long point;
        size_t size;
    } cases[] = {
        {"A", 0x41, 1},
        {"\xC2\x80", 0x80, 2},
        {"\xDF\xBF", 0x7FF, 2},
        {"\xE0\xA0\x80", 0x800, 3},
        {"\xEF\xBF\xBF", 0xFFFF, 3},
        {"\xF0\x90\x80\x80", 0x10000, 4},
        {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
        {"\xE0\x80\x80", -1, 1},
        {"", -1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = 0;
        long point = unicode_next(cases[i].bytes, strlen(cases[i].bytes), &size);
        ck_assert_msg(point == cases[i].point && size == cases[i].size, "case %zu: %ld, %zu", i, point, size);
    }
}
END_TEST

START_TEST(test_length_counts_characters)
{
    static const char text[] = "a\xC3\xA9\xEB\xB6\x81\xF0\x9F\x98\x80";
    ck_assert_uint_eq(unicode_length(text, strlen(text)), 4);
    ck_assert_uint_eq(unicode_length("", 0), 0);
}
END_TEST

START_TEST(test_control_characters)
{
    static const struct {
        const char *text;
        size_t length;
        bool has;
    } cases[] = {
        {"text", 4, false},     {"\t\n\r", 3, false},       {"\0", 1, true},
        {"a\x01", 2, true},     {"\x0B", 1, true},          {"\x1F", 1, true},
        {"\x7F", 1, true},      {"\xC2\x80", 2, true},      {"\xC2\x9F", 2, true},
        {"\xC2\xA0", 2, false}, {"\xE2\x80\x8F", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(unicode_has_control(cases[i].text, cases[i].length) == cases[i].has, "case %zu", i);
    }
}
END_TEST

START_TEST(test_blank)
{
    static const struct {
        const char *text;
        bool blank;
    } cases[] = {
        {"", true},
        {" \t\r\n", true},
        {"\xC2\xA0", true},                             /* no-break space */
        {"\xE3\x80\x80", true},                         /* ideographic space */
        {"\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF", true}, /* zero width */
        {" . ", false},
        {"\xEB\xB6\x81", false},
        {"\xE2\x80\x8B\xE2\x80\x8D-", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(unicode_blank(cases[i].text, strlen(cases[i].text)) == cases[i].blank, "case %zu", i);
    }
}
END_TEST

Suite *schema_unicode_suite(void)
{
    Suite *suite = suite_create("schema/unicode");
    TCase *tests = tcase_create("unicode");
    tcase_add_test(tests, test_validity);
    tcase_add_test(tests, test_code_points);
    tcase_add_test(tests, test_length_counts_characters);
    tcase_add_test(tests, test_control_characters);
    tcase_add_test(tests, test_blank);
    suite_add_tcase(suite, tests);
    return suite;
}
