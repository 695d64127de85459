/* handlers/cursor: opaque, tied to its list, and nothing that somebody made up. */
#include "handlers/cursor.h"

#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

static const struct endpoint actors = {.path = "/v1/actors"};
static const struct endpoint claims = {.path = "/v1/claims"};

static struct call call;

static void begin(void)
{
    call = (struct call){.endpoint = &actors, .arena = arena_new()};
}

static void end(void)
{
    arena_free(call.arena);
}

static const struct cursor sample = {{"2024-10-21T00:00:00Z", "0191f8b0-0000-7000-8000-000000000000"}};

static void set(const struct argument *arguments, size_t count)
{
    call.arguments = arguments;
    call.argument_count = count;
}

START_TEST(there_and_back)
{
    static const struct cursor cursors[] = {
        {{"a", "b"}},  {{"", ""}},     {{NULL, "b"}},
        {{"a", NULL}}, {{NULL, NULL}}, {{"\xea\xb9\x80", "a long one, with = & ?"}},
    };
    for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
        const char *text = cursor_write(&call, &cursors[i]);
        ck_assert_uint_eq(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                          strlen(text));
        struct cursor back;
        ck_assert(cursor_read(&call, text, &back));
        for (int key = 0; key < CURSOR_KEYS; key++) {
            ck_assert_pstr_eq(back.keys[key], cursors[i].keys[key]);
        }
    }
}
END_TEST

START_TEST(any_change_is_noticed)
{
    char *text = cursor_write(&call, &sample);
    struct cursor back = {{"untouched", NULL}};
    for (size_t i = 0; text[i] != '\0'; i++) {
        for (const char *other = "Aa0-_z=%\xff"; *other != '\0'; other++) {
            char was = text[i];
            text[i] = *other;
            ck_assert_msg(was == *other || !cursor_read(&call, text, &back), "%s", text);
            text[i] = was;
        }
    }
    for (size_t length = strlen(text); length-- > 0;) {
        text[length] = '\0';
        ck_assert_msg(!cursor_read(&call, text, &back), "%s", text);
    }
    ck_assert_str_eq(back.keys[0], "untouched");
}
END_TEST

START_TEST(nonsense_is_refused)
{
    static const char *const nonsense[] = {
        "", "A", "AAAA", "AAAAAAAAAAAAAAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    struct cursor back;
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        ck_assert_msg(!cursor_read(&call, nonsense[i], &back), "%s", nonsense[i]);
    }
    char huge[6000];
    memset(huge, 'A', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    ck_assert(!cursor_read(&call, huge, &back));
    const char *longer = arena_format(call.arena, "%sA", cursor_write(&call, &sample));
    ck_assert(!cursor_read(&call, longer, &back));
}
END_TEST

START_TEST(it_belongs_to_one_list)
{
    static const struct argument north[] = {{"actor", "north", 5}};
    static const struct argument south[] = {{"actor", "south", 5}};
    static const struct argument other[] = {{"actorn", "orth", 4}};
    set(north, 1);
    const char *text = cursor_write(&call, &sample);
    struct cursor back;
    ck_assert(cursor_read(&call, text, &back));
    set(south, 1);
    ck_assert(!cursor_read(&call, text, &back));
    set(other, 1);
    ck_assert(!cursor_read(&call, text, &back));
    set(NULL, 0);
    ck_assert(!cursor_read(&call, text, &back));
    set(north, 1);
    call.endpoint = &claims;
    ck_assert(!cursor_read(&call, text, &back));
    call.endpoint = &actors;
    call.path[0] = "x";
    ck_assert(!cursor_read(&call, text, &back));
}
END_TEST

START_TEST(page_size_and_order_of_arguments_may_change)
{
    static const struct argument first[] = {{"limit", "1", 1}, {"actor", "north", 5}, {"position", "deny", 4}};
    static const struct argument second[] = {
        {"position", "deny", 4}, {"cursor", "x", 1}, {"actor", "north", 5}, {"limit", "50", 2}};
    set(first, 3);
    const char *text = cursor_write(&call, &sample);
    struct cursor back;
    set(second, 4);
    ck_assert(cursor_read(&call, text, &back));
    ck_assert_str_eq(back.keys[1], sample.keys[1]);
}
END_TEST

Suite *handlers_cursor_suite(void)
{
    Suite *suite = suite_create("handlers/cursor");
    TCase *tests = tcase_create("cursor");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, there_and_back);
    tcase_add_test(tests, any_change_is_noticed);
    tcase_add_test(tests, nonsense_is_refused);
    tcase_add_test(tests, it_belongs_to_one_list);
    tcase_add_test(tests, page_size_and_order_of_arguments_may_change);
    suite_add_tcase(suite, tests);
    return suite;
}
