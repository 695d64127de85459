/* handlers/parameters: what a query string may be, and every way in which it may not. */
#include "handlers/parameters.h"

#include <check.h>
#include <string.h>

#include "schema/vocabulary.h"
#include "tests/unit/suites.h"

static const struct parameter taken[] = {
    {.name = "q", .type = PARAMETER_TEXT},
    {.name = "limit", .type = PARAMETER_COUNT, .least = 1, .most = 1000},
    {.name = "cursor", .type = PARAMETER_CURSOR},
    {.name = "as_of", .type = PARAMETER_MOMENT},
    {.name = "position", .type = PARAMETER_WORDS, .vocabulary = &vocabulary_position},
};

static const struct endpoint endpoint = {
    .path = "/v1/things",
    .parameters = taken,
    .parameter_count = sizeof taken / sizeof *taken,
};

static struct call call;

static void begin(void)
{
    call = (struct call){.endpoint = &endpoint, .arena = arena_new()};
    faults_init(&call.faults, call.arena);
}

static void end(void)
{
    arena_free(call.arena);
}

static const struct {
    const char *query;
    const char *name;
    const char *value;
} good[] = {
    {"q=words", "q", "words"},
    {"q=two+words%20more", "q", "two words more"},
    {"q=a%2Bb%26c%3Dd", "q", "a+b&c=d"},
    {"q=a=b", "q", "a=b"},
    {"q=", "q", ""},
    {"q", "q", ""},
    {"%71=x", "q", "x"},
    {"q=%ea%b9%80", "q", "\xea\xb9\x80"},
    {"&q=x&&", "q", "x"},
    {"limit=1", "limit", "1"},
    {"limit=1000&q=x", "limit", "1000"},
    {"limit=007", "limit", "007"},
    {"cursor=anything", "cursor", "anything"},
    {"as_of=2024-10-21", "as_of", "2024-10-21"},
    {"as_of=2024-10-21T09:30:00Z", "as_of", "2024-10-21T09:30:00Z"},
    {"as_of=2024-10-21T09:30:00+09:00", "as_of", "2024-10-21T09:30:00 09:00"},
    {"as_of=2024-10-21T09:30:00%2B09:00", "as_of", "2024-10-21T09:30:00+09:00"},
    {"position=deny,decline", "position", "deny,decline"},
};

START_TEST(taken_as_they_are)
{
    ck_assert_msg(parameters_read(&call, good[_i].query), "%s", good[_i].query);
    const char *value = call_argument(&call, good[_i].name);
    ck_assert_ptr_nonnull(value);
    ck_assert_str_eq(value, good[_i].value);
    ck_assert_ptr_null(call_argument(&call, "nothing"));
}
END_TEST

static const struct {
    const char *query;
    const char *parameter;
    const char *code;
} bad[] = {
    {"offset=1", "offset", "unknown_parameter"},
    {"Limit=1", "Limit", "unknown_parameter"},
    {"=1", "", "unknown_parameter"},
    {"limit=1&limit=1", "limit", "duplicate"},
    {"limit=0", "limit", "out_of_range"},
    {"limit=1001", "limit", "out_of_range"},
    {"limit=-1", "limit", "out_of_range"},
    {"limit=+5", "limit", "out_of_range"},
    {"limit=%2B5", "limit", "out_of_range"},
    {"limit=1.5", "limit", "out_of_range"},
    {"limit=0x10", "limit", "out_of_range"},
    {"limit=", "limit", "out_of_range"},
    {"limit=99999999999999999999999", "limit", "out_of_range"},
    {"as_of=someday", "as_of", "not_a_time"},
    {"as_of=", "as_of", "not_a_time"},
    {"as_of=2024-02-30", "as_of", "not_a_time"},
    {"position=denies", "position", "not_in_vocabulary"},
    {"position=deny,", "position", "not_in_vocabulary"},
    {"position=", "position", "not_in_vocabulary"},
    {"q=%00", "q", "malformed"},
    {"q=a%00b", "q", "malformed"},
    {"q=%", "q", "malformed"},
    {"q=%4", "q", "malformed"},
    {"q=%zz", "q", "malformed"},
    {"q=%ff", "q", "malformed"},
    {"q=%c0%80", "q", "malformed"},
    {"%00=x", "", "malformed"},
};

START_TEST(refused_by_name)
{
    ck_assert_msg(!parameters_read(&call, bad[_i].query), "%s", bad[_i].query);
    ck_assert_uint_eq(call.faults.count, 1);
    const struct fault *fault = &call.faults.list[0];
    ck_assert_str_eq(fault->parameter, bad[_i].parameter);
    ck_assert_str_eq(fault->code, bad[_i].code);
    ck_assert_ptr_null(fault->pointer);
}
END_TEST

START_TEST(all_faults_at_once)
{
    ck_assert(!parameters_read(&call, "limit=0&q=ok&as_of=x&what=1"));
    ck_assert_uint_eq(call.faults.count, 3);
}
END_TEST

START_TEST(none_at_all)
{
    ck_assert(parameters_read(&call, NULL));
    ck_assert(parameters_read(&call, ""));
    ck_assert_uint_eq(call.argument_count, 0);
}
END_TEST

START_TEST(not_endlessly_many)
{
    char query[3 * (ARGUMENTS_MOST + 10)];
    for (size_t i = 0; i + 3 < sizeof query; i += 3) {
        memcpy(query + i, "q=&", 4);
    }
    ck_assert(!parameters_read(&call, query));
    ck_assert_str_eq(call.faults.list[call.faults.count - 1].code, "too_many");
}
END_TEST

Suite *handlers_parameters_suite(void)
{
    Suite *suite = suite_create("handlers/parameters");
    TCase *tests = tcase_create("parameters");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, taken_as_they_are, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, refused_by_name, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, all_faults_at_once);
    tcase_add_test(tests, none_at_all);
    tcase_add_test(tests, not_endlessly_many);
    suite_add_tcase(suite, tests);
    return suite;
}
