/* handlers/claimreview: what a ClaimReview becomes, and that nothing of it is lost on the way back. */
#include "handlers/claimreview.h"

#include <check.h>
#include <string.h>

#include "schema/validate.h"
#include "tests/unit/suites.h"

static struct arena *arena;
static struct faults faults;

static void begin(void)
{
    arena = arena_new();
    faults_init(&faults, arena);
}

static void end(void)
{
    arena_free(arena);
}

/* Written with apostrophes for quotation marks. */
static json_t *json(const char *text)
{
    char *quoted = arena_text(arena, text);
    for (char *at = quoted; (at = strchr(at, '\'')) != NULL;) {
        *at = '"';
    }
    json_error_t error;
    json_t *made = json_loads(quoted, 0, &error);
    ck_assert_msg(made != NULL, "%s in %s", error.text, quoted);
    return made;
}

static const char *const whole[] = {
    ("{'@context': 'https://schema.org', '@type': 'ClaimReview', 'url': 'https://example.org/a', 'datePublished': "
     "'2021-07-28',"
     " 'claimReviewed': 'The sky is green.', 'author': {'@type': 'Organization', 'name': 'Full Fact', 'url': "
     "'https://fullfact.org'},"
     " 'reviewRating': {'@type': 'Rating', 'ratingValue': '1', 'bestRating': '5', 'worstRating': 1, 'alternateName': "
     "'False',"
     " 'image': 'https://example.org/i.png'}, 'itemReviewed': {'@type': 'Claim', 'author': {'@type': 'Person', 'name': "
     "'Somebody',"
     " 'sameAs': ['https://example.org/s']}, 'datePublished': '2021-07-20', 'appearance': [{'@type': 'CreativeWork', "
     "'url':"
     " 'https://example.org/b'}], 'firstAppearance': {'@type': 'NewsArticle', 'url': 'https://example.org/c'},"
     " '@id': 'https://example.org/claim'}}"),
    /* no rating in words, an author in a list, a time that is not quite one */
    ("{'@type': ['ClaimReview'], '@id': 'https://example.org/r', 'url': 'https://example.org/a', 'claimReviewed': 'T',"
     " 'datePublished': '2021-07-28T10:00:00', 'author': [{'@type': 'Person', 'name': 'A'}, {'@type': 'Person', "
     "'name': "
     "'B'}],"
     " 'reviewRating': {'ratingValue': 3}, 'itemReviewed': {'@type': 'CreativeWork', 'name': 'N'}, 'inLanguage': "
     "'en'}"),
    ("{'@type': 'ClaimReview', 'url': 'https://example.org/a', 'claimReviewed': 'T', 'publisher': {'name': 'P'},"
     " 'reviewRating': {'alternateName': 'True'}}"),
};

/* Everything in `part` is in `all`, numbers as texts apart. */
static bool within(const json_t *part, const json_t *all)
{
    const char *name;
    const json_t *value;
    if (json_is_string(part) && json_is_number(all)) {
        char text[40];
        snprintf(text, sizeof text, "%g", json_number_value(all));
        return strcmp(text, json_string_value(part)) == 0;
    }
    if (!json_is_object(part)) {
        return json_equal(part, all);
    }
    json_object_foreach((json_t *)part, name, value)
    {
        if (strcmp(name, "@context") != 0 && !within(value, json_object_get(all, name))) {
            return false;
        }
    }
    return true;
}

/* As the service reads it: with the others in full. */
static json_t *expanded(const struct claimreview *made)
{
    json_t *review = json_copy(made->review);
    json_object_set(review, "claim", made->claim);
    json_object_set(review, "reviewer", made->actor);
    return review;
}

START_TEST(nothing_is_lost)
{
    json_t *item = json(whole[_i]);
    struct claimreview made;
    ck_assert(claimreview_read(item, arena, &faults, &made));
    json_t *review = expanded(&made);
    json_t *back = claimreview_write(review);
    ck_assert_msg(within(item, back), "%s\n%s", json_dumps(item, 0), json_dumps(back, 0));
    /* and read again it is the same review */
    struct claimreview again;
    ck_assert(claimreview_read(back, arena, &faults, &again));
    ck_assert(json_equal(json_object_get(made.review, "ref"), json_object_get(again.review, "ref")));
    ck_assert(json_equal(json_object_get(made.claim, "ref"), json_object_get(again.claim, "ref")));
    ck_assert(json_equal(json_object_get(made.actor, "ref"), json_object_get(again.actor, "ref")));
    ck_assert_msg(json_equal(made.review, again.review), "%s\n%s", json_dumps(made.review, 0),
                  json_dumps(again.review, 0));
    claimreview_free(&again);
    claimreview_free(&made);
    json_decref(back);
    json_decref(review);
    json_decref(item);
}
END_TEST

START_TEST(what_comes_out_is_valid)
{
    json_t *item = json(whole[_i]);
    struct claimreview made;
    ck_assert(claimreview_read(item, arena, &faults, &made));
    const json_t *const bodies[] = {made.actor, made.claim, made.review};
    const struct record *const kinds[] = {&record_actor, &record_claim, &record_review};
    for (int i = 0; i < 3; i++) {
        struct draft draft;
        ck_assert_msg(validate_record(kinds[i], bodies[i], arena, &faults, &draft), "%s: %s %s", kinds[i]->name,
                      faults.list[0].pointer, faults.list[0].detail);
        draft_free(&draft);
    }
    claimreview_free(&made);
    json_decref(item);
}
END_TEST

START_TEST(fields)
{
    json_t *item = json(whole[0]);
    struct claimreview made;
    ck_assert(claimreview_read(item, arena, &faults, &made));
    const json_t *review = made.review;
    ck_assert_str_eq(json_string_value(json_object_get(review, "rating_label")), "False");
    ck_assert_double_eq(json_number_value(json_object_get(review, "rating_value")), 1);
    ck_assert_double_eq(json_number_value(json_object_get(review, "rating_best")), 5);
    ck_assert_str_eq(json_string_value(json_object_get(review, "reviewed_at")), "2021-07-28");
    ck_assert_str_eq(json_string_value(json_object_get(made.actor, "kind")), "media");
    const json_t *rest = json_object_get(json_object_get(review, "attributes"), CLAIMREVIEW_KEY);
    ck_assert_ptr_nonnull(json_object_get(json_object_get(rest, "itemReviewed"), "firstAppearance"));
    ck_assert_ptr_null(json_object_get(rest, "claimReviewed"));
    ck_assert_ptr_null(json_object_get(json_object_get(rest, "reviewRating"), "ratingValue"));
    claimreview_free(&made);
    json_decref(item);
}
END_TEST

START_TEST(what_has_an_address_here_keeps_its_name)
{
    json_t *item = json(
        "{'@type': 'ClaimReview', '@id': '/v1/reviews/r-1', 'url': 'https://example.org/', 'claimReviewed': 'T',"
        " 'author': {'@type': 'Organization', '@id': 'https://x.org/v1/actors/0191f8b0-0000-7000-8000-000000000000',"
        " 'name': 'N'}, 'reviewRating': {'alternateName': 'x'}, 'itemReviewed': {'@id': '/v1/claims/c-1'}}");
    struct claimreview made;
    ck_assert(claimreview_read(item, arena, &faults, &made));
    ck_assert_str_eq(json_string_value(json_object_get(made.review, "ref")), "r-1");
    ck_assert_str_eq(json_string_value(json_object_get(made.claim, "ref")), "c-1");
    ck_assert_str_eq(json_string_value(json_object_get(made.review, "claim")), "c-1");
    ck_assert_str_eq(json_string_value(json_object_get(made.actor, "id")), "0191f8b0-0000-7000-8000-000000000000");
    claimreview_free(&made);
    json_decref(item);
}
END_TEST

static const struct {
    const char *text, *pointer, *code;
} faulty[] = {
    {"{}", "/@type", "required"},
    {"{'@type': 'Article'}", "/@type", "not_in_vocabulary"},
    {"{'@type': 'ClaimReview', 'author': {'name': 'N'}}", "/claimReviewed", "required"},
    {"{'@type': 'ClaimReview', 'claimReviewed': 'T', 'url': 'u', 'reviewRating': {'ratingValue': 1}}", "/author/name",
     "required"},
    {"{'@type': 'ClaimReview', 'claimReviewed': 'T', 'author': 'N', 'reviewRating': {'ratingValue': 1}}", "/url",
     "required"},
    {"{'@type': 'ClaimReview', 'claimReviewed': 'T', 'author': 'N', 'url': 'u'}", "/reviewRating/alternateName",
     "required"},
    {"{'@type': 'Claim'}", "/text", "required"},
    {"[]", "/@type", "required"},
};

START_TEST(what_cannot_be_read)
{
    json_t *item = json(faulty[_i].text);
    struct claimreview made;
    ck_assert(!claimreview_read(item, arena, &faults, &made));
    ck_assert_uint_eq(faults.count, 1);
    ck_assert_str_eq(faults.list[0].pointer, faulty[_i].pointer);
    ck_assert_str_eq(faults.list[0].code, faulty[_i].code);
    json_decref(item);
}
END_TEST

static void count(void *context, const json_t *item)
{
    ck_assert(json_is_object(item));
    ++*(int *)context;
}

START_TEST(items_of_feeds)
{
    static const struct {
        const char *text;
        int count;
    } feeds[] = {
        {"{'@type': 'ClaimReview'}", 1},
        {"{'@type': 'DataFeedItem', 'item': {'@type': 'ClaimReview'}}", 1},
        {"{'@type': 'DataFeedItem', 'item': [{}, {}, {}]}", 3},
    };
    json_t *item = json(feeds[_i].text);
    int counted = 0;
    claimreview_each(item, count, &counted);
    ck_assert_int_eq(counted, feeds[_i].count);
    json_decref(item);
}
END_TEST

Suite *handlers_claimreview_suite(void)
{
    Suite *suite = suite_create("handlers/claimreview");
    TCase *tests = tcase_create("claimreview");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(tests, nothing_is_lost, 0, sizeof whole / sizeof *whole);
    tcase_add_loop_test(tests, what_comes_out_is_valid, 0, sizeof whole / sizeof *whole);
    tcase_add_test(tests, fields);
    tcase_add_test(tests, what_has_an_address_here_keeps_its_name);
    tcase_add_loop_test(tests, what_cannot_be_read, 0, sizeof faulty / sizeof *faulty);
    tcase_add_loop_test(tests, items_of_feeds, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
