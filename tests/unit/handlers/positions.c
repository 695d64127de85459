/* handlers/positions: rows in, one JSON object per actor out. */
#include <check.h>
#include <string.h>

#include "schema/vocabulary.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

enum { QUERY_CLAIM, QUERY_STANCES };

static struct fixture fixture;
static struct made_row row;

static void begin_with(const char *query)
{
    row.count = 0;
    fixture_begin(&fixture, "claim_positions");
    fixture.call.path[0] = "troops";
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
}

static void begin(void)
{
    begin_with("");
}

static void end(void)
{
    fixture_end(&fixture);
}

static void named(enum record_kind kind, const char *ref, const char *label)
{
    if (ref == NULL) {
        row_null(&row);
        row_null(&row);
        row_null(&row);
        return;
    }
    struct identity id = identity_of_ref(kind, ref, strlen(ref));
    row_identity(&row, &id);
    row_text(&row, ref);
    row_text(&row, label);
}

static void send_claim(void)
{
    named(RECORD_CLAIM, "troops", "They \"went\".");
    row_send(&row, &fixture, QUERY_CLAIM);
}

static void send_stance(const char *ref, const char *actor, const char *position, const char *stated_at,
                        const char *quote, const char *source)
{
    struct identity id = identity_of_ref(RECORD_STANCE, ref, strlen(ref));
    row_identity(&row, &id);
    row_text(&row, position);
    if (quote == NULL) {
        row_null(&row);
        row_null(&row);
    } else {
        row_number(&row, 0.5);
        row_text(&row, "reject");
    }
    row_text(&row, quote);
    row_moment(&row, stated_at);
    named(RECORD_ACTOR, actor, actor);
    named(RECORD_SOURCE, source, "Title");
    named(RECORD_ACTOR, quote == NULL ? NULL : "speaker", "Speaker");
    row_send(&row, &fixture, QUERY_STANCES);
}

static const json_t *finished(void)
{
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 200);
    return fixture_json(&fixture);
}

static const char *id_of(enum record_kind kind, const char *ref)
{
    char *text = arena_alloc(fixture.call.arena, IDENTITY_TEXT);
    struct identity id = identity_of_ref(kind, ref, strlen(ref));
    identity_format(&id, text);
    return text;
}

static void assert_json(const json_t *json, const char *text)
{
    json_t *expected = json_loads(text, 0, NULL);
    ck_assert_msg(expected != NULL, "%s", text);
    if (!json_equal(json, expected)) {
        char *found = json_dumps(json, JSON_INDENT(1));
        ck_abort_msg("expected %s, found %s", text, found);
    }
    json_decref(expected);
}

START_TEST(the_statements)
{
    ck_assert_int_eq(fixture.plan.count, 2);
    ck_assert_str_eq(fixture.plan.queries[QUERY_CLAIM].values[0], id_of(RECORD_CLAIM, "troops"));
    ck_assert_str_eq(fixture.plan.queries[QUERY_STANCES].values[0], id_of(RECORD_CLAIM, "troops"));
    ck_assert_int_eq(fixture.plan.queries[QUERY_STANCES].count, 1);
}
END_TEST

START_TEST(as_of_includes_what_it_names)
{
    static const struct {
        const char *query;
        const char *value;
        const char *shown;
    } dates[] = {
        {"as_of=2024-10-21", "2024-10-21T23:59:59.999999Z", "2024-10-21"},
        {"as_of=2024-10-21T12:00:00Z", "2024-10-21T12:00:00Z", "2024-10-21T12:00:00Z"},
        {"as_of=2024-10-21T12:00:00%2B09:00", "2024-10-21T03:00:00Z", "2024-10-21T03:00:00Z"},
        {"as_of=2024-10-21T12:00:00+09:00", "2024-10-21T03:00:00Z", "2024-10-21T03:00:00Z"},
        {"as_of=9999-12-31", "9999-12-31T23:59:59.999999Z", "9999-12-31"},
    };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        end();
        begin_with(dates[i].query);
        ck_assert_str_eq(fixture.plan.queries[QUERY_STANCES].values[1], dates[i].value);
        send_claim();
        ck_assert_str_eq(json_string_value(json_object_get(finished(), "as_of")), dates[i].shown);
    }
}
END_TEST

START_TEST(no_such_claim)
{
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 404);
    end();
    fixture_begin(&fixture, "claim_positions");
    fixture.call.path[0] = "No Such";
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 404);
}
END_TEST

START_TEST(nobody_has_spoken)
{
    send_claim();
    assert_json(finished(),
                arena_format(
                    fixture.call.arena,
                    "{\"claim\": {\"id\": \"%s\", \"ref\": \"troops\", \"text\": \"They \\\"went\\\".\"},"
                    "\"counts\": {\"affirm\": 0, \"deny\": 0, \"question\": 0, \"decline\": 0, \"unable_to_verify\": 0,"
                    " \"report\": 0, \"retract\": 0},"
                    "\"votes\": 0, \"non_votes\": 0, \"contested\": false, \"undated\": 0, \"data\": []}",
                    id_of(RECORD_CLAIM, "troops")));
}
END_TEST

START_TEST(a_row_in_full)
{
    send_claim();
    send_stance("s1", "north", "deny", "2024-10-21", "no", "speech");
    const json_t *row_json = json_array_get(json_object_get(finished(), "data"), 0);
    assert_json(
        row_json,
        arena_format(fixture.call.arena,
                     "{\"actor\": {\"id\": \"%s\", \"ref\": \"north\", \"name\": \"north\"}, \"position\": \"deny\","
                     " \"stated_at\": \"2024-10-21\", \"ambiguous\": false,"
                     " \"last_vote\": {\"position\": \"deny\", \"stated_at\": \"2024-10-21\"}, \"degree\": 0.5,"
                     " \"act\": \"reject\", \"quote\": \"no\","
                     " \"speaker\": {\"id\": \"%s\", \"ref\": \"speaker\", \"name\": \"Speaker\"},"
                     " \"source\": {\"id\": \"%s\", \"ref\": \"speech\", \"title\": \"Title\"}, \"stance\": \"%s\"}",
                     id_of(RECORD_ACTOR, "north"), id_of(RECORD_ACTOR, "speaker"), id_of(RECORD_SOURCE, "speech"),
                     id_of(RECORD_STANCE, "s1")));
}
END_TEST

START_TEST(the_current_stance_is_the_one_shown)
{
    send_claim();
    send_stance("s1", "north", "deny", "2024-10-21", "never", "speech");
    send_stance("s2", "north", "decline", "2024-10-22T10:00:00Z", NULL, NULL);
    send_stance("s3", "north", "report", "2024-10-23", "they say", "article");
    const json_t *row_json = json_array_get(json_object_get(finished(), "data"), 0);
    assert_json(
        row_json,
        arena_format(fixture.call.arena,
                     "{\"actor\": {\"id\": \"%s\", \"ref\": \"north\", \"name\": \"north\"}, \"position\": \"decline\","
                     " \"stated_at\": \"2024-10-22T10:00:00Z\", \"ambiguous\": false,"
                     " \"last_vote\": {\"position\": \"deny\", \"stated_at\": \"2024-10-21\"}, \"stance\": \"%s\"}",
                     id_of(RECORD_ACTOR, "north"), id_of(RECORD_STANCE, "s2")));
}
END_TEST

static const json_t *row_of(const json_t *json, const char *actor)
{
    size_t index;
    json_t *each;
    json_array_foreach(json_object_get(json, "data"), index, each)
    {
        if (strcmp(json_string_value(json_object_get(json_object_get(each, "actor"), "ref")), actor) == 0) {
            return each;
        }
    }
    ck_abort_msg("no row of %s", actor);
    return NULL;
}

START_TEST(many_actors_are_counted)
{
    send_claim();
    send_stance("s0", "agency", "report", "2024-10-18", NULL, NULL);
    send_stance("s1", "north", "deny", "2024-10-21", NULL, NULL);
    send_stance("s2", "north", "affirm", "2024-10-21", NULL, NULL);
    send_stance("s3", "russia", "retract", "2024-10-21", NULL, NULL);
    send_stance("s4", "south", "affirm", NULL, NULL, NULL);
    send_stance("s5", "south", "deny", "2024-10-18", NULL, NULL);
    send_stance("s6", "ukraine", "affirm", NULL, NULL, NULL);
    const json_t *json = finished();
    assert_json(json_object_get(json, "counts"), "{\"affirm\": 2, \"deny\": 1, \"question\": 0, \"decline\": 0,"
                                                 " \"unable_to_verify\": 0, \"report\": 1, \"retract\": 1}");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "votes")), 3);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "non_votes")), 2);
    ck_assert(json_is_true(json_object_get(json, "contested")));
    ck_assert_int_eq(json_integer_value(json_object_get(json, "undated")), 2);
    const json_t *data = json_object_get(json, "data");
    static const char *const order[] = {"agency", "north", "russia", "south", "ukraine"};
    ck_assert_uint_eq(json_array_size(data), sizeof order / sizeof *order);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        ck_assert_ptr_eq(row_of(json, order[i]), json_array_get(data, i));
    }
    ck_assert(json_is_true(json_object_get(row_of(json, "north"), "ambiguous")));
    ck_assert(json_is_true(json_object_get(json_object_get(row_of(json, "north"), "last_vote"), "ambiguous")));
    ck_assert(json_is_false(json_object_get(row_of(json, "south"), "ambiguous")));
    ck_assert(json_is_null(json_object_get(row_of(json, "russia"), "last_vote")));
    assert_json(json_object_get(row_of(json, "ukraine"), "last_vote"), "{\"position\": \"affirm\"}");
    ck_assert_ptr_null(json_object_get(row_of(json, "ukraine"), "stated_at"));
}
END_TEST

START_TEST(as_of_leaves_out_what_has_no_time)
{
    end();
    begin_with("as_of=2024-12-31");
    send_claim();
    send_stance("s4", "south", "affirm", NULL, NULL, NULL);
    send_stance("s5", "south", "deny", "2024-10-18", NULL, NULL);
    send_stance("s6", "ukraine", "affirm", NULL, NULL, NULL);
    const json_t *json = finished();
    ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), 1);
    ck_assert_str_eq(json_string_value(json_object_get(row_of(json, "south"), "position")), "deny");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "undated")), 2);
    ck_assert(json_is_false(json_object_get(json, "contested")));
}
END_TEST

START_TEST(planned_twice)
{
    send_claim();
    send_stance("s1", "north", "deny", "2024-10-21", NULL, NULL);
    ck_assert_int_eq(fixture_plan_again(&fixture), PLAN_RUN);
    send_claim();
    send_stance("s2", "south", "affirm", "2024-10-21", NULL, NULL);
    const json_t *json = finished();
    ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "votes")), 1);
}
END_TEST

Suite *handlers_positions_suite(void)
{
    Suite *suite = suite_create("handlers/positions");
    TCase *tests = tcase_create("positions");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, the_statements);
    tcase_add_test(tests, as_of_includes_what_it_names);
    tcase_add_test(tests, no_such_claim);
    tcase_add_test(tests, nobody_has_spoken);
    tcase_add_test(tests, a_row_in_full);
    tcase_add_test(tests, the_current_stance_is_the_one_shown);
    tcase_add_test(tests, many_actors_are_counted);
    tcase_add_test(tests, as_of_leaves_out_what_has_no_time);
    tcase_add_test(tests, planned_twice);
    suite_add_tcase(suite, tests);
    return suite;
}
