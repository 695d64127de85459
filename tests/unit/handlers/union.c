/* handlers/union: what two records of a kind are as one. */
#include "handlers/union.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/suites.h"

#define STAYS "00000000-0000-7000-8000-000000000001"
#define GOES "00000000-0000-7000-8000-000000000002"

static const struct {
    const struct record *record;
    const char *stays, *goes;
    const char *document, *left_out, *folded;
} cases[] = {
    /* nothing on either side */
    {&record_claim, "{'text':'S'}", "{'text':'S'}", "{'text':'S'}", "{}", "{}"},
    /* the name that goes comes before the aliases that it had; none twice, and not the name that stays */
    {&record_actor, "{'name':'S','kind':'state','aliases':['a','b']}",
     "{'name':'G','kind':'state','aliases':['b','S','c','G']}",
     "{'name':'S','kind':'state','aliases':['a','b','G','c']}", "{}", "{}"},
    {&record_actor, "{'name':'S','kind':'state'}", "{'name':'S','kind':'state'}", "{'name':'S','kind':'state'}", "{}",
     "{}"},
    /* an alias that somebody gave it by its own name stays */
    {&record_actor, "{'name':'S','kind':'state','aliases':['S']}", "{'name':'S','kind':'state'}",
     "{'name':'S','kind':'state','aliases':['S']}", "{}", "{}"},
    /* other values are left out, also where it has none; an empty object is none */
    {&record_actor, "{'name':'S','kind':'state','attributes':{'x':1}}",
     "{'name':'G','kind':'media','country':'KP','attributes':{'x':2}}",
     "{'name':'S','kind':'state','aliases':['G'],'attributes':{'x':1}}",
     "{'kind':'media','country':'KP','attributes':{'x':2}}", "{}"},
    {&record_claim, "{'text':'S','attributes':{'x':1}}", "{'text':'G','attributes':{}}",
     "{'text':'S','attributes':{'x':1}}", "{'text':'G'}", "{}"},
    /* neither is part of the other, or owned by it, any more */
    {&record_actor, "{'name':'S','kind':'state','part_of':'" GOES "','owned_by':'" GOES "'}",
     "{'name':'S','kind':'state','owned_by':'" STAYS "'}", "{'name':'S','kind':'state'}", "{}",
     "{'part_of':1,'owned_by':2}"},
    /* links to each other and to themselves go, and those that are there twice */
    {&record_claim,
     "{'text':'S','relations':[{'claim':'" GOES "','relation':'contradicts'},{'claim':'x','relation':'entails'}]}",
     "{'text':'S','relations':[{'claim':'x','relation':'entails'},{'claim':'x','relation':'refines'},"
     "{'claim':'" STAYS "','relation':'supports'}]}",
     "{'text':'S','relations':[{'claim':'x','relation':'entails'},{'claim':'x','relation':'refines'}]}", "{}",
     "{'relations':3}"},
    {&record_source, "{'title':'S','cites':[{'source':'" GOES "','relation':'cites'}]}", "{'title':'S'}",
     "{'title':'S'}", "{}", "{'cites':1}"},
    /* words of both are no loss */
    {&record_claim, "{'text':'S','topics':['a'],'about':['x']}", "{'text':'S','topics':['b','a'],'about':['y','x']}",
     "{'text':'S','topics':['a','b'],'about':['x','y']}", "{}", "{'about':1}"},
};

static json_t *load(const char *quoted)
{
    char text[512];
    size_t length = strlen(quoted);
    ck_assert(length < sizeof text);
    for (size_t i = 0; i <= length; i++) {
        text[i] = quoted[i] == '\'' ? '"' : quoted[i];
    }
    json_t *document = json_loads(text, 0, NULL);
    ck_assert_msg(document != NULL, "%s", quoted);
    return document;
}

static void compare(int number, const char *what, const json_t *found, const char *expected)
{
    json_t *wanted = load(expected);
    char *text = json_dumps(found, JSON_COMPACT);
    ck_assert_msg(json_equal(found, wanted) == 1, "case %d, %s: %s", number, what, text);
    free(text);
    json_decref(wanted);
}

START_TEST(every_field)
{
    json_t *stays = load(cases[_i].stays);
    json_t *goes = load(cases[_i].goes);
    json_t *before = json_deep_copy(stays);
    const char *label = cases[_i].record->label;
    struct unified unified =
        union_of(cases[_i].record, &(struct side){STAYS, json_string_value(json_object_get(stays, label)), stays},
                 &(struct side){GOES, json_string_value(json_object_get(goes, label)), goes});
    compare(_i, "document", unified.document, cases[_i].document);
    compare(_i, "left out", unified.left_out, cases[_i].left_out);
    compare(_i, "folded", unified.folded, cases[_i].folded);
    ck_assert_msg(json_equal(stays, before) == 1, "case %d: the record was changed", _i);
    union_free(&unified);
    json_decref(before);
    json_decref(stays);
    json_decref(goes);
}
END_TEST

Suite *handlers_union_suite(void)
{
    Suite *suite = suite_create("handlers/union");
    TCase *tests = tcase_create("union");
    tcase_add_loop_test(tests, every_field, 0, sizeof cases / sizeof *cases);
    suite_add_tcase(suite, tests);
    return suite;
}
