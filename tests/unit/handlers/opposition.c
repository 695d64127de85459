/* handlers/opposition: what is found, in which order, and where it goes on. */
#include "handlers/opposition.h"

#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

static struct opposition opposition;
static char found[2048]; /* a word per row: kind, claims, actors, steps */
static int most;

static struct identity id(char name)
{
    struct identity identity = {{0}};
    identity.bytes[15] = (unsigned char)name;
    return identity;
}

static void vote(char claim, char actor, bool affirms)
{
    const struct side_taken side = {id(claim), id(actor), id('s')};
    opposition_vote(&opposition, &side, affirms);
}

/* "abc": votes on a claim by actors in this order, in upper case where they affirm. */
static void votes(char claim, const char *actors)
{
    for (; *actors != '\0'; actors++) {
        bool affirms = *actors < 'a';
        vote(claim, (char)(affirms ? *actors + 'a' - 'A' : *actors), affirms);
    }
}

static void tie(enum conflict_kind kind, int from, int to)
{
    const struct identity ends[] = {id((char)from), id((char)to)};
    opposition_tie(&opposition, kind, &ends[0], &ends[1]);
}

static void ask(const char *claims)
{
    for (; *claims != '\0'; claims++) {
        const struct identity claim = id(*claims);
        opposition_claim(&opposition, &claim);
    }
}

static char name(const struct identity *identity)
{
    return (char)identity->bytes[15];
}

static bool take(void *context, const struct conflict *conflict)
{
    static const char kinds[] = "oce";
    if (conflict == NULL) {
        return true;
    }
    char *end = found + strlen(found);
    *end++ = ' ';
    *end++ = kinds[conflict->kind];
    *end++ = name(&conflict->one.claim);
    *end++ = name(&conflict->other.claim);
    *end++ = name(&conflict->one.actor);
    *end++ = name(&conflict->other.actor);
    for (int i = 0; i < conflict->path_count; i++) {
        *end++ = name(&conflict->path[i]);
    }
    *end = '\0';
    *(struct conflict *)context = *conflict;
    return --most > 0;
}

static const char *rows(unsigned kinds)
{
    struct conflict last = {.kind = CONFLICT_OPPOSED};
    found[0] = '\0';
    most = 100;
    ck_assert(opposition_rows(&opposition, kinds, NULL, take, &last));
    return found;
}

#define ALL ((1U << CONFLICTS) - 1)

START_TEST(nothing_at_all)
{
    ck_assert_str_eq(rows(ALL), "");
    ask("xy");
    ck_assert_str_eq(rows(ALL), "");
    votes('x', "ABC");
    ck_assert_str_eq(rows(ALL), "");
}
END_TEST

START_TEST(opposed)
{
    ask("xz");
    votes('x', "aBcD");
    votes('y', "Ab"); /* not asked for */
    votes('z', "Ab");
    ck_assert_str_eq(rows(ALL), " oxxba oxxbc oxxda oxxdc ozzab");
    ck_assert_str_eq(rows(1U << CONFLICT_ENTAILED), "");
}
END_TEST

START_TEST(contradicted)
{
    ask("xy");
    tie(CONFLICT_CONTRADICTED, 'w', 'x');
    tie(CONFLICT_CONTRADICTED, 'x', 'w');
    tie(CONFLICT_CONTRADICTED, 'x', 'x');
    tie(CONFLICT_CONTRADICTED, 'x', 'y');
    tie(CONFLICT_CONTRADICTED, 'x', 'z');
    tie(CONFLICT_CONTRADICTED, 'y', 'x');
    votes('w', "AB");
    votes('x', "ABd");
    votes('y', "BCD");
    votes('z', "Ab");
    ck_assert_str_eq(rows(1U << CONFLICT_CONTRADICTED), " cxybb cxzaa");
}
END_TEST

START_TEST(entailed_by_the_shortest_way)
{
    ask("ak");
    /* a → b → … → j, round to a, and a short cut from a to d */
    for (int at = 'a'; at < 'j'; at++) {
        tie(CONFLICT_ENTAILED, at, at + 1);
        if (at == 'a') {
            tie(CONFLICT_ENTAILED, 'a', 'd');
        }
    }
    tie(CONFLICT_ENTAILED, 'j', 'a');
    tie(CONFLICT_ENTAILED, 'k', 'l');
    votes('a', "PQ");
    votes('d', "p");
    votes('i', "pq");
    votes('j', "q");
    ck_assert_str_eq(rows(1U << CONFLICT_ENTAILED), " eadppad eaippadefghi eaiqqadefghi eajqqadefghij");
}
END_TEST

START_TEST(no_deeper_than_eight)
{
    ask("a");
    for (int at = 'a'; at < 'm'; at++) {
        tie(CONFLICT_ENTAILED, at, at + 1);
    }
    votes('a', "P");
    votes('i', "p");
    votes('j', "p");
    ck_assert_str_eq(rows(ALL), " eaippabcdefghi");
}
END_TEST

START_TEST(many_against_one)
{
    /* as many steps as rows: were all pairs looked at, this would take hours */
    ask("x");
    struct side_taken side = {id('x'), id('a'), id('s')};
    for (int i = 0; i < 400000; i++) {
        memcpy(side.actor.bytes,
               (const unsigned char[]){(unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i}, 3);
        opposition_vote(&opposition, &side, i != 200000);
    }
    struct conflict last = {.kind = CONFLICT_OPPOSED};
    for (int page = 0; page < 3; page++) {
        const struct conflict after = last;
        found[0] = '\0';
        most = 5;
        ck_assert(!opposition_rows(&opposition, ALL, page == 0 ? NULL : &after, take, &last));
        ck_assert_int_eq(last.one.actor.bytes[2], 5 * (page + 1) - 1);
    }
}
END_TEST

START_TEST(it_goes_on_behind_any_row)
{
    ask("xyz");
    tie(CONFLICT_ENTAILED, 'x', 'y');
    tie(CONFLICT_ENTAILED, 'x', 'z');
    tie(CONFLICT_CONTRADICTED, 'x', 'y');
    tie(CONFLICT_CONTRADICTED, 'y', 'x');
    votes('x', "ABcd");
    votes('y', "ABc");
    votes('z', "Cab");
    char whole[sizeof found];
    strcpy(whole, rows(ALL));
    ck_assert_uint_ge(strlen(whole), 60);
    for (int size = 1; size < 5; size++) {
        struct conflict last = {.kind = CONFLICT_OPPOSED};
        bool first = true;
        bool ended = false;
        found[0] = '\0';
        while (!ended) {
            const struct conflict after = last;
            most = size;
            ended = opposition_rows(&opposition, ALL, first ? NULL : &after, take, &last);
            first = false;
        }
        ck_assert_str_eq(found, whole);
    }
}
END_TEST

static void begin(void)
{
    opposition_init(&opposition);
}

static void end(void)
{
    opposition_free(&opposition);
}

Suite *handlers_opposition_suite(void)
{
    Suite *suite = suite_create("handlers/opposition");
    TCase *tests = tcase_create("rows");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, nothing_at_all);
    tcase_add_test(tests, opposed);
    tcase_add_test(tests, contradicted);
    tcase_add_test(tests, entailed_by_the_shortest_way);
    tcase_add_test(tests, no_deeper_than_eight);
    tcase_add_test(tests, many_against_one);
    tcase_add_test(tests, it_goes_on_behind_any_row);
    suite_add_tcase(suite, tests);
    return suite;
}
