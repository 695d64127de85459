/* One line per request. */
#include "server/access.h"

#include "handlers/traceparent.h"
#include "server/log.h"
#include "server/loop.h"

#define MILLISECOND INT64_C(1000000)

/* Where the most of its time went. */
static const char *longest_stage(const struct request *request, int64_t now)
{
    int64_t received = request->received_at != 0 ? request->received_at : now;
    int64_t replied = request->replied_at != 0 ? request->replied_at : now;
    const struct {
        const char *name;
        int64_t time;
    } stages[] = {
        {"receiving", received - request->opened_at},
        {"queue", request->in_queue},
        {"database", request->in_database},
        {"answering", replied - received - request->in_queue - request->in_database},
        {"replying", now - replied},
    };
    size_t longest = 0;
    for (size_t i = 1; i < sizeof stages / sizeof stages[0]; i++) {
        longest = stages[i].time > stages[longest].time ? i : longest;
    }
    return stages[longest].name;
}

void access_log(const struct request *request, bool complete, int64_t now)
{
    const struct endpoint *endpoint = request->call.endpoint;
    int64_t limit = request->loop->settings->slow_request * MILLISECOND;
    /* how long one takes that goes out while it is made, or waits for changes, is up to its client */
    bool timed = request->stream == NULL && !request->following;
    bool slow = timed && limit != 0 && now - request->opened_at > limit;
    struct traceparent trace;
    struct log_line line;
    log_begin(&line, slow ? LOG_WARNING : LOG_INFO, "request");
    log_text(&line, "request_id", request->call.request_id);
    if (traceparent_read(request->call.head.traceparent, &trace)) {
        log_text(&line, "trace_id", trace.trace);
        log_text(&line, "parent_id", trace.parent);
    }
    log_text(&line, "method", request->method);
    log_text(&line, "route", endpoint != NULL ? endpoint->path : NULL);
    log_text(&line, "target", request->target);
    log_number(&line, "status", request->status);
    log_number(&line, "bytes", (long long)request->size);
    log_milliseconds(&line, "duration_ms", now - request->opened_at);
    log_milliseconds(&line, "queue_ms", request->in_queue);
    log_milliseconds(&line, "database_ms", request->in_database);
    if (request->in_work > 0) {
        log_milliseconds(&line, "work_ms", request->in_work);
    }
    log_text(&line, "slow", slow ? longest_stage(request, now) : NULL);
    if (!complete) {
        log_text(&line, "cut", "the connection ended before the reply did");
    }
    log_end(&line);
}
