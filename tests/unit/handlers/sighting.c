/* handlers/sighting: what is found in a text, what it is worth, and how it is shown. */
#include "handlers/sighting.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "tests/unit/suites.h"

static const struct {
    const char *search, *text, *fragment; /* NULL: not found */
    double score;
} sightings[] = {
    {"troops", "Troops", "<mark>Troops</mark>", 1},
    {"troop", "two <troops> & \"more\" 'so'", "two &lt;<mark>troops</mark>&gt; &amp; &quot;more&quot; &#39;so&#39;",
     0.8 * (0.7 + 0.15 / 4 + 0.1)},
    {"north korea", "North Korea", "<mark>North</mark> <mark>Korea</mark>", 1},
    {"korea north", "North Korea", "<mark>North</mark> <mark>Korea</mark>", 0.7 + 0.15},
    {"\"north korea\"", "Korea, north of it", NULL, 0},
    {"north -korea", "North Korea", NULL, 0},
    {"north south", "North Korea", NULL, 0},
    {"north or south", "north", "<mark>north</mark>", 1},
    {"북한은", "북한이 군대를", "<mark>북한</mark>이 군대를", 0.7 + 0.15 / 4 + 0.1 + 0.05},
    {"제재", "대북제재", "대북<mark>제재</mark>", 0.7 + 0.15 / 3 + 0.1},
    {"북제재", "대북 제재", NULL, 0}, /* not over a space */
    {"київ", "Київ!", "<mark>Київ</mark>!", 1},
    {"kyiv", "שלום kyiv مرحبا", "שלום <mark>kyiv</mark> مرحبا", 0.7 + 0.15 / 3 + 0.1},
};

START_TEST(sighted)
{
    static const double rarity[WANTED_WORDS_MOST] = {1, 1};
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    struct sighting sighting;
    const struct sighting_field field = {0, 1, sightings[_i].text, strlen(sightings[_i].text)};
    wanted_read(wanted, sightings[_i].search, strlen(sightings[_i].search), false, arena);
    bool found = sighting_find(wanted, rarity, false, false, &field, 1, arena, &sighting);
    ck_assert_int_eq(found, sightings[_i].fragment != NULL);
    if (found) {
        struct buffer out __attribute__((cleanup(buffer_free)));
        buffer_init(&out, 4096);
        sighting_fragment(&sighting, &field, &out, arena);
        ck_assert_str_eq(out.data, sightings[_i].fragment);
        ck_assert_double_eq_tol(sighting.score, sightings[_i].score, 1e-9);
    }
    arena_free(arena);
}
END_TEST

/* Of a long text a stretch is shown: whole words, with what was found in it. */
START_TEST(long_texts)
{
    static const double rarity[WANTED_WORDS_MOST] = {1, 1};
    struct arena *arena = arena_new();
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    struct sighting sighting;
    struct buffer text __attribute__((cleanup(buffer_free)));
    struct buffer out __attribute__((cleanup(buffer_free)));
    buffer_init(&text, 65536);
    buffer_init(&out, 65536);
    for (int i = 0; i < 500; i++) {
        buffer_text(&text, i == 100 ? "needle " : i == 400 ? "needle thread " : "väter ");
    }
    const struct sighting_field field = {0, 1, text.data, text.length};
    wanted_read(wanted, "needle thread", 13, false, arena);
    ck_assert(sighting_find(wanted, rarity, false, false, &field, 1, arena, &sighting));
    sighting_fragment(&sighting, &field, &out, arena);
    ck_assert_ptr_nonnull(strstr(out.data, "<mark>needle</mark> <mark>thread</mark>"));
    ck_assert_ptr_eq(strstr(out.data, "…väter "), out.data);
    ck_assert_uint_lt(out.length, 320);
    arena_free(arena);
}
END_TEST

Suite *handlers_sighting_suite(void)
{
    Suite *suite = suite_create("handlers/sighting");
    TCase *test = tcase_create("sighting");
    tcase_add_loop_test(test, sighted, 0, (int)(sizeof sightings / sizeof *sightings));
    tcase_add_test(test, long_texts);
    suite_add_tcase(suite, test);
    return suite;
}
