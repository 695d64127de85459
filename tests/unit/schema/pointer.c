/* JSON pointers: the escapes of RFC 6901. */
#include "schema/pointer.h"

#include "tests/unit/suites.h"

START_TEST(test_pointers)
{
    struct arena *arena = arena_new();
    struct pointer cites = {.name = "cites"};
    struct pointer third = {.up = &cites, .index = 3};
    struct pointer source = {.up = &third, .name = "source"};
    struct pointer odd = {.up = &source, .name = "a/b~c~1"};
    struct pointer empty = {.name = ""};
    ck_assert_str_eq(pointer_text(NULL, arena), "");
    ck_assert_str_eq(pointer_text(&cites, arena), "/cites");
    ck_assert_str_eq(pointer_text(&third, arena), "/cites/3");
    ck_assert_str_eq(pointer_text(&source, arena), "/cites/3/source");
    ck_assert_str_eq(pointer_text(&odd, arena), "/cites/3/source/a~1b~0c~01");
    ck_assert_str_eq(pointer_text(&empty, arena), "/");
    arena_free(arena);
}
END_TEST

Suite *schema_pointer_suite(void)
{
    Suite *suite = suite_create("schema/pointer");
    TCase *tests = tcase_create("pointer");
    tcase_add_test(tests, test_pointers);
    suite_add_tcase(suite, tests);
    return suite;
}
