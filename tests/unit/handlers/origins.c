/* handlers/origins, handlers/citations: graphs made by hand, and how many origins there are in them. */
#include "handlers/origins.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct origins *origins;

static void begin(void)
{
    origins = calloc(1, sizeof *origins);
}

static void end(void)
{
    free(origins);
}

static int owner(int part_of, int owned_by)
{
    origins->graph.owners[origins->graph.owner_count] = (struct owner){part_of, owned_by};
    return origins->graph.owner_count++;
}

/* Who belongs to nobody. */
static int alone(void)
{
    return owner(NODE_NONE, NODE_NONE);
}

static int source(bool first_hand, int publisher)
{
    origins->graph.sources[origins->graph.source_count] =
        (struct cited_source){.first_hand = first_hand, .publisher = publisher};
    return origins->graph.source_count++;
}

/* All citations of a source; -1 ends them. */
static void cites(int citing, const int *targets)
{
    struct citations *graph = &origins->graph;
    graph->sources[citing].first = graph->target_count;
    for (; *targets >= 0; targets++) {
        graph->targets[graph->target_count++] = *targets;
        graph->sources[citing].count++;
    }
}

#define CITES(citing, ...) cites(citing, (const int[]){__VA_ARGS__, -1})

static int says_with(int actor, int speaker, int from, int origin)
{
    origins->statements[origins->statement_count] =
        (struct statement_of){.actor = actor, .speaker = speaker, .source = from, .origin = origin};
    return origins->statement_count++;
}

static int says(int actor, int from)
{
    return says_with(actor, NODE_NONE, from, NODE_NONE);
}

static int counted(void)
{
    origins_count(origins, 0);
    return origins->components;
}

static const struct statement_of *statement(int number)
{
    return &origins->statements[number];
}

static void assert_path(int number, const int *sources, int count)
{
    const struct path *path = &statement(number)->paths[0];
    ck_assert_int_eq(path->count, count);
    ck_assert_int_eq(memcmp(path->sources, sources, (size_t)count * sizeof *sources), 0);
}

START_TEST(a_relay_is_one_origin)
{
    int north = alone(), mission = owner(north, NODE_NONE), yonhap = alone(), outlet = alone(), other = alone();
    int speech = source(true, mission), report = source(false, yonhap);
    int article = source(false, outlet), copy = source(false, other);
    CITES(report, speech);
    CITES(article, report);
    CITES(copy, article);
    int first = says_with(north, mission, article, NODE_NONE);
    int second = says(other, copy);
    int third = says(north, speech);
    ck_assert_int_eq(counted(), 1);
    assert_path(first, (const int[]){article, report, speech}, 3);
    assert_path(second, (const int[]){copy, article, report, speech}, 4);
    ck_assert_int_eq(statement(first)->basis, BASIS_NARROWED);
    ck_assert_int_eq(statement(second)->basis, BASIS_REACHABLE);
    ck_assert_int_eq(statement(third)->component, 0);
    ck_assert_int_eq(origins->join_count, 0);
}
END_TEST

START_TEST(narrowed_to_what_is_their_own)
{
    int north = alone(), south = alone(), agency = alone(), outlet = alone();
    int denial = source(true, north), charge = source(true, south), report = source(false, agency);
    CITES(report, denial, charge);
    int of_south = says(south, report);
    ck_assert_int_eq(counted(), 1);
    assert_path(of_south, (const int[]){report, charge}, 2);
    ck_assert_int_eq(statement(of_south)->candidates, 1);
    int by_speaker = says_with(outlet, north, report, NODE_NONE);
    ck_assert_int_eq(counted(), 2); /* each on its own */
    ck_assert_int_ne(statement(of_south)->component, statement(by_speaker)->component);
    int of_outlet = says(outlet, report); /* rests on both, and so joins them */
    ck_assert_int_eq(counted(), 1);
    ck_assert_int_eq(statement(of_outlet)->candidates, 2);
    ck_assert_int_eq(origins->join_count, 1);
    ck_assert_int_eq(origins->joins[0].reason, JOIN_STATEMENT);
    ck_assert_int_eq(origins->joins[0].via, of_outlet);
}
END_TEST

START_TEST(two_outlets_of_one_owner)
{
    int group = alone(), holding = owner(NODE_NONE, group);
    int one = owner(NODE_NONE, holding), other = owner(group, NODE_NONE), free_one = alone();
    says(one, source(true, one));
    says(other, source(true, other));
    says(free_one, source(true, free_one));
    ck_assert_int_eq(counted(), 2);
    ck_assert_int_eq(origins->join_count, 1);
    ck_assert_int_eq(origins->joins[0].reason, JOIN_OWNER);
    ck_assert_int_eq(origins->joins[0].via, group);
    ck_assert_int_eq(statement(0)->component, statement(1)->component);
}
END_TEST

START_TEST(a_shared_upstream)
{
    int a = alone(), b = alone();
    int leak = source(false, NODE_NONE), one = source(true, a), other = source(true, b);
    CITES(one, leak);
    CITES(other, leak);
    says(a, one);
    says(b, other);
    ck_assert_int_eq(counted(), 1);
    ck_assert_int_eq(origins->joins[0].reason, JOIN_UPSTREAM);
    ck_assert_int_eq(origins->joins[0].via, leak);
}
END_TEST

START_TEST(a_diamond)
{
    int root = source(true, NODE_NONE), left = source(false, NODE_NONE), right = source(false, NODE_NONE);
    int top = source(false, NODE_NONE);
    CITES(left, root);
    CITES(right, root);
    CITES(top, left, right);
    int number = says(alone(), top);
    ck_assert_int_eq(counted(), 1);
    ck_assert_int_eq(statement(number)->candidates, 1);
    assert_path(number, (const int[]){top, left, root}, 3);
}
END_TEST

START_TEST(unknown_is_never_counted)
{
    int actor = alone();
    says(actor, NODE_NONE);
    says(actor, source(false, actor));
    ck_assert_int_eq(counted(), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(statement(i)->basis, BASIS_UNKNOWN);
        ck_assert_int_eq(statement(i)->component, -1);
    }
    says(actor, source(true, actor));
    ck_assert_int_eq(counted(), 1);
}
END_TEST

START_TEST(the_origin_that_is_given)
{
    int actor = alone(), rival = alone();
    int speech = source(true, actor), paper = source(false, rival), article = source(false, NODE_NONE);
    CITES(article, speech, paper);
    int number = says_with(actor, NODE_NONE, article, paper); /* not its own, nor first hand: still what was stated */
    ck_assert_int_eq(counted(), 1);
    ck_assert_int_eq(statement(number)->basis, BASIS_ORIGIN);
    assert_path(number, (const int[]){article, paper}, 2);
    int elsewhere = says_with(actor, NODE_NONE, speech, paper);
    ck_assert_int_eq(counted(), 1);
    assert_path(elsewhere, (const int[]){paper}, 1);
}
END_TEST

START_TEST(cycles_end_and_are_found)
{
    int cycle[SOURCES_MOST];
    int a = source(false, NODE_NONE), b = source(false, NODE_NONE), c = source(true, NODE_NONE);
    int itself = source(true, NODE_NONE), plain = source(true, NODE_NONE), far = source(false, NODE_NONE);
    CITES(a, b);
    CITES(b, c);
    CITES(c, a, plain);
    CITES(itself, itself);
    CITES(far, a);
    ck_assert_int_eq(citations_cycles(&origins->graph, cycle), 2);
    ck_assert_int_ge(cycle[a], 0);
    ck_assert_int_eq(cycle[a], cycle[b]);
    ck_assert_int_eq(cycle[a], cycle[c]);
    ck_assert_int_ge(cycle[itself], 0);
    ck_assert_int_ne(cycle[itself], cycle[a]);
    ck_assert_int_eq(cycle[plain], -1);
    ck_assert_int_eq(cycle[far], -1);
    int actor = alone();
    int round = says(actor, a);
    int alike = says(actor, itself); /* its own word for itself: one origin, no more */
    ck_assert_int_eq(counted(), 2);
    ck_assert_int_eq(statement(round)->candidates, 2);
    ck_assert_int_eq(statement(alike)->candidates, 1);
    ck_assert(!origins->cut);
}
END_TEST

START_TEST(walks_are_bounded)
{
    int last = source(true, NODE_NONE);
    for (int i = 0; i < CITATION_DEPTH; i++) {
        int next = source(false, NODE_NONE);
        CITES(next, last);
        last = next;
    }
    says(alone(), last);
    ck_assert_int_eq(counted(), 1); /* as far as a walk goes */
    ck_assert(!origins->cut);
    int past = source(false, NODE_NONE);
    CITES(past, last);
    origins->statements[0].source = past;
    ck_assert_int_eq(counted(), 0);
    ck_assert(origins->cut);
}
END_TEST

START_TEST(groups_are_apart)
{
    int actor = alone();
    int one = source(true, NODE_NONE), other = source(true, NODE_NONE), article = source(false, NODE_NONE);
    CITES(article, one, other);
    says(actor, one);
    says(actor, other);
    says(actor, article);
    ck_assert_int_eq(counted(), 1);
    origins->statements[2].group = 1; /* what joined them is of another position */
    ck_assert_int_eq(counted(), 2);
    origins_count(origins, 1);
    ck_assert_int_eq(origins->components, 1);
    origins_count(origins, 2);
    ck_assert_int_eq(origins->components, 0);
}
END_TEST

/* Every order of the same statements. */
START_TEST(the_order_changes_nothing)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    int a = alone(), b = alone(), c = alone(), sources[3] = {source(true, a), source(true, b), source(true, c)};
    int both = source(false, NODE_NONE);
    int actors[3] = {a, b, alone()}, from[3] = {sources[0], sources[2], both};
    CITES(both, sources[0], sources[1]);
    for (int i = 0; i < 3; i++) {
        says(actors[orders[_i][i]], from[orders[_i][i]]);
    }
    ck_assert_int_eq(counted(), 2);
    ck_assert_int_eq(origins->component[sources[0]], origins->component[sources[1]]);
    ck_assert_int_ne(origins->component[sources[0]], origins->component[sources[2]]);
}
END_TEST

Suite *handlers_origins_suite(void)
{
    Suite *suite = suite_create("handlers/origins");
    TCase *tests = tcase_create("origins");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_relay_is_one_origin);
    tcase_add_test(tests, narrowed_to_what_is_their_own);
    tcase_add_test(tests, two_outlets_of_one_owner);
    tcase_add_test(tests, a_shared_upstream);
    tcase_add_test(tests, a_diamond);
    tcase_add_test(tests, unknown_is_never_counted);
    tcase_add_test(tests, the_origin_that_is_given);
    tcase_add_test(tests, cycles_end_and_are_found);
    tcase_add_test(tests, walks_are_bounded);
    tcase_add_test(tests, groups_are_apart);
    tcase_add_loop_test(tests, the_order_changes_nothing, 0, 6);
    suite_add_tcase(suite, tests);
    return suite;
}
