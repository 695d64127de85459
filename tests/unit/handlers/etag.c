/* handlers/etag: tags, lists of them, and the two ways to compare. */
#include "handlers/etag.h"

#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

#define HASH "0123456789abcdef"

START_TEST(tags_differ_where_the_representation_does)
{
    char one[ETAG_TEXT];
    char same[ETAG_TEXT];
    char other[ETAG_TEXT];
    etag_make("body", 4, 3, NULL, one);
    etag_make("body", 4, 3, NULL, same);
    ck_assert_str_eq(one, same);
    ck_assert(strncmp(one, "\"3-", 3) == 0 && one[strlen(one) - 1] == '"');
    etag_make("bodz", 4, 3, NULL, other);
    ck_assert_str_ne(one, other);
    etag_make("body", 4, 4, NULL, other);
    ck_assert_str_ne(one, other);
    etag_make("body", 4, 3, "gzip", other);
    ck_assert_str_ne(one, other);
    etag_make("body", 4, 0, NULL, other);
    ck_assert_ptr_null(strchr(other, '-'));
}
END_TEST

static const struct {
    const char *list;
    bool valid;
} lists[] = {
    {"*", true},
    {" * ", true},
    {"\"a\"", true},
    {"W/\"a\"", true},
    {"\"\"", true},
    {"\"a\",\"b\"", true},
    {"\"a\" , W/\"b\"\t,\t\"c\"", true},
    {",\"a\",,\"b\",", true}, /* RFC 9110, 5.6.1.2: empty members are to be put up with */
    {"\"a,b\"", true},
    {"\"\xC3\xA9\"", true},
    {"\"!#$%&'()*+-./:;<=>?@[\\]^_`{|}~\"", true},
    {"", false},
    {" ", false},
    {",", false},
    {"a", false},
    {"\"a", false},
    {"a\"", false},
    {"\"a\"\"b\"", false},
    {"\"a\" \"b\"", false},
    {"\"a b\"", false},
    {"w/\"a\"", false},
    {"W/ \"a\"", false},
    {"W/a", false},
    {"*,\"a\"", false},
    {"\"a\",*", false},
    {"**", false},
    {"\"a\";q=1", false},
    {"\"\x7f\"", false},
    {"'a'", false},
};

START_TEST(lists_are_read_strictly)
{
    ck_assert_msg(etag_list_valid(lists[_i].list) == lists[_i].valid, "%s", lists[_i].list);
}
END_TEST

static const struct {
    const char *tag;
    int version;
} versions[] = {
    {"\"3-" HASH "\"", 3},
    {"\"3-" HASH "-gzip\"", 3},
    {"\"2147483647-" HASH "\"", 2147483647},
    {"\"2147483648-" HASH "\"", 0},
    {"\"99999999999999999999-" HASH "\"", 0},
    {"\"0-" HASH "\"", 0},
    {"\"03-" HASH "\"", 0},
    {"\"-3-" HASH "\"", 0},
    {"\"+3-" HASH "\"", 0},
    {"\" 3-" HASH "\"", 0},
    {"\"" HASH "\"", 0},
    {"\"1234567812345678-gzip\"", 0},
    {"\"3-\"", 0},
    {"\"3\"", 0},
    {"\"\"", 0},
    {"\"3-0123456789abcde\"", 0},
    {"\"3-" HASH "0\"", 0},
    {"\"3-0123456789ABCDEF\"", 0},
};

START_TEST(versions_are_read_from_our_own_tags_only)
{
    const char *rest = versions[_i].tag;
    struct etag tag;
    if (etag_next(&rest, &tag)) {
        ck_assert_msg(etag_version(&tag) == versions[_i].version, "%s", versions[_i].tag);
    } else {
        ck_assert_int_eq(versions[_i].version, 0);
    }
}
END_TEST

START_TEST(comparisons)
{
    static const struct {
        const char *list, *tag;
        bool weakly, strongly;
    } cases[] = {
        {"\"a\"", "\"a\"", true, true},
        {"W/\"a\"", "\"a\"", true, false},
        {"\"b\", \"a\"", "\"a\"", true, true},
        {"\"b\", W/\"a\"", "\"a\"", true, false},
        {"W/\"a\", \"a\"", "\"a\"", true, true},
        {"\"ab\"", "\"a\"", false, false},
        {"\"A\"", "\"a\"", false, false},
        {"\"a,b\"", "\"a\"", false, false},
        {"*", "\"a\"", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(etag_list_has(cases[i].list, cases[i].tag, true) == cases[i].weakly, "%s", cases[i].list);
        ck_assert_msg(etag_list_has(cases[i].list, cases[i].tag, false) == cases[i].strongly, "%s", cases[i].list);
    }
}
END_TEST

START_TEST(records_by_their_version)
{
    static const struct {
        const char *list;
        int version;
        bool weakly, strongly;
    } cases[] = {
        {"\"3-" HASH "\"", 3, true, true},
        {"\"3-" HASH "\"", 4, false, false},
        {"W/\"3-" HASH "\"", 3, true, false},
        {"\"2-" HASH "\", \"3-" HASH "-gzip\"", 3, true, true},
        {"\"x\"", 3, false, false},
        {"*", 3, true, true},
        {"*", 0, false, false}, /* there is no record */
        {"\"0-" HASH "\"", 0, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(etag_list_names(cases[i].list, cases[i].version, true) == cases[i].weakly, "case %zu", i);
        ck_assert_msg(etag_list_names(cases[i].list, cases[i].version, false) == cases[i].strongly, "case %zu", i);
    }
}
END_TEST

Suite *handlers_etag_suite(void)
{
    Suite *suite = suite_create("handlers/etag");
    TCase *tests = tcase_create("etag");
    tcase_add_test(tests, tags_differ_where_the_representation_does);
    tcase_add_loop_test(tests, lists_are_read_strictly, 0, sizeof lists / sizeof *lists);
    tcase_add_loop_test(tests, versions_are_read_from_our_own_tags_only, 0, sizeof versions / sizeof *versions);
    tcase_add_test(tests, comparisons);
    tcase_add_test(tests, records_by_their_version);
    suite_add_tcase(suite, tests);
    return suite;
}
