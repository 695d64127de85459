/* handlers/import: lines in, arrays out, whatever the pieces in which they arrive. */
#include <check.h>
#include <string.h>

#include "handlers/sql.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/handlers/rows.h"
#include "tests/unit/suites.h"

#define GUARD "INSERT INTO change"

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

static void begin(void)
{
    row.count = 0;
    fixture_begin(&fixture, "import");
}

static void end(void)
{
    fixture_end(&fixture);
}

static void begin_again(void)
{
    end();
    begin();
}

static enum plan_outcome plan(const char *text)
{
    fixture_body(&fixture, text);
    return fixture_plan(&fixture);
}

static const char *value(int index)
{
    return fixture_statement(&fixture, GUARD)->values[index];
}

static const char file[] = "{\"type\": \"stance\", \"claim\": \"troops\", \"actor\": \"ministry\", \"position\": "
                           "\"deny\", \"source\": \"elsewhere\"}\n"
                           "\n"
                           "{\"type\":\"actor\",\"ref\":\"ministry\",\"name\":\"\xec\x99\xb8\xeb\xac\xb4\xec\x84\xb1\","
                           "\"kind\":\"government_body\","
                           "\"part_of\":\"north\"}\r\n"
                           "  \t\r\n"
                           "{\"type\":\"actor\",\"ref\":\"north\",\"name\":\"North\",\"kind\":\"state\"}\n"
                           "{\"type\":\"claim\",\"ref\":\"troops\",\"text\":\"T\",\"about\":[\"north\",\"somebody\"]}";

START_TEST(a_file)
{
    ck_assert_int_eq(plan(file), PLAN_RUN);
    ck_assert_str_eq(value(LINES), "{1,3,5,6}");
    ck_assert_str_eq(value(KINDS), "{\"stance\",\"actor\",\"actor\",\"claim\"}");
    ck_assert_str_eq(value(REFS), "{NULL,\"ministry\",\"north\",\"troops\"}");
    ck_assert_str_eq(value(MODES), "{\"put\",\"put\",\"put\",\"put\"}");
    ck_assert_ptr_null(strstr(value(DOCUMENTS), "type"));
}
END_TEST

START_TEST(only_references_to_others_are_asked_for)
{
    plan(file);
    ck_assert_str_eq(value(REFERENCE_LINES), "{1,6}");
    ck_assert_str_eq(value(REFERENCE_POINTERS), "{\"/source\",\"/about/1\"}");
    ck_assert_str_eq(value(REFERENCE_KINDS), "{\"source\",\"actor\"}");
}
END_TEST

START_TEST(tables_in_the_order_of_references)
{
    plan(file);
    int last = fixture_statement_index(&fixture, GUARD);
    static const struct record *const order[] = {&record_actor, &record_claim, &record_stance};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        for (const char *const *projection = sql_of(order[i])->projections; *projection != NULL; projection++) {
            ck_assert_ptr_eq(fixture.plan.queries[++last].sql, *projection);
        }
    }
    ck_assert_int_eq(last, fixture.plan.count - 1);
    ck_assert_int_eq(fixture_statement_index(&fixture, "stanced/part_of"), 0);
}
END_TEST

START_TEST(cut_anywhere)
{
    char *whole[QUERY_VALUES];
    struct arena *arena = arena_new();
    plan(file);
    const struct query *query = fixture_statement(&fixture, GUARD);
    int count = query->count;
    for (int i = 0; i < count; i++) {
        whole[i] = query->values[i] == NULL ? NULL : arena_text(arena, query->values[i]);
    }
    size_t length = strlen(file);
    for (size_t cut = 1; cut < length; cut++) {
        begin_again();
        fixture_pieces(&fixture, file, cut, cut);
        fixture_pieces(&fixture, file + cut, length - cut, length);
        ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
        for (int i = 0; i < count; i++) {
            ck_assert_pstr_eq(value(i), whole[i]);
        }
    }
    for (size_t piece = 1; piece < 9; piece++) {
        begin_again();
        fixture_pieces(&fixture, file, length, piece);
        ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
        for (int i = 0; i < count; i++) {
            ck_assert_pstr_eq(value(i), whole[i]);
        }
    }
    arena_free(arena);
}
END_TEST

static char *ids_of(const char *text, struct arena *arena)
{
    begin_again();
    ck_assert_int_eq(plan(text), PLAN_RUN);
    return arena_text(arena, value(IDS));
}

START_TEST(content_makes_the_id)
{
    struct arena *arena = arena_new();
    char *id = ids_of("{\"type\":\"actor\",\"name\":\"N\",\"kind\":\"state\",\"attributes\":{\"a\":1,\"b\":[0.5,{}]},"
                      "\"part_of\":\"x\"}",
                      arena);
    char *other_order = ids_of(" {\"attributes\": {\"b\": [0.50, {}], \"a\": 1}, \"part_of\": \"x\", \"kind\": "
                               "\"state\", \"name\": \"\\u004e\", \"type\": \"actor\"} ",
                               arena);
    char *other_content = ids_of("{\"type\":\"actor\",\"name\":\"M\",\"kind\":\"state\"}", arena);
    char *other_kind = ids_of("{\"type\":\"claim\",\"text\":\"N\"}", arena);
    ck_assert_str_eq(id, other_order);
    ck_assert_str_ne(id, other_content);
    ck_assert_str_ne(id, other_kind);
    ck_assert_int_eq(id[16], '5'); /* a UUID of version 5 */
    arena_free(arena);
}
END_TEST

static const struct {
    const char *text;
    int status;
    const char *type;
    size_t line;
    const char *pointer;
    const char *code;
} faulty[] = {
    {"{\"type\":\"actor\",\"kind\":\"state\"}", 422, "invalid-record", 1, "/name", "required"},
    {"\n\n{\"type\":\"claim\",\"text\":5}\n", 422, "invalid-record", 3, "/text", "wrong_type"},
    {"{\"name\":\"N\",\"kind\":\"state\"}", 422, "invalid-record", 1, "/type", "required"},
    {"{\"type\":null}", 422, "invalid-record", 1, "/type", "required"},
    {"{\"type\":5}", 422, "invalid-record", 1, "/type", "wrong_type"},
    {"{\"type\":\"opinion\"}", 422, "invalid-record", 1, "/type", "not_in_vocabulary"},
    {"{\"type\":\"Actor\"}", 422, "invalid-record", 1, "/type", "not_in_vocabulary"},
    {"[]", 422, "invalid-record", 1, "", "wrong_type"},
    {"\"actor\"", 422, "invalid-record", 1, "", "wrong_type"},
    {"{\"type\":\"actor\",\"ref\":\"n\",\"name\":\"N\",\"kind\":\"state\",\"id\":\"0191f8b0-0000-7000-8000-"
     "000000000000\"}",
     422, "invalid-record", 1, "/id", "read_only"},
    {"{\"type\":\"claim\",\"text\":\"T\",\"ref\":\"c\"}\n{\"type\":\"claim\",\"text\":\"U\",\"ref\":\"c\"}", 422,
     "invalid-record", 2, "/ref", "duplicate"},
    {"{\"type\":\"claim\",\"text\":\"T\"}\n{\"text\":\"T\",\"type\":\"claim\"}", 422, "invalid-record", 2, "",
     "duplicate"},
    {"{\"type\":\"claim\",\"text\":\"T\",\"about\":[\"north\",\"NO\"]}", 422, "invalid-record", 1, "/about/1",
     "invalid_reference"},
    {"{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"claim\"", 400, "malformed-body", 2, NULL, "truncated"},
    {"{\n\"type\":\"claim\",\n\"text\":\"T\"\n}\n", 400, "malformed-body", 1, NULL, NULL},
    {"\xff", 400, "malformed-body", 1, NULL, NULL},
    {"{\"type\":\"claim\",\"type\":\"claim\",\"text\":\"T\"}", 400, "malformed-body", 1, NULL, NULL},
};

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

START_TEST(a_fault_names_its_line)
{
    ck_assert_int_eq(plan(faulty[_i].text), PLAN_REPLY);
    ck_assert_int_eq(fixture.plan.count, 0);
    ck_assert_msg(fixture.reply.status == faulty[_i].status, "%s", fixture.reply.body.data);
    const json_t *json = fixture_json(&fixture);
    ck_assert_str_eq(member(json, "type") + strlen("/problems/"), faulty[_i].type);
    const json_t *errors = json_object_get(json, "errors");
    const json_t *error = json_array_get(errors, 0);
    ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), (json_int_t)faulty[_i].line);
    if (faulty[_i].pointer != NULL) {
        ck_assert_str_eq(member(error, "pointer"), faulty[_i].pointer);
    }
    if (faulty[_i].code != NULL) {
        ck_assert_uint_eq(json_array_size(errors), 1);
        ck_assert_str_eq(member(error, "code"), faulty[_i].code);
    }
}
END_TEST

START_TEST(a_duplicate_names_both_lines)
{
    plan("{\"type\":\"claim\",\"text\":\"T\",\"ref\":\"c\"}\n\n{\"type\":\"claim\",\"text\":\"U\",\"ref\":\"c\"}");
    const json_t *error = json_array_get(json_object_get(fixture_json(&fixture), "errors"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), 3);
    ck_assert_ptr_nonnull(strstr(member(error, "detail"), "Line 1"));
}
END_TEST

START_TEST(all_faults_of_all_lines)
{
    plan("{\"type\":\"actor\"}\n{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"stance\",\"position\":\"x\"}\n");
    const json_t *errors = json_object_get(fixture_json(&fixture), "errors");
    ck_assert_uint_eq(json_array_size(errors), 5);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 4), "line")), 3);
}
END_TEST

START_TEST(a_hundred_are_listed)
{
    for (int i = 0; i < 150; i++) {
        fixture_body(&fixture, "{\"type\":\"claim\"}\n");
    }
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    const json_t *json = fixture_json(&fixture);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "errors")), FAULTS_MOST);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "errors_omitted")), 50);
}
END_TEST

START_TEST(a_line_past_1_mib)
{
    static char filler[100000];
    memset(filler, 'x', sizeof filler - 1);
    fixture_body(&fixture, "{\"type\":\"claim\",\"text\":\"T\"}\n{\"type\":\"claim\",\"text\":\"");
    for (int i = 0; i < 11; i++) {
        fixture_body(&fixture, filler);
    }
    fixture_body(&fixture, "\"}\n{\"type\":\"claim\"}\n");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 422);
    const json_t *errors = json_object_get(fixture_json(&fixture), "errors");
    ck_assert_uint_eq(json_array_size(errors), 2);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 0), "line")), 2);
    ck_assert_str_eq(member(json_array_get(errors, 0), "code"), "too_long");
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(errors, 1), "line")), 3);
}
END_TEST

START_TEST(nothing_in_it)
{
    static const char *const texts[] = {"", "\n", " \r\n\t\n"};
    ck_assert_int_eq(plan(texts[_i]), PLAN_REPLY);
    ck_assert_int_eq(fixture.plan.count, 0);
    ck_assert_int_eq(fixture.reply.status, 200);
    ck_assert_int_eq(json_integer_value(json_object_get(fixture_json(&fixture), "lines")), 0);
}
END_TEST

static void say(int line, const char *pointer, const char *code, const char *kind, int64_t count)
{
    if (line < 0) {
        row_null(&row);
    } else {
        row_integer(&row, line);
    }
    row_text(&row, pointer);
    row_text(&row, code);
    row_text(&row, kind);
    row_count(&row, count);
    row_send(&row, &fixture, fixture_statement_index(&fixture, GUARD));
}

START_TEST(the_reply_counts)
{
    plan(file);
    say(-1, NULL, "create", "actor", 1);
    say(-1, NULL, "create", "stance", 1);
    say(-1, NULL, "update", "claim", 1);
    say(-1, NULL, "none", "actor", 1);
    ck_assert_int_eq(fixture_finish(&fixture), FINISH_REPLY);
    ck_assert_int_eq(fixture.reply.status, 200);
    json_t *expected =
        json_loads("{\"lines\": 4,"
                   "\"created\": {\"actor\": 1, \"source\": 0, \"claim\": 0, \"stance\": 1, \"review\": 0},"
                   "\"updated\": {\"actor\": 0, \"source\": 0, \"claim\": 1, \"stance\": 0, \"review\": 0},"
                   "\"unchanged\": {\"actor\": 1, \"source\": 0, \"claim\": 0, \"stance\": 0, \"review\": 0}}",
                   0, NULL);
    ck_assert_ptr_nonnull(expected);
    ck_assert(json_equal(fixture_json(&fixture), expected));
    json_decref(expected);
}
END_TEST

START_TEST(what_the_database_misses)
{
    plan(file);
    say(1, "/source", "unknown_reference", "source", 1);
    say(6, "/about/1", "unknown_reference", "actor", 1);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 422);
    const json_t *json = fixture_json(&fixture);
    ck_assert_str_eq(member(json, "type"), "/problems/unknown-reference");
    const json_t *error = json_array_get(json_object_get(json, "errors"), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), 6);
    ck_assert_str_eq(member(error, "pointer"), "/about/1");
}
END_TEST

START_TEST(again_after_a_race)
{
    plan(file);
    char *ids = arena_text(fixture.call.arena, value(IDS));
    char *references = arena_text(fixture.call.arena, value(REFERENCE_IDS));
    say(1, "/source", "unknown_reference", "source", 1); /* of an attempt that was undone */
    ck_assert_int_eq(fixture_plan_again(&fixture), PLAN_RUN);
    ck_assert_str_eq(value(IDS), ids);
    ck_assert_str_eq(value(REFERENCE_IDS), references);
    say(-1, NULL, "create", "actor", 2);
    fixture_finish(&fixture);
    ck_assert_int_eq(fixture.reply.status, 200);
}
END_TEST

Suite *handlers_import_suite(void)
{
    Suite *suite = suite_create("handlers/import");
    TCase *tests = tcase_create("import");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_file);
    tcase_add_test(tests, only_references_to_others_are_asked_for);
    tcase_add_test(tests, tables_in_the_order_of_references);
    tcase_add_test(tests, cut_anywhere);
    tcase_add_test(tests, content_makes_the_id);
    tcase_add_loop_test(tests, a_fault_names_its_line, 0, sizeof faulty / sizeof *faulty);
    tcase_add_test(tests, a_duplicate_names_both_lines);
    tcase_add_test(tests, all_faults_of_all_lines);
    tcase_add_test(tests, a_hundred_are_listed);
    tcase_add_test(tests, a_line_past_1_mib);
    tcase_add_loop_test(tests, nothing_in_it, 0, 3);
    tcase_add_test(tests, the_reply_counts);
    tcase_add_test(tests, what_the_database_misses);
    tcase_add_test(tests, again_after_a_race);
    suite_add_tcase(suite, tests);
    return suite;
}
