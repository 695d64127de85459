/* handlers/turns: stories told as letters, and the turns in them. */
#include "handlers/turns.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/suites.h"

/* A stance is a letter and the day on which it was made: "a1 d3". a affirm, d deny, n decline, p report, q question, u unable_to_verify,
   r retract. A turn is R or W and its two stances, numbered from 0: "R01". */
static const struct {
    const char *told, *found;
} stories[] = {
    {"", ""},
    {"a1", ""},
    {"a1 a2", ""},
    {"a1 d2", "R01"},
    {"d1 a2 d3", "R01 R12"},
    {"a1 n2 q3 p4 u5 d6", "R05"}, /* non-votes between do not matter */
    {"a1 n2", ""},                /* neither */
    {"a1 a2 d3 d4", "R12"},       /* the last before, the first after */
    {"a1 r2", "W01"},
    {"a1 n2 r3", "W02"}, /* a refusal does not take the vote away */
    {"r1", ""},          /* there was no vote */
    {"n1 r2", ""},
    {"a1 r2 r3", "W01"},     /* it was taken back already */
    {"a1 r2 d3", "W01 R02"}, /* successive votes all the same */
    {"a1 r2 a3", "W01"},
    {"a1 r2 a3 r4", "W01 W23"},
    {"a1 a2 d2 d3", "R03"}, /* a moment of both takes no side */
    {"a1 d2 a2 a3", ""},
    {"a1 d1", ""},
    {"a1 d1 a2", ""},
    {"a1 r2 d2", "R02 W21"}, /* votes before retractions of one moment */
    {"a1 d2 d2 d2", "R01"},
    {"a1 d2 n2", "R01"},
};

static char heard[128];

static void found(void *context, enum turn turn, const struct kept *from, const struct kept *to)
{
    (void)context;
    size_t length = strlen(heard);
    snprintf(heard + length, sizeof heard - length, "%s%c%c%c", length > 0 ? " " : "",
             turn == TURN_REVERSAL ? 'R' : 'W', from->cells[0].bytes[0], to->cells[0].bytes[0]);
}

static enum position position_of(char letter)
{
    static const char letters[] = "adqnupr";
    return (enum position)(strchr(letters, letter) - letters);
}

static void tell(struct turns *turns, const char *story)
{
    heard[0] = '\0';
    for (char number = '0'; *story != '\0'; number++) {
        struct cell cell = {&number, 1};
        struct point point = {.position = position_of(story[0]), .dated = true, .stated_at = story[1] - '0'};
        turns_take(turns, &point, &(struct row){&cell, 1});
        story += story[2] == ' ' ? 3 : 2;
    }
    turns_end(turns);
}

START_TEST(told)
{
    struct turns turns __attribute__((cleanup(turns_free)));
    turns_init(&turns, found, NULL);
    tell(&turns, stories[_i].told);
    ck_assert_str_eq(heard, stories[_i].found);
    tell(&turns, stories[_i].told); /* nothing is left from the one before */
    ck_assert_str_eq(heard, stories[_i].found);
}
END_TEST

Suite *handlers_turns_suite(void)
{
    Suite *suite = suite_create("handlers/turns");
    TCase *tests = tcase_create("turns");
    tcase_add_loop_test(tests, told, 0, sizeof stories / sizeof *stories);
    suite_add_tcase(suite, tests);
    return suite;
}
