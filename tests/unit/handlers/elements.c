/* handlers/elements: items out of JSON documents, whatever the pieces in which they arrive. */
#include "handlers/elements.h"

#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct elements elements;
static struct buffer taken;

static void take(void *context, size_t number, const char *text, size_t length)
{
    (void)context;
    buffer_format(&taken, "%zu:%.*s|", number, text == NULL ? 8 : (int)length, text == NULL ? "too long" : text);
}

static const char *split(const char *text, size_t piece)
{
    elements_init(&elements, 60);
    buffer_free(&taken);
    buffer_init(&taken, 10000);
    for (size_t at = 0; at < strlen(text); at += piece) {
        size_t left = strlen(text) - at;
        elements_feed(&elements, text + at, left < piece ? left : piece, take, NULL);
    }
    elements_end(&elements, take, NULL);
    elements_free(&elements);
    buffer_text(&taken, "");
    return taken.data == NULL ? "" : taken.data;
}

static const struct {
    const char *text, *items;
} cases[] = {
    {"", ""},
    {" \n ", ""},
    {"{}", "1:{}|"},
    {" {\"a\": [1, 2]} ", "1:{\"a\": [1, 2]}|"},
    {"[]", ""},
    {"[{\"a\": 1}, {\"b\": [2, {}]} ]", "1:{\"a\": 1}|2:{\"b\": [2, {}]} |"},
    {"[1,\"x,]\\\",\"]", "1:1|2:\"x,]\\\",\"|"},
    {"{\"@context\": \"c\", \"@graph\": [{}, {\"@graph\": [3]}], \"z\": 1}", "1:{}|2:{\"@graph\": [3]}|"},
    {"{\"dataFeedElement\": [ {\"x\": \"}\"} ]}", "1:{\"x\": \"}\"} |"},
    {"{\"a\": {\"@graph\": [1, 2]}}", "1:{\"a\": {\"@graph\": [1, 2]}}|"},
    {"{\"@graph\": {\"a\": 1}}", "1:{\"@graph\": {\"a\": 1}}|"},
    {"{\"@graph\": []}", ""},
    {"{\"a\":1}\n{\"b\":2}", "1:{\"a\":1}|2:{\"b\":2}|"},
    {"[{\"a\": 1}", "1:{\"a\": 1}|2:[|"},
    {"{\"a\": ", "1:{\"a\": |2:[|"},
    {"[1]]", "1:1|2:]|"},
    {"x", "1:x|"},
    {"[\"0123456789012345678901234567890123456789012345678901234567890\", 2]", "1:too long|2:2|"},
};

START_TEST(items_come_out)
{
    for (size_t piece = 1; piece < 80; piece++) {
        ck_assert_str_eq(split(cases[_i].text, piece), cases[_i].items);
    }
}
END_TEST

Suite *handlers_elements_suite(void)
{
    Suite *suite = suite_create("handlers/elements");
    TCase *tests = tcase_create("elements");
    tcase_add_loop_test(tests, items_come_out, 0, sizeof cases / sizeof *cases);
    suite_add_tcase(suite, tests);
    return suite;
}
