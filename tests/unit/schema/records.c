/* The descriptions themselves: complete, free of contradictions, and with examples that are valid. */
#include "schema/record.h"

#include <jansson.h>
#include <string.h>

#include "schema/validate.h"
#include "tests/unit/suites.h"

static bool is_text(enum field_type type)
{
    return type == FIELD_TEXT || type == FIELD_SLUG || type == FIELD_URI || type == FIELD_LANGUAGE;
}

static void check_field(const struct record *record, const struct field *field)
{
    bool many = (field->flags & FIELD_MANY) != 0;
    bool words = field->type == FIELD_WORD || field->type == FIELD_LINK;
    bool refers = field->type == FIELD_REFERENCE || field->type == FIELD_LINK;
    const char *where = field->name;
    ck_assert_msg(strspn(where, "abcdefghijklmnopqrstuvwxyz_") == strlen(where), "%s", where);
    ck_assert_msg(field->help != NULL && field->help[strlen(field->help) - 1] == '.', "%s", where);
    ck_assert_msg(field->example != NULL, "%s", where);
    ck_assert_msg(many == (field->items > 0), "%s", where);
    ck_assert_msg(words == (field->vocabulary != NULL), "%s", where);
    ck_assert_msg((many && refers) == (field->table != NULL), "%s", where);
    ck_assert_msg(!many || field->type != FIELD_TIME, "%s", where); /* no column says which of them is a date */
    ck_assert_msg(field->type != FIELD_LINK || many, "%s", where);
    ck_assert_msg(!is_text(field->type) || field->most > 0, "%s", where);
    ck_assert_msg(field->least <= field->most, "%s", where);
    ck_assert_msg((field->flags & FIELD_WEB) == 0 || field->type == FIELD_URI, "%s", where);
    ck_assert_ptr_eq(record_field(record, where), field); /* the first of this name */
}

START_TEST(test_descriptions)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        ck_assert_int_eq((int)record->kind, kind);
        ck_assert_ptr_eq(record_named(record->name), record);
        for (size_t i = 0; i < record->field_count; i++) {
            check_field(record, &record->fields[i]);
        }
        ck_assert_str_eq(record->fields[record->field_count - 1].name, "attributes");
        ck_assert(record->label == NULL || (record_field(record, record->label)->flags & FIELD_REQUIRED) != 0);
        const struct field *claim = record_field(record, "claim");
        ck_assert(!record->by_claim ||
                  (claim->flags & (FIELD_REQUIRED | FIELD_FIXED)) == (FIELD_REQUIRED | FIELD_FIXED));
    }
    ck_assert_ptr_null(record_named("actors"));
    ck_assert_ptr_null(record_named(""));
    ck_assert_ptr_null(record_field(&record_actor, "id"));
}
END_TEST

/* Every example at once: as a record it has to pass. */
START_TEST(test_examples_are_valid)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        json_t *body = json_object();
        for (size_t i = 0; i < record->field_count; i++) {
            json_t *example = json_loads(record->fields[i].example, JSON_DECODE_ANY, NULL);
            ck_assert_msg(example != NULL, "%s.%s is not JSON", record->name, record->fields[i].name);
            json_object_set_new(body, record->fields[i].name, example);
        }
        struct arena *arena = arena_new();
        struct faults faults;
        struct draft draft;
        faults_init(&faults, arena);
        bool valid = validate_record(record, body, arena, &faults, &draft);
        ck_assert_msg(valid, "%s: %s: %s", record->name, valid ? "" : faults.list[0].pointer,
                      valid ? "" : faults.list[0].detail);
        draft_free(&draft);
        json_decref(body);
        arena_free(arena);
    }
}
END_TEST

Suite *schema_records_suite(void)
{
    Suite *suite = suite_create("schema/records");
    TCase *tests = tcase_create("records");
    tcase_add_test(tests, test_descriptions);
    tcase_add_test(tests, test_examples_are_valid);
    suite_add_tcase(suite, tests);
    return suite;
}
