/* handlers/events, handlers/cells, handlers/ties, handlers/bits: votes counted, and what ties those who cast them. */
#include "handlers/ties.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "handlers/bits.h"
#include "schema/calendar.h"
#include "schema/moment.h"
#include "tests/unit/suites.h"

#define ROWS 3
#define COLUMNS 2

static struct events events;
static struct network_options options;
static struct ties ties;

static void begin(void)
{
    events = (struct events){0};
    options = (struct network_options){0};
    ties = (struct ties){0};
}

static void end(void)
{
    events_free(&events);
    ties_free(&ties);
}

static void vote_at(uint32_t row, uint32_t column, double q, int64_t day, uint32_t source)
{
    struct event event = {row, column, source, q, day == EVENT_UNDATED ? EVENT_UNDATED : day * DAY_MICROSECONDS};
    events_add(&events, &event);
}

static void vote(uint32_t row, uint32_t column, double q)
{
    vote_at(row, column, q, EVENT_UNDATED, EVENT_NO_SOURCE);
}

/* Makes the network's ties anew. */
static void tie(enum network_aggregation aggregation, enum network_normalization normalization)
{
    struct cells cells;
    ties_free(&ties);
    options.aggregation = aggregation;
    options.normalization = normalization;
    cells_make(&cells, events.list, events.count, ROWS, COLUMNS, ties_form(&options));
    if (options.mode == NETWORK_AFFILIATION) {
        ties_with_columns(&ties, &cells, &options, &(struct call){0});
    } else {
        ties_between_rows(&ties, &cells, &options, &(struct call){0});
    }
    cells_free(&cells);
}

static double weight(uint32_t source, uint32_t target)
{
    for (size_t i = 0; i < ties.count; i++) {
        if (ties.list[i].source == source && ties.list[i].target == target) {
            return ties.list[i].weight;
        }
    }
    return 0;
}

/* Row 0 affirms column 0 twice and denies it once; row 1 affirms it once; row 2 denies column 1. */
static void few_votes(void)
{
    vote(0, 0, 1);
    vote(1, 0, 1);
    vote(0, 0, -1);
    vote(2, 1, -1);
    vote(0, 0, 1);
}

START_TEST(aggregations)
{
    few_votes();
    static const double expected[] = {
        [AGGREGATION_IGNORE] = 3, [AGGREGATION_CONGRUENCE] = 2, [AGGREGATION_CONFLICT] = 1, [AGGREGATION_SUBTRACT] = 1};
    tie((enum network_aggregation)_i, NORMALIZATION_NO);
    ck_assert_uint_eq(ties.count, 1);
    ck_assert_double_eq(weight(0, 1), expected[_i]);
}
END_TEST

START_TEST(normalizations)
{
    /* n is 3 and 1; of the cells (column 0, 1) and (column 0, -1) the rows share the first, with 2 votes and 1 */
    few_votes();
    static const double expected[] = {
        [NORMALIZATION_NO] = 2,
        [NORMALIZATION_AVERAGE] = 2.0 / 2,
        [NORMALIZATION_JACCARD] = 2.0 / (1 + 0 + 2),
        [NORMALIZATION_COSINE] = 2.0 / (3 * 1),
        [NORMALIZATION_JACCARD_TEXTBOOK] = 1.0 / 2,
        [NORMALIZATION_COSINE_TEXTBOOK] = 2.0 / 2.2360679774997896964, /* √(2² + 1²) · √1² */
    };
    tie(AGGREGATION_CONGRUENCE, (enum network_normalization)_i);
    ck_assert_double_eq_tol(weight(0, 1), expected[_i], 1e-12);
}
END_TEST

START_TEST(degrees)
{
    /* two at -0.8 and three at 0.4: 2 · 3 · (1 - 1.2 / 2), as in the manual of DNA */
    for (int i = 0; i < 5; i++) {
        vote(i < 2 ? 0 : 1, 0, i < 2 ? -0.8 : 0.4);
    }
    tie(AGGREGATION_CONGRUENCE, NORMALIZATION_NO);
    ck_assert_double_eq_tol(weight(0, 1), 2.4, 1e-12);
    options.mode = NETWORK_AFFILIATION;
    tie(AGGREGATION_SUBTRACT, NORMALIZATION_NO);
    ck_assert_double_eq_tol(weight(0, 0), -1.6, 1e-12);
    ck_assert_double_eq_tol(weight(1, 0), 1.2, 1e-12);
}
END_TEST

START_TEST(two_modes)
{
    static const struct {
        enum network_aggregation aggregation;
        enum network_normalization normalization;
        double first, second, third; /* of (0, 0), (1, 0) and (2, 1) */
    } cases[] = {
        {AGGREGATION_IGNORE, NORMALIZATION_NO, 3, 1, 1},
        {AGGREGATION_SUBTRACT, NORMALIZATION_NO, 1, 1, -1},
        {AGGREGATION_COMBINE, NORMALIZATION_NO, 3, 1, 2},
        {AGGREGATION_IGNORE, NORMALIZATION_PROMINENCE, 0.75, 0.25, 1},
        {AGGREGATION_SUBTRACT, NORMALIZATION_ACTIVITY, 1.0 / 3, 1, -1},
        {AGGREGATION_COMBINE, NORMALIZATION_PROMINENCE, 1.5, 0.5, 2},
    };
    few_votes();
    options.mode = NETWORK_AFFILIATION;
    tie(cases[_i].aggregation, cases[_i].normalization);
    ck_assert_uint_eq(ties.count, 3);
    ck_assert_double_eq_tol(weight(0, 0), cases[_i].first, 1e-12);
    ck_assert_double_eq_tol(weight(1, 0), cases[_i].second, 1e-12);
    ck_assert_double_eq_tol(weight(2, 1), cases[_i].third, 1e-12);
}
END_TEST

START_TEST(many_of_one_cell)
{
    for (int i = 0; i < 200; i++) { /* more than are sorted by insertion */
        vote(0, 0, i % 2 == 0 ? 1 : -1);
        vote(1, 0, 1);
    }
    tie(AGGREGATION_CONGRUENCE, NORMALIZATION_NO);
    ck_assert_double_eq(weight(0, 1), 100 * 200);
}
END_TEST

START_TEST(nothing)
{
    tie(AGGREGATION_IGNORE, NORMALIZATION_NO);
    ck_assert_uint_eq(ties.count, 0);
    ck_assert_uint_eq(events_drop_duplicates(&events, &options), 0);
    events_sort_by_time(&events);
    events_settle(&events);
}
END_TEST

/* What sets of bits say is what the cells say one by one. */
START_TEST(bits_agree)
{
    struct cells cells;
    struct bits bits;
    unsigned seed = 7;
    enum { MANY = 130 };
    for (uint32_t column = 0; column < MANY; column++) {
        for (uint32_t row = 0; row < ROWS; row++) {
            seed = seed * 1103515245 + 12345;
            if (seed >> 16 & 1) {
                vote(row, column, seed >> 17 & 1 ? 1 : -1);
            }
        }
    }
    cells_make(&cells, events.list, events.count, ROWS, MANY, CELLS_COUNTED);
    bits_make(&bits, &cells);
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t other = row + 1; other < ROWS; other++) {
            double agree = 0;
            double disagree = 0;
            for (size_t i = 0; i < events.count; i++) {
                for (size_t j = 0; j < events.count; j++) {
                    const struct event *a = &events.list[i];
                    const struct event *b = &events.list[j];
                    bool meet = a->row == row && b->row == other && a->column == b->column;
                    agree += meet && a->q == b->q;
                    disagree += meet && a->q != b->q;
                }
            }
            struct shared shared = bits_compare(&bits, row, other);
            ck_assert(agree > 0 && disagree > 0);
            ck_assert_double_eq(shared.product, agree + disagree);
            ck_assert_double_eq(shared.distance, disagree);
            ck_assert(shared.mine == agree && shared.theirs == agree && shared.joint == agree);
        }
    }
    bits_free(&bits);
    cells_free(&cells);
}
END_TEST

static const struct {
    enum network_duplicates duplicates;
    bool qualifier;
    size_t left;
} drops[] = {
    {DUPLICATES_INCLUDE, true, 9}, {DUPLICATES_SOURCE, true, 8}, {DUPLICATES_WEEK, true, 7},
    {DUPLICATES_WEEK, false, 6},   {DUPLICATES_MONTH, true, 7},  {DUPLICATES_MONTH, false, 5},
    {DUPLICATES_YEAR, true, 7},    {DUPLICATES_YEAR, false, 4},  {DUPLICATES_ACROSS, true, 4},
    {DUPLICATES_ACROSS, false, 2},
};

START_TEST(duplicates)
{
    int64_t sunday = calendar_days(2024, 12, 29);
    int64_t monday = calendar_days(2024, 12, 30); /* of the first ISO week of 2025 */
    int64_t new_year = calendar_days(2025, 1, 1);
    vote_at(0, 0, 1, sunday, 1);
    vote_at(0, 0, -1, sunday, 1);
    vote_at(0, 0, 1, monday, 1); /* the same source again */
    vote_at(0, 0, 1, new_year, 2);
    vote_at(0, 0, -1, calendar_days(2025, 12, 30), EVENT_NO_SOURCE);
    vote_at(0, 0, -1, calendar_days(2025, 12, 30), EVENT_NO_SOURCE);
    vote_at(0, 0, 1, EVENT_UNDATED, EVENT_NO_SOURCE);
    vote_at(1, 0, 1, sunday, 1);
    vote_at(1, 0, -1, monday, 2);
    options.duplicates = drops[_i].duplicates;
    options.key_qualifier = drops[_i].qualifier;
    size_t dropped = events_drop_duplicates(&events, &options);
    ck_assert_uint_eq(events.count, drops[_i].left);
    ck_assert_uint_eq(dropped, 9 - drops[_i].left);
}
END_TEST

START_TEST(rare_ones)
{
    few_votes();
    events.rows = (struct dictionary){.count = ROWS};
    events.columns = (struct dictionary){.count = COLUMNS};
    events_drop_rare(&events, true, 2);
    ck_assert_uint_eq(events.count, 3);
    for (size_t i = 0; i < events.count; i++) {
        ck_assert_uint_eq(events.list[i].row, 0);
    }
    events.rows.count = events.columns.count = 0;
}
END_TEST

Suite *handlers_ties_suite(void)
{
    Suite *suite = suite_create("handlers/ties");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_loop_test(all, aggregations, AGGREGATION_IGNORE, AGGREGATION_SUBTRACT + 1);
    tcase_add_loop_test(all, normalizations, NORMALIZATION_NO, NORMALIZATION_COSINE_TEXTBOOK + 1);
    tcase_add_test(all, degrees);
    tcase_add_loop_test(all, two_modes, 0, 6);
    tcase_add_test(all, many_of_one_cell);
    tcase_add_test(all, nothing);
    tcase_add_test(all, bits_agree);
    tcase_add_loop_test(all, duplicates, 0, (int)(sizeof drops / sizeof *drops));
    tcase_add_test(all, rare_ones);
    suite_add_tcase(suite, all);
    return suite;
}
