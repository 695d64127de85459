/* Weights of words, and the signals of claims that are like a text. */
#include "handlers/likeness.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

static struct probe *ask(const char *text)
{
    struct probe *probe = probe_new(text, strlen(text), arena);
    probe_seal(probe);
    return probe;
}

static struct candidate *weigh(const struct probe *probe, const char *text, const char *other)
{
    struct candidate *candidate = arena_alloc(arena, sizeof *candidate);
    candidate->text = words_read(text, strlen(text), 300, arena);
    candidate->other = words_read(other, strlen(other), 100, arena);
    likeness_rank(probe, candidate);
    likeness_weigh(probe, candidate);
    return candidate;
}

START_TEST(test_weights)
{
    /* one in a thousand imagined claims: ln(1 + 999.5 / 1.5) / 10 */
    ck_assert_double_eq_tol(word_weight(false, 0, 0), 0.650329, 1e-6);
    /* three of ten: ln(1 + 700.5 / 300.5) / 10 */
    ck_assert_double_eq_tol(word_weight(true, 0, 0), 0.120331, 1e-6);
    ck_assert_double_gt(word_weight(false, 10, 10000), word_weight(false, 100, 10000));
    ck_assert_double_ge(word_weight(false, 1e9, 10000), 0); /* a count that is older than the claims */
    ck_assert_double_le(word_weight(false, 0, 1e12), 1);
}
END_TEST

START_TEST(test_the_query_has_no_stop_words)
{
    ck_assert_str_eq(probe_query(ask("The troops, the troops of Russia are soldiers and soldiering"), arena),
                     "troops russia soldiers ");
    ck_assert_str_eq(probe_query(ask("It is what it is."), arena), "");
    ck_assert_str_eq(probe_query(ask(""), arena), "");
}
END_TEST

START_TEST(test_the_query_is_bounded)
{
    char text[8192];
    size_t length = 0;
    for (int i = 0; i < 290; i++) { /* two hundred short words, ninety longer ones */
        int letter = i % 26;
        int written = snprintf(text + length, sizeof text - length, i < 200 ? "%c%c " : "%c%cxx ", 'b' + letter % 20,
                               'A' + i / 20);
        length += (size_t)written;
    }
    const char *query = probe_query(probe_new(text, length, arena), arena);
    size_t words = 0;
    for (const char *at = query; *at != '\0'; at++) {
        words += *at == ' ';
    }
    ck_assert_uint_eq(words, PROBE_TERMS_MOST);
}
END_TEST

START_TEST(test_shares)
{
    struct probe *probe = ask("Russia sends troops");
    probe_weigh(probe, "russi", 5, 2000, 10000);
    probe_weigh(probe, "sends", 5, 10, 10000);
    probe_seal(probe);
    double russia = word_weight(false, 2000, 10000);
    double sends = word_weight(false, 10, 10000);
    double troops = word_weight(false, 0, 0);
    ck_assert_double_eq_tol(probe->total, russia + sends + troops, 1e-12);
    const struct candidate *candidate = weigh(probe, "Russia has troops", "sends");
    ck_assert_double_eq_tol(candidate->signals[SIGNAL_ASKED], 1, 1e-12);
    ck_assert_double_eq_tol(candidate->signals[SIGNAL_OTHER], 1, 1e-12);
    ck_assert_double_eq_tol(candidate->signals[SIGNAL_FIRST], fmax(sends, troops), 1e-12);
    ck_assert_double_eq_tol(candidate->signals[SIGNAL_THIRD], russia, 1e-12);
    ck_assert(candidate->matched[0] && candidate->matched[1] && candidate->matched[2]);
}
END_TEST

START_TEST(test_runs_and_neighbours)
{
    struct probe *probe = ask("They say that North Korea sent 12,000 troops to Kursk");
    const struct candidate *whole = weigh(probe, "North Korea sent 12,000 troops.", "");
    ck_assert_double_eq_tol(whole->signals[SIGNAL_RUN], 5.0 / 6, 1e-12);
    ck_assert_double_eq_tol(whole->signals[SIGNAL_PAIRS], 1, 1e-12);
    ck_assert_double_eq_tol(whole->signals[SIGNAL_NUMBERS], 1, 1e-12);
    ck_assert_double_eq_tol(whole->signals[SIGNAL_LETTERS], 1, 0.05);
    const struct candidate *mixed = weigh(probe, "12,000 Korea troops north sent", "");
    ck_assert_double_eq_tol(mixed->signals[SIGNAL_RUN], 1.0 / 6, 1e-12);
    ck_assert_double_eq_tol(mixed->signals[SIGNAL_PAIRS], 0, 1e-12);
    const struct candidate *another = weigh(probe, "North Korea sent 3,000 troops.", "");
    ck_assert_double_eq_tol(another->signals[SIGNAL_NUMBERS], 0, 1e-12);
    ck_assert_double_eq_tol(another->signals[SIGNAL_NUMBERS_MISSED], 1.0 / 3, 1e-12);
}
END_TEST

START_TEST(test_the_same_words_are_the_same)
{
    ck_assert_double_eq(weigh(ask("the MOON is made of cheese"), "The moon is made of cheese.", "")->score, 1);
    ck_assert_double_lt(weigh(ask("the moon is made of cheese"), "The moon is made of chalk.", "")->score, 1);
    ck_assert_double_eq(weigh(ask("\xEB\xB6\x81\xED\x95\x9C"), "\xEB\xB6\x81\xED\x95\x9C", "")->score, 1);
}
END_TEST

START_TEST(test_nothing_in_common)
{
    const struct candidate *candidate = weigh(ask("Cheese from the moon"), "Soldiers left Kursk", "");
    ck_assert_double_eq(candidate->rank, 0);
    ck_assert_double_lt(candidate->score, 0.1);
    ck_assert_double_eq(weigh(ask("!"), "", "")->rank, 0);
}
END_TEST

Suite *handlers_likeness_suite(void)
{
    Suite *suite = suite_create("handlers/likeness");
    TCase *tests = tcase_create("likeness");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, test_weights);
    tcase_add_test(tests, test_the_query_has_no_stop_words);
    tcase_add_test(tests, test_the_query_is_bounded);
    tcase_add_test(tests, test_shares);
    tcase_add_test(tests, test_runs_and_neighbours);
    tcase_add_test(tests, test_the_same_words_are_the_same);
    tcase_add_test(tests, test_nothing_in_common);
    suite_add_tcase(suite, tests);
    return suite;
}
