/* Country codes. */
#include "schema/country.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_codes)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"KP", true},  {"US", true},  {"AX", true},   {"ZW", true},  {"SS", true},        {"XK", true},
        {"kp", false}, {"Kp", false}, {"PRK", false}, {"K", false},  {"", false},         {"XX", false},
        {"AA", false}, {"ZZ", false}, {"QM", false},  {"EU", false}, {"UK", false},       {"AN", false},
        {"SU", false}, {"XA", false}, {"K1", false},  {"[P", false}, {"\xC3\x89", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(country_valid(cases[i].text, strlen(cases[i].text)) == cases[i].valid, "%s", cases[i].text);
    }
    ck_assert(!country_valid("K\0", 2));
}
END_TEST

START_TEST(test_there_are_249_and_one)
{
    int count = 0;
    for (int first = 'A'; first <= 'Z'; first++) {
        for (int second = 'A'; second <= 'Z'; second++) {
            const char text[2] = {(char)first, (char)second};
            count += country_valid(text, sizeof text);
        }
    }
    ck_assert_int_eq(count, 250);
}
END_TEST

Suite *schema_country_suite(void)
{
    Suite *suite = suite_create("schema/country");
    TCase *tests = tcase_create("country");
    tcase_add_test(tests, test_codes);
    tcase_add_test(tests, test_there_are_249_and_one);
    suite_add_tcase(suite, tests);
    return suite;
}
