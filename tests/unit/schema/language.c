/* Language tags: the examples of RFC 5646 (appendix A and 2.2.8), and what the grammar forbids. */
#include "schema/language.h"

#include <string.h>

#include "tests/unit/suites.h"

static const char *const well_formed[] = {
    "de",
    "fr",
    "ja",
    "i-enochian",
    "zh-Hant",
    "zh-Hans",
    "sr-Cyrl",
    "sr-Latn",
    "zh-cmn-Hans-CN",
    "cmn-Hans-CN",
    "zh-yue-HK",
    "yue-HK",
    "zh-Hans-CN",
    "sr-Latn-RS",
    "sl-rozaj",
    "sl-rozaj-biske",
    "sl-nedis",
    "de-CH-1901",
    "sl-IT-nedis",
    "hy-Latn-IT-arevela",
    "de-DE",
    "en-US",
    "es-419",
    "de-CH-x-phonebk",
    "az-Arab-x-AZE-derbend",
    "x-whatever",
    "qaa-Qaaa-QM-x-southern",
    "de-Qaaa",
    "sr-Latn-QM",
    "sr-Qaaa-RS",
    "en-US-u-islamcal",
    "zh-CN-a-myext-x-private",
    "en-a-myext-b-another",
    "EN-us",
    "mn-cYRL-mn",
    "X-A",
    "x-1-2-3",
    "abcd",
    "abcde",
    "abcdefgh",
    "sl-1994",
    "en-a-bb-x-a",
    "zh-abc-def-ghi",
    "zh-abc-def-ghi-Hant-TW-1abc-5abcd-a-bb-cc-b-dd-x-y",
    /* grandfathered, irregular and regular */
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
    "art-lojban",
    "cel-gaulish",
    "no-bok",
    "no-nyn",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
    "I-KLINGON",
    "SGN-be-fr",
};

static const char *const not_well_formed[] = {
    "",
    "-",
    "e",
    "x",
    "i",
    "en-",
    "-en",
    "en--US",
    "x-",
    "en-x",
    "en-a",
    "en-a-x-b",
    "en-a-b",
    "en-u-",
    "a-DE",
    "de-419-DE",
    "i-unknown",
    "english!",
    "en_US",
    "en US",
    "1en",
    "abcdefghi",
    "en-abcdefghi",
    "en-abc-def-ghi-jkl",
    "abcd-abc",
    "en-Latn-Cyrl",
    "en-US-GB",
    "en-12",
    "en-x-abcdefghi",
    "en-x-a-",
    "en-a-bb-",
    "\xC3\xA9n",
    "en-\xC3\xA9\xC3\xA9",
    "en-1",
    "en-*",
    "*",
    "*-DE",
    "en-GB-oed-x-a",
    "ar-a-aaa-b-bbb-a",
    "en\n",
};

START_TEST(test_well_formed)
{
    for (size_t i = 0; i < sizeof well_formed / sizeof *well_formed; i++) {
        ck_assert_msg(language_valid(well_formed[i], strlen(well_formed[i])), "%s", well_formed[i]);
    }
}
END_TEST

START_TEST(test_not_well_formed)
{
    for (size_t i = 0; i < sizeof not_well_formed / sizeof *not_well_formed; i++) {
        ck_assert_msg(!language_valid(not_well_formed[i], strlen(not_well_formed[i])), "%s", not_well_formed[i]);
    }
}
END_TEST

START_TEST(test_the_length_alone_says_where_it_ends)
{
    ck_assert(language_valid("en-US-!", 5));
    ck_assert(!language_valid("en-US", 3));
}
END_TEST

Suite *schema_language_suite(void)
{
    Suite *suite = suite_create("schema/language");
    TCase *tests = tcase_create("language");
    tcase_add_test(tests, test_well_formed);
    tcase_add_test(tests, test_not_well_formed);
    tcase_add_test(tests, test_the_length_alone_says_where_it_ends);
    suite_add_tcase(suite, tests);
    return suite;
}
