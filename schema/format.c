/* From a field's type to the check of its form. */
#include "schema/format.h"

#include "schema/country.h"
#include "schema/identity.h"
#include "schema/language.h"
#include "schema/moment.h"
#include "schema/uri.h"

static bool time_valid(const char *text, size_t length)
{
    struct moment ignored;
    return moment_parse(text, length, false, &ignored);
}

static const struct format formats[] = {
    [FIELD_SLUG] = {slug_valid, "invalid_slug",
                    "Not a slug: 1 to 128 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit."},
    [FIELD_URI] =
        {uri_valid, "invalid_uri",
         "Not an absolute URI (RFC 3986): it begins with a scheme, and has only ASCII, the rest percent-encoded."},
    [FIELD_LANGUAGE] = {language_valid, "invalid_language",
                        "Not a language tag (BCP 47), such as \"en\" or \"zh-Hant\"."},
    [FIELD_COUNTRY] = {country_valid, "invalid_country",
                       "Not a country code: ISO 3166-1 alpha-2 in upper case, such as \"KP\"."},
    [FIELD_TIME] =
        {time_valid, "invalid_time",
         "Not a time: a date (2024-10-21), or a date-time with its offset (2024-10-21T09:30:00Z), that exists."},
};

static const struct format web = {
    uri_is_web, "invalid_uri",
    "Not a web address: an http or https URI (RFC 3986) with a host, and only ASCII, the rest "
    "percent-encoded."};

const struct format *format_of(const struct field *field)
{
    if (field->type == FIELD_URI && field->flags & FIELD_WEB) {
        return &web;
    }
    size_t type = (size_t)field->type;
    return type < sizeof formats / sizeof *formats && formats[type].check != NULL ? &formats[type] : NULL;
}
