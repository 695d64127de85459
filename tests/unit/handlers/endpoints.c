/* handlers/endpoints: what has to hold for the table as a whole, and what endpoints share. */
#include "handlers/endpoint.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

static const struct endpoint *const *all;
static size_t count;

static void begin(void)
{
    all = endpoints(&count);
}

START_TEST(gathered_once)
{
    endpoints_init();
    size_t again;
    ck_assert_ptr_eq(endpoints(&again), all);
    ck_assert_uint_eq(again, count);
    ck_assert_uint_ge(count, 5 * RECORD_KINDS + 6);
}
END_TEST

START_TEST(names_and_routes_are_unique)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            ck_assert_str_ne(all[i]->name, all[j]->name);
            ck_assert_msg(all[i]->method != all[j]->method || strcmp(all[i]->path, all[j]->path) != 0, "%s",
                          all[i]->path);
        }
    }
}
END_TEST

static int variables_of(const char *path)
{
    int variables = 0;
    for (; *path != '\0'; path++) {
        variables += *path == '{';
    }
    return variables;
}

START_TEST(entries_are_complete)
{
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *endpoint = all[i];
        const char *name = endpoint->name;
        ck_assert_msg(endpoint->path[0] == '/' && variables_of(endpoint->path) <= PATH_VARIABLES, "%s", name);
        for (const char *letter = name; *letter != '\0'; letter++) {
            ck_assert_msg(islower((unsigned char)*letter) || *letter == '_', "%s", name);
        }
        size_t length = strlen(endpoint->summary);
        ck_assert_msg(length > 0 && endpoint->summary[length - 1] == '.', "%s", name);
        ck_assert_msg((endpoint->plan != NULL) != (endpoint->errand != NULL), "%s", name);
        ck_assert_msg(endpoint->body == NULL || endpoint->open != NULL, "%s", name);
        bool restores = strstr(endpoint->path, "/restore") != NULL; /* to what it puts back there is nothing to say */
        bool writes =
            endpoint->method == METHOD_POST || endpoint->method == METHOD_PUT || endpoint->method == METHOD_PATCH;
        ck_assert_msg(endpoint->takes_body == (writes && !restores), "%s", name);
        ck_assert_msg(endpoint->method == METHOD_GET || endpoint->lane != LANE_READ, "%s", name);
        for (size_t j = 0; j < endpoint->parameter_count; j++) {
            ck_assert_msg(endpoint->parameters[j].help != NULL, "%s: %s", name, endpoint->parameters[j].name);
        }
    }
}
END_TEST

START_TEST(every_record_has_its_six)
{
    static const enum method methods[] = {METHOD_GET, METHOD_POST, METHOD_GET, METHOD_PUT, METHOD_PATCH, METHOD_DELETE};
    static const char *const verbs[] = {"list", "create", "read", "replace", "change", "delete"};
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
            struct fixture fixture;
            char name[64];
            char path[64];
            snprintf(name, sizeof name, "%s_%s", record->name, verbs[i]);
            fixture_begin(&fixture, name);
            bool one = i >= 2;
            snprintf(path, sizeof path, "/v1/%s%s%s%s", record->plural, one ? "/{" : "", one ? record->name : "",
                     one ? "}" : "");
            ck_assert_str_eq(fixture.call.endpoint->path, path);
            ck_assert_int_eq(fixture.call.endpoint->method, methods[i]);
            ck_assert_ptr_eq(fixture.call.endpoint->record, record);
            fixture_end(&fixture);
        }
    }
}
END_TEST

START_TEST(media_types)
{
    static const struct endpoint json = {.takes_body = true};
    static const struct endpoint lines = {.takes_body = true, .body_type = "application/x-ndjson, application/jsonl"};
    ck_assert(endpoint_takes_type(&json, "application/json"));
    ck_assert(endpoint_takes_type(&json, "Application/JSON; charset=utf-8"));
    ck_assert(endpoint_takes_type(&json, "application/json;charset=utf-8"));
    ck_assert(!endpoint_takes_type(&json, NULL));
    ck_assert(!endpoint_takes_type(&json, ""));
    ck_assert(!endpoint_takes_type(&json, "application/jsonp"));
    ck_assert(!endpoint_takes_type(&json, "application/jso"));
    ck_assert(!endpoint_takes_type(&json, "text/plain"));
    ck_assert(endpoint_takes_type(&lines, "application/x-ndjson"));
    ck_assert(endpoint_takes_type(&lines, "application/jsonl; x=y"));
    ck_assert(!endpoint_takes_type(&lines, "application/json"));
    ck_assert(!endpoint_takes_type(&lines, "application/x-ndjson, application/jsonl"));
}
END_TEST

START_TEST(members_behind_the_rows)
{
    static const struct {
        const char *before;
        const char *after;
    } bodies[] = {
        {"{}\n", "{\"x\":"},
        {"{\"a\":1}\n", "{\"a\":1,\"x\":"},
        {"{\"a\":{}}", "{\"a\":{},\"x\":"},
        {"{\"a\":[{}]}\n", "{\"a\":[{}],\"x\":"},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct reply reply = {0};
        buffer_init(&reply.body, 100);
        buffer_text(&reply.body, bodies[i].before);
        reply_member(&reply, "x");
        ck_assert_uint_eq(reply.body.length, strlen(bodies[i].after));
        ck_assert_mem_eq(reply.body.data, bodies[i].after, reply.body.length);
        buffer_free(&reply.body);
    }
}
END_TEST

Suite *handlers_endpoints_suite(void)
{
    Suite *suite = suite_create("handlers/endpoints");
    TCase *tests = tcase_create("endpoints");
    tcase_add_checked_fixture(tests, begin, NULL);
    tcase_add_test(tests, gathered_once);
    tcase_add_test(tests, names_and_routes_are_unique);
    tcase_add_test(tests, entries_are_complete);
    tcase_add_test(tests, every_record_has_its_six);
    tcase_add_test(tests, media_types);
    tcase_add_test(tests, members_behind_the_rows);
    suite_add_tcase(suite, tests);
    return suite;
}
