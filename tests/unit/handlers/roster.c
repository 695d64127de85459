/* handlers/roster: every record is found again, at the line where it was entered first. */
#include "handlers/roster.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct roster roster;

static void begin(void)
{
    roster = (struct roster){0};
}

static void end(void)
{
    roster_free(&roster);
}

static struct identity numbered(enum record_kind kind, size_t number)
{
    char ref[32];
    snprintf(ref, sizeof ref, "r%zu", number);
    return identity_of_ref(kind, ref, strlen(ref));
}

START_TEST(nobody_is_in_an_empty_one)
{
    struct identity id = numbered(RECORD_ACTOR, 1);
    ck_assert_uint_eq(roster_find(&roster, RECORD_ACTOR, &id), 0);
}
END_TEST

START_TEST(the_first_line_counts)
{
    struct identity id = numbered(RECORD_ACTOR, 1);
    ck_assert_uint_eq(roster_enter(&roster, RECORD_ACTOR, &id, 7), 0);
    ck_assert_uint_eq(roster_enter(&roster, RECORD_ACTOR, &id, 9), 7);
    ck_assert_uint_eq(roster_find(&roster, RECORD_ACTOR, &id), 7);
}
END_TEST

START_TEST(an_id_is_of_one_kind)
{
    struct identity id = numbered(RECORD_ACTOR, 1);
    roster_enter(&roster, RECORD_ACTOR, &id, 7);
    ck_assert_uint_eq(roster_find(&roster, RECORD_CLAIM, &id), 0);
    ck_assert_uint_eq(roster_enter(&roster, RECORD_CLAIM, &id, 9), 0);
    ck_assert_uint_eq(roster_find(&roster, RECORD_ACTOR, &id), 7);
}
END_TEST

START_TEST(it_grows)
{
    const size_t many = 20000;
    for (size_t i = 1; i <= many; i++) {
        struct identity id = numbered((enum record_kind)(i % RECORD_KINDS), i);
        ck_assert_uint_eq(roster_enter(&roster, (enum record_kind)(i % RECORD_KINDS), &id, i), 0);
    }
    for (size_t i = 1; i <= many; i++) {
        struct identity id = numbered((enum record_kind)(i % RECORD_KINDS), i);
        ck_assert_uint_eq(roster_find(&roster, (enum record_kind)(i % RECORD_KINDS), &id), i);
    }
    struct identity id = numbered(RECORD_ACTOR, many + 1);
    ck_assert_uint_eq(roster_find(&roster, RECORD_ACTOR, &id), 0);
}
END_TEST

Suite *handlers_roster_suite(void)
{
    Suite *suite = suite_create("handlers/roster");
    TCase *tests = tcase_create("roster");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, nobody_is_in_an_empty_one);
    tcase_add_test(tests, the_first_line_counts);
    tcase_add_test(tests, an_id_is_of_one_kind);
    tcase_add_test(tests, it_grows);
    suite_add_tcase(suite, tests);
    return suite;
}
