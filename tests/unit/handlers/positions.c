/* handlers/positions: rows in, one JSON object per actor out. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "schema/vocabulary.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

#define QUERY_CLAIM 0

static int query_stances; /* in the plan */
static struct fixture fixture;
static struct made_row row;

static void begin_with(const char *query)
{
    row.count = 0;
    fixture_begin(&fixture, "claim_positions");
    fixture.call.path[0] = "troops";
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    query_stances = fixture_statement_index(&fixture, "RECURSIVE taken");
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

/* A stance of `actor`, who speaks for `top`. */
static void send_voice(const char *top, const char *ref, const char *actor, const char *position, const char *stated_at,
                       const char *quote, const char *source)
{
    struct identity id = identity_of_ref(RECORD_STANCE, ref, strlen(ref));
    named(RECORD_ACTOR, top, top);
    named(RECORD_ACTOR, actor, actor);
    row_identity(&row, &id);
    row_text(&row, position);
    row_moment(&row, stated_at);
    if (quote == NULL) {
        row_null(&row);
        row_null(&row);
    } else {
        row_number(&row, 0.5);
        row_text(&row, "reject");
    }
    row_text(&row, quote);
    row_null(&row);
    row_null(&row);
    named(RECORD_ACTOR, quote == NULL ? NULL : "speaker", "Speaker");
    named(RECORD_ACTOR, NULL, NULL);
    named(RECORD_SOURCE, source, "Title");
    named(RECORD_SOURCE, NULL, NULL);
    row_null(&row);
    row_null(&row);
    row_send(&row, &fixture, query_stances);
}

static void send_stance(const char *ref, const char *actor, const char *position, const char *stated_at,
                        const char *quote, const char *source)
{
    send_voice(actor, ref, actor, position, stated_at, quote, source);
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
    ck_assert_str_eq(fixture.plan.queries[query_stances].values[0], id_of(RECORD_CLAIM, "troops"));
    ck_assert_int_eq(fixture.plan.queries[query_stances].count, 1);
    end();
    begin_with("actor=north,south&topics=troops&known_at=2024-10-21");
    static const char *const fragments[] = {"t.claim_id = $", "t.actor_id = ANY", "about.topics && $", "c.at <= $",
                                            "later.version"};
    for (size_t i = 0; i < sizeof fragments / sizeof *fragments; i++) {
        ck_assert_ptr_nonnull(strstr(fixture.plan.queries[query_stances].sql, fragments[i]));
    }
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
        ck_assert_str_eq(fixture.plan.queries[query_stances].values[1], dates[i].value);
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
    assert_json(
        finished(),
        arena_format(
            fixture.call.arena,
            "{\"claim\": {\"id\": \"%s\", \"ref\": \"troops\", \"text\": \"They \\\"went\\\".\"},"
            "\"counts\": {\"affirm\": 0, \"deny\": 0, \"question\": 0, \"decline\": 0, \"unable_to_verify\": 0,"
            " \"report\": 0, \"retract\": 0},"
            "\"votes\": 0, \"non_votes\": 0, \"shares\": null, \"contested\": false, \"undated\": 0, \"data\": [],"
            "\"next\": null}",
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

/* Voices, who speak for "north" and "russia". */
static void send_voices(void)
{
    send_claim();
    send_voice("north", "s1", "agency", "affirm", "2025-04-28", NULL, NULL);
    send_voice("north", "s2", "mission", "deny", "2024-10-21", NULL, NULL);
    send_voice("russia", "s3", "embassy", "report", "2024-10-21", NULL, NULL);
    send_voice("russia", "s4", "kremlin", "deny", "2024-10-01", NULL, NULL);
    send_voice("russia", "s5", "kremlin", "decline", "2024-10-21", NULL, NULL);
    send_voice("south", "s6", "south", "affirm", "2024-10-18", NULL, NULL);
}

START_TEST(voices_that_differ_are_not_rolled_up)
{
    end();
    begin_with("level=top");
    send_voices();
    const json_t *json = finished();
    ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), 3);
    const json_t *north = row_of(json, "north");
    ck_assert(json_is_null(json_object_get(north, "position")));
    ck_assert(json_is_true(json_object_get(north, "divided")));
    ck_assert_uint_eq(json_array_size(json_object_get(north, "voices")), 2);
    const json_t *russia = row_of(json, "russia");
    ck_assert_str_eq(json_string_value(json_object_get(russia, "position")), "decline");
    ck_assert(json_is_false(json_object_get(russia, "divided")));
    ck_assert_int_eq(json_integer_value(json_object_get(russia, "voice_count")), 2);
    const json_t *kremlin = json_array_get(json_object_get(russia, "voices"), 1);
    assert_json(json_object_get(kremlin, "last_vote"), "{\"position\": \"deny\", \"stated_at\": \"2024-10-01\"}");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "divided")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "votes")), 1);
    ck_assert(json_is_true(json_object_get(json, "contested")));
    assert_json(json_object_get(json, "shares"), "{\"affirm\": 1, \"deny\": 0}");
}
END_TEST

START_TEST(more_voices_than_are_listed)
{
    end();
    begin_with("level=top");
    send_claim();
    for (int i = 0; i < 150; i++) {
        const char *name = arena_format(fixture.call.arena, "voice-%03d", i);
        send_voice("crowd", name, name, i == 149 ? "deny" : "affirm", "2024-10-21", NULL, NULL);
    }
    const json_t *crowd = row_of(finished(), "crowd");
    ck_assert(json_is_true(json_object_get(crowd, "divided"))); /* by the last one, who is not listed */
    ck_assert_int_eq(json_integer_value(json_object_get(crowd, "voice_count")), 150);
    ck_assert_uint_eq(json_array_size(json_object_get(crowd, "voices")), 100);
}
END_TEST

START_TEST(pages_hold_rows_and_the_head_all)
{
    end();
    begin_with("limit=2");
    for (int page = 0; page < 2; page++) {
        send_claim();
        send_stance("s1", "agency", "report", "2024-10-18", NULL, NULL);
        send_stance("s2", "north", "deny", "2024-10-21", NULL, NULL);
        send_stance("s3", "south", "affirm", "2024-10-21", NULL, NULL);
        const json_t *json = finished();
        ck_assert_int_eq(json_integer_value(json_object_get(json, "votes")), 2);
        ck_assert_uint_eq(json_array_size(json_object_get(json, "data")), page == 0 ? 2 : 1);
        ck_assert_ptr_nonnull(row_of(json, page == 0 ? "north" : "south"));
        const char *next = json_string_value(json_object_get(json, "next"));
        ck_assert_int_eq(next == NULL, page == 1);
        if (page == 0) {
            char query[512];
            snprintf(query, sizeof query, "limit=2&cursor=%s", next);
            end();
            begin_with(query);
        }
    }
}
END_TEST

START_TEST(as_csv)
{
    end();
    begin_with("format=csv&level=top");
    send_voices();
    fixture_finish(&fixture);
    const char *body = fixture.reply.body.data;
    const char *names = "actor_id,actor_ref,actor_name,position,stated_at,ambiguous,last_vote_position,";
    ck_assert_int_eq(strncmp(body, names, strlen(names)), 0);
    size_t commas = 0;
    size_t lines = 0;
    bool quoted = false;
    size_t first = 0;
    for (const char *at = body; *at != '\0'; at++) {
        quoted = quoted != (*at == '"');
        commas += !quoted && *at == ',';
        if (!quoted && *at == '\n') {
            first = lines++ == 0 ? commas : first;
            ck_assert_uint_eq(commas, first); /* every line has as many cells as there are names */
            commas = 0;
        }
    }
    ck_assert_uint_eq(lines, 4);
    ck_assert_ptr_nonnull(strstr(body, ",north,north,,,false,,,,"));
    ck_assert_ptr_nonnull(strstr(body, "\"\"position\"\":\"\"decline\"\""));
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
    tcase_add_test(tests, voices_that_differ_are_not_rolled_up);
    tcase_add_test(tests, more_voices_than_are_listed);
    tcase_add_test(tests, pages_hold_rows_and_the_head_all);
    tcase_add_test(tests, as_csv);
    tcase_add_test(tests, planned_twice);
    suite_add_tcase(suite, tests);
    return suite;
}
