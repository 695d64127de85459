/* handlers/read and erase: one record by its name, and its end. */
#include "handlers/read.h"

#include <check.h>
#include <string.h>

#include "handlers/sql.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;

static void end(void)
{
    fixture_end(&fixture);
}

static void begin_at(const char *endpoint, const char *name)
{
    row.count = 0;
    fixture_begin(&fixture, endpoint);
    fixture.call.path[0] = name;
}

START_TEST(by_ref)
{
    begin_at("actor_read", "north");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 1);
    ck_assert_str_eq(fixture.plan.queries[0].sql, sql_of(&record_actor)->read);
    char id[IDENTITY_TEXT];
    struct identity north = identity_of_ref(RECORD_ACTOR, "north", 5);
    identity_format(&north, id);
    ck_assert_str_eq(fixture.plan.queries[0].values[0], id);
}
END_TEST

START_TEST(by_id)
{
    begin_at("stance_read", "0191F8B0-0000-7000-8000-00000000000A");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_str_eq(fixture.plan.queries[0].values[0], "0191f8b0-0000-7000-8000-00000000000a");
}
END_TEST

static const char *const nobodys[] = {
    "North", "-x", ".x", "a b", "\xc3\xa9", "", "0191f8b0-0000-7000-8000-00000000000g!"};

START_TEST(names_that_are_none)
{
    static const char *const names[] = {"actor_read", "actor_delete"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        begin_at(names[i], nobodys[_i]);
        ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
        ck_assert_int_eq(fixture.reply.status, 404);
        if (i == 0) {
            fixture_end(&fixture);
        }
    }
}
END_TEST

START_TEST(nobody_there)
{
    begin_at("claim_read", "nobody");
    fixture_plan(&fixture);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 404);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "type")), "/problems/not-found");
}
END_TEST

/* What the erasing statement answers. */
static void send_verdict(const char *verdict, const char *kind, const char *field, int64_t count)
{
    row_text(&row, verdict);
    row_text(&row, kind);
    row_text(&row, field);
    row_count(&row, count);
    row_send(&row, &fixture, fixture_statement_index(&fixture, "'delete', version + 1"));
}

START_TEST(erasing_takes_its_tables_along)
{
    begin_at("claim_delete", "troops");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    int first = fixture_statement_index(&fixture, "'delete', version + 1");
    ck_assert_int_eq(first, 0);
    ck_assert_str_eq(fixture.plan.queries[first].values[2], "request-1");
    const char *const *removal = sql_of(&record_claim)->removals;
    for (int i = 1; i < fixture.plan.count; i++, removal++) {
        ck_assert_ptr_eq(fixture.plan.queries[i].sql, *removal);
    }
    ck_assert_ptr_null(*removal);
    send_verdict("deleted", NULL, NULL, 1);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 204);
    ck_assert_uint_eq(fixture.reply.body.length, 0);
}
END_TEST

START_TEST(erasing_nobody)
{
    begin_at("claim_delete", "troops");
    fixture_plan(&fixture);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 404);
}
END_TEST

START_TEST(erasing_what_is_referred_to)
{
    begin_at("actor_delete", "north");
    fixture_plan(&fixture);
    send_verdict("used", "stance", "actor", 3);
    send_verdict("used", "claim", "about", REFERENCES_COUNTED);
    send_verdict("used", "actor", "part_of", 1);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 409);
    const json_t *json = fixture_json(&fixture);
    ck_assert_str_eq(json_string_value(json_object_get(json, "type")), "/problems/still-referenced");
    char id[IDENTITY_TEXT];
    struct identity north = identity_of_ref(RECORD_ACTOR, "north", 5);
    identity_format(&north, id);
    json_t *expected =
        json_pack("[{s:s, s:s, s:i, s:s+}, {s:s, s:s, s:i, s:b, s:s+}, {s:s, s:s, s:i, s:s+++}]", "kind", "stance",
                  "field", "actor", "count", 3, "link", "/v1/stances?actor=", id, "kind", "claim", "field", "about",
                  "count", REFERENCES_COUNTED, "at_least", 1, "link", "/v1/claims?about=", id, "kind", "actor", "field",
                  "part_of", "count", 1, "link", "/v1/actors?part_of=", id, "&id.not=", id);
    ck_assert_msg(json_equal(json_object_get(json, "references"), expected), "%s", fixture.reply.body.data);
    json_decref(expected);
}
END_TEST

START_TEST(erasing_another_version_than_was_seen)
{
    begin_at("actor_delete", "north");
    fixture.call.head.if_match = "\"4-0123456789abcdef\"";
    fixture_plan(&fixture);
    ck_assert_str_eq(fixture_statement(&fixture, "'delete', version + 1")->values[3], "{[4,4]}");
    send_verdict("stale", NULL, NULL, 5);
    send_verdict("used", "stance", "actor", 3);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 412);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "detail")),
                     "The record is in version 5.");
}
END_TEST

START_TEST(erasing_again_after_a_race)
{
    begin_at("actor_delete", "north");
    fixture_plan(&fixture);
    int statements = fixture.plan.count;
    send_verdict("used", "stance", "actor", 3); /* of an attempt that was undone */
    ck_assert_int_eq(fixture_plan_again(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, statements + 1);
    ck_assert_ptr_nonnull(strstr(fixture.plan.queries[0].sql, "pg_advisory_xact_lock"));
    send_verdict("deleted", NULL, NULL, 1);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 204);
}
END_TEST

START_TEST(every_reference_is_asked_for)
{
    const char *sql = sql_of(&record_actor)->erase;
    static const char *const asked[] = {
        "'actor', 'part_of'", "'actor', 'owned_by'", "'source', 'publisher'", "'claim', 'about'",
        "'stance', 'actor'",  "'stance', 'speaker'", "'stance', 'addressee'", "'review', 'reviewer'",
    };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        ck_assert_msg(strstr(sql, asked[i]) != NULL, "%s", asked[i]);
    }
    ck_assert_ptr_null(strstr(sql_of(&record_stance)->erase, "FROM stance t"));
}
END_TEST

Suite *handlers_read_suite(void)
{
    Suite *suite = suite_create("handlers/read");
    TCase *tests = tcase_create("read and erase");
    tcase_add_checked_fixture(tests, NULL, end);
    tcase_add_test(tests, by_ref);
    tcase_add_test(tests, by_id);
    tcase_add_loop_test(tests, names_that_are_none, 0, sizeof nobodys / sizeof *nobodys);
    tcase_add_test(tests, nobody_there);
    tcase_add_test(tests, erasing_takes_its_tables_along);
    tcase_add_test(tests, erasing_nobody);
    tcase_add_test(tests, erasing_what_is_referred_to);
    tcase_add_test(tests, erasing_another_version_than_was_seen);
    tcase_add_test(tests, erasing_again_after_a_race);
    TCase *statement = tcase_create("statement");
    tcase_add_test(statement, every_reference_is_asked_for);
    suite_add_tcase(suite, statement);
    suite_add_tcase(suite, tests);
    return suite;
}
