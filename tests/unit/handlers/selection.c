/* handlers/selection, order and shape: parts, orders and the statements of a page. */
#include "handlers/selection.h"

#include <check.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

static struct fixture fixture;

static void begin(void)
{
    fixture_begin(&fixture, "stance_list");
}

static void end(void)
{
    fixture_end(&fixture);
}

/* Statements are counted without the one that asks for plans that know the values. */
static int first(void)
{
    return strncmp(fixture.plan.queries[0].sql, "SELECT set_config(", 18) == 0;
}

static int count(void)
{
    return fixture.plan.count - first();
}

static const struct query *query_at(int query)
{
    return &fixture.plan.queries[first() + query];
}

static bool has(int query, const char *fragment)
{
    return strstr(query_at(query)->sql, fragment) != NULL;
}

/* With the cursor that stands behind `key` and an id. */
static enum plan_outcome plan_after(const char *query, const char *key)
{
    fixture_query(&fixture, query);
    const char *cursor = cursor_write(&fixture.call, &(struct cursor){{key, "0191f8b0-0000-7000-8000-000000000000"}});
    const char *whole = arena_format(fixture.call.arena, "%s&cursor=%s", query, cursor);
    fixture_query(&fixture, whole);
    return fixture_plan(&fixture);
}

START_TEST(values_come_before_nulls)
{
    fixture_query(&fixture, "sort=-stated_at");
    fixture_plan(&fixture);
    ck_assert_int_eq(count(), 2);
    ck_assert(has(0, "WHERE t.stated_at IS NOT NULL ORDER BY t.stated_at DESC, t.id DESC LIMIT 51"));
    ck_assert(has(1, "WHERE t.stated_at IS NULL ORDER BY t.stated_at DESC, t.id DESC LIMIT 51"));
}
END_TEST

START_TEST(one_part_where_every_row_has_a_value)
{
    fixture_query(&fixture, "sort=position");
    fixture_plan(&fixture);
    ck_assert_int_eq(count(), 1);
    ck_assert(has(0, "FROM stance t ORDER BY t.position COLLATE \"C\", t.id LIMIT 51"));
}
END_TEST

START_TEST(behind_a_value)
{
    ck_assert_int_eq(plan_after("sort=stated_at", "2024-10-21T00:00:00Z"), PLAN_RUN);
    ck_assert_int_eq(count(), 2);
    ck_assert(has(0, "WHERE t.stated_at IS NOT NULL AND (t.stated_at, t.id) > ($1::timestamp with time zone, $2::uuid) "
                     "ORDER BY t.stated_at, t.id"));
    ck_assert(has(1, "WHERE t.stated_at IS NULL ORDER BY"));
    ck_assert_int_eq(query_at(1)->count, 0);
}
END_TEST

START_TEST(behind_a_null)
{
    ck_assert_int_eq(plan_after("sort=-stated_at&actor=x", NULL), PLAN_RUN);
    ck_assert_int_eq(count(), 1);
    ck_assert(has(0, "WHERE t.stated_at IS NULL AND t.id < $1::uuid AND t.actor_id = $2::uuid ORDER BY"));
}
END_TEST

static const struct {
    const char *query;
    const char *key;
} forged[] = {
    {"sort=stated_at", "yesterday"},
    {"sort=position", NULL},
    {"sort=confidence", "1e1"},
    {"sort=confidence", "1.5"},
    {"sort=confidence", "99999999999"},
    {"sort=degree", "1e-400"},
    {"sort=degree", "nan"},
    {"sort=degree", ""},
};

START_TEST(keys_that_are_none)
{
    ck_assert_int_eq(plan_after(forged[_i].query, forged[_i].key), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 400);
}
END_TEST

START_TEST(long_texts_sort_by_their_beginning)
{
    fixture_end(&fixture);
    fixture_begin(&fixture, "source_list");
    fixture_query(&fixture, "sort=-title");
    fixture_plan(&fixture);
    ck_assert(has(0, "SELECT left(t.title, 300) COLLATE \"C\", t.id, "));
    ck_assert(has(0, "ORDER BY left(t.title, 300) COLLATE \"C\" DESC, t.id DESC"));
}
END_TEST

START_TEST(few_sizes_of_statements)
{
    static const struct {
        const char *query, *limit;
    } sizes[] = {{"limit=1", " LIMIT 11"},     {"limit=10", " LIMIT 11"},    {"limit=11", " LIMIT 51"},
                 {"limit=50", " LIMIT 51"},    {"limit=51", " LIMIT 101"},   {"limit=200", " LIMIT 201"},
                 {"limit=501", " LIMIT 1001"}, {"limit=1000", " LIMIT 1001"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fixture_query(&fixture, sizes[i].query);
        fixture_plan(&fixture);
        const char *sql = query_at(0)->sql;
        ck_assert_str_eq(sql + strlen(sql) - strlen(sizes[i].limit), sizes[i].limit);
    }
}
END_TEST

static const struct {
    const char *query;
    enum lane lane;
} lanes[] = {
    {"", LANE_READ},
    {"actor=x", LANE_READ},
    {"actor=x&venue=y&sort=-stated_at", LANE_READ},
    {"updated_at.gte=2024-10-21&sort=updated_at", LANE_READ},
    {"q=word", LANE_READ},
    {"count=estimated", LANE_READ},
    {"venue=y", LANE_SLOW},
    {"actor.not=x", LANE_SLOW},
    {"actor=x&sort=venue", LANE_SLOW},
    {"sort=position", LANE_SLOW},
    {"limit=201", LANE_SLOW},
    {"count=exact", LANE_SLOW},
};

START_TEST(what_may_take_long_has_a_lane_of_its_own)
{
    fixture.call.lane = fixture.call.endpoint->lane;
    fixture_query(&fixture, lanes[_i].query);
    fixture_plan(&fixture);
    ck_assert_int_eq(fixture.call.lane, lanes[_i].lane);
}
END_TEST

START_TEST(expansion_is_one_statement_a_field)
{
    fixture_query(&fixture, "actor=x&expand=claim,speaker&sort=stated_at");
    fixture_plan(&fixture);
    ck_assert_int_eq(count(), 4);
    ck_assert(has(0, "FROM claim t WHERE t.id IN (SELECT p.key FROM ((SELECT t.claim_id AS key FROM stance t WHERE "
                     "t.stated_at IS NOT NULL AND t.actor_id = $1::uuid"));
    ck_assert(has(0, ") UNION ALL (SELECT t.claim_id AS key FROM stance t WHERE t.stated_at IS NULL"));
    ck_assert(has(1, "FROM actor t WHERE t.id IN (SELECT p.key FROM ((SELECT t.speaker_id AS key FROM stance t"));
    ck_assert_int_eq(query_at(0)->count, 2);
}
END_TEST

START_TEST(expansion_of_lists)
{
    fixture_end(&fixture);
    fixture_begin(&fixture, "claim_list");
    fixture_query(&fixture, "expand=about&fields=about,text");
    fixture_plan(&fixture);
    ck_assert_int_eq(count(), 2);
    ck_assert(has(0,
                  "FROM actor t WHERE t.id IN (SELECT l.target_id FROM claim_about l WHERE l.claim_id IN (SELECT p.key "
                  "FROM ((SELECT t.id AS key FROM claim t ORDER BY t.created_at DESC, t.id DESC LIMIT 51)) p))"));
    fixture_query(&fixture, "expand=about&fields=text");
    fixture_plan(&fixture);
    ck_assert_int_eq(count(), 1); /* it would not be shown */
}
END_TEST

START_TEST(filters_are_planned_for_their_values)
{
    fixture_query(&fixture, "sort=-stated_at&limit=5&expand=actor");
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 0);       /* there are none */
    fixture_query(&fixture, "claim=x"); /* one index leads to any claim's stances in their order */
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 0);
    fixture_query(&fixture, "claim=x&position=deny");
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 1);
    fixture_query(&fixture, "actor=x");
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 1);
    fixture_query(&fixture, "claim=x,y");
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 1);
    fixture_query(&fixture, "claim=x&sort=stated_at");
    fixture_plan(&fixture);
    ck_assert_int_eq(first(), 1);
    ck_assert_str_eq(fixture.plan.queries[0].sql, "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)");
    static const char text[] = "force_custom_plan";
    struct cell cell = {text, sizeof text - 1};
    fixture.call.endpoint->row(&fixture.call, 0, &(struct row){&cell, 1}, &fixture.reply);
    fixture_finish(&fixture);
    ck_assert_str_eq(fixture.reply.body.data, "{\"data\":[],\"next\":null}\n");
}
END_TEST

START_TEST(counts)
{
    fixture_query(&fixture, "count=exact&actor=x");
    fixture_plan(&fixture);
    ck_assert_str_eq(query_at(0)->sql, "SELECT count(*) FROM stance t WHERE t.actor_id = $1::uuid");
    fixture_query(&fixture, "count=estimated");
    fixture_plan(&fixture);
    ck_assert_str_eq(query_at(0)->sql, "EXPLAIN (FORMAT JSON) SELECT FROM stance t");
    static const char plan[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Plan Rows\": 1234}}]";
    struct cell cell = {plan, sizeof plan - 1};
    fixture.call.endpoint->row(&fixture.call, 0, &(struct row){&cell, 1}, &fixture.reply);
    fixture_finish(&fixture);
    ck_assert_str_eq(fixture.reply.body.data, "{\"data\":[],\"next\":null,\"total\":1234}\n");
}
END_TEST

Suite *handlers_selection_suite(void)
{
    Suite *suite = suite_create("handlers/selection");
    TCase *tests = tcase_create("selection");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, values_come_before_nulls);
    tcase_add_test(tests, one_part_where_every_row_has_a_value);
    tcase_add_test(tests, behind_a_value);
    tcase_add_test(tests, behind_a_null);
    tcase_add_loop_test(tests, keys_that_are_none, 0, sizeof forged / sizeof *forged);
    tcase_add_test(tests, long_texts_sort_by_their_beginning);
    tcase_add_test(tests, few_sizes_of_statements);
    tcase_add_loop_test(tests, what_may_take_long_has_a_lane_of_its_own, 0, sizeof lanes / sizeof *lanes);
    tcase_add_test(tests, expansion_is_one_statement_a_field);
    tcase_add_test(tests, expansion_of_lists);
    tcase_add_test(tests, filters_are_planned_for_their_values);
    tcase_add_test(tests, counts);
    suite_add_tcase(suite, tests);
    return suite;
}
