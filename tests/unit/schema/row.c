/* Cells in PostgreSQL's binary format, well made and not. */
#include "schema/row.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/suites.h"

#define CELL(bytes) ((struct cell){(bytes), (int)sizeof(bytes) - 1})

static const struct cell null = {NULL, -1};

START_TEST(test_scalars)
{
    ck_assert(cell_null(&null) && !cell_null(&CELL("")));
    ck_assert(cell_boolean(&CELL("\1")) && !cell_boolean(&CELL("\0")) && !cell_boolean(&null));
    ck_assert_int_eq(cell_integer(&CELL("\x80\x00")), INT16_MIN);
    ck_assert_int_eq(cell_integer(&CELL("\x00\x01\x00\x02")), 65538);
    ck_assert_int_eq(cell_integer(&CELL("\xFF\xFF\xFF\xFE")), -2);
    ck_assert_int_eq(cell_integer(&CELL("\x80\0\0\0\0\0\0\0")), INT64_MIN);
    ck_assert_int_eq(cell_integer(&null), 0);
    ck_assert_int_eq(cell_integer(&CELL("\1\2\3")), 0);
    ck_assert_double_eq(cell_number(&CELL("\x3F\xE0\0\0\0\0\0\0")), 0.5);
    ck_assert_double_eq(cell_number(&null), 0);
}
END_TEST

START_TEST(test_moments_are_counted_from_2000)
{
    ck_assert_int_eq(cell_moment(&CELL("\0\0\0\0\0\0\0\0")), INT64_C(946684800000000));
    ck_assert_int_eq(cell_moment(&CELL("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")), INT64_C(946684799999999));
    /* 'infinity' and '-infinity' */
    ck_assert_int_eq(cell_moment(&CELL("\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF")), INT64_MAX);
    ck_assert_int_lt(cell_moment(&CELL("\x80\0\0\0\0\0\0\0")), INT64_C(-9000000000000000000));
}
END_TEST

START_TEST(test_identities)
{
    struct identity identity = cell_identity(&CELL("0123456789abcdef"));
    ck_assert_mem_eq(identity.bytes, "0123456789abcdef", 16);
    identity = cell_identity(&CELL("too short"));
    ck_assert_mem_eq(identity.bytes, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}
END_TEST

/* text[] {a,NULL,""}: dimensions, has nulls, element type, size, lower bound, then elements */
#define HEAD "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\3\0\0\0\1"
#define ELEMENTS "\0\0\0\1a\xFF\xFF\xFF\xFF\0\0\0\0"

START_TEST(test_arrays)
{
    struct array array = cell_array(&CELL(HEAD ELEMENTS));
    struct cell cell;
    ck_assert_int_eq(array.left, 3);
    ck_assert(array_next(&array, &cell) && cell.length == 1 && cell.bytes[0] == 'a');
    ck_assert(array_next(&array, &cell) && cell_null(&cell));
    ck_assert(array_next(&array, &cell) && cell.length == 0);
    ck_assert(!array_next(&array, &cell));
}
END_TEST

START_TEST(test_arrays_that_are_cut)
{
    /* in memory of just that size, for the sanitizer to see what is read past it */
    size_t whole = sizeof(HEAD ELEMENTS) - 1;
    for (size_t length = 0; length < whole; length++) {
        char *bytes = malloc(length + 1);
        ck_assert_ptr_nonnull(bytes);
        memcpy(bytes, HEAD ELEMENTS, length);
        char *exact = realloc(bytes, length > 0 ? length : 1);
        ck_assert_ptr_nonnull(exact);
        struct array array = cell_array(&(struct cell){exact, (int)length});
        struct cell cell;
        int count = 0;
        while (array_next(&array, &cell)) {
            count++;
        }
        ck_assert_msg(count < 3, "%zu bytes", length);
        free(exact);
    }
}
END_TEST

START_TEST(test_what_is_no_array_has_no_elements)
{
    const struct cell cells[] = {
        null,
        CELL(""),
        CELL("\0\0\0\0\0\0\0\0\0\0\0\x19"),                                 /* {} */
        CELL("\0\0\0\2\0\0\0\0\0\0\0\x19\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"), /* two dimensions */
        CELL("\0\0\0\1\0\0\0\0\0\0\0\x19\xFF\xFF\xFF\xFF\0\0\0\1"),         /* less than none */
        CELL("\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\1\0\0\0\1\x7F\xFF\xFF\xFF"
             "a"), /* an element longer than all */
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct array array = cell_array(&cells[i]);
        struct cell cell;
        ck_assert_msg(!array_next(&array, &cell), "cell %zu", i);
    }
}
END_TEST

Suite *schema_row_suite(void)
{
    Suite *suite = suite_create("schema/row");
    TCase *tests = tcase_create("row");
    tcase_add_test(tests, test_scalars);
    tcase_add_test(tests, test_moments_are_counted_from_2000);
    tcase_add_test(tests, test_identities);
    tcase_add_test(tests, test_arrays);
    tcase_add_test(tests, test_arrays_that_are_cut);
    tcase_add_test(tests, test_what_is_no_array_has_no_elements);
    suite_add_tcase(suite, tests);
    return suite;
}
