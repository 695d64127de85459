/* One line per request. */
#include "server/access.h"

#include "server/log.h"
#include "server/loop.h"

void access_log(const struct request *request, bool complete)
{
    const struct endpoint *endpoint = request->call.endpoint;
    struct log_line line;
    log_begin(&line, LOG_INFO, "request");
    log_text(&line, "request_id", request->call.request_id);
    log_text(&line, "method", request->method);
    log_text(&line, "route", endpoint != NULL ? endpoint->path : NULL);
    log_text(&line, "target", request->target);
    log_number(&line, "status", request->status);
    log_number(&line, "bytes", (long long)request->size);
    log_milliseconds(&line, "duration_ms", clock_nanoseconds() - request->opened_at);
    log_milliseconds(&line, "queue_ms", request->in_queue);
    log_milliseconds(&line, "database_ms", request->in_database);
    if (!complete) {
        log_text(&line, "cut", "the connection ended before the reply did");
    }
    log_end(&line);
}
