/* Entity tags and the conditions made of them: RFC 9110, 8.8.3 and 13.1. */
#ifndef STANCED_HANDLERS_ETAG_H
#define STANCED_HANDLERS_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#define ETAG_TEXT 64

/* The strong tag of a representation, quotes included: the record's version (0 for none) and a hash of the bytes; `coding` (NULL for none) tells apart
   a compressed one. */
void etag_make(const char *body, size_t length, int version, const char *coding, char ret_tag[static ETAG_TEXT]);

/* Whether `list`, the value of If-None-Match, is "*" or has `tag` in it, by weak comparison. */
bool etag_none_match(const char *list, const char *tag);

#define ETAG_VERSIONS 16

/* What an If-Match asks for. */
struct etag_match {
    bool any;                    /* "*": whatever there is, but something */
    int versions[ETAG_VERSIONS]; /* the versions of the record that it names */
    int count;
};

/* Reads If-Match for a record: of each strong tag, the version in it. Weak tags and tags that are none of ours match nothing. */
struct etag_match etag_match_read(const char *list);

#endif
