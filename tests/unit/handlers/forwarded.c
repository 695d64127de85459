/* handlers/address, handlers/forwarded: addresses, networks, and who stands behind proxies. */
#include "handlers/forwarded.h"

#include <arpa/inet.h>
#include <check.h>
#include <string.h>

#include "tests/unit/suites.h"

static const char *shown(const struct address *address)
{
    static char text[INET6_ADDRSTRLEN];
    return inet_ntop(AF_INET6, address->bytes, text, sizeof text);
}

static struct address read(const char *text)
{
    struct address address = {{0}};
    ck_assert_msg(address_read(text, strlen(text), &address), "%s", text);
    return address;
}

static const struct {
    const char *text, *is;
} good[] = {
    {"203.0.113.7", "::ffff:203.0.113.7"},  {"203.0.113.7:8080", "::ffff:203.0.113.7"}, {"2001:db8::1", "2001:db8::1"},
    {"[2001:db8::1]", "2001:db8::1"},       {"[2001:db8::1]:443", "2001:db8::1"},       {"::1", "::1"},
    {"::ffff:10.0.0.1", "::ffff:10.0.0.1"},
};

START_TEST(addresses_are_read)
{
    struct address address = read(good[_i].text);
    ck_assert_str_eq(shown(&address), good[_i].is);
}
END_TEST

static const char *const bad[] = {
    "",          "unknown",       "_hidden",
    "203.0.113", "203.0.113.256", "[2001:db8::1",
    "[::1]x",    "::1::",         " ::1",
    "10.0.0.1 ", "[10.0.0.1",     "00000000000000000000000000000000000000000000000000000000000000000000::1"};

START_TEST(others_are_not)
{
    struct address address;
    ck_assert(!address_read(bad[_i], strlen(bad[_i]), &address));
}
END_TEST

START_TEST(who_is_local)
{
    struct address address = read("127.8.9.10");
    ck_assert(address_local(&address));
    address = read("::1");
    ck_assert(address_local(&address));
    address = read("128.0.0.1");
    ck_assert(!address_local(&address));
    address = read("::2");
    ck_assert(!address_local(&address));
}
END_TEST

START_TEST(customers)
{
    struct address address = address_customer(read("2001:db8:1:2:3:4:5:6"));
    ck_assert_str_eq(shown(&address), "2001:db8:1:2::");
    address = address_customer(read("203.0.113.7"));
    ck_assert_str_eq(shown(&address), "::ffff:203.0.113.7");
}
END_TEST

static const struct {
    const char *networks, *address;
    bool has;
} members[] = {
    {"10.0.0.0/8", "10.255.0.1", true},
    {"10.0.0.0/8", "11.0.0.1", false},
    {"10.0.0.0/9", "10.127.0.1", true},
    {"10.0.0.0/9", "10.128.0.1", false},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.0", false},
    {"192.0.2.1/32", "192.0.2.1", true},
    {"0.0.0.0/0", "203.0.113.7", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"2001:db8::/33", "2001:db8:7fff::1", true},
    {"2001:db8::/33", "2001:db8:8000::1", false},
    {"::/0", "10.0.0.1", true},
    {"10.0.0.1   ::1 ", "::1", true},
    {"", "127.0.0.1", false},
};

START_TEST(networks_have_members)
{
    struct networks networks;
    struct address address = read(members[_i].address);
    ck_assert(networks_read(members[_i].networks, &networks));
    ck_assert_msg(networks_have(&networks, &address) == members[_i].has, "%d", _i);
}
END_TEST

static const char *const no_networks[] = {"10.0.0.0/33",    "10.0.0.0/", "10.0.0.0/x", "::/129",
                                          "10.0.0.0/8,::1", "here",      "10.0.0.0/-1"};

START_TEST(others_are_no_networks)
{
    struct networks networks = {.count = 7};
    ck_assert(!networks_read(no_networks[_i], &networks));
    ck_assert_uint_eq(networks.count, 7);
}
END_TEST

static const struct {
    const char *peer, *field;
    bool standard;
    const char *client;
} hops[] = {
    {"10.0.0.1", NULL, false, "::ffff:10.0.0.1"},
    {"10.0.0.1", "", false, "::ffff:10.0.0.1"},
    {"10.0.0.1", "203.0.113.7", false, "::ffff:203.0.113.7"},
    {"203.0.113.7", "198.51.100.1", false, "::ffff:203.0.113.7"},           /* it may say what it likes */
    {"10.0.0.1", "198.51.100.1, 203.0.113.7", false, "::ffff:203.0.113.7"}, /* the first was made up by the client */
    {"10.0.0.1", "203.0.113.7, 10.0.0.2", false, "::ffff:203.0.113.7"},
    {"10.0.0.1", "203.0.113.7,10.0.0.3 ,\t10.0.0.2", false, "::ffff:203.0.113.7"},
    {"10.0.0.1", "10.0.0.3, 10.0.0.2", false, "::ffff:10.0.0.3"},
    {"10.0.0.1", "203.0.113.7, unknown", false, "::ffff:10.0.0.1"},
    {"10.0.0.1", "203.0.113.7, unknown, 10.0.0.2", false, "::ffff:10.0.0.2"},
    {"10.0.0.1", "203.0.113.7,", false, "::ffff:10.0.0.1"},
    {"10.0.0.1", "2001:db8::7", false, "2001:db8::7"},
    {"10.0.0.1", "for=203.0.113.7", true, "::ffff:203.0.113.7"},
    {"10.0.0.1", "for=198.51.100.1, For=\"203.0.113.7:99\";proto=https;by=10.0.0.1", true, "::ffff:203.0.113.7"},
    {"10.0.0.1", "proto=https; for=\"[2001:db8::7]:99\"", true, "2001:db8::7"},
    {"10.0.0.1", "for=203.0.113.7, for=10.0.0.2;proto=http", true, "::ffff:203.0.113.7"},
    {"10.0.0.1", "for=203.0.113.7, for=_hidden", true, "::ffff:10.0.0.1"},
    {"10.0.0.1", "203.0.113.7", true, "::ffff:10.0.0.1"},
    {"10.0.0.1", "by=203.0.113.7", true, "::ffff:10.0.0.1"},
};

START_TEST(behind_proxies)
{
    struct networks trusted;
    ck_assert(networks_read("10.0.0.0/8", &trusted));
    struct address client = forwarded_client(&trusted, read(hops[_i].peer), hops[_i].field, hops[_i].standard);
    ck_assert_str_eq(shown(&client), hops[_i].client);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *handlers_forwarded_suite(void)
{
    Suite *suite = suite_create("handlers/forwarded");
    TCase *tests = tcase_create("addresses");
    tcase_add_loop_test(tests, addresses_are_read, 0, COUNT(good));
    tcase_add_loop_test(tests, others_are_not, 0, COUNT(bad));
    tcase_add_test(tests, who_is_local);
    tcase_add_test(tests, customers);
    tcase_add_loop_test(tests, networks_have_members, 0, COUNT(members));
    tcase_add_loop_test(tests, others_are_no_networks, 0, COUNT(no_networks));
    tcase_add_loop_test(tests, behind_proxies, 0, COUNT(hops));
    suite_add_tcase(suite, tests);
    return suite;
}
