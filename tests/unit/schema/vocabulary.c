/* Closed lists of words. */
#include "schema/vocabulary.h"

#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_words_are_found_whole)
{
    const struct vocabulary *const all[] = {
        &vocabulary_actor_kind,     &vocabulary_reliability, &vocabulary_source_kind, &vocabulary_citation,
        &vocabulary_claim_relation, &vocabulary_position,    &vocabulary_act,
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int count = 0;
        for (const char *const *word = all[i]->words; *word != NULL; word++, count++) {
            ck_assert_int_eq(vocabulary_index(all[i], *word, strlen(*word)), count);
            ck_assert(vocabulary_has(all[i], *word, strlen(*word)));
            ck_assert(!vocabulary_has(all[i], *word, strlen(*word) - 1));
        }
        ck_assert_msg(count > 1, "%s", all[i]->name);
        ck_assert(!vocabulary_has(all[i], "", 0));
    }
    ck_assert_int_eq(vocabulary_index(&vocabulary_actor_kind, "State", 5), -1);
    ck_assert(vocabulary_has(&vocabulary_actor_kind, "states", 5));
}
END_TEST

START_TEST(test_only_affirm_and_deny_are_votes)
{
    static const struct {
        const char *word;
        int polarity;
    } cases[] = {
        {"affirm", 1},           {"deny", -1},  {"question", 0}, {"decline", 0},
        {"unable_to_verify", 0}, {"report", 0}, {"retract", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int position = vocabulary_index(&vocabulary_position, cases[i].word, strlen(cases[i].word));
        ck_assert_msg(position >= 0 && position_polarity(position) == cases[i].polarity, "%s", cases[i].word);
    }
    ck_assert_ptr_null(vocabulary_position.words[sizeof cases / sizeof *cases]);
    ck_assert_int_eq(position_polarity(-1), 0);
    ck_assert_int_eq(position_polarity(7), 0);
}
END_TEST

Suite *schema_vocabulary_suite(void)
{
    Suite *suite = suite_create("schema/vocabulary");
    TCase *tests = tcase_create("vocabulary");
    tcase_add_test(tests, test_words_are_found_whole);
    tcase_add_test(tests, test_only_affirm_and_deny_are_votes);
    suite_add_tcase(suite, tests);
    return suite;
}
