/* handlers/write: from a body to statements, and from their rows to a reply. */
#include "handlers/write.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "handlers/sql.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

/* Values of the guard, by position. */
enum {
    LINES,
    KINDS,
    IDS,
    REFS,
    DOCUMENTS,
    MODES,
    REFERENCE_LINES,
    REFERENCE_POINTERS,
    REFERENCE_KINDS,
    REFERENCE_IDS,
    PARENTS
};

static struct fixture fixture;
static struct made_row row;

static void end(void)
{
    fixture_end(&fixture);
}

static enum plan_outcome plan(const char *endpoint, const char *name, const char *body)
{
    row.count = 0;
    fixture_begin(&fixture, endpoint);
    fixture.call.path[0] = name;
    fixture_body(&fixture, body);
    return fixture_plan(&fixture);
}

static const char *value(int index)
{
    return fixture_statement(&fixture, GUARD)->values[index];
}

static char *array_of_id(enum record_kind kind, const char *ref)
{
    char text[IDENTITY_TEXT];
    struct identity id = identity_of_ref(kind, ref, strlen(ref));
    identity_format(&id, text);
    return arena_format(fixture.call.arena, "{\"%s\"}", text);
}

static void say(const char *pointer, const char *code, const char *kind)
{
    row_send_verdict(&row, &fixture, pointer, code, kind);
}

START_TEST(put_under_a_ref)
{
    ck_assert_int_eq(plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"North\"}"), PLAN_RUN);
    ck_assert_str_eq(value(LINES), "{0}");
    ck_assert_str_eq(value(KINDS), "{\"actor\"}");
    ck_assert_str_eq(value(IDS), array_of_id(RECORD_ACTOR, "north"));
    ck_assert_str_eq(value(REFS), "{\"north\"}");
    ck_assert_str_eq(value(MODES), "{\"put\"}");
    ck_assert_str_eq(value(REFERENCE_IDS), "{}");
    ck_assert_ptr_nonnull(strstr(value(DOCUMENTS), "\\\"name\\\":\\\"North\\\""));
    ck_assert_ptr_null(strstr(value(DOCUMENTS), "\\\"ref\\\""));
}
END_TEST

START_TEST(the_guard_then_the_tables_then_the_record)
{
    plan("claim_replace", "troops", "{\"text\": \"T\"}");
    int at = fixture_statement_index(&fixture, GUARD);
    ck_assert_int_eq(at, 0);
    const char *const *projection = sql_of(&record_claim)->projections;
    for (at++; *projection != NULL; at++, projection++) {
        ck_assert_ptr_eq(fixture.plan.queries[at].sql, *projection);
        ck_assert_int_eq(fixture.plan.queries[at].count, 0);
    }
    ck_assert_ptr_eq(fixture.plan.queries[at].sql, sql_of(&record_claim)->read);
    ck_assert_int_eq(at, fixture.plan.count - 1);
}
END_TEST

START_TEST(post_with_a_ref)
{
    ck_assert_int_eq(plan("actor_create", NULL, "{\"ref\": \"north\", \"kind\": \"state\", \"name\": \"N\"}"),
                     PLAN_RUN);
    ck_assert_str_eq(value(IDS), array_of_id(RECORD_ACTOR, "north"));
    ck_assert_str_eq(value(REFS), "{\"north\"}");
    ck_assert_str_eq(value(MODES), "{\"create\"}");
}
END_TEST

START_TEST(post_without_a_ref)
{
    ck_assert_int_eq(plan("actor_create", NULL, "{\"kind\": \"state\", \"name\": \"N\"}"), PLAN_RUN);
    ck_assert_str_eq(value(REFS), "{NULL}");
    ck_assert_int_eq(value(IDS)[16], '7'); /* a UUID of version 7 */
    char *first = arena_text(fixture.call.arena, value(IDS));
    fixture_plan_again(&fixture);
    ck_assert_str_ne(value(IDS), first);
}
END_TEST

START_TEST(put_under_an_id)
{
    ck_assert_int_eq(
        plan("actor_replace", "0191f8b0-0000-7000-8000-000000000000", "{\"kind\": \"state\", \"name\": \"N\"}"),
        PLAN_RUN);
    ck_assert_str_eq(value(IDS), "{\"0191f8b0-0000-7000-8000-000000000000\"}");
    ck_assert_str_eq(value(REFS), "{NULL}");
    ck_assert_str_eq(value(MODES), "{\"replace\"}");
}
END_TEST

START_TEST(references_are_looked_up_by_id)
{
    ck_assert_int_eq(
        plan("stance_create", NULL,
             "{\"claim\": \"troops\", \"actor\": \"0191F8B0-0000-7000-8000-000000000000\", \"position\": \"deny\"}"),
        PLAN_RUN);
    ck_assert_str_eq(value(REFERENCE_LINES), "{0,0}");
    ck_assert_str_eq(value(REFERENCE_POINTERS), "{\"/claim\",\"/actor\"}");
    ck_assert_str_eq(value(REFERENCE_KINDS), "{\"claim\",\"actor\"}");
    ck_assert_ptr_nonnull(strstr(value(REFERENCE_IDS), "0191f8b0-0000-7000-8000-000000000000"));
    ck_assert_str_eq(value(PARENTS), "{}");
}
END_TEST

START_TEST(a_record_may_name_itself)
{
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"N\", \"owned_by\": \"north\"}");
    ck_assert_str_eq(value(REFERENCE_IDS), "{}");
}
END_TEST

START_TEST(who_changes_part_of_takes_a_lock)
{
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"N\", \"part_of\": \"earth\"}");
    ck_assert_int_eq(fixture_statement_index(&fixture, "pg_advisory_xact_lock"), 0);
    ck_assert_int_eq(fixture_statement_index(&fixture, GUARD), 1);
    ck_assert_ptr_nonnull(strstr(value(PARENTS), "\":\""));
    fixture_end(&fixture);
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"N\"}");
    ck_assert_int_eq(fixture_statement_index(&fixture, GUARD), 0);
    ck_assert_ptr_nonnull(strstr(value(PARENTS), "\":null"));
}
END_TEST

START_TEST(after_a_lost_race_one_by_one)
{
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"N\", \"part_of\": \"earth\"}");
    int statements = fixture.plan.count;
    say("/part_of", "unknown_reference", "actor"); /* of an attempt that was undone */
    ck_assert_int_eq(fixture_plan_again(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, statements + 1);
    say(NULL, "create", "actor");
    row_send_actor(&row, &fixture, "north", 1);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 201);
}
END_TEST

START_TEST(created)
{
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"North\"}");
    say(NULL, "create", "actor");
    row_send_actor(&row, &fixture, "north", 1);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 201);
    ck_assert_str_eq(fixture_header(&fixture, "Location"), "/v1/actors/north");
    ck_assert_str_eq(json_string_value(json_object_get(fixture_json(&fixture), "name")), "North");
}
END_TEST

START_TEST(updated_or_unchanged)
{
    static const char *const outcomes[] = {"update", "none"};
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"North\"}");
    say(NULL, outcomes[_i], "actor");
    row_send_actor(&row, &fixture, "north", 2);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert_ptr_null(fixture_header(&fixture, "Location"));
    ck_assert_int_eq(json_integer_value(json_object_get(fixture_json(&fixture), "version")), 2);
}
END_TEST

START_TEST(taken)
{
    plan("actor_create", NULL, "{\"ref\": \"north\", \"kind\": \"state\", \"name\": \"N\"}");
    say("/ref", "ref_taken", "actor");
    row_send_actor(&row, &fixture, "north", 1); /* that of the other */
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 409);
    ck_assert_str_eq(fixture_header(&fixture, "Location"), "/v1/actors/north");
    ck_assert_ptr_null(json_object_get(fixture_json(&fixture), "name"));
}
END_TEST

START_TEST(refused_by_the_guard)
{
    plan("actor_replace", "north", "{\"kind\": \"state\", \"name\": \"N\", \"part_of\": \"earth\"}");
    say("/part_of", "unknown_reference", "actor");
    row_send_actor(&row, &fixture, "north", 4); /* as it was before, and stays */
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 422);
    ck_assert(fixture_has_fault(&fixture, "unknown-reference", "/part_of", "unknown_reference"));
    ck_assert_ptr_null(json_object_get(fixture.json, "name"));
}
END_TEST

static const struct {
    const char *endpoint;
    const char *name;
    const char *body;
    int status;
    const char *type;
    const char *pointer;
    const char *code;
} refusals[] = {
    {"actor_create", NULL, "{\"id\": \"0191f8b0-0000-7000-8000-000000000000\", \"kind\": \"state\", \"name\": \"N\"}",
     422, "invalid-record", "/id", "read_only"},
    {"actor_replace", "north",
     "{\"id\": \"0191f8b0-0000-7000-8000-000000000000\", \"kind\": \"state\", \"name\": \"N\"}", 422, "invalid-record",
     "/id", "immutable"},
    {"actor_replace", "north", "{\"ref\": \"south\", \"kind\": \"state\", \"name\": \"N\"}", 422, "invalid-record",
     "/ref", "immutable"},
    {"actor_replace", "0191f8b0-0000-7000-8000-000000000000",
     "{\"ref\": \"south\", \"kind\": \"state\", \"name\": \"N\"}", 422, "invalid-record", "/ref", "immutable"},
    {"actor_replace", "north", "{\"kind\": \"state\"}", 422, "invalid-record", "/name", "required"},
    {"actor_replace", "North", "{\"kind\": \"state\", \"name\": \"N\"}", 404, "not-found", NULL, NULL},
    {"actor_create", NULL, "", 400, "malformed-body", NULL, NULL},
    {"actor_create", NULL, "{", 400, "malformed-body", NULL, NULL},
};

START_TEST(refused_before_the_database)
{
    ck_assert_int_eq(plan(refusals[_i].endpoint, refusals[_i].name, refusals[_i].body), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, refusals[_i].status);
    if (refusals[_i].pointer != NULL) {
        ck_assert_msg(fixture_has_fault(&fixture, refusals[_i].type, refusals[_i].pointer, refusals[_i].code), "%s",
                      fixture.reply.body.data);
    }
}
END_TEST

START_TEST(its_own_names_are_accepted)
{
    char id[IDENTITY_TEXT];
    char body[200];
    struct identity north = identity_of_ref(RECORD_ACTOR, "north", 5);
    identity_format(&north, id);
    snprintf(body, sizeof body,
             "{\"id\": \"%s\", \"ref\": \"north\", \"version\": 3, \"created_at\": \"x\", \"kind\": \"state\", "
             "\"name\": \"N\"}",
             id);
    ck_assert_int_eq(plan("actor_replace", "north", body), PLAN_RUN);
    fixture_end(&fixture);
    ck_assert_int_eq(plan("actor_replace", id, body), PLAN_RUN);
    ck_assert_str_eq(value(MODES), "{\"replace\"}");
}
END_TEST

/* The prototype of the statement never follows from what was sent. */
START_TEST(one_statement_for_all)
{
    plan("actor_create", NULL, "{\"kind\": \"state\", \"name\": \"'; DROP TABLE actor; --\"}");
    const char *first = fixture_statement(&fixture, GUARD)->sql;
    fixture_end(&fixture);
    plan("review_create", NULL,
         "{\"claim\": \"c\", \"reviewer\": \"r\", \"rating_label\": \"False\", \"url\": \"https://example.org/\"}");
    ck_assert_ptr_eq(fixture_statement(&fixture, GUARD)->sql, first);
}
END_TEST

Suite *handlers_write_suite(void)
{
    Suite *suite = suite_create("handlers/write");
    TCase *tests = tcase_create("write");
    tcase_add_checked_fixture(tests, NULL, end);
    tcase_add_test(tests, put_under_a_ref);
    tcase_add_test(tests, the_guard_then_the_tables_then_the_record);
    tcase_add_test(tests, post_with_a_ref);
    tcase_add_test(tests, post_without_a_ref);
    tcase_add_test(tests, put_under_an_id);
    tcase_add_test(tests, references_are_looked_up_by_id);
    tcase_add_test(tests, a_record_may_name_itself);
    tcase_add_test(tests, who_changes_part_of_takes_a_lock);
    tcase_add_test(tests, after_a_lost_race_one_by_one);
    tcase_add_test(tests, created);
    tcase_add_loop_test(tests, updated_or_unchanged, 0, 2);
    tcase_add_test(tests, taken);
    tcase_add_test(tests, refused_by_the_guard);
    tcase_add_loop_test(tests, refused_before_the_database, 0, sizeof refusals / sizeof *refusals);
    tcase_add_test(tests, its_own_names_are_accepted);
    tcase_add_test(tests, one_statement_for_all);
    suite_add_tcase(suite, tests);
    return suite;
}
