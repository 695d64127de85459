/* Tags look like "3-9f8e7d6c5b4a3928" (a record's version and a hash) or "9f8e7d6c5b4a3928" (a list); XXH3 makes the hash. */
#include "handlers/etag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void etag_make(const char *body, size_t length, int version, const char *coding, char ret_tag[static ETAG_TEXT])
{
    unsigned long long hash = XXH3_64bits(body, length);
    char prefix[16] = "";
    if (version > 0) {
        snprintf(prefix, sizeof prefix, "%d-", version);
    }
    snprintf(ret_tag, ETAG_TEXT, "\"%s%016llx%s%s\"", prefix, hash, coding != NULL ? "-" : "",
             coding != NULL ? coding : "");
}

/* One member of a list of tags. */
struct member {
    const char *opaque; /* with its quotes */
    size_t length;
    bool weak;
};

/* The next member at *rest, which is moved behind it. False at the end, or at something that is no tag. */
static bool next_member(const char **rest, struct member *ret)
{
    const char *at = *rest + strspn(*rest, " \t,");
    bool weak = strncmp(at, "W/", 2) == 0;
    at += weak ? 2 : 0;
    if (*at != '"') {
        return false;
    }
    const char *end = strchr(at + 1, '"');
    if (end == NULL) {
        return false;
    }
    *ret = (struct member){.opaque = at, .length = (size_t)(end - at) + 1, .weak = weak};
    *rest = end + 1;
    return true;
}

static bool is_star(const char *list)
{
    list += strspn(list, " \t");
    return *list == '*' && list[1 + strspn(list + 1, " \t")] == '\0';
}

bool etag_none_match(const char *list, const char *tag)
{
    struct member member;
    if (is_star(list)) {
        return true;
    }
    while (next_member(&list, &member)) {
        if (strlen(tag) == member.length && memcmp(tag, member.opaque, member.length) == 0) {
            return true;
        }
    }
    return false;
}

struct etag_match etag_match_read(const char *list)
{
    struct etag_match match = {.any = is_star(list)};
    struct member member;
    while (!match.any && match.count < ETAG_VERSIONS && next_member(&list, &member)) {
        char *end;
        long version = strtol(member.opaque + 1, &end, 10);
        if (!member.weak && version > 0 && version <= 0x7fffffff && *end == '-') {
            match.versions[match.count++] = (int)version;
        }
    }
    return match;
}
