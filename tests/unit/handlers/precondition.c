/* handlers/precondition: from headers to versions; what is asked of the database and what is asked here says the same. */
#include "handlers/precondition.h"

#include <check.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

#define TAG(version) "\"" version "-0123456789abcdef\""

static const struct {
    const char *endpoint, *match, *none;
    bool must_match;
    const char *allowed, *refused;
    const char *met; /* of the versions 0 to 3: '+' where it is */
    int status;      /* of the refusal, for version 2 */
} cases[] = {
    {"actor_replace", NULL, NULL, false, "{(,)}", "{}", "++++", 412},
    {"actor_replace", "*", NULL, false, "{[1,)}", "{}", "-+++", 412},
    {"actor_replace", TAG("2"), NULL, false, "{[2,2]}", "{}", "--+-", 412},
    {"actor_replace", TAG("2") ", " TAG("3"), NULL, false, "{[2,2],[3,3]}", "{}", "--++", 412},
    {"actor_replace", "W/" TAG("2") ", " TAG("3"), NULL, false, "{[3,3]}", "{}", "---+", 412},
    {"actor_replace", "\"x\"", NULL, false, "{}", "{}", "----", 412},
    {"actor_replace", NULL, "*", false, "{(,)}", "{[1,)}", "+---", 412},
    {"actor_replace", NULL, "W/" TAG("2") "," TAG("3"), false, "{(,)}", "{[2,2],[3,3]}", "++--", 412},
    {"actor_replace", NULL, "\"x\"", false, "{(,)}", "{}", "++++", 412},
    {"actor_replace", "*", TAG("2"), false, "{[1,)}", "{[2,2]}", "-+-+", 412},
    {"actor_replace", NULL, NULL, true, "{[0,0]}", "{}", "+---", 428},
    {"actor_replace", TAG("2"), NULL, true, "{[2,2]}", "{}", "--+-", 412},
    {"actor_replace", NULL, "*", true, "{[0,0]}", "{[1,)}", "+---", 412},
    {"actor_replace", NULL, TAG("3"), true, "{[0,0]}", "{[3,3]}", "+---", 428},
    {"actor_change", NULL, NULL, true, "{[0,0]}", "{}", "+---", 428},
    {"actor_delete", NULL, NULL, true, "{[0,0]}", "{}", "+---", 428},
    {"actor_create", NULL, NULL, true, "{(,)}", "{}", "++++", 412},
    {"actor_create", NULL, "*", false, "{(,)}", "{[1,)}", "+---", 412},
};

START_TEST(what_they_demand)
{
    struct fixture fixture;
    fixture_begin(&fixture, cases[_i].endpoint);
    struct call *call = &fixture.call;
    call->head.if_match = cases[_i].match;
    call->head.if_none_match = cases[_i].none;
    call->must_match = cases[_i].must_match;
    ck_assert(precondition_valid(call));
    struct precondition precondition = precondition_of(call);
    ck_assert_str_eq(precondition.allowed, cases[_i].allowed);
    ck_assert_str_eq(precondition.refused, cases[_i].refused);
    for (int version = 0; version <= 3; version++) {
        ck_assert_msg(precondition_met(call, version) == (cases[_i].met[version] == '+'), "version %d", version);
    }
    faults_add(&call->faults, "/claim", "immutable", "Of no account.");
    precondition_refuse(call, &fixture.reply, 2);
    ck_assert_int_eq(fixture.reply.status, cases[_i].status);
    ck_assert_ptr_null(json_object_get(fixture_json(&fixture), "errors"));
    fixture_end(&fixture);
}
END_TEST

START_TEST(more_tags_than_anybody_has)
{
    struct fixture fixture;
    fixture_begin(&fixture, "actor_replace");
    struct buffer list __attribute__((cleanup(buffer_free)));
    buffer_init(&list, 8192);
    for (int i = 0; i < 280; i++) {
        buffer_text(&list, TAG("7654321") ",");
    }
    buffer_text(&list, TAG("9"));
    fixture.call.head.if_match = list.data;
    struct precondition precondition = precondition_of(&fixture.call);
    size_t length = strlen(precondition.allowed);
    ck_assert_str_eq(precondition.allowed + length - strlen(",[9,9]}"), ",[9,9]}");
    ck_assert(precondition_met(&fixture.call, 9));
    fixture_end(&fixture);
}
END_TEST

START_TEST(headers_that_are_none)
{
    struct fixture fixture;
    fixture_begin(&fixture, "actor_replace");
    fixture.call.head.if_match = "3";
    fixture.call.head.if_none_match = "\"";
    ck_assert(!precondition_valid(&fixture.call));
    ck_assert_uint_eq(fixture.call.faults.count, 2);
    ck_assert_str_eq(fixture.call.faults.list[0].header, "If-Match");
    ck_assert_str_eq(fixture.call.faults.list[1].header, "If-None-Match");
    ck_assert_str_eq(fixture.call.faults.list[1].code, "malformed");
    fixture_end(&fixture);
}
END_TEST

Suite *handlers_precondition_suite(void)
{
    Suite *suite = suite_create("handlers/precondition");
    TCase *tests = tcase_create("precondition");
    tcase_add_loop_test(tests, what_they_demand, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tests, more_tags_than_anybody_has);
    tcase_add_test(tests, headers_that_are_none);
    suite_add_tcase(suite, tests);
    return suite;
}
