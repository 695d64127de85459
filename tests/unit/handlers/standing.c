/* handlers/standing: an actor's stances, in order, and what they amount to. */
#include "handlers/standing.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "schema/vocabulary.h"
#include "tests/unit/suites.h"

/* A story is words "time:position", the time a digit, '-' for none. What it amounts to is "time:position", with '?' behind it when
   that is ambiguous, and the same of the last vote, or "none". */
struct story {
    const char *stances;
    const char *current;
    const char *vote;
};

static const struct story stories[] = {
    {"", "none", "none"},
    {"1:affirm", "1:affirm", "1:affirm"},
    {"1:affirm 2:deny", "2:deny", "2:deny"},
    {"1:deny 1:deny", "1:deny", "1:deny"},
    /* non-votes take the position, not the vote */
    {"1:deny 2:decline", "2:decline", "1:deny"},
    {"1:deny 2:unable_to_verify", "2:unable_to_verify", "1:deny"},
    {"1:deny 2:question", "2:question", "1:deny"},
    {"1:decline", "1:decline", "none"},
    {"1:deny 2:decline 3:affirm 4:question", "4:question", "3:affirm"},
    /* a report displaces nothing but a report */
    {"1:report", "1:report", "none"},
    {"1:report 2:report", "2:report", "none"},
    {"1:affirm 2:report", "1:affirm", "1:affirm"},
    {"1:decline 2:report 3:report", "1:decline", "none"},
    {"1:report 2:question", "2:question", "none"},
    {"1:report 2:question 3:report", "2:question", "none"},
    {"1:retract 2:report", "1:retract", "none"},
    {"1:deny 1:report", "1:deny", "1:deny"},
    /* a retraction takes the vote with it */
    {"1:deny 2:retract", "2:retract", "none"},
    {"1:deny 2:retract 3:decline", "3:decline", "none"},
    {"1:deny 2:retract 3:affirm", "3:affirm", "3:affirm"},
    {"1:retract", "1:retract", "none"},
    /* opposed at one time */
    {"1:affirm 1:deny", "1:deny?", "1:deny?"},
    {"1:deny 1:affirm", "1:affirm?", "1:affirm?"},
    {"1:affirm 1:deny 1:deny", "1:deny?", "1:deny?"},
    {"1:affirm 1:deny 2:deny", "2:deny", "2:deny"},
    {"1:affirm 1:deny 2:report", "1:deny?", "1:deny?"},
    {"1:affirm 1:deny 2:decline", "2:decline", "1:deny?"},
    {"1:affirm 1:deny 1:decline", "1:decline?", "1:deny?"},
    {"1:affirm 1:decline", "1:decline", "1:affirm"},
    {"1:affirm 1:report 1:deny", "1:deny?", "1:deny?"},
    {"1:affirm 1:deny 1:retract", "1:retract", "none"},
    {"1:affirm 1:retract 1:deny", "1:deny", "1:deny"},
    {"1:affirm 2:deny 2:report 3:report", "2:deny", "2:deny"},
    /* without a time */
    {"-:deny", "-:deny", "-:deny"},
    {"-:deny -:decline", "-:decline", "-:deny"},
    {"-:deny -:affirm", "-:affirm?", "-:affirm?"},
    {"-:deny -:report", "-:deny", "-:deny"},
    {"-:deny 1:affirm", "1:affirm", "1:affirm"},
    {"-:deny 1:decline", "1:decline", "none"},
    {"-:deny -:affirm 1:question", "1:question", "none"},
    {"-:deny 1:report", "1:report", "none"},
    {"-:affirm 0:deny", "0:deny", "0:deny"},
};

static struct point read_point(const char *word, size_t length)
{
    int position = vocabulary_index(&vocabulary_position, word + 2, length - 2);
    ck_assert_int_ge(position, 0);
    return (struct point){
        .position = (enum position)position,
        .dated = word[0] != '-',
        .stated_at = word[0] == '-' ? 0 : word[0] - '0',
    };
}

static const char *name_point(bool there, const struct point *point, char ret_text[static 32])
{
    if (!there) {
        return "none";
    }
    char time = point->dated ? (char)('0' + point->stated_at) : '-';
    snprintf(ret_text, 32, "%c:%s%s", time, vocabulary_position.words[point->position], point->ambiguous ? "?" : "");
    return ret_text;
}

START_TEST(told)
{
    const struct story *story = &stories[_i];
    struct standing standing;
    standing_begin(&standing);
    for (const char *word = story->stances; *word != '\0';) {
        size_t length = strcspn(word, " ");
        struct point point = read_point(word, length);
        bool takes = standing_take(&standing, &point);
        bool is_current = standing.current.position == point.position && standing.current.dated == point.dated &&
                          standing.current.stated_at == point.stated_at;
        ck_assert_msg(!takes || is_current, "%s: %s", story->stances, word);
        word += length + strspn(word + length, " ");
    }
    char text[32];
    ck_assert_msg(strcmp(name_point(standing.taken, &standing.current, text), story->current) == 0,
                  "%s: the position is %s", story->stances, text);
    ck_assert_msg(strcmp(name_point(standing.voted, &standing.vote, text), story->vote) == 0, "%s: the vote is %s",
                  story->stances, text);
}
END_TEST

START_TEST(the_words_are_the_vocabulary)
{
    static const char *const words[POSITIONS] = {
        [POSITION_AFFIRM] = "affirm",
        [POSITION_DENY] = "deny",
        [POSITION_QUESTION] = "question",
        [POSITION_DECLINE] = "decline",
        [POSITION_UNABLE_TO_VERIFY] = "unable_to_verify",
        [POSITION_REPORT] = "report",
        [POSITION_RETRACT] = "retract",
    };
    for (int i = 0; i < POSITIONS; i++) {
        ck_assert_str_eq(vocabulary_position.words[i], words[i]);
        int polarity = i == POSITION_AFFIRM ? 1 : i == POSITION_DENY ? -1 : 0;
        ck_assert_int_eq(position_polarity(i), polarity);
    }
    ck_assert_ptr_null(vocabulary_position.words[POSITIONS]);
}
END_TEST

START_TEST(it_says_which_stance_serves)
{
    struct standing standing;
    standing_begin(&standing);
    struct point denies = {.position = POSITION_DENY, .dated = true, .stated_at = 1};
    struct point reports = {.position = POSITION_REPORT, .dated = true, .stated_at = 2};
    struct point affirms = {.position = POSITION_AFFIRM, .dated = true, .stated_at = 3};
    ck_assert(standing_take(&standing, &denies));
    ck_assert(!standing_take(&standing, &reports));
    ck_assert(standing_take(&standing, &affirms));
}
END_TEST

static const struct {
    long voices[POSITIONS];
    bool agree;
    enum position position;
} together[] = {
    {{[POSITION_AFFIRM] = 2}, true, POSITION_AFFIRM},
    {{[POSITION_AFFIRM] = 1, [POSITION_DENY] = 1}, false, POSITION_AFFIRM},
    {{[POSITION_AFFIRM] = 5, [POSITION_DECLINE] = 1}, false, POSITION_AFFIRM},
    {{[POSITION_DENY] = 1, [POSITION_REPORT] = 3, [POSITION_RETRACT] = 2}, true, POSITION_DENY},
    {{[POSITION_DECLINE] = 1, [POSITION_UNABLE_TO_VERIFY] = 1}, false, POSITION_AFFIRM},
    {{[POSITION_REPORT] = 2, [POSITION_RETRACT] = 1}, true, POSITION_RETRACT},
    {{[POSITION_REPORT] = 2}, true, POSITION_REPORT},
};

START_TEST(those_who_speak_for_one)
{
    enum position position = POSITION_QUESTION;
    ck_assert_int_eq(standing_agree(together[_i].voices, &position), together[_i].agree);
    ck_assert_int_eq(position, together[_i].agree ? together[_i].position : POSITION_QUESTION);
}
END_TEST

Suite *handlers_standing_suite(void)
{
    Suite *suite = suite_create("handlers/standing");
    TCase *tests = tcase_create("standing");
    tcase_add_loop_test(tests, told, 0, sizeof stories / sizeof *stories);
    tcase_add_test(tests, the_words_are_the_vocabulary);
    tcase_add_test(tests, it_says_which_stance_serves);
    tcase_add_loop_test(tests, those_who_speak_for_one, 0, sizeof together / sizeof *together);
    suite_add_tcase(suite, tests);
    return suite;
}
