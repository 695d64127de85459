/* handlers/ranking: pages of rows that come in any order. */
#include "handlers/ranking.h"

#include <check.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

#define ROWS 1000

static struct rank rank_of(int row)
{
    struct rank rank = {.time = row / 3}; /* three of each time */
    rank.id.bytes[0] = (unsigned char)(row >> 8);
    rank.id.bytes[1] = (unsigned char)row;
    return rank;
}

/* All rows, in an order that begins at `first` and takes steps of `stride`, which has no divisor in common with ROWS. */
static void add_all(struct ranking *ranking, int first, int stride)
{
    for (int i = 0; i < ROWS; i++) {
        int row = (first + i * stride) % ROWS;
        struct rank rank = rank_of(row);
        struct buffer *buffer = ranking_add(ranking, &rank);
        if (buffer != NULL) {
            buffer_format(buffer, "%d", row);
        }
    }
}

static int compare_rows(int one, int other)
{
    return one / 3 != other / 3 ? other / 3 - one / 3 : one - other;
}

START_TEST(pages_in_whatever_order)
{
    static const int strides[] = {1, 999, 7, 333};
    struct fixture fixture;
    fixture_begin(&fixture, "reversal_list");
    struct page page = {.limit = 37};
    struct cursor last = {{NULL, NULL}};
    int before = -1;
    int shown = 0;
    do {
        struct ranking ranking __attribute__((cleanup(ranking_free)));
        reply_clear(&fixture.reply);
        page = (struct page){.limit = 37, .continues = shown > 0, .after = last};
        ck_assert(ranking_init(&ranking, &page));
        add_all(&ranking, shown % ROWS, strides[_i]);
        ranking_send(&ranking, &page, &fixture.reply, fixture.call.arena, &last);
        buffer_text(&fixture.reply.body, "]}\n");
        const json_t *data = json_object_get(fixture_json(&fixture), "data");
        for (size_t i = 0; i < json_array_size(data); i++, shown++) {
            int row = (int)json_integer_value(json_array_get(data, i));
            ck_assert(before < 0 || compare_rows(before, row) < 0);
            before = row;
        }
    } while (page.more);
    ck_assert_int_eq(shown, ROWS);
    fixture_end(&fixture);
}
END_TEST

START_TEST(cursors_of_others)
{
    struct ranking ranking = {0};
    struct page page = {.limit = 5, .continues = true, .after = {{"12", "no id"}}};
    ck_assert(!ranking_init(&ranking, &page));
    page.after = (struct cursor){{NULL, NULL}};
    ck_assert(!ranking_init(&ranking, &page));
    ranking_free(&ranking);
}
END_TEST

Suite *handlers_ranking_suite(void)
{
    Suite *suite = suite_create("handlers/ranking");
    TCase *tests = tcase_create("ranking");
    tcase_add_loop_test(tests, pages_in_whatever_order, 0, 4);
    tcase_add_test(tests, cursors_of_others);
    suite_add_tcase(suite, tests);
    return suite;
}
