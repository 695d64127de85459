/* schema/merge_patch: the table of RFC 7396, appendix A, and what is nested. */
#include "schema/merge_patch.h"

#include <check.h>

#include "tests/unit/suites.h"

static const struct {
    const char *target, *patch, *result;
} cases[] = {
    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
    {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
    {"[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]"},
    {"{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]"},
    {"{\"a\":\"foo\"}", "null", "null"},
    {"{\"a\":\"foo\"}", "\"bar\"", "\"bar\""},
    {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
    {"[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}"},
    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
    /* nulls in arrays are values */
    {"{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"b\":[null,{\"x\":null}]}}", "{\"a\":{\"b\":[null,{\"x\":null}],\"c\":2}}"},
};

START_TEST(as_in_the_rfc)
{
    json_t *target = json_loads(cases[_i].target, JSON_DECODE_ANY, NULL);
    json_t *patch = json_loads(cases[_i].patch, JSON_DECODE_ANY, NULL);
    json_t *before = json_deep_copy(patch);
    json_t *expected = json_loads(cases[_i].result, JSON_DECODE_ANY, NULL);
    json_t *result = merge_patch(target, patch);
    ck_assert_msg(json_equal(result, expected), "case %d: %s", _i, json_dumps(result, JSON_ENCODE_ANY));
    ck_assert_msg(json_equal(patch, before), "the patch was changed");
    json_decref(result);
    json_decref(expected);
    json_decref(before);
    json_decref(patch);
}
END_TEST

START_TEST(onto_nothing)
{
    json_t *patch = json_loads("{\"a\":{\"b\":null,\"c\":1}}", 0, NULL);
    json_t *result = merge_patch(NULL, patch);
    ck_assert_uint_eq(json_object_size(json_object_get(result, "a")), 1);
    json_decref(result);
    json_decref(patch);
}
END_TEST

/* What is made is nobody else's: to change it changes neither the patch nor what the target was made from. */
START_TEST(nothing_is_shared)
{
    json_t *patch = json_loads("{\"a\":{\"b\":[1]}}", 0, NULL);
    json_t *result = merge_patch(json_object(), patch);
    json_array_append_new(json_object_get(json_object_get(result, "a"), "b"), json_integer(2));
    ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(patch, "a"), "b")), 1);
    json_decref(result);
    json_decref(patch);
}
END_TEST

Suite *schema_merge_patch_suite(void)
{
    Suite *suite = suite_create("schema/merge_patch");
    TCase *tests = tcase_create("merge_patch");
    tcase_add_loop_test(tests, as_in_the_rfc, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tests, onto_nothing);
    tcase_add_test(tests, nothing_is_shared);
    suite_add_tcase(suite, tests);
    return suite;
}
