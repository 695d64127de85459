/* libmicrohttpd with its own epoll set, run by the loop. Every request's life is handed to request.c; this file only
   translates. */
#include "server/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/log.h"
#include "server/loop.h"
#include "server/request.h"
#include "server/watch.h"

/* A piece of a reply of unknown length where the client can take no chunks (HTTP/1.0); chunks are made in the connection's memory. */
#define PIECE_MEMORY 1024

/* Request line and headers have to fit in here, with the reply's headers: larger ones get 414 or 431 from libmicrohttpd. Its default would
   cost four times as much for every idle connection. */
#define CONNECTION_MEMORY ((size_t)8 * 1024)

TAILQ_HEAD(client_list, client);

struct http {
    struct MHD_Daemon *daemon;
    struct loop *loop;
    unsigned connections;
    unsigned long accepted;
    struct client_list heads; /* those whose next head is not complete, longest wait first */
    int64_t head_patience;    /* nanoseconds */
    int descriptor;
};

/* A client connection. libmicrohttpd waits for its socket edge-triggered and takes a short read for the last one there is, so
   it misses an end that arrives together with data; and it does not look at suspended ones at all. So the end is waited for
   here as well. */
struct client {
    TAILQ_ENTRY(client) heads; /* in http->heads */
    int64_t since;             /* when its next head was first waited for; 0 while it has a request */
    struct watch watch;
    struct http *http;
    struct MHD_Connection *connection;
    struct request *request; /* the one under way; NULL between requests */
    bool gone;               /* the other side has closed its end */
};

static struct MHD_Connection *connection_of(struct http_exchange *exchange)
{
    return (struct MHD_Connection *)exchange;
}

static struct http_exchange *exchange_of(struct MHD_Connection *connection)
{
    return (struct http_exchange *)connection;
}

static struct client *client_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* The target as it was sent: libmicrohttpd's own parse has decoded it beyond recognition by the time of the handler. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    const struct http *http = context;
    struct request *request = request_open(http->loop, exchange_of(connection), target);
    struct client *client = client_of(connection);
    if (client != NULL) {
        client->request = request;
    }
    return request;
}

/* Keeps the target encoded: handlers/parameters.c decodes, strictly. */
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

struct reading {
    struct http_head *head;
    struct arena *arena; /* of the request */
    int lengths;
    bool coded;
};

static int64_t parse_length(const char *text)
{
    char *end;
    errno = 0;
    long long length = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && length >= 0 ? length : INT64_MAX;
}

static const struct {
    const char *name;
    size_t offset; /* in struct call_head */
} known_fields[] = {
    {"Content-Type", offsetof(struct call_head, content_type)},
    {"Content-Encoding", offsetof(struct call_head, content_encoding)},
    {"Accept", offsetof(struct call_head, accept)},
    {"Accept-Encoding", offsetof(struct call_head, accept_encoding)},
    {"If-Match", offsetof(struct call_head, if_match)},
    {"If-None-Match", offsetof(struct call_head, if_none_match)},
    {"Idempotency-Key", offsetof(struct call_head, idempotency_key)},
    {"X-Request-Id", offsetof(struct call_head, request_id)},
    {"Last-Event-ID", offsetof(struct call_head, last_event_id)},
    {"Origin", offsetof(struct call_head, origin)},
    {"Access-Control-Request-Method", offsetof(struct call_head, request_method)},
    {"Authorization", offsetof(struct call_head, authorization)},
    {"Forwarded", offsetof(struct call_head, forwarded)},
    {"X-Forwarded-For", offsetof(struct call_head, x_forwarded_for)},
    {"traceparent", offsetof(struct call_head, traceparent)},
};

/* A field that comes twice is a list, RFC 9110, 5.3; where it may not be one, no list will do. */
static void read_known(const struct reading *reading, const char *name, const char *value)
{
    for (size_t i = 0; i < sizeof known_fields / sizeof known_fields[0]; i++) {
        if (strcasecmp(name, known_fields[i].name) == 0) {
            const char **field = (const char **)((char *)&reading->head->fields + known_fields[i].offset);
            *field = *field == NULL ? value : arena_format(reading->arena, "%s, %s", *field, value);
            return;
        }
    }
}

static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct reading *reading = context;
    struct http_head *head = reading->head;
    if (value == NULL) {
        value = "";
    }
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        reading->lengths++;
        head->content_length = parse_length(value);
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        reading->coded = true;
        head->chunked = strcasecmp(value, "chunked") == 0;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_EXPECT) == 0) {
        head->expects_continue = strcasecmp(value, "100-continue") == 0;
    } else {
        read_known(reading, name, value);
    }
    return MHD_YES;
}

/* From now on its next head is waited for, or no more. */
static void await_head(struct client *client, bool awaits)
{
    if (client != NULL && client->since != 0) {
        TAILQ_REMOVE(&client->http->heads, client, heads);
        client->since = 0;
    }
    if (client != NULL && awaits) {
        client->since = clock_nanoseconds();
        TAILQ_INSERT_TAIL(&client->http->heads, client, heads);
    }
}

void http_expire(struct http *http, int64_t now)
{
    struct client *client;
    while ((client = TAILQ_FIRST(&http->heads)) != NULL && now - client->since > http->head_patience) {
        await_head(client, false);
        metrics_add(&http->loop->metrics.limited[LIMIT_HEAD], 1);
        shutdown(client->watch.descriptor, SHUT_RDWR); /* libmicrohttpd finds it closed */
    }
}

static enum http_next show_head(struct MHD_Connection *connection, struct request *request, const char *method)
{
    struct http_head head = {.method = method, .content_length = -1};
    struct reading reading = {.head = &head, .arena = request->arena};
    await_head(client_of(connection), false);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, &reading);
    head.conflicting_length = reading.lengths > 1 || (reading.coded && (reading.lengths > 0 || !head.chunked));
    return request_head(request, &head);
}

/* Called for the head, for every piece of the body, for its end, and again whenever the exchange was resumed. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **request_slot)
{
    (void)context;
    (void)url;
    (void)version;
    struct request *request = *request_slot;
    if (request == NULL) {
        return MHD_NO;
    }
    enum http_next next;
    if (!request_has_head(request)) {
        next = show_head(connection, request, method);
    } else if (*upload_size > 0) {
        next = request_receive(request, upload, *upload_size);
        *upload_size = 0;
    } else {
        next = request_received(request);
    }
    return next == HTTP_CUT ? MHD_NO : MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)context;
    struct client *client = client_of(connection);
    if (client != NULL) {
        client->request = NULL;
        await_head(client, true);
    }
    if (*request_slot != NULL) {
        request_close(*request_slot, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        *request_slot = NULL;
    }
}

static void on_end(struct watch *watch, uint32_t events)
{
    (void)events;
    struct client *client = CONTAINER_OF(watch, struct client, watch);
    loop_watch(client->http->loop, watch, 0);
    client->gone = true;
    if (client->request != NULL && request_waits(client->request)) {
        request_left(client->request);
    } else { /* being resumed makes libmicrohttpd read again, and find the end */
        MHD_suspend_connection(client->connection);
        MHD_resume_connection(client->connection);
    }
}

static struct client *client_new(struct http *http, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct client *client = calloc(1, sizeof *client);
    if (client != NULL) {
        client->http = http;
        client->connection = connection;
        client->watch = (struct watch){.descriptor = info == NULL ? -1 : info->connect_fd, .ready = on_end};
        loop_watch(http->loop, &client->watch, EPOLLRDHUP);
        await_head(client, true);
    }
    return client;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *http = context;
    struct client *client = *socket_context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        http->connections++;
        http->accepted++;
        metrics_add(&http->loop->metrics.clients_accepted, 1);
        *socket_context = client_new(http, connection);
        return;
    }
    http->connections--;
    if (client != NULL) {
        loop_watch(http->loop, &client->watch, 0);
        await_head(client, false);
        free(client);
        *socket_context = NULL;
    }
}

static __attribute__((format(printf, 2, 0))) void on_message(void *context, const char *format, va_list arguments)
{
    (void)context;
    char message[512];
    vsnprintf(message, sizeof message, format, arguments);
    message[strcspn(message, "\r\n")] = '\0';
    log_event(LOG_INFO, "http", "%s", message); /* what clients do, mostly */
}

struct http *http_start(struct loop *loop, int listener, const struct settings *settings)
{
    struct http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        return NULL;
    }
    http->loop = loop;
    TAILQ_INIT(&http->heads);
    http->head_patience = (settings->idle_timeout + settings->head_timeout) * 1000000;
    unsigned limit = (unsigned)((settings->clients + settings->loops - 1) / settings->loops);
    unsigned idle_seconds = (unsigned)((settings->idle_timeout + 999) / 1000);
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, http,
        MHD_OPTION_EXTERNAL_LOGGER, on_message, http, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
        limit, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, http, MHD_OPTION_END);
    if (http->daemon == NULL) {
        free(http);
        return NULL;
    }
    http->descriptor = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return http;
}

int http_descriptor(const struct http *http)
{
    return http->descriptor;
}

int http_timeout(const struct http *http)
{
    MHD_UNSIGNED_LONG_LONG milliseconds;
    if (MHD_get_timeout(http->daemon, &milliseconds) == MHD_NO) {
        return -1;
    }
    return milliseconds > 60000 ? 60000 : (int)milliseconds;
}

void http_run(struct http *http)
{
    MHD_run(http->daemon);
}

void http_quiesce(struct http *http)
{
    /* closing a listening socket resets what the kernel has accepted on our behalf: take those in first */
    unsigned long before;
    do {
        before = http->accepted;
        MHD_run(http->daemon);
    } while (http->accepted != before);
    MHD_socket listener = MHD_quiesce_daemon(http->daemon);
    if (listener != MHD_INVALID_SOCKET) {
        close(listener);
    }
}

void http_stop(struct http *http)
{
    MHD_stop_daemon(http->daemon);
    free(http);
}

unsigned http_connections(const struct http *http)
{
    return http->connections;
}

void http_suspend(struct http_exchange *exchange)
{
    MHD_suspend_connection(connection_of(exchange));
}

void http_resume(struct http_exchange *exchange)
{
    MHD_resume_connection(connection_of(exchange));
}

/* A response that owns the body's memory. */
static struct MHD_Response *make_response(struct reply *reply)
{
    static char nothing[1];
    struct buffer *body = &reply->body;
    struct MHD_Response *response;
    if (body->length == 0) {
        response = MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
    } else {
        response = MHD_create_response_from_buffer_with_free_callback(body->length, body->data, free);
        if (response != NULL) {
            buffer_init(body, body->limit);
        }
    }
    return response;
}

/* Takes `response` over. */
static bool queue(struct http_exchange *exchange, struct MHD_Response *response, const struct reply *reply,
                  const char *request_id, bool close)
{
    if (response == NULL) {
        return false;
    }
    if (reply->status != MHD_HTTP_NO_CONTENT && reply->status != MHD_HTTP_NOT_MODIFIED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                reply->type != NULL ? reply->type : "application/json");
    }
    MHD_add_response_header(response, "X-Request-Id", request_id);
    for (int i = 0; i < reply->header_count; i++) {
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    }
    if (close) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    enum MHD_Result queued = MHD_queue_response(connection_of(exchange), (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return queued == MHD_YES;
}

bool http_reply(struct http_exchange *exchange, struct reply *reply, const char *request_id, bool close)
{
    return queue(exchange, make_response(reply), reply, request_id, close);
}

/* libmicrohttpd wants the next piece. With nothing at hand the exchange has to be suspended, or it would ask without pause. */
static ssize_t on_content(void *context, uint64_t position, char *bytes, size_t room)
{
    (void)position;
    size_t length = 0;
    switch (request_supply(context, bytes, room, &length)) {
    case SUPPLY_PIECE:
        return (ssize_t)length;
    case SUPPLY_LATER:
        return 0;
    case SUPPLY_END:
        return MHD_CONTENT_READER_END_OF_STREAM;
    case SUPPLY_BROKEN:
        break;
    }
    return MHD_CONTENT_READER_END_WITH_ERROR; /* without a last chunk: the client sees that it has not got the whole */
}

bool http_stream(struct http_exchange *exchange, const struct reply *reply, const char *request_id, bool close)
{
    const struct client *client = client_of(connection_of(exchange));
    if (client == NULL) {
        return false;
    }
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_MEMORY, on_content, client->request, NULL);
    return queue(exchange, response, reply, request_id, close);
}

void http_cut(struct http_exchange *exchange)
{
    const struct client *client = client_of(connection_of(exchange));
    if (client != NULL) {
        shutdown(client->watch.descriptor, SHUT_RDWR);
    }
}

void http_address(struct http_exchange *exchange, struct address *ret)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection_of(exchange), MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info == NULL ? NULL : info->client_addr;
    *ret = (struct address){0};
    if (address != NULL && address->sa_family == AF_INET) {
        ret->bytes[10] = ret->bytes[11] = 0xFF;
        memcpy(ret->bytes + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        memcpy(ret->bytes, six, sizeof ret->bytes);
    }
}

bool http_gone(struct http_exchange *exchange)
{
    const struct client *client = client_of(connection_of(exchange));
    return client != NULL && client->gone;
}
