/* handlers/patch: a look, then the guarded write of what comes out. */
#include "handlers/patch.h"

#include <check.h>
#include <string.h>

#include "handlers/sql.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

enum { DOCUMENTS = 4, MODES = 5, ALLOWED = 14, REFUSED = 15 }; /* values of the guard, by position */

static struct fixture fixture;
static struct made_row row;

static void end(void)
{
    fixture_end(&fixture);
}

static enum plan_outcome look(const char *body)
{
    row.count = 0;
    fixture_begin(&fixture, "actor_change");
    fixture.call.path[0] = "north";
    fixture_body(&fixture, body);
    return fixture_plan(&fixture);
}

/* Up to the plan of the write, for an actor called North in this version. */
static enum plan_outcome patch(const char *body, int version)
{
    ck_assert_int_eq(look(body), PLAN_RUN);
    row_send_actor(&row, &fixture, "north", version);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_NEXT);
    return fixture_plan_next(&fixture);
}

static const char *value(int index)
{
    return fixture_statement(&fixture, GUARD)->values[index];
}

START_TEST(it_looks_first)
{
    ck_assert_int_eq(look("{\"name\": \"South\"}"), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 1);
    ck_assert_ptr_eq(fixture.plan.queries[0].sql, sql_of(&record_actor)->read);
}
END_TEST

START_TEST(nothing_there)
{
    look("{\"name\": \"South\"}");
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 404);
}
END_TEST

START_TEST(what_is_not_named_stays)
{
    ck_assert_int_eq(patch("{\"name\": \"South\", \"aliases\": [\"S\"]}", 7), PLAN_RUN);
    ck_assert_ptr_nonnull(strstr(value(DOCUMENTS), "\\\"name\\\":\\\"South\\\""));
    ck_assert_ptr_nonnull(strstr(value(DOCUMENTS), "\\\"kind\\\":\\\"state\\\""));
    ck_assert_ptr_nonnull(strstr(value(DOCUMENTS), "\\\"aliases\\\":[\\\"S\\\"]"));
    ck_assert_ptr_null(strstr(value(DOCUMENTS), "version"));
    ck_assert_str_eq(value(MODES), "{\"replace\"}");
    ck_assert_str_eq(value(ALLOWED), "{[7,7]}");
    ck_assert_str_eq(value(REFUSED), "{}");
}
END_TEST

START_TEST(written)
{
    patch("{\"name\": \"South\"}", 1);
    row_send_verdict(&row, &fixture, NULL, "update", "actor");
    row_send_actor(&row, &fixture, "north", 2);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert_int_eq(fixture.reply.version, 2);
}
END_TEST

START_TEST(another_was_faster)
{
    patch("{\"name\": \"South\"}", 1);
    row_send_verdict(&row, &fixture, "", "stale", "actor");
    row_send_actor(&row, &fixture, "north", 2);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_AGAIN);
    ck_assert_int_eq(fixture_plan_again(&fixture), PLAN_RUN);
    ck_assert_ptr_eq(fixture.plan.queries[0].sql, sql_of(&record_actor)->read);
    row_send_actor(&row, &fixture, "north", 2);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_NEXT);
    ck_assert_int_eq(fixture_plan_next(&fixture), PLAN_RUN);
    ck_assert_str_eq(value(ALLOWED), "{[2,2]}");
}
END_TEST

START_TEST(deleted_meanwhile)
{
    patch("{\"name\": \"South\"}", 1);
    row_send_verdict(&row, &fixture, "", "not_found", "actor");
    row_send_verdict(&row, &fixture, "", "stale", "actor");
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 404);
}
END_TEST

START_TEST(not_the_version_that_was_seen)
{
    look("{\"name\": null}");
    fixture.call.head.if_match = "\"6-0123456789abcdef\"";
    row_send_actor(&row, &fixture, "north", 7);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 412);
}
END_TEST

START_TEST(every_fault_is_named)
{
    ck_assert_int_eq(patch("{\"name\": null, \"kind\": 1, \"nothing\": null, \"ref\": \"south\", \"id\": \"x\", "
                           "\"version\": 3, \"created_at\": null}",
                           1),
                     PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 422);
    static const struct {
        const char *pointer, *code;
    } faults[] = {{"/name", "required"},       {"/kind", "wrong_type"}, {"/nothing", "unknown_field"},
                  {"/ref", "immutable"},       {"/id", "immutable"},    {"/version", "read_only"},
                  {"/created_at", "read_only"}};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        ck_assert_msg(fixture_has_fault(&fixture, "invalid-record", faults[i].pointer, faults[i].code), "%s: %s",
                      faults[i].pointer, fixture.reply.body.data);
    }
    ck_assert_uint_eq(json_array_size(json_object_get(fixture.json, "errors")), sizeof faults / sizeof *faults);
}
END_TEST

START_TEST(no_object)
{
    static const char *const bodies[] = {"[]", "\"North\"", "1", "null"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        ck_assert_int_eq(patch(bodies[i], 1), PLAN_REPLY);
        ck_assert(fixture_has_fault(&fixture, "invalid-record", "", "wrong_type"));
        fixture_end(&fixture);
    }
    ck_assert_int_eq(look("{"), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 400);
}
END_TEST

Suite *handlers_patch_suite(void)
{
    Suite *suite = suite_create("handlers/patch");
    TCase *tests = tcase_create("patch");
    tcase_add_checked_fixture(tests, NULL, end);
    tcase_add_test(tests, it_looks_first);
    tcase_add_test(tests, nothing_there);
    tcase_add_test(tests, what_is_not_named_stays);
    tcase_add_test(tests, written);
    tcase_add_test(tests, another_was_faster);
    tcase_add_test(tests, deleted_meanwhile);
    tcase_add_test(tests, not_the_version_that_was_seen);
    tcase_add_test(tests, every_fault_is_named);
    tcase_add_test(tests, no_object);
    suite_add_tcase(suite, tests);
    return suite;
}
