/* URIs: absolute ones, and those for a browser. */
#include "schema/uri.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/suites.h"

START_TEST(test_uris)
{
    static const struct {
        const char *text;
        bool valid;
        bool web;
    } cases[] = {
        {"https://example.org/", true, true},
        {"http://example.org", true, true},
        {"HTTPS://EXAMPLE.org/a?b=c&d[]=%20#e", false, false}, /* brackets have to be escaped */
        {"HTTPS://EXAMPLE.org/a?b=c&d=%20#e", true, true},
        {"https://user:secret@example.org:8443/a;b/./c", true, true},
        {"http://[2001:db8::1]:80/", true, true},
        {"http://192.0.2.1/", true, true},
        {"https://xn--80ak6aa92e.com/", true, true},
        {"https://web.archive.org/web/2024/https://example.org/a", true, true},
        {"urn:isbn:0451450523", true, false},
        {"mailto:someone@example.org", true, false},
        {"doi:10.1000/182", true, false},
        {"ftp://example.org/a", true, false},
        {"javascript:alert(1)", true, false},
        {"file:///etc/passwd", true, false},
        {"http:///path", true, false},
        {"http:example.org", true, false},
        {"https:/example.org", true, false},
        {"https://:443/", true, false},
        {"", false, false},
        {"https:", false, false},
        {"example.org", false, false},
        {"//example.org/a", false, false},
        {"/a/b", false, false},
        {"?a", false, false},
        {"#a", false, false},
        {"https://exa mple.org/", false, false},
        {"https://example.org/a b", false, false},
        {"https://example.org/%zz", false, false},
        {"https://example.org/%2", false, false},
        {"https://example.org/\xEB\xB6\x81", false, false},
        {"https://example.org/<a>", false, false},
        {"https://example.org/\n", false, false},
        {"https://[2001:db8::1/", false, false},
        {" https://example.org/", false, false},
        {"1ttp://example.org/", false, false},
        {"not a uri", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].text);
        ck_assert_msg(uri_valid(cases[i].text, length) == cases[i].valid, "%s", cases[i].text);
        ck_assert_msg(uri_is_web(cases[i].text, length) == cases[i].web, "%s, for a browser", cases[i].text);
    }
}
END_TEST

START_TEST(test_length)
{
    char *text = malloc(URI_MOST + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'a', URI_MOST + 1);
    memcpy(text, "http://a/", 9);
    ck_assert(uri_valid(text, URI_MOST) && uri_is_web(text, URI_MOST));
    ck_assert(!uri_valid(text, URI_MOST + 1) && !uri_is_web(text, URI_MOST + 1));
    free(text);
    ck_assert(!uri_valid("http://a\0b", 10));
}
END_TEST

Suite *schema_uri_suite(void)
{
    Suite *suite = suite_create("schema/uri");
    TCase *tests = tcase_create("uri");
    tcase_add_test(tests, test_uris);
    tcase_add_test(tests, test_length);
    suite_add_tcase(suite, tests);
    return suite;
}
