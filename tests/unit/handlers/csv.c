/* handlers/csv and csv_read: what is written is what is read, in whatever pieces it arrives. */
#include "handlers/csv.h"

#include <check.h>
#include <string.h>

#include "handlers/csv_read.h"
#include "tests/unit/suites.h"

static const struct {
    const char *text;
    const char *cell;
} cells[] = {
    {"plain", "plain"},
    {"", ""},
    {"a,b", "\"a,b\""},
    {"say \"yes\"", "\"say \"\"yes\"\"\""},
    {"\"", "\"\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {"cr\rlf\r\n", "\"cr\rlf\r\n\""},
    {" spaced ", "\" spaced \""},
    {"\xea\xb9\x80", "\xea\xb9\x80"},
    {"=1+1", "'=1+1"},
    {"+1", "'+1"},
    {"-1", "'-1"},
    {"@a", "'@a"},
    {"\tx", "\"'\tx\""},
    {"\rx", "\"'\rx\""},
    {"=a,\"b\"", "\"'=a,\"\"b\"\"\""},
    {"'", "'"},
    {"'tis", "'tis"},
    {"'=x", "''=x"},
    {"''x", "'''x"},
    {"''", "'''"},
    {"a=b", "a=b"},
};

START_TEST(texts)
{
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    csv_text(&buffer, cells[_i].text, strlen(cells[_i].text));
    ck_assert_str_eq(buffer.length > 0 ? buffer.data : "", cells[_i].cell);
    buffer_free(&buffer);
}
END_TEST

/* Rows as text: cells in brackets, each row with its line and its fault. */
static void show(void *context, const struct csv_row *row)
{
    struct buffer *shown = context;
    buffer_format(shown, "%zu", row->line);
    if (row->fault != CSV_WHOLE) {
        buffer_format(shown, "!%d ", (int)row->fault);
        return;
    }
    size_t start = 0;
    for (size_t i = 0; i < row->count; i++) {
        buffer_char(shown, '[');
        buffer_put(shown, row->text + start, row->ends[i] - start);
        buffer_char(shown, ']');
        start = row->ends[i];
    }
    buffer_char(shown, ' ');
}

static const struct {
    const char *text;
    const char *rows;
} files[] = {
    {"", ""},
    {"a", "1[a] "},
    {"a,b\r\nc,d\r\n", "1[a][b] 2[c][d] "},
    {"a,b\nc,d", "1[a][b] 2[c][d] "},
    {"a\rb\r", "1[a] 2[b] "},
    {"\n\r\n\na\n", "4[a] "},
    {",\n", "1[][] "},
    {"a,\n", "1[a][] "},
    {"\"\"\n", "1[] "},
    {"\"\"", "1[] "},
    {"\"a,b\",\"c\"\"d\"\n", "1[a,b][c\"d] "},
    {"\"a\nb\r\nc\rd\",e\nf\n", "1[a\nb\r\nc\rd][e] 5[f] "},
    {"a\"b\nc\n", "1!2 2[c] "},
    {"\"a\"b\nc\n", "1!2 2[c] "},
    {"\"a\" ,b\nc\n", "1!2 2[c] "},
    {"a\n\"b\nc\n", "1[a] 2!3 "},
    {"a,0123456789012345678901234567890123456789\nb\n", "1!1 2[b] "},
    {"\"0123456789012345678901234567890123456789\nb\"\nc", "1!1 3[c] "},
    {" a , b \n", "1[ a ][ b ] "},
};

START_TEST(rows)
{
    const char *text = files[_i].text;
    size_t length = strlen(text);
    for (size_t piece = 1; piece <= length + 1; piece++) {
        struct csv_reader reader;
        struct buffer shown;
        csv_reader_init(&reader, 40);
        buffer_init(&shown, 1000);
        for (size_t at = 0; at < length; at += piece) {
            csv_feed(&reader, text + at, length - at < piece ? length - at : piece, show, &shown);
        }
        csv_end(&reader, show, &shown);
        csv_end(&reader, show, &shown);
        ck_assert_msg(strcmp(shown.length > 0 ? shown.data : "", files[_i].rows) == 0, "%s in pieces of %zu: %s", text,
                      piece, shown.data);
        csv_reader_free(&reader);
        buffer_free(&shown);
    }
}
END_TEST

static void compare(void *context, const struct csv_row *row)
{
    const char *text = context;
    ck_assert_uint_eq(row->count, 2);
    size_t guard = csv_guard(row->text, row->ends[0]);
    ck_assert_uint_eq(row->ends[0] - guard, strlen(text));
    ck_assert_int_eq(memcmp(row->text + guard, text, strlen(text)), 0);
}

START_TEST(there_and_back)
{
    struct csv_reader reader;
    struct buffer line;
    csv_reader_init(&reader, 1000);
    buffer_init(&line, 1000);
    csv_text(&line, cells[_i].text, strlen(cells[_i].text));
    buffer_char(&line, ',');
    csv_end_line(&line);
    csv_feed(&reader, line.data, line.length, compare, (void *)(uintptr_t)cells[_i].text);
    csv_reader_free(&reader);
    buffer_free(&line);
}
END_TEST

START_TEST(a_nul_is_a_byte_like_others)
{
    struct csv_reader reader;
    struct buffer shown;
    csv_reader_init(&reader, 40);
    buffer_init(&shown, 1000);
    csv_feed(&reader, "a\0b,\0\n", 6, show, &shown);
    ck_assert_uint_eq(shown.length, 10);
    ck_assert_int_eq(memcmp(shown.data, "1[a\0b][\0] ", 10), 0);
    csv_reader_free(&reader);
    buffer_free(&shown);
}
END_TEST

Suite *handlers_csv_suite(void)
{
    Suite *suite = suite_create("handlers/csv");
    TCase *tests = tcase_create("csv");
    tcase_add_loop_test(tests, texts, 0, sizeof cells / sizeof *cells);
    tcase_add_loop_test(tests, rows, 0, sizeof files / sizeof *files);
    tcase_add_loop_test(tests, there_and_back, 0, sizeof cells / sizeof *cells);
    tcase_add_test(tests, a_nul_is_a_byte_like_others);
    suite_add_tcase(suite, tests);
    return suite;
}
