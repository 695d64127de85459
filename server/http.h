/* HTTP/1.1 through libmicrohttpd: the only module that knows it. One daemon per loop, run by the loop. */
#ifndef STANCED_SERVER_HTTP_H
#define STANCED_SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/address.h"
#include "handlers/endpoint.h"
#include "server/settings.h"

struct http;
struct loop;
struct http_exchange; /* one client connection, in the middle of one request; libmicrohttpd's MHD_Connection */

/* The head of a request; its strings live as long as the exchange is in this request. */
struct http_head {
    const char *method;
    struct call_head fields;
    int64_t content_length; /* -1: none given */
    bool chunked;
    bool expects_continue;
    bool conflicting_length; /* two Content-Length fields, or one beside Transfer-Encoding: request smuggling */
};

/* What the engine wants after it was shown a piece of a request. */
enum http_next {
    HTTP_MORE,    /* go on: the rest of the body, or its end */
    HTTP_WAIT,    /* nothing to do until http_resume; the exchange was suspended */
    HTTP_REPLIED, /* http_reply was called */
    HTTP_CUT      /* close the connection without a word */
};

/* Takes over `listener`, a listening socket. NULL on failure (a sentence was logged). */
struct http *http_start(struct loop *loop, int listener, const struct settings *settings);

/* An epoll descriptor that becomes readable when http_run has work. */
int http_descriptor(const struct http *http);

/* Milliseconds until http_run must be called whatever happens, or -1. */
int http_timeout(const struct http *http);

/* Accepts, reads, calls request_…, writes. Never blocks. */
void http_run(struct http *http);

/* Closes connections that have not sent a whole head for longer than they may; in their thread. */
void http_expire(struct http *http, int64_t now);

/* Takes what has been accepted already, then stops listening. */
void http_quiesce(struct http *http);

/* Ends it. No exchange may be suspended. */
void http_stop(struct http *http);

/* Client connections that are open. */
unsigned http_connections(const struct http *http);

/* Takes the exchange out of http_run's hands, and gives it back. */
void http_suspend(struct http_exchange *exchange);
void http_resume(struct http_exchange *exchange);

/* Sends `reply`; its body's memory is taken over. `close` ends the connection after it. False when that failed: the
   connection is then closed by http_run. */
bool http_reply(struct http_exchange *exchange, struct reply *reply, const char *request_id, bool close);

/* Sends the head of `reply`; its body is then fetched by request_supply, piece by piece, for as long as there are more. */
bool http_stream(struct http_exchange *exchange, const struct reply *reply, const char *request_id, bool close);

/* Closes the connection under an exchange that is not suspended, whatever has still to be sent. */
void http_cut(struct http_exchange *exchange);

/* Where the other end of the connection is. */
void http_address(struct http_exchange *exchange, struct address *ret);

/* Whether the client has closed its end: where it waits for something long, it waits no more. request_left tells when that
   happens to a suspended exchange. */
bool http_gone(struct http_exchange *exchange);

#endif
