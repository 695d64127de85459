/* handlers/list and page: statements, pages and their links. */
#include "handlers/list.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "handlers/cursor.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

static struct fixture fixture;
static struct made_row row;

static void begin(void)
{
    row.count = 0;
    fixture_begin(&fixture, "actor_list");
}

static void end(void)
{
    fixture_end(&fixture);
}

/* An actor as the statement selects it: the sort keys, then the record. */
static void send_actor(int number)
{
    char ref[16];
    snprintf(ref, sizeof ref, "actor-%d", number);
    struct identity id = identity_of_ref(RECORD_ACTOR, ref, strlen(ref));
    char *copy = arena_text(fixture.call.arena, ref);
    row_count(&row, 1000 - number);
    row_identity(&row, &id);
    row_identity(&row, &id);
    row_text(&row, copy);
    row_integer(&row, 1);
    row_count(&row, 1000 - number);
    row_count(&row, 1000 - number);
    row_text(&row, "Name");
    row_text(&row, "state");
    row_empty_array(&row);
    for (int i = 0; i < 4; i++) { /* country, part_of, owned_by, description */
        row_null(&row);
    }
    row_empty_array(&row);
    row_null(&row);
    row_text(&row, "\001{}");
    row_send(&row, &fixture, 0);
}

START_TEST(first_page)
{
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 1);
    const struct query *query = &fixture.plan.queries[0];
    ck_assert_ptr_nonnull(strstr(query->sql, "FROM actor t ORDER BY t.created_at DESC, t.id DESC LIMIT 51"));
    ck_assert_ptr_null(strstr(query->sql, "OFFSET"));
    ck_assert_int_eq(query->count, 0);
}
END_TEST

START_TEST(no_rows)
{
    fixture_plan(&fixture);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert_str_eq(fixture.reply.body.data, "{\"data\":[],\"next\":null}\n");
    ck_assert_ptr_null(fixture_header(&fixture, "Link"));
}
END_TEST

START_TEST(a_full_page_that_is_the_last)
{
    fixture_query(&fixture, "limit=2");
    fixture_plan(&fixture);
    send_actor(1);
    send_actor(2);
    fixture_finish(&fixture);
    const json_t *json = fixture_json(&fixture);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), 2);
    ck_assert(json_is_null(json_object_get(json, "next")));
    ck_assert_ptr_null(fixture_header(&fixture, "Link"));
}
END_TEST

START_TEST(the_next_page_begins_behind_the_last_row_shown)
{
    fixture_query(&fixture, "limit=2");
    fixture_plan(&fixture);
    send_actor(1);
    send_actor(2);
    send_actor(3);
    fixture_finish(&fixture);
    const json_t *json = fixture_json(&fixture);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), 2);
    const char *next = json_string_value(json_object_get(json, "next"));
    ck_assert_ptr_nonnull(next);
    char query[256];
    snprintf(query, sizeof query, "</v1/actors?limit=2&cursor=%s>; rel=\"next\"", next);
    ck_assert_str_eq(fixture_header(&fixture, "Link"), query);
    snprintf(query, sizeof query, "cursor=%s&limit=3", next);
    fixture_end(&fixture);
    fixture_begin(&fixture, "actor_list");
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    const struct query *statement = &fixture.plan.queries[0];
    ck_assert_ptr_nonnull(strstr(statement->sql, "WHERE (t.created_at, t.id) < ($1::timestamptz, $2::uuid)"));
    ck_assert_ptr_nonnull(strstr(statement->sql, "LIMIT 11"));
    char id[IDENTITY_TEXT];
    struct identity second = identity_of_ref(RECORD_ACTOR, "actor-2", 7);
    identity_format(&second, id);
    ck_assert_str_eq(statement->values[0], "2000-01-01T00:00:00.000998Z");
    ck_assert_str_eq(statement->values[1], id);
    ck_assert_int_eq(statement->count, 2);
}
END_TEST

START_TEST(cursors_of_others)
{
    fixture_query(&fixture, "cursor=nonsense");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 400);
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "type")), "/problems/invalid-cursor");
}
END_TEST

/* A checksum is no secret: what is in a forged cursor must not reach the database unread. */
START_TEST(forged_keys)
{
    static const struct cursor forged[] = {
        {{"'; DROP TABLE actor", "0191f8b0-0000-7000-8000-000000000000"}},
        {{"2024-10-21T00:00:00Z", "x"}},
        {{NULL, "0191f8b0-0000-7000-8000-000000000000"}},
        {{"2024-10-21T00:00:00Z", NULL}},
    };
    char query[512];
    snprintf(query, sizeof query, "cursor=%s", cursor_write(&fixture.call, &forged[_i]));
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 400);
}
END_TEST

START_TEST(one_statement_per_shape)
{
    fixture_plan(&fixture);
    char *first = arena_text(fixture.call.arena, fixture.plan.queries[0].sql);
    fixture_plan(&fixture);
    ck_assert_str_eq(fixture.plan.queries[0].sql, first);
}
END_TEST

Suite *handlers_list_suite(void)
{
    Suite *suite = suite_create("handlers/list");
    TCase *tests = tcase_create("list");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, first_page);
    tcase_add_test(tests, no_rows);
    tcase_add_test(tests, a_full_page_that_is_the_last);
    tcase_add_test(tests, the_next_page_begins_behind_the_last_row_shown);
    tcase_add_test(tests, cursors_of_others);
    tcase_add_loop_test(tests, forged_keys, 0, 4);
    tcase_add_test(tests, one_statement_per_shape);
    suite_add_tcase(suite, tests);
    return suite;
}
