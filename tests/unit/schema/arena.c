/* Arenas: what is handed out is zeroed, aligned, its own, and usable again after a reset. */
#include "schema/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/suites.h"

static bool all_are(const unsigned char *bytes, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

START_TEST(test_pieces_are_zeroed_aligned_and_apart)
{
    static const size_t sizes[] = {0, 1, 7, 16, 100, 4096, 5000, 300000, 3};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    struct arena *arena = arena_new();
    for (int round = 0; round < 3; round++) {
        unsigned char *pieces[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            pieces[i] = arena_alloc(arena, sizes[i]);
            ck_assert_msg((uintptr_t)pieces[i] % alignof(max_align_t) == 0, "round %d, piece %zu", round, i);
            ck_assert_msg(all_are(pieces[i], sizes[i], 0), "round %d, piece %zu", round, i);
            memset(pieces[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < COUNT; i++) {
            bool kept = all_are(pieces[i], sizes[i], (unsigned char)(i + 1));
            ck_assert_msg(kept, "round %d, piece %zu was overwritten", round, i);
        }
        arena_reset(arena);
    }
    arena_free(arena);
}
END_TEST

START_TEST(test_text_is_copied)
{
    struct arena *arena = arena_new();
    char original[] = "abc";
    char *text = arena_text(arena, original);
    char *front = arena_copy(arena, original, 2);
    memset(original, 'x', 3);
    ck_assert_str_eq(text, "abc");
    ck_assert_str_eq(front, "ab");
    ck_assert_str_eq(arena_copy(arena, original, 0), "");
    ck_assert_str_eq(arena_format(arena, "%s-%d", text, 12), "abc-12");
    char *long_text = arena_format(arena, "%0*d", 10000, 7);
    ck_assert_uint_eq(strlen(long_text), 10000);
    ck_assert_int_eq(long_text[9999], '7');
    arena_free(arena);
}
END_TEST

Suite *schema_arena_suite(void)
{
    Suite *suite = suite_create("schema/arena");
    TCase *tests = tcase_create("arena");
    tcase_add_test(tests, test_pieces_are_zeroed_aligned_and_apart);
    tcase_add_test(tests, test_text_is_copied);
    suite_add_tcase(suite, tests);
    return suite;
}
