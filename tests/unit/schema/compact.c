/* JSON as PostgreSQL prints it, made short. */
#include "schema/compact.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_compact)
{
    static const struct {
        const char *given;
        const char *compact;
    } cases[] = {
        {"{}", "{}"},
        {"{\"a\": 1, \"b\": [true, null]}", "{\"a\":1,\"b\":[true,null]}"},
        {"{\"a: b, \\\" c\": \"\\\\\"}", "{\"a: b, \\\" c\":\"\\\\\"}"},
        {" [ \"\xEB\xB6\x81 \" ,\n-0 ] ", "[\"\xEB\xB6\x81 \",-0]"},
        {"[9007199254740993, -9223372036854775808, 9223372036854775807]",
         "[9007199254740993,-9223372036854775808,9223372036854775807]"},
        {"[100000000000000000000]", "[1e+20]"},
        {"[0.1000, 2.50, 1.0, -0.000001]", "[0.1,2.5,1,-1e-06]"},
        {"[1e300, 0.30000000000000004]", "[1e+300,0.30000000000000004]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer;
        buffer_init(&buffer, 1000);
        compact_json(&buffer, cases[i].given, strlen(cases[i].given));
        ck_assert_str_eq(buffer.data, cases[i].compact);
        buffer_free(&buffer);
    }
}
END_TEST

/* PostgreSQL writes the numbers of jsonb out in full. */
START_TEST(test_long_numbers_come_short)
{
    char text[400] = "1";
    memset(text + 1, '0', 308);
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    compact_json(&buffer, text, 309);
    ck_assert_str_eq(buffer.data, "1e+308");
    buffer_clear(&buffer);
    memcpy(text, "0.", 2);
    memset(text + 2, '0', 323);
    text[325] = '5';
    compact_json(&buffer, text, 326);
    ck_assert_str_eq(buffer.data, "4.94065645841247e-324");
    buffer_free(&buffer);
}
END_TEST

Suite *schema_compact_suite(void)
{
    Suite *suite = suite_create("schema/compact");
    TCase *tests = tcase_create("compact");
    tcase_add_test(tests, test_compact);
    tcase_add_test(tests, test_long_numbers_come_short);
    suite_add_tcase(suite, tests);
    return suite;
}
