/* Between rows and libmicrohttpd: pieces in, pieces out, and the brake in both directions. */
#include "server/outflow.h"

#include "server/followers.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/pipeline.h"
#include "server/representation.h"
#include "server/stream.h"

#define MILLISECOND INT64_C(1000000)

bool outflow_admit(struct request *request)
{
    struct loop *loop = request->loop;
    if (request->call.streams != STREAM_ROWS || request->call.lane != LANE_SLOW || request->counted) {
        return true;
    }
    int connections = loop->pool.lanes[LANE_SLOW].connection_count;
    unsigned most = connections > 1 ? (unsigned)connections - 1 : 1;
    if (loop->exports >= most) {
        return false;
    }
    loop->exports++;
    request->counted = true;
    return true;
}

static void cut(struct request *request, const char *reason)
{
    metrics_add(&request->loop->metrics.streams_cut, 1);
    log_event(LOG_WARNING, "stream_cut", "request %s: %s", request->call.request_id, reason);
}

static bool begin(struct request *request)
{
    bool gzip = representation_stream(request);
    bool close = request->close || request->loop->phase != LOOP_SERVING;
    request->reply.status = request->status = 200;
    request->stream = stream_open(gzip);
    request->left = !http_stream(request->exchange, &request->reply, request->call.request_id, close);
    return !request->left;
}

bool outflow_send(struct request *request)
{
    if (request->stream == NULL && !begin(request)) {
        request_abandon(request);
        return false;
    }
    stream_put(request->stream, &request->reply.body, false, request->loop->now);
    request_resume(request);
    return true;
}

void outflow_push(struct request *request)
{
    request->state = REQUEST_STREAMING;
    if (outflow_send(request) && stream_left(request->stream) >= OUTFLOW_FULL) {
        pipeline_hold(request->connection);
    }
}

bool outflow_end(struct request *request, bool whole)
{
    request->state = REQUEST_REPLYING;
    if (request->stream == NULL && !begin(request)) {
        request_resume(request);
        return false;
    }
    struct stream *stream = request->stream;
    if (whole) {
        stream_put(stream, &request->reply.body, true, request->loop->now);
    } else { /* a gzip stream must not look whole either */
        stream->ended = stream->broken = true;
        cut(request, "its rows ended before their time");
    }
    request_resume(request);
    return true;
}

static void release(struct request *request)
{
    if (request->connection != NULL && request->connection->held) {
        pipeline_release(request->connection);
    }
}

enum supply request_supply(struct request *request, char *bytes, size_t room, size_t *ret_length)
{
    struct stream *stream = request->stream;
    if (request->left) {
        return SUPPLY_BROKEN;
    }
    bool had_enough = stream_left(stream) > OUTFLOW_LOW;
    size_t length = stream_take(stream, bytes, room, request->loop->now);
    if (stream_left(stream) <= OUTFLOW_LOW) {
        release(request);
        if (request->following && had_enough) {
            followers_ready(request);
        }
    }
    if (length > 0) {
        request->size += length;
        request->loop->supplied++;
        *ret_length = length;
        return SUPPLY_PIECE;
    }
    if (stream->ended) {
        return stream->broken ? SUPPLY_BROKEN : SUPPLY_END;
    }
    if (http_gone(request->exchange)) {
        return SUPPLY_BROKEN;
    }
    request_suspend(request);
    return SUPPLY_LATER;
}

void outflow_stop(struct request *request)
{
    postgres_cancel(request->connection, request);
    release(request); /* what is on its way has to be read all the same */
}

void outflow_check(struct request *request, int64_t now)
{
    const struct settings *settings = request->loop->settings;
    const struct stream *stream = request->stream;
    const char *reason = NULL;
    if (stream_left(stream) > 0 && now - stream->moved_at > settings->stall_timeout * MILLISECOND) {
        reason = "its client takes nothing";
    } else if (request->counted && now - request->opened_at > settings->stream_timeout * MILLISECOND) {
        reason = "its client took too long";
    }
    if (reason != NULL) {
        cut(request, reason);
        request_abandon(request);
    }
}

void outflow_close(struct request *request)
{
    stream_close(request->stream);
    request->stream = NULL;
    if (request->counted) {
        request->loop->exports--;
        request->counted = false;
    }
}
