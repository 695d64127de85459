/* handlers/wanted, handlers/inflection: searches as terms, and as conditions for the database. */
#include "handlers/wanted.h"

#include <check.h>
#include <string.h>

#include "handlers/inflection.h"
#include "tests/unit/suites.h"

static const struct {
    const char *text, *exact, *tsquery; /* as the lists ask, and as a search where every word is rare */
} searches[] = {
    {"troops", "('troops')", "('troop':*)"},
    {"Troops in RUSSIA", "('troops')&('in')&('russia')", "('troop':*)&('in')&('russia':*)"},
    {"\"north korean\" -troops", "('north'<->'korean')&!('troops')", "('north'&'korean')&!'troops'"},
    {"a or b c", "(('a')|('b'))&('c')", "('a'|'b')&('c')"},
    {"or a", "('a')", "('a')"},
    {"a or", "('a')", "('a')"},
    {"Joon-kook", "('joon'<->'kook')", "('joon':*&'kook':*)"},
    {"12,000 don't", "('12000')&('dont')", "('12000')&('dont':*)"},
    {"vlad*", "('vlad')", "('vlad':*)"},
    {"va*", "('va')", "('va':*)"},
    {"북한은", "('북한')", "('북한')"},
    {"러시아에", "('러시'<->'시아')", "('러시'&'시아')"},
    {"북", "('북':*)", "('북':*)"},
    {"войсками", "('воисками')", "('воиск':*)"},
    {"Київ ёлка", "('киив')&('елка')", "('киив':*)&('елк':*)"},
    {"Łódź Ærø", "('lodz')&('aero')", "('lodz':*)&('aero':*)"},
    {"-a", "!('a')", NULL},
    {"😀 … !", "", NULL},
    {"'; DROP TABLE claim;-- & | ! <-> :* ( \\", "('drop')&('table')&('claim')", "('drop':*)&('table':*)&('claim':*)"},
    {"\"unclosed phrase", "('unclosed'<->'phrase')", "('unclosed'&'phrase')"},
};

START_TEST(conditions)
{
    static struct spread spreads[WANTED_WORDS_MOST];
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    const char *text = searches[_i].text;
    ck_assert_str_eq(wanted_exact(text, strlen(text), arena), searches[_i].exact);
    wanted_read(wanted, text, strlen(text), false, arena);
    const char *tsquery = wanted_tsquery(wanted, FORM_USUAL, spreads, arena);
    if (searches[_i].tsquery == NULL) {
        ck_assert_ptr_null(tsquery);
    } else {
        ck_assert_str_eq(tsquery, searches[_i].tsquery);
    }
    arena_free(arena);
}
END_TEST

/* A common word leads nowhere by itself; beside a rare one, each of those that begin so is asked for. */
START_TEST(common_words)
{
    static struct spread spreads[WANTED_WORDS_MOST];
    spreads[0] = (struct spread){.records = WANTED_COMMON + 1, .variants = {"russia", "russian"}, .variant_count = 2};
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    wanted_read(wanted, "russia", 6, false, arena);
    ck_assert_ptr_null(wanted_tsquery(wanted, FORM_USUAL, spreads, arena));
    wanted_read(wanted, "russia kursk", 12, false, arena);
    ck_assert_str_eq(wanted_tsquery(wanted, FORM_USUAL, spreads, arena), "(('russia'|'russian'))&('kursk':*)");
    wanted_read(wanted, "russia or kursk", 15, false, arena);
    ck_assert_ptr_null(wanted_tsquery(wanted, FORM_USUAL, spreads, arena));
    arena_free(arena);
}
END_TEST

static const struct {
    const char *word, *found;
    enum likeness_kind strictly, loosely;
} pairs[] = {
    {"troops", "troops", LIKE_SAME, LIKE_SAME},       {"troops", "troop", LIKE_ENDING, LIKE_ENDING},
    {"troop", "trooping", LIKE_ENDING, LIKE_ENDING},  {"россия", "россиискии", LIKE_BEGINNING, LIKE_BEGINNING},
    {"войска", "воисками", LIKE_ENDING, LIKE_ENDING}, {"vladivostock", "vladivostok", LIKE_NONE, LIKE_TYPO},
    {"Kruks", "kursk", LIKE_NONE, LIKE_NONE},         {"Krusk", "kursk", LIKE_NONE, LIKE_TYPO},
    {"moscow", "moskau", LIKE_NONE, LIKE_NONE},       {"un", "uno", LIKE_NONE, LIKE_NONE},
    {"2024", "20245", LIKE_NONE, LIKE_NONE},
};

START_TEST(likeness)
{
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    wanted_read(wanted, pairs[_i].word, strlen(pairs[_i].word), false, arena);
    ck_assert_int_eq(wanted->word_count, 1);
    const char *found = pairs[_i].found;
    ck_assert_int_eq(wanted_like(&wanted->words[0], found, strlen(found), false), pairs[_i].strictly);
    ck_assert_int_eq(wanted_like(&wanted->words[0], found, strlen(found), true), pairs[_i].loosely);
    arena_free(arena);
}
END_TEST

START_TEST(bounds)
{
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    char text[2 * (WANTED_WORDS_MOST + 1)];
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = i % 2 == 0 ? 'a' : ' ';
    }
    wanted_read(wanted, text, sizeof text, false, arena);
    ck_assert(wanted->overlong);
    wanted_read(wanted, text, sizeof text - 2, false, arena);
    ck_assert(!wanted->overlong);
    ck_assert_int_eq(wanted->word_count, WANTED_WORDS_MOST);
    arena_free(arena);
}
END_TEST

Suite *handlers_wanted_suite(void)
{
    Suite *suite = suite_create("handlers/wanted");
    TCase *test = tcase_create("wanted");
    tcase_add_loop_test(test, conditions, 0, (int)(sizeof searches / sizeof *searches));
    tcase_add_test(test, common_words);
    tcase_add_loop_test(test, likeness, 0, (int)(sizeof pairs / sizeof *pairs));
    tcase_add_test(test, bounds);
    suite_add_tcase(suite, test);
    return suite;
}
