/* handlers/health, index and topics: the small replies. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;

static void end(void)
{
    fixture_end(&fixture);
}

static void begin(void)
{
    row.count = 0;
}

static const char *detail(void)
{
    return json_string_value(json_object_get(fixture_json(&fixture), "detail"));
}

START_TEST(alive_without_a_database)
{
    fixture_begin(&fixture, "health_alive");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.plan.count, 0);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert(json_is_object(fixture_json(&fixture)));
}
END_TEST

/* The status after the database said that it is at migration `number`; 0 for a row without one, −1 for no row. */
static int ready(int number)
{
    fixture_begin(&fixture, "health_ready");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 1);
    if (number > 0) {
        row_integer(&row, number);
    } else {
        row_null(&row);
    }
    if (number >= 0) {
        row_send(&row, &fixture, 0);
    }
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    return fixture.reply.status;
}

START_TEST(ready_at_the_same_migration)
{
    ck_assert_int_eq(ready(7), 200);
}
END_TEST

static void measure_nothing(struct buffer *out)
{
    buffer_text(out, "# nothing\n");
}

START_TEST(metrics_are_the_engines)
{
    fixture_begin(&fixture, "metrics");
    fixture.call.measure = measure_nothing;
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert_str_eq(fixture.reply.type, "text/plain; version=0.0.4; charset=utf-8");
    ck_assert_uint_eq(fixture.reply.body.length, 10);
}
END_TEST

START_TEST(not_ready_before_it)
{
    ck_assert_int_eq(ready(6), 503);
    ck_assert_ptr_nonnull(strstr(detail(), "stanced migrate"));
}
END_TEST

START_TEST(not_ready_past_it)
{
    ck_assert_int_eq(ready(8), 503);
    ck_assert_ptr_nonnull(strstr(detail(), "newer"));
}
END_TEST

START_TEST(not_ready_without_any)
{
    ck_assert_int_eq(ready(0), 503);
}
END_TEST

START_TEST(not_ready_without_an_answer)
{
    ck_assert_int_eq(ready(-1), 503);
}
END_TEST

START_TEST(the_index_counts_and_links)
{
    fixture_begin(&fixture, "index");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        row_count(&row, 10 + kind);
    }
    row_send(&row, &fixture, 0);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 200);
    const json_t *json = fixture_json(&fixture);
    const json_t *counts = json_object_get(json, "counts");
    const json_t *links = json_object_get(json, "links");
    ck_assert_int_eq(json_integer_value(json_object_get(counts, "actors")), 10);
    ck_assert_int_eq(json_integer_value(json_object_get(counts, "reviews")), 14);
    ck_assert_str_eq(json_string_value(json_object_get(links, "claim_positions")), "/v1/claims/{claim}/positions");
    ck_assert_str_eq(json_string_value(json_object_get(links, "import")), "/v1/import");
    ck_assert_ptr_null(json_object_get(links, "actor_create"));
}
END_TEST

static void send_topic(const char *topic, int64_t claims)
{
    row_text(&row, topic);
    row_count(&row, claims);
    row_send(&row, &fixture, 0);
}

START_TEST(topics_page_by_name)
{
    fixture_begin(&fixture, "topic_list");
    fixture_query(&fixture, "limit=2");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_str_eq(fixture.plan.queries[0].values[0], "3");
    send_topic("energy", 3);
    send_topic("troops", 1);
    send_topic("war", 5);
    fixture_finish(&fixture);
    const json_t *json = fixture_json(&fixture);
    const json_t *data = json_object_get(json, "data");
    ck_assert_uint_eq(json_array_size(data), 2);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(data, 1), "topic")), "troops");
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(data, 0), "claims")), 3);
    char query[256];
    snprintf(query, sizeof query, "cursor=%s", json_string_value(json_object_get(json, "next")));
    fixture_end(&fixture);
    fixture_begin(&fixture, "topic_list");
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_str_eq(fixture.plan.queries[0].values[0], "troops");
    ck_assert_str_eq(fixture.plan.queries[0].values[1], "51");
}
END_TEST

Suite *handlers_health_suite(void)
{
    Suite *suite = suite_create("handlers/health");
    TCase *tests = tcase_create("health, index, topics");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, alive_without_a_database);
    tcase_add_test(tests, ready_at_the_same_migration);
    tcase_add_test(tests, metrics_are_the_engines);
    tcase_add_test(tests, not_ready_before_it);
    tcase_add_test(tests, not_ready_past_it);
    tcase_add_test(tests, not_ready_without_any);
    tcase_add_test(tests, not_ready_without_an_answer);
    tcase_add_test(tests, the_index_counts_and_links);
    tcase_add_test(tests, topics_page_by_name);
    suite_add_tcase(suite, tests);
    return suite;
}
