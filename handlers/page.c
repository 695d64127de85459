/* Pages of a list. */
#include "handlers/page.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/shape.h"
#include "schema/encode.h"

/* The head of a reply has little room beside that of its request, which a long link repeats. Past this many bytes it is left out; the
   cursor is elsewhere as well. */
#define LINK_MOST 2048

bool page_read(struct call *call, struct reply *reply, struct page *ret)
{
    *ret = (struct page){.limit = PAGE_DEFAULT};
    const char *limit = call_argument(call, "limit");
    if (limit != NULL) {
        ret->limit = strtol(limit, NULL, 10);
    }
    const char *cursor = call_argument(call, "cursor");
    if (cursor == NULL) {
        return true;
    }
    ret->continues = cursor_read(call, cursor, &ret->after);
    if (!ret->continues) {
        reply_problem(call, reply, PROBLEM_INVALID_CURSOR, NULL);
    }
    return ret->continues;
}

const char *page_fetch(const struct call *call, const struct page *page)
{
    return arena_format(call->arena, "%ld", page->limit + 1);
}

bool page_row(struct page *page, struct reply *reply)
{
    if (page->shown == page->limit) {
        page->more = true;
        return false;
    }
    if (page->media == MEDIA_JSON) {
        buffer_text(&reply->body, page->shown == 0 ? "{\"data\":[" : ",");
    } else if (page->media == MEDIA_JSONLD) {
        buffer_text(&reply->body, page->shown == 0 ? SHAPE_FEED_BEGIN : ",");
    } else if (page->media == MEDIA_NDJSON && page->shown > 0) {
        buffer_char(&reply->body, '\n');
    }
    page->shown++;
    return true;
}

/* A query argument: everything but the unreserved characters of RFC 3986 is escaped. */
static void put_escaped(struct buffer *buffer, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++) {
        if (strchr(unreserved, *text) != NULL) {
            buffer_char(buffer, *text);
        } else {
            buffer_format(buffer, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

/* The same request with another cursor: the path as it was sent, and every parameter. */
static const char *next_link(const struct call *call, const char *cursor)
{
    struct buffer link __attribute__((cleanup(buffer_free)));
    buffer_init(&link, 64 * (size_t)1024);
    buffer_char(&link, '<');
    buffer_put(&link, call->target, strcspn(call->target, "?"));
    buffer_char(&link, '?');
    for (size_t i = 0; i < call->argument_count; i++) {
        if (strcmp(call->arguments[i].name, "cursor") != 0) {
            put_escaped(&link, call->arguments[i].name);
            buffer_char(&link, '=');
            put_escaped(&link, call_sent(call, i));
            buffer_char(&link, '&');
        }
    }
    buffer_format(&link, "cursor=%s>; rel=\"next\"", cursor);
    return arena_copy(call->arena, link.data, link.length);
}

/* What stands around the rows of a JSON page. */
static void put_frame(const struct page *page, const char *cursor, struct buffer *body)
{
    buffer_text(body, page->shown == 0 ? "{\"data\":[]" : "]");
    if (cursor != NULL) {
        buffer_format(body, ",\"next\":\"%s\"", cursor);
    } else {
        buffer_text(body, ",\"next\":null");
    }
    if (page->counted) {
        buffer_format(body, ",\"total\":%lld", page->total);
    }
    buffer_text(body, "}\n");
}

void page_finish(const struct call *call, struct page *page, const struct cursor *last, struct reply *reply)
{
    const char *cursor = page->more ? cursor_write(call, last) : NULL;
    reply->status = 200;
    reply->type = media_type(page->media);
    const char *link = cursor != NULL ? next_link(call, cursor) : NULL;
    if (link != NULL && strlen(link) <= LINK_MOST) {
        reply_header(reply, "Link", link);
    }
    if (page->media == MEDIA_JSON) {
        put_frame(page, cursor, &reply->body);
        return;
    }
    if (cursor != NULL) {
        reply_header(reply, "X-Next-Cursor", cursor);
    }
    if (page->media == MEDIA_NDJSON && page->shown > 0) {
        buffer_char(&reply->body, '\n');
    } else if (page->media == MEDIA_JSONLD) {
        buffer_text(&reply->body, page->shown == 0 ? SHAPE_FEED_BEGIN : "");
        buffer_text(&reply->body, SHAPE_FEED_END);
    }
    if (page->counted) {
        reply_header(reply, "X-Total-Count", arena_format(call->arena, "%lld", page->total));
    }
}
