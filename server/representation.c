/* Content negotiation of the parts that are the same for every endpoint. */
#include "server/representation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "handlers/etag.h"
#include "server/gzip.h"
#include "server/loop.h"

#define COMPRESS_LEAST 1024
#define SLICE (32 * 1024) /* of the body at a time, about a millisecond's work */

/* Whether Accept-Encoding (RFC 9110, 12.5.3) lets gzip through: it or "*" is listed, and not with q=0. */
static bool accepts_gzip(const char *list)
{
    bool star = false;
    while (list != NULL && *list != '\0') {
        list += strspn(list, " \t,");
        size_t length = strcspn(list, " \t,;");
        size_t whole = strcspn(list, ",");
        const char *quality = memchr(list, '=', whole);
        bool refused = quality != NULL && strtod(quality + 1, NULL) <= 0;
        if (length == 4 && strncasecmp(list, "gzip", 4) == 0) {
            return !refused;
        }
        star = star || (length == 1 && *list == '*' && !refused);
        list += whole;
    }
    return star;
}

/* Whether `origin` is one of the space-separated ones that the setting allows. */
static bool origin_allowed(const char *allowed, const char *origin)
{
    size_t length = strlen(origin);
    while (*allowed != '\0') {
        size_t next = strcspn(allowed, " ");
        if ((next == 1 && *allowed == '*') || (next == length && strncmp(allowed, origin, next) == 0)) {
            return true;
        }
        allowed += next + strspn(allowed + next, " ");
    }
    return false;
}

static bool add_origin(struct request *request)
{
    const char *origin = request->call.head.origin;
    const char *allowed = request->loop->settings->origins;
    if (origin == NULL || !origin_allowed(allowed, origin)) {
        return false;
    }
    reply_header(&request->reply, "Access-Control-Allow-Origin",
                 strcmp(allowed, "*") == 0 ? "*" : arena_text(request->arena, origin));
    reply_header(&request->reply, "Access-Control-Expose-Headers",
                 "ETag, Link, Location, Retry-After, X-Request-Id, X-Total-Count, X-Next-Cursor, Idempotency-Replayed, "
                 "RateLimit, RateLimit-Policy");
    return true;
}

void representation_options(struct request *request, const char *allow)
{
    struct reply *reply = &request->reply;
    reply->status = 204;
    reply_header(reply, "Allow", allow);
    if (request->call.head.request_method != NULL && request->call.head.origin != NULL &&
        origin_allowed(request->loop->settings->origins, request->call.head.origin)) {
        reply_header(reply, "Access-Control-Allow-Methods", allow);
        reply_header(reply, "Access-Control-Allow-Headers",
                     "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id");
        reply_header(reply, "Access-Control-Max-Age", "600");
    }
}

static void add_vary(struct request *request)
{
    /* where any origin is answered alike, the answer does not vary with it */
    const char *origins = request->loop->settings->origins;
    bool by_origin = *origins != '\0' && strcmp(origins, "*") != 0;
    reply_header(&request->reply, "Vary", by_origin ? "Accept, Accept-Encoding, Origin" : "Accept, Accept-Encoding");
}

/* A GET under If-Match, of something else: replies 412 then. Of a record every tag of this version will do, as in a write. */
static bool unmatched(struct request *request, const char *tag)
{
    const struct reply *reply = &request->reply;
    const char *list = request->call.head.if_match;
    if (list == NULL || etag_list_has(list, tag, false) || etag_list_names(list, reply->version, false)) {
        return false;
    }
    reply_problem(&request->call, &request->reply, PROBLEM_PRECONDITION_FAILED, NULL);
    return true;
}

/* Whether the body is to be compressed: whatever it says, a problem or what was written included. */
static bool worth(const struct request *request)
{
    return request->reply.body.length >= COMPRESS_LEAST && accepts_gzip(request->call.head.accept_encoding);
}

static void put_tag(struct request *request, char *tag)
{
    const struct reply *reply = &request->reply;
    etag_make(reply->body.data, reply->body.length, reply->version, worth(request) ? "gzip" : NULL, tag);
}

/* A reply that is about this request alone. */
static void prepare_once(struct request *request)
{
    struct reply *reply = &request->reply;
    if (reply->version > 0) { /* a write that shows the record: with the tag that a GET would carry */
        char *tag = arena_alloc(request->arena, ETAG_TEXT);
        put_tag(request, tag);
        reply_header(reply, "ETag", tag);
    }
    reply_header(reply, "Cache-Control", "no-store");
    if (worth(request)) {
        add_vary(request);
    }
}

bool representation_prepare(struct request *request)
{
    struct reply *reply = &request->reply;
    const struct call_head *head = &request->call.head;
    const struct endpoint *endpoint = request->call.endpoint;
    bool shows = endpoint != NULL && reply->status == 200 && endpoint->method == METHOD_GET;
    char *tag = arena_alloc(request->arena, ETAG_TEXT);
    if (shows) {
        put_tag(request, tag);
        shows = !unmatched(request, tag);
    }
    add_origin(request);
    limits_show(request);
    if (shows) {
        reply_header(reply, "ETag", tag);
        /* may be kept, but is to be asked for again each time, which costs a 304 */
        reply_header(reply, "Cache-Control", "no-cache");
        add_vary(request);
        if (head->if_none_match != NULL && etag_list_has(head->if_none_match, tag, true)) {
            reply->status = 304;
            buffer_clear(&reply->body);
        }
    } else {
        prepare_once(request);
    }
    bool gzip = worth(request);
    if (gzip) {
        reply_header(reply, "Content-Encoding", "gzip");
    }
    return gzip;
}

struct compression {
    struct gzip *gzip;
    struct buffer out;
    size_t taken; /* of the body */
};

void representation_drop(struct request *request)
{
    struct compression *compression = request->compression;
    if (compression != NULL) {
        gzip_close(compression->gzip);
        buffer_free(&compression->out);
        free(compression);
        request->compression = NULL;
    }
}

static struct compression *begin(struct request *request)
{
    struct compression *compression = calloc(1, sizeof *compression);
    if (compression == NULL) {
        abort(); /* as arena_alloc: what was answered is safe in the database */
    }
    compression->gzip = gzip_open();
    buffer_init(&compression->out, REPLY_LIMIT * 2);
    request->compression = compression;
    return compression;
}

bool representation_compress(struct request *request)
{
    struct buffer *body = &request->reply.body;
    struct compression *compression = request->compression != NULL ? request->compression : begin(request);
    size_t slice = body->length - compression->taken < SLICE ? body->length - compression->taken : SLICE;
    bool last = compression->taken + slice == body->length;
    gzip_put(compression->gzip, body->data + compression->taken, slice, last, &compression->out);
    compression->taken += slice;
    if (!last) {
        return false;
    }
    buffer_free(body);
    *body = compression->out;
    buffer_init(&compression->out, 0);
    representation_drop(request);
    return true;
}

bool representation_stream(struct request *request)
{
    struct reply *reply = &request->reply;
    /* an event is worth nothing in the compressor's window */
    bool gzip = request->call.streams == STREAM_ROWS && accepts_gzip(request->call.head.accept_encoding);
    add_origin(request);
    limits_show(request);
    add_vary(request);
    reply_header(reply, "Cache-Control", "no-store");
    if (gzip) {
        reply_header(reply, "Content-Encoding", "gzip");
    }
    return gzip;
}
