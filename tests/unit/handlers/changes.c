/* handlers/place, interest and changes: cursors, and who hears of what. */
#include <check.h>
#include <string.h>

#include "handlers/change.h"
#include "handlers/interest.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

static struct fixture fixture;

static void begin(void)
{
    fixture_begin(&fixture, "changes");
}

static void end(void)
{
    fixture_end(&fixture);
}

START_TEST(a_cursor_leads_back_to_its_place)
{
    static const struct place places[] = {{0, 0}, {742, 15}, {INT64_MAX, INT64_MAX}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char text[PLACE_TEXT];
        struct place place;
        int epoch;
        ck_assert_uint_eq(place_write(3, places[i], text), strlen(text));
        ck_assert(place_read(text, &epoch, &place));
        ck_assert_int_eq(epoch, 3);
        ck_assert_int_eq(place.xid, places[i].xid);
        ck_assert_int_eq(place.seq, places[i].seq);
    }
}
END_TEST

START_TEST(what_is_no_cursor)
{
    static const char *const texts[] = {"",
                                        "1",
                                        "1-2",
                                        "1-2-",
                                        "1-2-3-",
                                        "1-2-3x",
                                        "-1-2-3",
                                        "+1-2-3",
                                        "01-2-3",
                                        "1-02-3",
                                        "1-2-9223372036854775808",
                                        "0-1-1",
                                        "1 -2-3",
                                        "1--2-3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct place place = {7, 7};
        int epoch = 7;
        ck_assert_msg(!place_read(texts[i], &epoch, &place), "%s", texts[i]);
        ck_assert_int_eq(epoch, 7);
        ck_assert_int_eq(place.xid, 7);
    }
}
END_TEST

START_TEST(the_order_is_that_of_transactions_then_of_what_they_wrote)
{
    ck_assert(place_before((struct place){1, 9}, (struct place){2, 1}));
    ck_assert(place_before((struct place){2, 1}, (struct place){2, 2}));
    ck_assert(!place_before((struct place){2, 2}, (struct place){2, 2}));
    ck_assert(!place_before((struct place){3, 0}, (struct place){2, 9}));
}
END_TEST

static bool hears(const char *query)
{
    static char topics[] = "one\0two\0";
    struct change stance = {.kind = RECORD_STANCE, .about_claim = true, .actor_count = 1, .topics = topics};
    stance.claim = identity_of_ref(RECORD_CLAIM, "claim", strlen("claim"));
    stance.actors[0] = identity_of_ref(RECORD_ACTOR, "actor", strlen("actor"));
    end();
    begin();
    fixture_query(&fixture, query);
    struct interest interest = interest_read(&fixture.call);
    return interest_has(&interest, &stance);
}

START_TEST(every_filter_has_to_let_it_through)
{
    ck_assert(hears(""));
    ck_assert(hears("kind=claim,stance"));
    ck_assert(!hears("kind=claim"));
    ck_assert(hears("claim=other,claim"));
    ck_assert(!hears("claim=other"));
    ck_assert(hears("actor=actor"));
    ck_assert(!hears("actor=claim"));
    ck_assert(hears("topics=two,three"));
    ck_assert(!hears("topics=three"));
    ck_assert(hears("kind=stance&claim=claim&actor=actor&topics=one"));
    ck_assert(!hears("kind=stance&claim=claim&actor=actor&topics=three"));
}
END_TEST

START_TEST(values_are_never_part_of_a_statement)
{
    fixture_query(&fixture, "kind=stance&claim=some-claim&actor=some-actor&topics=some-topic&after=1-77-5");
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    const struct query *query = fixture_statement(&fixture, "FROM change c");
    ck_assert_ptr_null(strstr(query->sql, "some-"));
    ck_assert_str_eq(query->values[0], "77");
    ck_assert_str_eq(query->values[1], "5");
    ck_assert_int_eq(query->count, 6);
}
END_TEST

Suite *handlers_changes_suite(void)
{
    Suite *suite = suite_create("handlers/changes");
    TCase *tests = tcase_create("changes");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_cursor_leads_back_to_its_place);
    tcase_add_test(tests, what_is_no_cursor);
    tcase_add_test(tests, the_order_is_that_of_transactions_then_of_what_they_wrote);
    tcase_add_test(tests, every_filter_has_to_let_it_through);
    tcase_add_test(tests, values_are_never_part_of_a_statement);
    suite_add_tcase(suite, tests);
    return suite;
}
