/* Tags look like "3-9f8e7d6c5b4a3928" (a record's version and a hash) or "9f8e7d6c5b4a3928" (a list); XXH3 makes the hash. */
#include "handlers/etag.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define HASH_DIGITS 16

void etag_make(const char *body, size_t length, int version, const char *coding, char ret_tag[static ETAG_TEXT])
{
    unsigned long long hash = XXH3_64bits(body, length);
    char prefix[16] = "";
    if (version > 0) {
        snprintf(prefix, sizeof prefix, "%d-", version);
    }
    snprintf(ret_tag, ETAG_TEXT, "\"%s%0*llx%s%s\"", prefix, HASH_DIGITS, hash, coding != NULL ? "-" : "",
             coding != NULL ? coding : "");
}

/* etagc of RFC 9110, 8.8.3: anything that shows, but quotes; and bytes past ASCII. */
static bool is_inner(char byte)
{
    unsigned char character = (unsigned char)byte;
    return character == 0x21 || (character >= 0x23 && character != 0x7f);
}

bool etag_next(const char **rest, struct etag *ret)
{
    const char *at = *rest + strspn(*rest, " \t,");
    bool weak = strncmp(at, "W/", 2) == 0;
    at += weak ? 2 : 0;
    if (*at != '"') {
        return false;
    }
    const char *end = at + 1;
    while (is_inner(*end)) {
        end++;
    }
    if (*end != '"') {
        return false;
    }
    *ret = (struct etag){.opaque = at, .length = (size_t)(end - at) + 1, .weak = weak};
    *rest = end + 1;
    return true;
}

bool etag_list_any(const char *list)
{
    list += strspn(list, " \t");
    return *list == '*' && list[1 + strspn(list + 1, " \t")] == '\0';
}

bool etag_list_valid(const char *list)
{
    if (etag_list_any(list)) {
        return true;
    }
    struct etag tag;
    bool valid = false;
    while (etag_next(&list, &tag)) {
        list += strspn(list, " \t");
        if (*list != ',' && *list != '\0') {
            return false;
        }
        valid = true;
    }
    return valid && list[strspn(list, " \t,")] == '\0';
}

int etag_version(const struct etag *tag)
{
    static const char hexadecimal[] = "0123456789abcdef";
    const char *digits = tag->opaque + 1;
    size_t length = strspn(digits, "0123456789");
    if (length == 0 || length > 10 || digits[0] == '0' || digits[length] != '-' ||
        strspn(digits + length + 1, hexadecimal) != HASH_DIGITS) {
        return 0;
    }
    const char *coding = digits + length + 1 + HASH_DIGITS;
    long long version = strtoll(digits, NULL, 10);
    return (*coding == '"' || *coding == '-') && version <= INT_MAX ? (int)version : 0;
}

bool etag_list_has(const char *list, const char *tag, bool weakly)
{
    if (etag_list_any(list)) {
        return true;
    }
    struct etag member;
    bool has = false;
    while (!has && etag_next(&list, &member)) {
        has =
            (weakly || !member.weak) && strlen(tag) == member.length && memcmp(tag, member.opaque, member.length) == 0;
    }
    return has;
}

bool etag_list_names(const char *list, int version, bool weakly)
{
    if (version == 0 || etag_list_any(list)) {
        return version > 0;
    }
    struct etag member;
    bool names = false;
    while (!names && etag_next(&list, &member)) {
        names = (weakly || !member.weak) && etag_version(&member) == version;
    }
    return names;
}
