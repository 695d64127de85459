/* URIs, read by uriparser. */
#include "schema/uri.h"

#include <strings.h>
#include <uriparser/Uri.h>

static size_t range_length(const UriTextRangeA *range)
{
    return range->first != NULL ? (size_t)(range->afterLast - range->first) : 0;
}

static bool scheme_is(const UriUriA *uri, const char *scheme, size_t length)
{
    return range_length(&uri->scheme) == length && strncasecmp(uri->scheme.first, scheme, length) == 0;
}

static bool uri_parse(const char *text, size_t length, UriUriA *ret)
{
    const char *error;
    return length > 0 && length <= URI_MOST && uriParseSingleUriExA(ret, text, text + length, &error) == URI_SUCCESS;
}

bool uri_valid(const char *text, size_t length)
{
    UriUriA uri;
    if (!uri_parse(text, length, &uri)) {
        return false;
    }
    size_t scheme = range_length(&uri.scheme);
    bool valid = scheme > 0 && length > scheme + 1;
    uriFreeUriMembersA(&uri);
    return valid;
}

bool uri_is_web(const char *text, size_t length)
{
    UriUriA uri;
    if (!uri_parse(text, length, &uri)) {
        return false;
    }
    bool valid = (scheme_is(&uri, "http", 4) || scheme_is(&uri, "https", 5)) && range_length(&uri.hostText) > 0;
    uriFreeUriMembersA(&uri);
    return valid;
}
