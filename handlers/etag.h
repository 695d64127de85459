/* Entity tags and lists of them: RFC 9110, 8.8.3 and 13.1. */
#ifndef STANCED_HANDLERS_ETAG_H
#define STANCED_HANDLERS_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#define ETAG_TEXT 64

/* The strong tag of a representation, quotes included: the record's version (0 for none) and a hash of the bytes; `coding` (NULL for none) tells apart
   a compressed one. */
void etag_make(const char *body, size_t length, int version, const char *coding, char ret_tag[static ETAG_TEXT]);

/* One member of a list of tags. */
struct etag {
    const char *opaque; /* with its quotes */
    size_t length;
    bool weak;
};

/* Whether the value of If-Match or If-None-Match is one: "*", or tags with commas between them. */
bool etag_list_valid(const char *list);

/* Whether it is "*". */
bool etag_list_any(const char *list);

/* The next member at *rest, which is moved behind it; begins with the list itself. False at the end. */
bool etag_next(const char **rest, struct etag *ret);

/* The version in a tag that a record could have had, in whatever representation; 0 for every other tag. */
int etag_version(const struct etag *tag);

/* Whether a list that is valid has `tag` in it, by weak comparison or (weak tags match nothing) by strong comparison; "*" has all. */
bool etag_list_has(const char *list, const char *tag, bool weakly);

/* The same for a record in `version`, whatever the representation that the tag was of. 0 stands for no record, which not even "*" has. */
bool etag_list_names(const char *list, int version, bool weakly);

#endif
