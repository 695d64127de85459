/* handlers/media: what a client accepts, and what it gets. */
#include "handlers/media.h"

#include <check.h>

#include "handlers/parameters.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

#define NONE MEDIAS

static const struct {
    const char *accept;
    const char *query;
    enum media media;
} wishes[] = {
    {NULL, "", MEDIA_JSON},
    {"", "", MEDIA_JSON},
    {"*/*", "", MEDIA_JSON},
    {"application/*", "", MEDIA_JSON},
    {"text/*", "", MEDIA_CSV},
    {"text/csv", "", MEDIA_CSV},
    {"TEXT/CSV; charset=utf-8", "", MEDIA_CSV},
    {"application/x-ndjson", "", MEDIA_NDJSON},
    {"application/ndjson", "", MEDIA_NDJSON},
    {"application/json;q=0.5, text/csv", "", MEDIA_CSV},
    {"text/csv;q=0.5,application/json;q=0.6", "", MEDIA_JSON},
    {"text/csv, application/json", "", MEDIA_JSON},
    {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", MEDIA_JSON},
    {"*/*, application/json;q=0", "", MEDIA_NDJSON},
    {"text/html", "", NONE},
    {"application/json;q=0", "", NONE},
    {"application/jso", "", NONE},
    {"application/jsonx", "", NONE},
    {"*", "", NONE},
    {"text/html", "format=csv", MEDIA_CSV},
    {"text/csv", "format=ndjson", MEDIA_NDJSON},
    {"text/csv", "format=json", MEDIA_JSON},
};

START_TEST(chosen)
{
    struct fixture fixture;
    fixture_begin(&fixture, "actor_list");
    fixture_query(&fixture, wishes[_i].query);
    fixture.call.head.accept = wishes[_i].accept;
    enum media media = NONE;
    bool found = media_choose(&fixture.call, &fixture.reply, &media);
    ck_assert_int_eq(found, wishes[_i].media != NONE);
    if (found) {
        ck_assert_int_eq(media, wishes[_i].media);
    } else {
        ck_assert_int_eq(fixture.reply.status, 406);
    }
    fixture_end(&fixture);
}
END_TEST

Suite *handlers_media_suite(void)
{
    Suite *suite = suite_create("handlers/media");
    TCase *tests = tcase_create("media");
    tcase_add_loop_test(tests, chosen, 0, sizeof wishes / sizeof *wishes);
    suite_add_tcase(suite, tests);
    return suite;
}
