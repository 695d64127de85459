/* handlers/export: which statements, in which order, and the lines that their rows become. */
#include <check.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;

static void begin(void)
{
    row.count = 0;
    fixture_begin(&fixture, "export");
}

static void end(void)
{
    fixture_end(&fixture);
}

START_TEST(the_snapshot_comes_first)
{
    ck_assert_int_eq(fixture.call.endpoint->streams, STREAM_ROWS);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 2 + RECORD_KINDS);
    /* before any statement that takes one; and nothing may stand before it */
    ck_assert_str_eq(fixture.plan.queries[0].sql, "SET transaction_isolation = 'repeatable read'");
    ck_assert_ptr_nonnull(strstr(fixture.plan.queries[1].sql, "statement_timeout"));
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        char table[32] = " FROM ";
        strcat(strcat(table, records[kind]->name), " t");
        ck_assert_ptr_nonnull(strstr(fixture.plan.queries[2 + kind].sql, table));
        ck_assert_int_eq(fixture.plan.queries[2 + kind].count, 0);
    }
}
END_TEST

START_TEST(values_are_never_part_of_a_statement)
{
    fixture_query(&fixture,
                  "claim=some-claim&topics=some-topic&actor=some-actor&updated_at.gte=2024-10-21&kind=stance");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 0); /* whether what is named was merged comes first */
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_NEXT);
    ck_assert_int_eq(fixture_plan_next(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 3);
    const struct query *query = &fixture.plan.queries[2];
    ck_assert_ptr_null(strstr(query->sql, "some-"));
    ck_assert_ptr_null(strstr(query->sql, "2024"));
    ck_assert_int_eq(query->count, 9); /* three for stances, three for reviews, two for claims, and the time */
}
END_TEST

static void send_actor(bool history, int query)
{
    struct identity id = identity_of_ref(RECORD_ACTOR, "north-korea", strlen("north-korea"));
    row_identity(&row, &id);
    row_text(&row, "north-korea");
    row_integer(&row, 3);
    row_count(&row, 0);
    row_count(&row, 0);
    row_text(&row, "North Korea");
    row_text(&row, "state");
    row_empty_array(&row);
    for (int i = 0; i < 4; i++) { /* country, part_of, owned_by, description */
        row_null(&row);
    }
    row_empty_array(&row);
    row_null(&row);
    row_text(&row, "\001{}");
    if (history) {
        row_text(&row, "update");
        row_null(&row); /* into */
        row_null(&row); /* who */
        row_text(&row, "request \"7\"");
    }
    row_send(&row, &fixture, query);
}

START_TEST(a_line_says_what_it_is)
{
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    row_text(&row, "0");
    row_send(&row, &fixture, 1); /* of set_config: no record */
    ck_assert_uint_eq(fixture.reply.body.length, 0);
    row.count = 0;
    send_actor(false, 2);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "type")), "actor");

    ck_assert_ptr_null(json_object_get(fixture_json(&fixture), "operation"));
}
END_TEST

START_TEST(a_version_says_how_it_came_about)
{
    fixture_query(&fixture, "history=true&kind=actor");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_ptr_nonnull(strstr(fixture.plan.queries[2].sql, "ORDER BY c.id, c.version"));
    send_actor(true, 2);
    const json_t *line = fixture_json(&fixture);
    ck_assert_str_eq(json_string_value(json_object_get(line, "operation")), "update");
    ck_assert_str_eq(json_string_value(json_object_get(line, "request_id")), "request \"7\"");
    ck_assert_ptr_null(json_object_get(line, "who"));
    ck_assert_int_eq(json_integer_value(json_object_get(line, "version")), 3);
}
END_TEST

Suite *handlers_export_suite(void)
{
    Suite *suite = suite_create("handlers/export");
    TCase *tests = tcase_create("export");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, the_snapshot_comes_first);
    tcase_add_test(tests, values_are_never_part_of_a_statement);
    tcase_add_test(tests, a_line_says_what_it_is);
    tcase_add_test(tests, a_version_says_how_it_came_about);
    suite_add_tcase(suite, tests);
    return suite;
}
