/* handlers/guard: its verdicts, and the replies that they become. */
#include "handlers/guard.h"

#include <check.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;
static struct verdict verdict;

static void begin(void)
{
    row.count = 0;
    verdict = (struct verdict){0};
    fixture_begin(&fixture, "actor_replace");
}

static void end(void)
{
    fixture_end(&fixture);
}

/* A row of the guard; `line` −1 for one that counts. */
static void say(int line, const char *pointer, const char *code, const char *kind, int64_t count)
{
    if (line < 0) {
        row_null(&row);
    } else {
        row_integer(&row, line);
    }
    row_text(&row, pointer);
    row_text(&row, code);
    row_text(&row, kind);
    row_count(&row, count);
    guard_row(&fixture.call, &verdict, &(struct row){row.cells, row.count});
    row.count = 0;
}

static bool refused(void)
{
    return guard_refused(&fixture.call, &verdict, NULL, &fixture.reply);
}

START_TEST(counts)
{
    say(-1, NULL, "create", "actor", 14);
    say(-1, NULL, "create", "stance", 15);
    say(-1, NULL, "update", "claim", 2);
    say(-1, NULL, "none", "review", 3);
    ck_assert(!refused());
    ck_assert_int_eq(fixture.reply.status, 0);
    ck_assert_int_eq(verdict.counts[WRITTEN_CREATED][RECORD_ACTOR], 14);
    ck_assert_int_eq(verdict.counts[WRITTEN_CREATED][RECORD_STANCE], 15);
    ck_assert_int_eq(verdict.counts[WRITTEN_UPDATED][RECORD_CLAIM], 2);
    ck_assert_int_eq(verdict.counts[WRITTEN_UNCHANGED][RECORD_REVIEW], 3);
    ck_assert_int_eq(verdict.counts[WRITTEN_CREATED][RECORD_REVIEW], 0);
}
END_TEST

START_TEST(missing_references)
{
    say(0, "/actor", "unknown_reference", "actor", 1);
    say(0, "/about/3", "unknown_reference", "actor", 1);
    ck_assert(refused());
    ck_assert_int_eq(fixture.reply.status, 422);
    ck_assert(fixture_has_fault(&fixture, "unknown-reference", "/actor", "unknown_reference"));
    ck_assert(fixture_has_fault(&fixture, "unknown-reference", "/about/3", "unknown_reference"));
    ck_assert_ptr_null(json_object_get(json_array_get(json_object_get(fixture_json(&fixture), "errors"), 0), "line"));
}
END_TEST

START_TEST(other_faults)
{
    static const char *const codes[] = {"immutable", "cycle", "too_deep"};
    say(0, "/owned_by", "unknown_reference", "actor", 1);
    say(0, "/part_of", codes[_i], "actor", 1);
    ck_assert(refused());
    ck_assert_int_eq(fixture.reply.status, 422);
    ck_assert(fixture_has_fault(&fixture, "invalid-record", "/part_of", codes[_i]));
    ck_assert(fixture_has_fault(&fixture, "invalid-record", "/owned_by", "unknown_reference"));
}
END_TEST

START_TEST(lines_of_an_import)
{
    say(7, "/actor", "unknown_reference", "actor", 1);
    say(12, "/claim", "unknown_reference", "claim", 1);
    ck_assert(refused());
    const json_t *errors = json_object_get(fixture_json(&fixture), "errors");
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 0), "line")), 7);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 1), "line")), 12);
}
END_TEST

START_TEST(a_taken_ref_comes_first)
{
    say(0, "/ref", "ref_taken", "actor", 1);
    say(0, "/part_of", "unknown_reference", "actor", 1);
    ck_assert(refused());
    ck_assert(verdict.taken);
    ck_assert_int_eq(fixture.reply.status, 409);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "type")), "/problems/ref-taken");
    ck_assert_ptr_null(json_object_get(fixture.json, "errors"));
}
END_TEST

START_TEST(nothing_to_replace)
{
    say(0, "", "not_found", "actor", 1);
    ck_assert(refused());
    ck_assert_int_eq(fixture.reply.status, 404);
}
END_TEST

START_TEST(another_version_makes_the_rest_beside_the_point)
{
    fixture.call.head.if_match = "\"4-0123456789abcdef\"";
    fixture.reply.version = 5;
    say(0, "", "stale", "actor", 1);
    say(0, "/ref", "ref_taken", "actor", 1);
    say(0, "/part_of", "unknown_reference", "actor", 1);
    ck_assert(refused());
    ck_assert_int_eq(fixture.reply.status, 412);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "detail")),
                     "The record is in version 5.");
    ck_assert_ptr_null(json_object_get(fixture.json, "errors"));
}
END_TEST

START_TEST(more_than_are_listed)
{
    for (int i = 0; i < FAULTS_MOST + 20; i++) {
        say(i + 1, "/actor", "unknown_reference", "actor", 1);
    }
    ck_assert(refused());
    const json_t *json = fixture_json(&fixture);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "errors")), FAULTS_MOST);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "errors_omitted")), 20);
}
END_TEST

Suite *handlers_guard_suite(void)
{
    Suite *suite = suite_create("handlers/guard");
    TCase *tests = tcase_create("guard");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, counts);
    tcase_add_test(tests, missing_references);
    tcase_add_loop_test(tests, other_faults, 0, 3);
    tcase_add_test(tests, lines_of_an_import);
    tcase_add_test(tests, a_taken_ref_comes_first);
    tcase_add_test(tests, nothing_to_replace);
    tcase_add_test(tests, another_version_makes_the_rest_beside_the_point);
    tcase_add_test(tests, more_than_are_listed);
    suite_add_tcase(suite, tests);
    return suite;
}
