/* Ids and refs. */
#include "schema/identity.h"

#include <string.h>

#include "schema/moment.h"
#include "tests/unit/suites.h"

static const char *text_of(struct identity identity)
{
    static char text[IDENTITY_TEXT];
    identity_format(&identity, text);
    return text;
}

START_TEST(test_text_form)
{
    static const struct {
        const char *given;
        const char *canonical; /* NULL: refused */
    } cases[] = {
        {"0191f8b0-0000-7000-8000-000000000000", "0191f8b0-0000-7000-8000-000000000000"},
        {"0123ABCD-EF01-2345-6789-abcdefABCDEF", "0123abcd-ef01-2345-6789-abcdefabcdef"},
        {"ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        {"", NULL},
        {"0191f8b000007000800000000000000000", NULL},
        {"0191f8b0-0000-7000-8000-00000000000", NULL},
        {"0191f8b0-0000-7000-8000-0000000000000", NULL},
        {"0191f8b0-0000-7000-80000-00000000000", NULL},
        {"0191f8b0_0000-7000-8000-000000000000", NULL},
        {"0191f8bg-0000-7000-8000-000000000000", NULL},
        {"{191f8b0-0000-7000-8000-00000000000}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct identity identity;
        bool valid = identity_parse(cases[i].given, strlen(cases[i].given), &identity);
        ck_assert_msg(valid == (cases[i].canonical != NULL), "%s", cases[i].given);
        if (valid) {
            ck_assert_str_eq(text_of(identity), cases[i].canonical);
        }
    }
}
END_TEST

START_TEST(test_refs_and_slugs)
{
    static const struct {
        const char *text;
        bool slug;
        bool ref;
    } cases[] = {
        {"a", true, true},
        {"0", true, true},
        {"dprk-troops-12000", true, true},
        {"a.b_c-d", true, true},
        {"a-", true, true},
        {"0191f8b0-0000-7000-8000-000000000000", true, false}, /* would be taken for an id */
        {"0191f8b0-0000-7000-8000-00000000000", true, true},
        {"", false, false},
        {"-a", false, false},
        {".a", false, false},
        {"_a", false, false},
        {"A", false, false},
        {"a b", false, false},
        {"a/b", false, false},
        {"a:b", false, false},
        {"a\n", false, false},
        {"\xC3\xA9", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].text);
        ck_assert_msg(slug_valid(cases[i].text, length) == cases[i].slug, "slug %s", cases[i].text);
        ck_assert_msg(ref_valid(cases[i].text, length) == cases[i].ref, "ref %s", cases[i].text);
    }
    char longest[REF_MOST + 1];
    memset(longest, 'a', sizeof longest);
    ck_assert(ref_valid(longest, REF_MOST) && slug_valid(longest, REF_MOST));
    ck_assert(!ref_valid(longest, REF_MOST + 1) && !slug_valid(longest, REF_MOST + 1));
}
END_TEST

/* These were computed apart from this code. They must never change: every id that was ever given out hangs on them. */
START_TEST(test_derived_ids_stay_what_they_are)
{
    char longest[REF_MOST];
    memset(longest, 'a', sizeof longest);
    ck_assert_str_eq(text_of(identity_of_ref(RECORD_ACTOR, "north-korea", 11)), "9c581bcf-f450-5317-b62d-62c9b58257a0");
    ck_assert_str_eq(text_of(identity_of_ref(RECORD_CLAIM, "north-korea", 11)), "caf40aa5-171a-56df-b12c-b123f173cf13");
    ck_assert_str_eq(text_of(identity_of_ref(RECORD_SOURCE, "x", 1)), "d25e33f3-0dbd-5d68-ae7f-77abe232dc7d");
    ck_assert_str_eq(text_of(identity_of_ref(RECORD_ACTOR, longest, REF_MOST)), "ad865016-b8fa-5f83-ba93-82d0fae702c1");
    ck_assert_str_eq(text_of(identity_of_content(RECORD_ACTOR, "{}", 2)), "febe32e6-87b5-5014-93ae-7ecdfb21c6ef");
    char content[1000];
    memset(content, 'x', sizeof content);
    ck_assert_str_eq(text_of(identity_of_content(RECORD_ACTOR, content, sizeof content)),
                     "f8cf4337-16b4-5eb5-bcf1-d57135b2e46c");
}
END_TEST

START_TEST(test_resolve_takes_ids_and_refs)
{
    struct identity identity;
    memset(&identity, 7, sizeof identity);
    ck_assert(!identity_resolve(RECORD_ACTOR, "Not a ref", 9, &identity));
    ck_assert_int_eq(identity.bytes[0], 7); /* untouched */
    ck_assert(identity_resolve(RECORD_ACTOR, "north-korea", 11, &identity));
    ck_assert_str_eq(text_of(identity), "9c581bcf-f450-5317-b62d-62c9b58257a0");
    ck_assert(identity_resolve(RECORD_ACTOR, "0191F8B0-0000-7000-8000-000000000000", 36, &identity));
    ck_assert_str_eq(text_of(identity), "0191f8b0-0000-7000-8000-000000000000");
}
END_TEST

START_TEST(test_new_ids_grow_and_tell_the_time)
{
    int64_t now = INT64_C(1729468800123456);
    struct identity last = identity_new(now);
    ck_assert_int_eq(last.bytes[6] >> 4, 7);
    ck_assert_int_eq(last.bytes[8] >> 6, 2);
    ck_assert(memcmp(text_of(last), "0192ac5f", 8) == 0); /* the time's upper 32 bits */
    for (int i = 0; i < 100000; i++) {
        /* more in a millisecond than its counter holds, and a clock that steps back */
        struct identity next = identity_new(now + i / 30000 * 1000 - i / 50000 * 5000);
        ck_assert_msg(memcmp(&last, &next, sizeof next) < 0, "id %d is not behind the one before", i);
        ck_assert(next.bytes[6] >> 4 == 7 && next.bytes[8] >> 6 == 2);
        last = next;
    }
}
END_TEST

Suite *schema_identity_suite(void)
{
    Suite *suite = suite_create("schema/identity");
    TCase *tests = tcase_create("identity");
    tcase_add_test(tests, test_text_form);
    tcase_add_test(tests, test_refs_and_slugs);
    tcase_add_test(tests, test_derived_ids_stay_what_they_are);
    tcase_add_test(tests, test_resolve_takes_ids_and_refs);
    tcase_add_test(tests, test_new_ids_grow_and_tell_the_time);
    suite_add_tcase(suite, tests);
    return suite;
}
