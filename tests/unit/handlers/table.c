/* handlers/table: records out of CSV, and what is wrong with those that are none. */
#include "handlers/table.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/document.h"
#include "tests/unit/suites.h"

static struct arena *arena, *scratch;
static struct faults faults;
static struct buffer taken;
static struct table table;

/* Collects records as "line:type:json ". */
static void take(void *context, size_t line, const struct record *record, json_t *body)
{
    (void)context;
    buffer_format(&taken, "%zu:%s:", line, record->name);
    document_write(&taken, body, scratch);
    buffer_char(&taken, ' ');
    json_decref(body);
}

/* Pointers outlive their line. */
static void done(void *context)
{
    (void)context;
    for (size_t i = 0; i < faults.count; i++) {
        const char *pointer = faults.list[i].pointer;
        faults.list[i].pointer = pointer == NULL ? NULL : arena_text(arena, pointer);
    }
}

static void begin(void)
{
    arena = arena_new();
    scratch = arena_new();
    faults_init(&faults, arena);
    buffer_init(&taken, 10000);
}

static void end(void)
{
    table_free(&table);
    buffer_free(&taken);
    arena_free(arena);
    arena_free(scratch);
}

static void feed(const struct record *type, const char *text, size_t length)
{
    table_init(&table, 1000, type, arena, scratch, &faults, take, done, NULL);
    table_feed(&table, text, length);
    table_end(&table);
}

static const struct {
    const char *text;
    const struct record *type;
    const char *records;
} good[] = {
    {"", NULL, ""},
    {"name,kind\n", &record_actor, ""},
    {"name,kind\nN,state\n", &record_actor, "2:actor:{\"kind\":\"state\",\"name\":\"N\"} "},
    {"\xEF\xBB\xBFname,kind\r\nN,state\r\n", &record_actor, "2:actor:{\"kind\":\"state\",\"name\":\"N\"} "},
    {"type,text,name\nclaim,T,\nactor,,N\n", NULL, "2:claim:{\"text\":\"T\"} 3:actor:{\"name\":\"N\"} "},
    {"type,text\n,T\n", &record_claim, "2:claim:{\"text\":\"T\"} "},
    {"text,topics\nT,\"[\"\"a\"\",\"\"b\"\"]\"\n", &record_claim, "2:claim:{\"text\":\"T\",\"topics\":[\"a\",\"b\"]} "},
    {"degree,confidence,position\n0.5,90,deny\n", &record_stance,
     "2:stance:{\"confidence\":90,\"degree\":0.5,\"position\":\"deny\"} "},
    {"rating_value\n-5\n", &record_review, "2:review:{\"rating_value\":-5} "},
    {"first_hand\ntrue\nFALSE\n", &record_source, "2:source:{\"first_hand\":true} 3:source:{\"first_hand\":false} "},
    {"id,version,created_at,updated_at,ref\n0191f8b0-0000-7000-8000-000000000000,3,x,y,r\n", &record_claim,
     "2:claim:{\"id\":\"0191f8b0-0000-7000-8000-000000000000\",\"ref\":\"r\"} "},
    {"text\n'=x\n\n''y\n", &record_claim, "2:claim:{\"text\":\"=x\"} 4:claim:{\"text\":\"'y\"} "},
    {"text\n\"a\nb\"\nc\n", &record_claim, "2:claim:{\"text\":\"a\\nb\"} 4:claim:{\"text\":\"c\"} "},
    {"text,language\nT\n", &record_claim, "2:claim:{\"text\":\"T\"} "},
    {"attributes\n\"{\"\"a\"\": [1]}\"\n", &record_claim, "2:claim:{\"attributes\":{\"a\":[1]}} "},
    /* for the validator to refuse */
    {"text,name\nT,N\n", &record_claim, "2:claim:{\"name\":\"N\",\"text\":\"T\"} "},
    {"confidence,first_hand\nhigh,\n", &record_stance, "2:stance:{\"confidence\":\"high\"} "},
    {"first_hand\nyes\n", &record_source, "2:source:{\"first_hand\":\"yes\"} "},
};

START_TEST(records_come_out)
{
    feed(good[_i].type, good[_i].text, strlen(good[_i].text));
    ck_assert_uint_eq(faults.count, 0);
    ck_assert(!table.malformed);
    ck_assert_str_eq(taken.length > 0 ? taken.data : "", good[_i].records);
}
END_TEST

static const struct {
    const char *text;
    size_t length;      /* 0: up to the NUL */
    const char *faults; /* "line pointer code; " each */
    bool malformed;
} bad[] = {
    {"text,txet\nT,x\n", 0, "1 /txet unknown_field; ", true},
    {"text,text\nT,x\n", 0, "1 /text duplicate; ", true},
    {"text,\nT,x\n", 0, "1 / unknown_field; ", true},
    {"\"text\nT\n", 0, "1 - malformed; ", true},
    {"te\"xt\nT\nU\n", 0, "1 - malformed; ", true},
    {"text\nT\"\nU\n", 0, "2 - malformed; ", true},
    {"text,language\nT,en,more\nU\n", 0, "2  too_many; ", false},
    {"text,topics\nT,[1\nU,a\n", 0, "2 /topics truncated; 3 /topics malformed; ", false},
    {"type,text\nopinion,T\n", 0, "2 /type not_in_vocabulary; ", false},
    {"text\nT\xff\n", 0, "2 /text invalid_utf8; ", false},
    {"text\nT\0\n", 8, "2 /text nul_character; ", false},
    {"te\xffxt\nT\n", 0, "1  invalid_utf8; ", true},
};

START_TEST(faults_have_their_line)
{
    feed(&record_claim, bad[_i].text, bad[_i].length > 0 ? bad[_i].length : strlen(bad[_i].text));
    struct buffer found;
    buffer_init(&found, 1000);
    for (size_t i = 0; i < faults.count; i++) {
        const struct fault *fault = &faults.list[i];
        buffer_format(&found, "%zu %s %s; ", fault->line, fault->pointer == NULL ? "-" : fault->pointer, fault->code);
    }
    ck_assert_str_eq(found.length > 0 ? found.data : "", bad[_i].faults);
    ck_assert_int_eq(table.malformed, bad[_i].malformed);
    buffer_free(&found);
}
END_TEST

START_TEST(a_type_has_to_be_said)
{
    static const char text[] = "text\nT\n";
    feed(NULL, text, strlen(text));
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.list[0].pointer, "/type");
    ck_assert_str_eq(faults.list[0].code, "required");
    ck_assert(table.malformed);
}
END_TEST

Suite *handlers_table_suite(void)
{
    Suite *suite = suite_create("handlers/table");
    TCase *tests = tcase_create("table");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, records_come_out, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, faults_have_their_line, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, a_type_has_to_be_said);
    suite_add_tcase(suite, tests);
    return suite;
}
