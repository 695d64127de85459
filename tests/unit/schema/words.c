/* Texts as words. */
#include "schema/words.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "schema/stop_words.h"
#include "tests/unit/suites.h"

/* The folded words with spaces between them. */
static const char *folded(const char *text, struct arena *arena)
{
    static char line[4096];
    struct words words = words_read(text, strlen(text), 100, arena);
    size_t length = 0;
    line[0] = '\0';
    for (size_t i = 0; i < words.count; i++) {
        length += (size_t)snprintf(line + length, sizeof line - length, "%s%.*s", i > 0 ? " " : "",
                                   (int)words.list[i].folded_length, words.list[i].folded);
    }
    return line;
}

START_TEST(test_words)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", ""},
        {" \t\n ", ""},
        {"The Moon, isn't made of cheese!", "the moon isnt made of cheese"},
        {"O\xE2\x80\x99Neill's 'own' words'", "oneills own words"},
        {"12,000 troops, 1.5 km; 3, 4", "12000 troops 15 km 3 4"},
        {"covid-19 B2B", "covid 19 b2b"},
        /* accents, case and compatibility forms */
        {"\xC3\x87\xC3\xA9zanne STRASSE Stra\xC3\x9F"
         "e",
         "cezanne strasse strasse"},
        {"\xD0\x9D\xD1\x96\xD0\xB6\xD0\xB8\xD0\xBD \xD0\x81\xD0\xBB\xD0\xBA\xD0\xB0",
         "\xD0\xBD\xD1\x96\xD0\xB6\xD0\xB8\xD0\xBD \xD0\xB5\xD0\xBB\xD0\xBA\xD0\xB0"}, /* Ніжин Ёлка → ніжин елка */
        {"\xEF\xBC\xA1\xEF\xBC\xA2 \xEF\xAC\x81ne", "ab fine"},                        /* full width; a ligature */
        /* scripts without spaces: neighbours; one alone */
        {"\xEB\xB6\x81\xED\x95\x9C\xEA\xB5\xB0", "\xEB\xB6\x81\xED\x95\x9C \xED\x95\x9C\xEA\xB5\xB0"}, /* 북한군 */
        {"\xE6\x9D\xB1 Tokyo\xE4\xBA\xAC\xE9\x83\xBD", "\xE6\x9D\xB1 tokyo \xE4\xBA\xAC\xE9\x83\xBD"},
        /* right to left */
        {"\xD8\xB3\xD9\x8E\xD9\x84\xD8\xA7\xD9\x85 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
         "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D"},
        /* posts */
        {"#AustralianFires @realDonaldTrump #BLM2020 #IRANnews",
         "australian fires real donald trump blm 2020 ira nnews"},
        {"#save_us now", "save us now"},
        {"see https://t.co/CsHG8R9cHp and www.example.org/a. pic.twitter.com/0eJ end", "see and end"},
        {"#IranUsapic.twitter.com/TvRk yes", "iran usa yes"},
        {"fire\xF0\x9F\x94\xA5 \xF0\x9F\x98\x80", "fire"},
        {"'; DROP TABLE claim; -- a & b | !c:*", "drop table claim a b c"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(folded(cases[i].text, arena), cases[i].words);
    }
    arena_free(arena);
}
END_TEST

static unsigned flags(const char *text, size_t place, struct arena *arena)
{
    struct words words = words_read(text, strlen(text), 100, arena);
    ck_assert_uint_lt(place, words.count);
    return words.list[place].flags;
}

START_TEST(test_flags)
{
    struct arena *arena = arena_new();
    ck_assert_uint_eq(flags("Troops left Kursk. Nobody saw", 0, arena), 0); /* it begins a sentence */
    ck_assert_uint_eq(flags("Troops left Kursk. Nobody saw", 1, arena), 0);
    ck_assert_uint_eq(flags("Troops left Kursk. Nobody saw", 2, arena), WORD_CAPITAL);
    ck_assert_uint_eq(flags("Troops left Kursk. Nobody saw", 3, arena), 0);
    ck_assert_uint_eq(flags("in 2020", 0, arena), WORD_STOP);
    ck_assert_uint_eq(flags("in 2020", 1, arena), WORD_NUMBER);
    ck_assert_uint_eq(flags("#kursk", 0, arena), WORD_TAG | WORD_CAPITAL);
    ck_assert_uint_eq(flags("\xE6\x9D\xB1\xE4\xBA\xAC", 0, arena), WORD_PAIR);
    static const char post[] = "So it is \xE2\x80\x94 more \xE2\x80\x94 Ann Lee (@annlee) January 6, 2020";
    ck_assert_uint_eq(flags(post, 3, arena) & WORD_SIGNATURE, 0);
    ck_assert_uint_ne(flags(post, 4, arena) & WORD_SIGNATURE, 0);
    ck_assert_uint_ne(flags(post, 8, arena) & WORD_SIGNATURE, 0);
    ck_assert_uint_eq(flags("a \xE2\x80\x94 Ann Lee", 1, arena) & WORD_SIGNATURE, 0); /* no handle, no signature */
    arena_free(arena);
}
END_TEST

static struct word only(const char *text, struct arena *arena)
{
    struct words words = words_read(text, strlen(text), 100, arena);
    ck_assert_uint_eq(words.count, 1);
    return words.list[0];
}

START_TEST(test_stems)
{
    struct arena *arena = arena_new();
    ck_assert_uint_eq(only("soldier", arena).stem, only("Soldiers", arena).stem);
    ck_assert_uint_ne(only("soldier", arena).hash, only("Soldiers", arena).hash);
    ck_assert_uint_eq(only("SOLDIER", arena).hash, only("soldier", arena).hash);
    ck_assert_uint_ne(only("1234567", arena).stem, only("1234568", arena).stem); /* of numbers all counts */
    ck_assert_uint_ne(only("word12", arena).stem, only("word13", arena).stem);
    ck_assert_int_eq(only("\xD0\xBD\xD1\x96\xD0\xB6\xD0\xB8\xD0\xBD\xD0\xB0", arena).stem_length, 10); /* characters */
    arena_free(arena);
}
END_TEST

START_TEST(test_bounds)
{
    struct arena *arena = arena_new();
    struct words words = words_read("a b c d", 7, 3, arena);
    ck_assert_uint_eq(words.count, 3);
    ck_assert(words.cut);
    words = words_read("a b c", 5, 3, arena);
    ck_assert(!words.cut);
    static char endless[100000];
    memset(endless, 'x', sizeof endless);
    words = words_read(endless, sizeof endless, 10, arena);
    ck_assert_uint_eq(words.count, 1);
    ck_assert_uint_eq(words.list[0].folded_length, WORD_POINTS_MOST);
    for (size_t i = 0; i + 1 < sizeof endless; i += 2) {
        memcpy(endless + i, "\xCC\x81", 2); /* nothing but accents */
    }
    ck_assert_uint_eq(words_read(endless, sizeof endless, 10, arena).count, 0);
    arena_free(arena);
}
END_TEST

START_TEST(test_stop_words)
{
    ck_assert(stop_word("the", 3));
    ck_assert(stop_word("a", 1));
    ck_assert(stop_word("yourself", 8));
    ck_assert(!stop_word("yourselves", 10));
    ck_assert(!stop_word("th", 2));
    ck_assert(!stop_word("", 0));
    ck_assert(!stop_word("troops", 6));
}
END_TEST

Suite *schema_words_suite(void)
{
    Suite *suite = suite_create("schema/words");
    TCase *tests = tcase_create("words");
    tcase_add_test(tests, test_words);
    tcase_add_test(tests, test_flags);
    tcase_add_test(tests, test_stems);
    tcase_add_test(tests, test_bounds);
    tcase_add_test(tests, test_stop_words);
    suite_add_tcase(suite, tests);
    return suite;
}
