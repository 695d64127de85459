/* handlers/map: what is wrong with a map, and what rows become by one. */
#include "handlers/map.h"

#include <check.h>
#include <string.h>

#include "handlers/document.h"
#include "tests/unit/suites.h"

static struct arena *arena;
static struct faults faults;

static void begin(void)
{
    arena = arena_new();
    faults_init(&faults, arena);
}

static void end(void)
{
    arena_free(arena);
}

/* Written with apostrophes for quotation marks. */
static json_t *read_map(const char *text)
{
    char *quoted = arena_text(arena, text);
    for (char *at = quoted; (at = strchr(at, '\'')) != NULL;) {
        *at = '"';
    }
    return map_read(quoted, strlen(quoted), arena, &faults);
}

static const struct {
    const char *text;
    const char *pointer; /* of the only fault */
    const char *code;
} faulty[] = {
    {"{", "", "truncated"},
    {"{}", "/records", "required"},
    {"{'records': []}", "/records", "required"},
    {"{'records': 5}", "/records", "required"},
    {"{'records': [5]}", NULL, NULL},
    {"{'records': [{'type': 'opinion', 'fields': {}}]}", "/records/0/type", "not_in_vocabulary"},
    {"{'records': [{'fields': {}}]}", "/records/0/type", "required"},
    {"{'records': [{'type': 'claim'}]}", "/records/0/fields", "required"},
    {"{'records': [{'type': 'claim', 'fields': {}, 'x': 1}]}", "/records/0/x", "unknown_field"},
    {"{'records': [{'type': 'claim', 'fields': {}, 'if': 1}]}", "/records/0/if", "wrong_type"},
    {"{'records': [{'type': 'claim', 'fields': {'name': 'N'}}]}", "/records/0/fields/name", "unknown_field"},
    {"{'records': [{'type': 'claim', 'fields': {'text': null}}]}", "/records/0/fields/text", "wrong_type"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'column': 1}}}]}", "/records/0/fields/text/column",
     "wrong_type"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'column': 'a', 'slug': 'b'}}}]}", "/records/0/fields/text",
     "conflicting_fields"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'column': 'a', 'x': 'b'}}}]}", "/records/0/fields/text/x",
     "unknown_field"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'slug': 'a-{b'}}}]}", "/records/0/fields/text/slug",
     "malformed"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'text': 'a-{}'}}}]}", "/records/0/fields/text/text",
     "malformed"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'text': 'a}'}}}]}", "/records/0/fields/text/text",
     "malformed"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'column': 'a', 'cut': 0}}}]}", "/records/0/fields/text/cut",
     "out_of_range"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'first': []}}}]}", "/records/0/fields/text/first",
     "wrong_type"},
    {"{'records': [{'type': 'claim', 'fields': {'text': {'column': 'a', 'values': {'y/n': []}}}}]}",
     "/records/0/fields/text/values/y~1n", "wrong_type"},
    {"{'records': [{'type': 'claim', 'fields': {'topics': ['a', {'column': 'b', 'otherwise': {}}]}}]}",
     "/records/0/fields/topics/1/otherwise", "wrong_type"},
    {"{'delimiter': 'x', 'records': [{'type': 'claim', 'fields': {}}]}", "/delimiter", "not_in_vocabulary"},
    {"{'columns': 'x', 'records': [{'type': 'claim', 'fields': {}}]}", "/columns", "unknown_field"},
    {"no-such-map", NULL, "not_in_vocabulary"},
};

START_TEST(faults_have_pointers)
{
    ck_assert_ptr_null(read_map(faulty[_i].text));
    if (faulty[_i].code != NULL) {
        ck_assert_uint_eq(faults.count, 1);
        ck_assert_str_eq(faults.list[0].code, faulty[_i].code);
        ck_assert_pstr_eq(faults.list[0].pointer, faulty[_i].pointer);
    } else {
        ck_assert_uint_gt(faults.count, 0);
    }
}
END_TEST

START_TEST(those_that_come_along_are_in_order)
{
    ck_assert_uint_ge(shipped_maps_count, 6);
    for (size_t i = 0; i < shipped_maps_count; i++) {
        json_t *map = read_map(shipped_maps[i].name);
        ck_assert_msg(map != NULL, "%s: %s %s", shipped_maps[i].name, faults.list[0].pointer, faults.list[0].detail);
        json_decref(map);
    }
}
END_TEST

/* Cells a, b and c of one row. */
static const char *made(const char *text, const char *const cells[static 3], size_t number)
{
    static struct buffer buffer;
    struct buffer row_text;
    size_t ends[3];
    buffer_free(&buffer);
    buffer_init(&buffer, 10000);
    buffer_init(&row_text, 10000);
    for (size_t i = 0; i < 3; i++) {
        buffer_text(&row_text, cells[i]);
        ends[i] = row_text.length;
    }
    const struct map_columns columns = {.names = {"a", "b", "c"}, .count = 3};
    const struct csv_row row = {.line = 2, .text = row_text.data, .ends = ends, .count = 3};
    json_t *map = read_map(text);
    ck_assert_ptr_nonnull(map);
    const struct record *record;
    json_t *body = map_record(map, number, &columns, &row, arena, &record);
    if (body != NULL) {
        document_write(&buffer, body, arena);
    } else {
        buffer_text(&buffer, "nothing");
    }
    json_decref(body);
    json_decref(map);
    buffer_free(&row_text);
    return buffer.data;
}

#define MAP(fields) \
    "{'records': [{'type': 'stance', 'fields': {" fields "}}, {'type': 'claim', 'if': 'b', 'fields': {}}]}"

static const struct {
    const char *map;
    const char *cells[3];
    const char *body;
} rows[] = {
    {MAP("'venue': 'V', 'confidence': 5"), {"", "", ""}, "{\"confidence\":5,\"venue\":\"V\"}"},
    {MAP("'venue': {'column': 'a'}"), {" x\ty\x01z ", "", ""}, "{\"venue\":\"x yz\"}"},
    {MAP("'venue': {'column': 'a'}"), {" ", "", ""}, "{}"},
    {MAP("'venue': {'column': 'a', 'otherwise': 'O'}"), {"", "", ""}, "{\"venue\":\"O\"}"},
    {MAP("'venue': {'column': 'a', 'cut': 2}"),
     {"\xC3\xA9\xC3\xA9\xC3\xA9", "", ""},
     "{\"venue\":\"\xC3\xA9\xC3\xA9\"}"},
    {MAP("'venue': {'first': ['a', 'b', 'c']}"), {"", "B", "C"}, "{\"venue\":\"B\"}"},
    {MAP("'venue': {'text': '<{a}-{b}>'}"), {"A", "", ""}, "{\"venue\":\"<A->\"}"},
    {MAP("'venue': {'text': '<{a}-{b}>'}"), {"", "", "C"}, "{}"},
    {MAP("'position': {'column': 'a', 'values': {'yes': 'affirm'}}"), {"yes", "", ""}, "{\"position\":\"affirm\"}"},
    {MAP("'position': {'column': 'a', 'values': {'yes': 'affirm'}}"),
     {"perhaps", "", ""},
     "{\"position\":\"perhaps\"}"},
    {MAP("'position': {'column': 'a', 'values': {'yes': 'affirm'}, 'otherwise': 'report'}"),
     {"perhaps", "", ""},
     "{\"position\":\"report\"}"},
    {MAP("'position': {'column': 'a', 'values': {'': 'decline'}}"), {"", "", ""}, "{\"position\":\"decline\"}"},
    {MAP("'degree': {'column': 'a'}, 'confidence': {'column': 'b'}"),
     {"0.5", "90", ""},
     "{\"confidence\":90,\"degree\":0.5}"},
    {MAP("'degree': {'column': 'a'}"), {"high", "", ""}, "{\"degree\":\"high\"}"},
    {MAP("'ref': {'slug': 'un-{a}'}"), {"United Kingdom", "", ""}, "{\"ref\":\"un-united-kingdom\"}"},
    {MAP("'ref': {'slug': '{a}'}"), {"-- A,b.C --", "", ""}, "{\"ref\":\"a-b-c\"}"},
    {MAP("'attributes': {'x': {'column': 'a'}, 'y': {'z': {'column': 'b'}}}"),
     {"1", "", ""},
     "{\"attributes\":{\"x\":\"1\"}}"},
    {MAP("'attributes': {'x': {'column': 'a'}}"), {"", "", ""}, "{}"},
};

START_TEST(cells_become_values)
{
    ck_assert_str_eq(made(rows[_i].map, rows[_i].cells, 0), rows[_i].body);
}
END_TEST

START_TEST(slugs_that_lose_something_are_told_apart)
{
    static const char map[] = MAP("'ref': {'slug': '{a}'}");
    const char *first = arena_text(arena, made(map, (const char *const[]){"C\xC3\xB4te", "", ""}, 0));
    const char *second = arena_text(arena, made(map, (const char *const[]){"C\xC3\xA9te", "", ""}, 0));
    ck_assert_str_ne(first, second);
    ck_assert_int_eq(strncmp(first, "{\"ref\":\"c-te-", 13), 0);
    char longer[301];
    memset(longer, 'x', sizeof longer - 1);
    longer[300] = '\0';
    first = arena_text(arena, made(map, (const char *const[]){longer, "", ""}, 0));
    longer[299] = 'y';
    second = arena_text(arena, made(map, (const char *const[]){longer, "", ""}, 0));
    ck_assert_str_ne(first, second);
    ck_assert_uint_le(strlen(first), SLUG_MOST + 9 + strlen("{\"ref\":\"\"}"));
    const char *korean = made(map, (const char *const[]){"\xEB\xB6\x81\xED\x95\x9C", "", ""}, 0);
    ck_assert_uint_eq(strlen(korean), 8 + strlen("{\"ref\":\"\"}"));
}
END_TEST

START_TEST(only_where_there_is_something)
{
    ck_assert_str_eq(made(MAP(""), (const char *const[]){"", " ", ""}, 1), "nothing");
    ck_assert_str_eq(made(MAP(""), (const char *const[]){"", "x", ""}, 1), "{}");
}
END_TEST

START_TEST(columns_that_are_missing)
{
    const struct map_columns columns = {.names = {"a"}, .count = 1};
    json_t *map = read_map(MAP("'ref': {'slug': '{a}-{d}'}, 'venue': {'first': ['a', 'e']}, 'quote': {'column': 'f'}"));
    map_check_columns(map, &columns, arena, &faults);
    ck_assert_uint_eq(faults.count, 4); /* and b, of the second record's `if` */
    ck_assert_str_eq(faults.list[0].pointer, "/d");
    ck_assert_str_eq(faults.list[3].pointer, "/b");
    json_decref(map);
}
END_TEST

Suite *handlers_map_suite(void)
{
    Suite *suite = suite_create("handlers/map");
    TCase *tests = tcase_create("map");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, faults_have_pointers, 0, sizeof faulty / sizeof *faulty);
    tcase_add_test(tests, those_that_come_along_are_in_order);
    tcase_add_loop_test(tests, cells_become_values, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tests, slugs_that_lose_something_are_told_apart);
    tcase_add_test(tests, only_where_there_is_something);
    tcase_add_test(tests, columns_that_are_missing);
    suite_add_tcase(suite, tests);
    return suite;
}
