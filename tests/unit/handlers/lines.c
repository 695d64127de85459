/* handlers/lines: the same lines, wherever the stream is cut. */
#include "handlers/lines.h"

#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

#define LONGEST 8

/* Lines as "1:text|2:|3!|", where ! stands for one that was too long. */
static struct buffer seen;

static void begin(void)
{
    buffer_init(&seen, 1024);
}

static void end(void)
{
    buffer_free(&seen);
}

static void take(void *context, size_t number, const char *line, size_t length)
{
    ck_assert_ptr_eq(context, &seen);
    buffer_format(&seen, "%zu", number);
    if (line == NULL) {
        buffer_text(&seen, "!|");
        return;
    }
    buffer_char(&seen, ':');
    buffer_put(&seen, line, length);
    buffer_char(&seen, '|');
}

static const char *split(const char *text, size_t piece)
{
    struct lines lines;
    lines_init(&lines, LONGEST);
    buffer_clear(&seen);
    buffer_text(&seen, "");
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += piece) {
        lines_feed(&lines, text + at, length - at < piece ? length - at : piece, take, &seen);
    }
    lines_end(&lines, take, &seen);
    lines_free(&lines);
    return seen.data;
}

static const struct {
    const char *text;
    const char *lines;
} samples[] = {
    {"", ""},
    {"\n", "1:|"},
    {"a", "1:a|"},
    {"a\n", "1:a|"},
    {"a\nbc", "1:a|2:bc|"},
    {"a\n\nbc\n", "1:a|2:|3:bc|"},
    {"a\r\nb\r\n", "1:a\r|2:b\r|"},
    {"12345678\n", "1:12345678|"},
    {"123456789\nab\n", "1!|2:ab|"},
    {"12345678901234567890\n123456789", "1!|2!|"},
    {"ab\n123456789\n12345678\n", "1:ab|2!|3:12345678|"},
};

START_TEST(cut_anywhere)
{
    for (size_t piece = 1; piece <= 24; piece++) {
        ck_assert_str_eq(split(samples[_i].text, piece), samples[_i].lines);
    }
}
END_TEST

Suite *handlers_lines_suite(void)
{
    Suite *suite = suite_create("handlers/lines");
    TCase *tests = tcase_create("lines");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, cut_anywhere, 0, sizeof samples / sizeof *samples);
    suite_add_tcase(suite, tests);
    return suite;
}
