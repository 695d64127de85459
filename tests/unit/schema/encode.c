/* Rows to JSON. */
#include "schema/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "schema/columns.h"
#include "tests/unit/suites.h"

static struct buffer buffer;

static void set_up(void)
{
    buffer_init(&buffer, 1 << 16);
}

static void tear_down(void)
{
    buffer_free(&buffer);
}

START_TEST(test_strings)
{
    static const struct {
        const char *text;
        size_t length;
        const char *json;
    } cases[] = {
        {"", 0, "\"\""},
        {"plain", 5, "\"plain\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"\0\x01\x1F\x7F", 4, "\"\\u0000\\u0001\\u001f\\u007f\""},
        {"\xEB\xB6\x81\xF0\x9F\x98\x80", 7, "\"\xEB\xB6\x81\xF0\x9F\x98\x80\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&buffer);
        encode_string(&buffer, cases[i].text, cases[i].length);
        ck_assert_str_eq(buffer.data, cases[i].json);
    }
}
END_TEST

START_TEST(test_numbers)
{
    static const struct {
        double number;
        const char *json;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-12.5, "-12.5"},
        {0.1, "0.1"},
        {0.30000000000000004, "0.30000000000000004"},
        {1e300, "1e+300"},
        {5e-324, "4.94065645841247e-324"},
        {999999999999999, "999999999999999"},
        {1e15, "1e+15"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {INFINITY, "null"},
        {NAN, "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&buffer);
        encode_number(&buffer, cases[i].number);
        ck_assert_str_eq(buffer.data, cases[i].json);
        ck_assert_msg(!isfinite(cases[i].number) || strtod(buffer.data, NULL) == cases[i].number, "%s", cases[i].json);
    }
}
END_TEST

START_TEST(test_times_and_ids)
{
    encode_moment(&buffer, INT64_C(1729503000000000), false);
    buffer_char(&buffer, ' ');
    encode_moment(&buffer, INT64_C(1729468800000000), true);
    buffer_char(&buffer, ' ');
    encode_identity(&buffer, &(struct identity){{0x01, 0x91, [15] = 0xFF}});
    ck_assert_str_eq(buffer.data, "\"2024-10-21T09:30:00Z\" \"2024-10-21\" \"01910000-0000-0000-0000-0000000000ff\"");
}
END_TEST

#define TEXT(text)                    \
    {                                 \
        (text), (int)sizeof(text) - 1 \
    }
#define NONE     \
    {            \
        NULL, -1 \
    }
#define ID "\x01\x91\xf8\xb0\0\0\x70\0\x80\0\0\0\0\0\0\x01"
#define ID_TEXT "\"0191f8b0-0000-7000-8000-000000000001\""
#define TIME "\0\0\0\0\0\0\0\0" /* 2000-01-01 */
#define OWN TEXT(ID), TEXT("a-ref"), TEXT("\0\0\0\2"), TEXT(TIME), TEXT("\0\0\0\0\0\0\0\1")
#define OWN_TEXT                                                                                   \
    "{\"id\":" ID_TEXT ",\"ref\":\"a-ref\",\"version\":2,\"created_at\":\"2000-01-01T00:00:00Z\"," \
    "\"updated_at\":\"2000-01-01T00:00:00.000001Z\","
#define ARRAY(type, count) "\0\0\0\1\0\0\0\0\0\0\0" type "\0\0\0" count "\0\0\0\1"

START_TEST(test_a_claim_with_everything)
{
    const struct cell cells[] = {
        OWN,
        TEXT("It \"rains\"."),
        TEXT("en"),
        TEXT(ARRAY("\x19", "\2") "\0\0\0\1a\0\0\0\2bc"),
        TEXT(ARRAY("\x0B", "\1") "\0\0\0\x10" ID),
        TEXT(TIME),
        TEXT("\1"), /* a date alone */
        TEXT(TIME),
        TEXT("\0"),
        TEXT("here"),
        TEXT(ARRAY("\x0B", "\1") "\0\0\0\x10" ID),
        TEXT(ARRAY("\x19", "\1") "\0\0\0\7entails"),
        TEXT("\1{\"a\": 1}"),
        TEXT("the next one's"),
    };
    struct row row = {cells, sizeof cells / sizeof *cells};
    int next = encode_record(&buffer, &record_claim, &row, 0);
    ck_assert_int_eq(next, columns_count(&record_claim));
    ck_assert_str_eq(buffer.data, OWN_TEXT
                     "\"text\":\"It \\\"rains\\\".\",\"language\":\"en\",\"topics\":[\"a\",\"bc\"],\"about\":[" ID_TEXT
                     "],\"event_from\":\"2000-01-01\",\"event_to\":\"2000-01-01T00:00:00Z\",\"location\":\"here\","
                     "\"relations\":[{\"claim\":" ID_TEXT ",\"relation\":\"entails\"}],\"attributes\":{\"a\":1}}");
}
END_TEST

START_TEST(test_a_stance_with_numbers)
{
    const struct cell cells[] = {
        NONE, /* the row has something else in front */
        OWN,
        TEXT(ID),
        TEXT(ID),
        TEXT("deny"),
        TEXT("\x3F\xE8\0\0\0\0\0\0"),
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        TEXT("\0\0\0\6"),
        TEXT("\0\0\0\0"),
        TEXT("\1{}"),
    };
    struct row row = {cells, sizeof cells / sizeof *cells};
    ck_assert_int_eq(encode_record(&buffer, &record_stance, &row, 1), 1 + columns_count(&record_stance));
    ck_assert_str_eq(buffer.data, OWN_TEXT
                     "\"claim\":" ID_TEXT ",\"actor\":" ID_TEXT
                     ",\"position\":\"deny\",\"degree\":0.75,\"credibility\":6,\"confidence\":0,\"attributes\":{}}");
}
END_TEST

START_TEST(test_what_has_no_value_is_left_out_but_for_arrays_and_attributes)
{
    static const char *const empty[RECORD_KINDS] = {
        [RECORD_ACTOR] = "\"aliases\":[],\"same_as\":[],\"attributes\":{}}",
        [RECORD_SOURCE] = "\"cites\":[],\"attributes\":{}}",
        [RECORD_CLAIM] = "\"topics\":[],\"about\":[],\"relations\":[],\"attributes\":{}}",
        [RECORD_STANCE] = "\"attributes\":{}}",
        [RECORD_REVIEW] = "\"attributes\":{}}",
    };
    const struct cell cells[] = {TEXT(ID), NONE, TEXT("\0\0\0\1"), TEXT(TIME), TEXT(TIME)};
    struct row row = {cells, sizeof cells / sizeof *cells}; /* what is not there counts as NULL */
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        buffer_clear(&buffer);
        ck_assert_int_eq(encode_record(&buffer, records[kind], &row, 0), columns_count(records[kind]));
        const char *rest = strstr(buffer.data, "\"updated_at\":\"2000-01-01T00:00:00Z\",");
        ck_assert_ptr_nonnull(rest);
        ck_assert_str_eq(rest + strlen("\"updated_at\":\"2000-01-01T00:00:00Z\","), empty[kind]);
        ck_assert_ptr_null(strstr(buffer.data, "\"ref\""));
    }
}
END_TEST

Suite *schema_encode_suite(void)
{
    Suite *suite = suite_create("schema/encode");
    TCase *tests = tcase_create("encode");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, test_strings);
    tcase_add_test(tests, test_numbers);
    tcase_add_test(tests, test_times_and_ids);
    tcase_add_test(tests, test_a_claim_with_everything);
    tcase_add_test(tests, test_a_stance_with_numbers);
    tcase_add_test(tests, test_what_has_no_value_is_left_out_but_for_arrays_and_attributes);
    suite_add_tcase(suite, tests);
    return suite;
}
