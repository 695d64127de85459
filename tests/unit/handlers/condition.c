/* handlers/condition, filters and selection: query parameters as SQL, and never as a part of its text. */
#include "handlers/condition.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "handlers/parameters.h"
#include "tests/unit/handlers/fixture.h"
#include "tests/unit/suites.h"

static const struct {
    const char *endpoint;
    const char *query;
    const char *condition; /* all of it, up to ORDER BY */
    const char *values[3];
} written[] = {
    {"stance_list", "position=deny", "t.position COLLATE \"C\" = $1::text", {"deny"}},
    {"stance_list", "position=deny,decline", "t.position COLLATE \"C\" = ANY ($1::text[])", {"{\"deny\",\"decline\"}"}},
    {"stance_list", "position.not=deny", "(t.position COLLATE \"C\" <> ALL ($1::text[])) IS NOT FALSE", {"{\"deny\"}"}},
    {"stance_list", "act.null=true", "t.act COLLATE \"C\" IS NULL", {NULL}},
    {"stance_list", "quote.null=false", "t.quote COLLATE \"C\" IS NOT NULL", {NULL}},
    {"stance_list", "source.null=true", "t.source_id IS NULL", {NULL}},
    {"stance_list", "confidence.gte=90", "t.confidence >= $1::integer", {"90"}},
    {"stance_list", "confidence=1e1,20", "t.confidence = ANY ($1::integer[])", {"{\"10\",\"20\"}"}},
    {"stance_list", "degree.lt=0.5", "t.degree < $1::double precision", {"0.5"}},
    {"stance_list", "stated_at.gte=2024-10-21", "t.stated_at >= $1::timestamptz", {"2024-10-21T00:00:00Z"}},
    {"stance_list",
     "stated_at.gt=2024-10-21",
     "t.stated_at >= $1::timestamptz + interval '24 hours'",
     {"2024-10-21T00:00:00Z"}},
    {"stance_list",
     "stated_at.lte=2024-10-21",
     "t.stated_at < $1::timestamptz + interval '24 hours'",
     {"2024-10-21T00:00:00Z"}},
    {"stance_list", "stated_at.lt=2024-10-21", "t.stated_at < $1::timestamptz", {"2024-10-21T00:00:00Z"}},
    {"stance_list",
     "stated_at.lte=2024-10-21T09:30:00+09:00",
     "t.stated_at <= $1::timestamptz",
     {"2024-10-21T00:30:00Z"}},
    {"stance_list", "stated_at.gt=2024-10-21T09:30:00Z", "t.stated_at > $1::timestamptz", {"2024-10-21T09:30:00Z"}},
    {"stance_list",
     "stated_at=2024-10-21",
     "(t.stated_at >= $1::timestamptz AND t.stated_at < $1::timestamptz + interval '24 hours')",
     {"2024-10-21T00:00:00Z"}},
    {"stance_list",
     "stated_at.not=2024-10-21T09:30:00Z",
     "(t.stated_at = $1::timestamptz) IS NOT TRUE",
     {"2024-10-21T09:30:00Z"}},
    {"source_list", "first_hand=true", "t.first_hand = $1::boolean", {"true"}},
    {"source_list", "title=a\\,b,c", "t.title COLLATE \"C\" = ANY ($1::text[])", {"{\"a,b\",\"c\"}"}},
    {"source_list", "title=a\\\\b", "t.title COLLATE \"C\" = $1::text", {"a\\b"}},
    {"source_list",
     "title=%27;%20DROP%20TABLE%20claim;--",
     "t.title COLLATE \"C\" = $1::text",
     {"'; DROP TABLE claim;--"}},
    {"claim_list", "topics=a,b", "t.topics && $1::text[]", {"{\"a\",\"b\"}"}},
    {"claim_list", "topics.all=a,b", "t.topics @> $1::text[]", {"{\"a\",\"b\"}"}},
    {"claim_list", "topics.not=a", "NOT t.topics && $1::text[]", {"{\"a\"}"}},
    {"claim_list", "topics.null=true", "t.topics = '{}'", {NULL}},
    {"claim_list", "topics.null=false", "t.topics <> '{}'", {NULL}},
    {"claim_list", "about.null=true", "NOT EXISTS (SELECT FROM claim_about l WHERE l.claim_id = t.id)", {NULL}},
    {"claim_list",
     "q=a+-b",
     "search_terms(t.text || ' ' || coalesce(t.location, '')) @@ $1::tsquery",
     {"('a')&!('b')"}},
    {"claim_list", "ref.null=false", "t.ref IS NOT NULL", {NULL}},
    /* in the order of the description, however they are given */
    {"stance_list",
     "confidence.lte=5&position=deny",
     "t.position COLLATE \"C\" = $1::text AND t.confidence <= $2::integer",
     {"deny", "5"}},
};

START_TEST(conditions)
{
    struct fixture fixture;
    fixture_begin(&fixture, written[_i].endpoint);
    fixture_query(&fixture, written[_i].query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    const struct query *query = fixture_statement(&fixture, "ORDER BY t.created_at");
    const char *where = strstr(query->sql, " t WHERE ");
    ck_assert_ptr_nonnull(where);
    where += strlen(" t WHERE ");
    const char *end = strstr(where, " ORDER BY ");
    ck_assert_ptr_nonnull(end);
    char condition[1024];
    snprintf(condition, sizeof condition, "%.*s", (int)(end - where), where);
    ck_assert_str_eq(condition, written[_i].condition);
    int count = 0;
    for (; count < 3 && written[_i].values[count] != NULL; count++) {
        ck_assert_int_lt(count, query->count);
        ck_assert_str_eq(query->values[count], written[_i].values[count]);
    }
    ck_assert_int_eq(query->count, count);
    fixture_end(&fixture);
}
END_TEST

/* Refs become ids, in columns and in tables of their own. */
START_TEST(references)
{
    struct fixture fixture;
    struct identity id = identity_of_ref(RECORD_ACTOR, "north-korea", 11);
    char text[IDENTITY_TEXT];
    identity_format(&id, text);
    fixture_begin(&fixture, "stance_list");
    fixture_query(&fixture, "actor=north-korea");
    fixture_plan(&fixture);
    ck_assert_str_eq(fixture_statement(&fixture, "t.actor_id = $1::uuid")->values[0], text);
    fixture_end(&fixture);
    fixture_begin(&fixture, "claim_list");
    fixture_query(&fixture, "about.all=north-korea,russia");
    fixture_plan(&fixture);
    const struct query *query = fixture_statement(
        &fixture,
        "EXISTS (SELECT FROM claim_about l WHERE l.claim_id = t.id AND l.target_id = ANY ($1::uuid[])) AND (SELECT "
        "array_agg(l.target_id) FROM claim_about l WHERE l.claim_id = t.id) @> $1::uuid[]");
    ck_assert_ptr_nonnull(strstr(query->values[0], text));
    ck_assert_int_eq(query->count, 1);
    fixture_end(&fixture);
    id = identity_of_ref(RECORD_ACTOR, "x", 1);
    identity_format(&id, text);
    fixture_begin(&fixture, "actor_list");
    fixture_query(&fixture, "ref=x");
    fixture_plan(&fixture);
    ck_assert_str_eq(fixture_statement(&fixture, "t.id = $1::uuid")->values[0], text);
    fixture_end(&fixture);
}
END_TEST

static const struct {
    const char *endpoint;
    const char *query;
    const char *parameter;
    const char *code;
} refused[] = {
    {"stance_list", "position=denies", "position", "not_in_vocabulary"},
    {"stance_list", "position.gte=deny", "position.gte", "unknown_parameter"},
    {"stance_list", "position.null=true", "position.null", "unknown_parameter"},
    {"stance_list", "quote=x", "quote", "unknown_parameter"},
    {"stance_list", "attributes=x", "attributes", "unknown_parameter"},
    {"stance_list", "actor=North%20Korea", "actor", "invalid_reference"},
    {"stance_list", "actor=a,,b", "actor", "invalid_reference"},
    {"stance_list", "actor=", "actor", "invalid_reference"},
    {"stance_list", "credibility=1.5", "credibility", "out_of_range"},
    {"stance_list", "credibility=3000000000", "credibility", "out_of_range"},
    {"stance_list", "degree=inf", "degree", "out_of_range"},
    {"stance_list", "degree.gte=0x1", "degree.gte", "out_of_range"},
    {"stance_list", "degree.gte=1e-400", "degree.gte", "out_of_range"},
    {"stance_list", "degree.gte=", "degree.gte", "out_of_range"},
    {"stance_list", "stated_at.gte=yesterday", "stated_at.gte", "not_a_time"},
    {"stance_list", "source.null=maybe", "source.null", "wrong_type"},
    {"stance_list", "q=", "q", "blank"},
    {"stance_list", "q=%20", "q", "blank"},
    {"stance_list", "sort=quote", "sort", "not_in_vocabulary"},
    {"stance_list", "sort=stated_at,actor", "sort", "not_in_vocabulary"},
    {"stance_list", "fields=id,nothing", "fields", "not_in_vocabulary"},
    {"stance_list", "expand=position", "expand", "not_in_vocabulary"},
    {"stance_list", "count=yes", "count", "not_in_vocabulary"},
    {"stance_list", "format=xml", "format", "not_in_vocabulary"},
    {"actor_list", "country=kp", "country", "invalid_country"},
    {"actor_list", "name=", "name", "blank"},
    {"claim_list", "topics=Big%20Topic", "topics", "invalid_slug"},
    {"claim_read", "sort=id", "sort", "unknown_parameter"},
    {"claim_read", "q=x", "q", "unknown_parameter"},
};

START_TEST(refusals)
{
    struct fixture fixture;
    fixture_begin(&fixture, refused[_i].endpoint);
    ck_assert_msg(!parameters_read(&fixture.call, refused[_i].query), "%s", refused[_i].query);
    ck_assert_uint_eq(fixture.call.faults.count, 1);
    ck_assert_str_eq(fixture.call.faults.list[0].parameter, refused[_i].parameter);
    ck_assert_str_eq(fixture.call.faults.list[0].code, refused[_i].code);
    fixture_end(&fixture);
}
END_TEST

START_TEST(bounded)
{
    struct fixture fixture;
    char query[4096] = "";
    fixture_begin(&fixture, "stance_list");
    size_t count = 0;
    for (size_t i = 0; i < fixture.call.endpoint->parameter_count && count <= CONDITIONS_MOST; i++) {
        if (fixture.call.endpoint->parameters[i].test == TEST_NULL ||
            fixture.call.endpoint->parameters[i].field == NULL ||
            fixture.call.endpoint->parameters[i].example == NULL) {
            continue;
        }
        strcat(query, count++ == 0 ? "" : "&");
        strcat(query, fixture.call.endpoint->parameters[i].name);
        strcat(query, "=");
        strcat(query, fixture.call.endpoint->parameters[i].example);
    }
    ck_assert_uint_eq(count, CONDITIONS_MOST + 1);
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_REPLY);
    ck_assert_int_eq(fixture.reply.status, 400);
    fixture_end(&fixture);
    *strrchr(query, '&') = '\0';
    strcat(query, "&sort=-stated_at&expand=claim,actor,source,origin,speaker,addressee&count=exact&limit=1000");
    fixture_begin(&fixture, "stance_list");
    fixture_query(&fixture, query);
    ck_assert_int_eq(fixture_plan(&fixture), PLAN_RUN);
    ck_assert_int_eq(fixture.plan.count, 1 + 6 + 1 + 2);
    ck_assert_int_eq(fixture.call.lane, LANE_SLOW);
    fixture_end(&fixture);
}
END_TEST

/* What every filter of every list has as its example fits it. */
START_TEST(examples)
{
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    size_t filters = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < all[i]->parameter_count; j++) {
            const struct parameter *parameter = &all[i]->parameters[j];
            if (parameter->example == NULL) {
                continue;
            }
            ck_assert_ptr_nonnull(parameter->help);
            struct call call = {.endpoint = all[i], .arena = arena_new()};
            faults_init(&call.faults, call.arena);
            const char *query = arena_format(call.arena, "%s=%s", parameter->name, parameter->example);
            for (size_t k = 0; k < all[i]->parameter_count; k++) {
                const struct parameter *other = &all[i]->parameters[k];
                if (other->required && other != parameter) {
                    query = arena_format(call.arena, "%s&%s=%s", query, other->name, other->example);
                }
            }
            ck_assert_msg(parameters_read(&call, query), "%s: %s: %s", all[i]->name, query,
                          call.faults.count > 0 ? call.faults.list[0].detail : "");
            filters += parameter->test != TEST_NONE;
            arena_free(call.arena);
        }
    }
    ck_assert_uint_gt(filters, 200);
}
END_TEST

Suite *handlers_condition_suite(void)
{
    Suite *suite = suite_create("handlers/condition");
    TCase *tests = tcase_create("condition");
    tcase_add_loop_test(tests, conditions, 0, sizeof written / sizeof *written);
    tcase_add_test(tests, references);
    tcase_add_loop_test(tests, refusals, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tests, bounded);
    tcase_add_test(tests, examples);
    suite_add_tcase(suite, tests);
    return suite;
}
