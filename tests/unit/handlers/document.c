/* handlers/document: one text for one content. */
#include "handlers/document.h"

#include <check.h>

#include "tests/unit/suites.h"

static struct arena *arena;
static struct buffer text;

static void begin(void)
{
    arena = arena_new();
    buffer_init(&text, 4096);
}

static void end(void)
{
    buffer_free(&text);
    arena_free(arena);
}

static const char *written(const char *json)
{
    json_t *document = json_loads(json, JSON_DECODE_ANY, NULL);
    ck_assert_ptr_nonnull(document);
    buffer_clear(&text);
    document_write(&text, document, arena);
    json_decref(document);
    return text.data;
}

START_TEST(members_come_by_name)
{
    ck_assert_str_eq(written("{\"b\": 1, \"a\": {\"z\": [], \"y\": {}}, \"B\": null}"),
                     "{\"B\":null,\"a\":{\"y\":{},\"z\":[]},\"b\":1}");
    ck_assert_str_eq(written("{\"a\": {\"y\": {}, \"z\": []}, \"B\": null, \"b\": 1}"),
                     "{\"B\":null,\"a\":{\"y\":{},\"z\":[]},\"b\":1}");
}
END_TEST

START_TEST(arrays_keep_their_order)
{
    ck_assert_str_eq(written("[3, 1, \"2\", true, false]"), "[3,1,\"2\",true,false]");
}
END_TEST

START_TEST(numbers_are_short)
{
    ck_assert_str_eq(written("[0.1, 1e2, 100.0, -9007199254740993, 1.5e300]"),
                     "[0.1,100,100,-9007199254740993,1.5e+300]");
}
END_TEST

START_TEST(text_is_escaped_where_it_must_be)
{
    ck_assert_str_eq(written("\"\\u00e9 \\\" \\\\ \\n \\u0001\""), "\"\xc3\xa9 \\\" \\\\ \\n \\u0001\"");
}
END_TEST

Suite *handlers_document_suite(void)
{
    Suite *suite = suite_create("handlers/document");
    TCase *tests = tcase_create("document");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, members_come_by_name);
    tcase_add_test(tests, arrays_keep_their_order);
    tcase_add_test(tests, numbers_are_short);
    tcase_add_test(tests, text_is_escaped_where_it_must_be);
    suite_add_tcase(suite, tests);
    return suite;
}
