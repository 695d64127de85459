/* What all lists share: `limit` and `cursor` in; `data`, `next` and the Link header out. */
#ifndef STANCED_HANDLERS_PAGE_H
#define STANCED_HANDLERS_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "handlers/cursor.h"
#include "handlers/endpoint.h"
#include "handlers/media.h"

#define PAGE_MOST 1000
#define PAGE_DEFAULT 50

/* The parameters of a list, for its table. */
#define PAGE_PARAMETERS PAGE_PARAMETERS_OF("50")

/* …with another number of rows where none is asked for. */
#define PAGE_PARAMETERS_OF(number)                                                                \
    {                                                                                             \
        .name = "limit",                                                                          \
        .type = PARAMETER_COUNT,                                                                  \
        .least = 1,                                                                               \
        .most = PAGE_MOST,                                                                        \
        .help = "How many rows a page has at most; " number " when absent.",                      \
        .example = "50",                                                                          \
    },                                                                                            \
    {                                                                                             \
        .name = "cursor", .type = PARAMETER_CURSOR,                                               \
        .help = "Where to go on: the `next` of the page before, with the same other parameters.", \
    }

struct page {
    long limit;     /* rows that it shows at most; one more is asked for, to know whether there is a next */
    bool continues; /* `after` holds the cursor that was sent */
    struct cursor after;
    long shown;
    bool more;        /* there was a row past the limit */
    enum media media; /* JSON, unless the list chooses another before its first row */
    bool counted;     /* `total` is how many rows there are on all pages */
    long long total;
};

/* Reads the call's parameters. False with the reply complete when the cursor is not one of this list. */
bool page_read(struct call *call, struct reply *reply, struct page *ret) __attribute__((warn_unused_result));

/* The limit for the statement, as the text of a parameter. */
const char *page_fetch(const struct call *call, const struct page *page);

/* Before each row: true when it is to be written, and the separators before it are. */
bool page_row(struct page *page, struct reply *reply);

/* Completes the reply. `last` has the sort keys of the last row shown; it is not looked at when there is no next page. */
void page_finish(const struct call *call, struct page *page, const struct cursor *last, struct reply *reply);

#endif
