/* Problem documents. */
#include "schema/problem.h"

#include <jansson.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct arena *arena;
static struct buffer text;
static struct faults faults;
static json_t *document;

static void set_up(void)
{
    arena = arena_new();
    buffer_init(&text, 1 << 20);
    faults_init(&faults, arena);
    document = NULL;
}

static void tear_down(void)
{
    json_decref(document);
    buffer_free(&text);
    arena_free(arena);
}

static void encode(enum problem problem, const char *detail, const char *request_id)
{
    problem_encode(&text, problem, detail, request_id, &faults);
    ck_assert(!text.overflowed && text.data[text.length - 1] == '\n');
    document = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(document);
}

START_TEST(test_every_problem_is_named_once)
{
    for (int i = PROBLEM_NONE + 1; i < PROBLEMS; i++) {
        const struct problem_kind *kind = &problem_kinds[i];
        ck_assert_msg(kind->slug != NULL && kind->title != NULL, "problem %d", i);
        ck_assert_msg(kind->status == 308 || (kind->status >= 400 && kind->status < 600), "%s", kind->slug);
        ck_assert_msg((kind->status == 503 || kind->status == 429) == (kind->retry_after > 0), "%s", kind->slug);
        ck_assert_msg(strspn(kind->slug, "abcdefghijklmnopqrstuvwxyz-") == strlen(kind->slug), "%s", kind->slug);
        for (int j = PROBLEM_NONE; j < i; j++) {
            ck_assert_str_ne(kind->slug, problem_kinds[j].slug);
        }
    }
}
END_TEST

START_TEST(test_document)
{
    encode(PROBLEM_NOT_FOUND, "No \"such\" thing.", "r-1");
    ck_assert_str_eq(text.data,
                     "{\"type\":\"/problems/not-found\",\"title\":\"There is no such record\",\"status\":404,"
                     "\"detail\":\"No \\\"such\\\" thing.\",\"request_id\":\"r-1\"}\n");
}
END_TEST

START_TEST(test_faults)
{
    faults_add(&faults, "/a~1b", "too_long", "%d is more than %d.", 301, 300);
    faults_add_parameter(&faults, "limit", "out_of_range", "No.");
    faults.line = 7;
    faults_add(&faults, "", "malformed", "Not JSON.");
    encode(PROBLEM_INVALID_RECORD, NULL, NULL);
    ck_assert_str_eq(strstr(text.data, "\"errors\""),
                     "\"errors\":[{\"pointer\":\"/a~1b\",\"code\":\"too_long\",\"detail\":\"301 is more than 300.\"},"
                     "{\"parameter\":\"limit\",\"code\":\"out_of_range\",\"detail\":\"No.\"},"
                     "{\"line\":7,\"pointer\":\"\",\"code\":\"malformed\",\"detail\":\"Not JSON.\"}]}\n");
}
END_TEST

START_TEST(test_faults_past_the_most_are_counted)
{
    for (int i = 0; i < FAULTS_MOST + 5; i++) {
        faults_add(&faults, "/x", "required", "%d", i);
    }
    encode(PROBLEM_INVALID_RECORD, NULL, NULL);
    ck_assert_uint_eq(json_array_size(json_object_get(document, "errors")), FAULTS_MOST);
    ck_assert_int_eq(json_integer_value(json_object_get(document, "errors_omitted")), 5);
}
END_TEST

START_TEST(test_details_are_fit_to_be_shown)
{
    char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    faults_add(&faults, "", "malformed", "%s", "bell \a, delete \x7F, not UTF-8 \xFF\xC3, \xEB\xB6\x81");
    faults_add(&faults, "", "malformed", "%s", long_text);
    encode(PROBLEM_INVALID_RECORD, NULL, NULL);
    ck_assert_str_eq(faults.list[0].detail, "bell ?, delete ?, not UTF-8 ??, \xEB\xB6\x81");
    ck_assert_uint_lt(strlen(faults.list[1].detail), 500);
    ck_assert_str_eq(faults.list[1].detail + strlen(faults.list[1].detail) - 4, "x...");
}
END_TEST

Suite *schema_problem_suite(void)
{
    Suite *suite = suite_create("schema/problem");
    TCase *tests = tcase_create("problem");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_every_problem_is_named_once);
    tcase_add_test(tests, test_document);
    tcase_add_test(tests, test_faults);
    tcase_add_test(tests, test_faults_past_the_most_are_counted);
    tcase_add_test(tests, test_details_are_fit_to_be_shown);
    suite_add_tcase(suite, tests);
    return suite;
}
