/* The list of codes by itself; that each can come up is tested where it does. */
#include "schema/fault_codes.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_each_is_a_word_with_a_sentence_and_there_once)
{
    ck_assert_uint_gt(fault_codes_count, 30);
    for (size_t i = 0; i < fault_codes_count; i++) {
        const struct fault_code *code = &fault_codes[i];
        ck_assert_msg(strspn(code->code, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(code->code), "%s",
                      code->code);
        ck_assert_msg(code->help[strlen(code->help) - 1] == '.', "%s", code->code);
        ck_assert_msg(code->origins != 0, "%s", code->code);
        ck_assert_ptr_eq(fault_code_named(code->code), code); /* the first of this name */
    }
    ck_assert_ptr_null(fault_code_named("no_such_code"));
    ck_assert_ptr_null(fault_code_named(""));
}
END_TEST

Suite *schema_fault_codes_suite(void)
{
    Suite *suite = suite_create("schema/fault_codes");
    TCase *tests = tcase_create("fault_codes");
    tcase_add_test(tests, test_each_is_a_word_with_a_sentence_and_there_once);
    suite_add_tcase(suite, tests);
    return suite;
}
