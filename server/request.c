/* The states of a request, and what moves it from one to the next.

       OPENED → RECEIVING → PLANNING → QUEUED → RUNNING → (WORKING) → (STREAMING, COMPRESSING) → REPLYING
                    ↓          ↑_________________↓___________↓ (lost race, broken connection, another look)
                 REFUSED → REPLYING

   An endpoint with a clerk goes from RECEIVING, which is suspended while the clerk is behind, to ENTRUSTED, and from there to REPLYING.

   An endpoint that looks before it writes goes round from RUNNING to PLANNING once more.

   A client that leaves while the database or a worker is busy with it turns QUEUED, RUNNING, ENTRUSTED, WORKING, STREAMING and COMPRESSING
   into LEFT. What a worker has stays the worker's until it gives it back: nothing is answered, closed or freed before.

   What lies between the body and the reply is in rounds.c, the reply's own way in delivery.c. */
#include "server/request.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "schema/moment.h"
#include "server/access.h"
#include "server/admission.h"
#include "server/clerk.h"
#include "server/delivery.h"
#include "server/followers.h"
#include "server/loop.h"
#include "server/migrate.h"
#include "server/outflow.h"
#include "server/representation.h"
#include "server/rounds.h"

#define SPARES_MOST 256

/* So much of a body is read and dropped for the connection's sake when the request is refused before it. */
#define DROP_MOST (16 * 1024 * 1024)

/* A body of any size may take any time, but not less than this on average once its first RECEIVE_TIMEOUT is over: bytes a second. */
#define PACE_LEAST 1024

struct request *request_open(struct loop *loop, struct http_exchange *exchange, const char *target)
{
    struct request *request = loop->spare;
    if (request != NULL) {
        loop->spare = request->next_spare;
        loop->spare_count--;
    } else {
        request = calloc(1, sizeof *request);
        if (request == NULL) {
            return NULL;
        }
        request->arena = arena_new();
    }
    struct arena *arena = request->arena;
    memset(request, 0, offsetof(struct request, plan));
    request->loop = loop;
    request->exchange = exchange;
    request->arena = arena;
    buffer_init(&request->body, BODY_LIMIT);
    buffer_init(&request->reply.body, REPLY_LIMIT);
    faults_init(&request->call.faults, arena);
    request->call.arena = arena;
    request->target = arena_text(arena, target);
    request->opened_at = request->heard_at = clock_nanoseconds();
    TAILQ_INSERT_TAIL(&loop->open, request, open);
    loop->open_count++;
    return request;
}

void request_recycle(struct request *request)
{
    struct loop *loop = request->loop;
    outflow_close(request);
    buffer_free(&request->body);
    buffer_free(&request->reply.body);
    if (loop->spare_count >= SPARES_MOST) {
        arena_free(request->arena);
        free(request);
        return;
    }
    arena_reset(request->arena);
    request->next_spare = loop->spare;
    loop->spare = request;
    loop->spare_count++;
}

void request_release(struct request *request)
{
    if (request->opened && request->call.endpoint->close != NULL) {
        request->call.endpoint->close(&request->call);
    }
    request->opened = false;
}

void request_free_spares(struct loop *loop)
{
    struct request *request;
    while ((request = loop->spare) != NULL) {
        loop->spare = request->next_spare;
        arena_free(request->arena);
        free(request);
    }
}

bool request_has_head(const struct request *request)
{
    return request->state != REQUEST_OPENED;
}

bool request_incomplete(const struct request *request)
{
    bool receives =
        request->state == REQUEST_OPENED || request->state == REQUEST_RECEIVING || request->state == REQUEST_REFUSED;
    return receives && !request->suspended;
}

void request_refuse(struct request *request, enum problem problem, const char *detail)
{
    reply_clear(&request->reply);
    reply_problem(&request->call, &request->reply, problem, detail);
    request->state = REQUEST_REFUSED;
    metrics_add(&request->loop->metrics.refusals[problem], 1);
}

bool request_waits(const struct request *request)
{
    return request->suspended || request->stream != NULL;
}

void request_abandon(struct request *request)
{
    if (request->state == REQUEST_QUEUED) {
        pool_withdraw(&request->loop->pool, request);
    } else if (request->state == REQUEST_RUNNING && request->call.lane == LANE_SLOW) {
        postgres_cancel(request->connection, request);
    } else if (request->state == REQUEST_WORKING) {
        request->working = !worker_withdraw(&request->work);
    } else if (request->state == REQUEST_STREAMING) {
        outflow_stop(request);
    } else if (request->state == REQUEST_COMPRESSING) {
        TAILQ_REMOVE(&request->loop->compressing, request, queued);
        representation_drop(request);
    } else if (request->clerk != NULL) {
        clerk_abandon(request->clerk);
        request->clerk = NULL;
    }
    request->state = REQUEST_LEFT;
    request->left = true;
    if (request->suspended) {
        request_resume(request); /* which finds it left, and closes */
    } else {
        http_cut(request->exchange);
    }
}

void request_left(struct request *request)
{
    /* what is quick is finished: the client may have closed only its own half, and waits */
    if (request->call.lane == LANE_SLOW || request->stream != NULL) {
        request_abandon(request);
    }
}

void request_suspend(struct request *request)
{
    if (!request->suspended) {
        request->suspended = true;
        http_suspend(request->exchange);
    }
}

void request_resume(struct request *request)
{
    if (request->suspended) {
        request->suspended = false;
        http_resume(request->exchange);
    }
}

enum http_next request_head(struct request *request, const struct http_head *head)
{
    struct call *call = &request->call;
    request->state = REQUEST_RECEIVING;
    request->method = arena_text(request->arena, head->method);
    request->has_body = head->chunked || head->content_length > 0 || head->conflicting_length;
    call->head = head->fields;
    call->target = request->target;
    call->now = moment_now();
    call->migration = migrate_newest();
    call->measure = metrics_write;
    call->must_match = request->loop->settings->require_if_match;
    call->keys_kept = request->loop->settings->idempotency_keep / 1000;
    call->merges_most = (int)request->loop->settings->merge_limit;
    call->request_id = admission_request_id(request->arena, head->fields.request_id, call->now);
    request->listens_since = request->opened_at;
    admission_decide(request, head);
    if (request->state == REQUEST_RECEIVING && call->endpoint->errand != NULL) {
        request->clerk = clerk_start(request);
        if (request->clerk == NULL) {
            request_refuse(request, PROBLEM_OVERLOADED, "As many imports are under way as may be at a time.");
        }
    }
    bool refused = request->state == REQUEST_REFUSED;
    if (refused && request->has_body &&
        (request->close || head->expects_continue || head->content_length > DROP_MOST)) {
        request->close = true;
        return delivery_begin(request);
    }
    return HTTP_MORE;
}

/* Whether the client takes too long over its body, or sends more than is worth reading. */
static bool wearies(struct request *request, bool any_size)
{
    int64_t patience = request->loop->settings->receive_timeout * 1000000;
    int64_t taken = request->heard_at - request->opened_at;
    if (!any_size) {
        return taken > patience || request->received > DROP_MOST + (size_t)BODY_LIMIT;
    }
    /* the time in which it was not listened to is not its fault */
    request->listened += request->heard_at - request->listens_since;
    request->listens_since = request->heard_at;
    return request->listened > patience &&
           (double)request->received < (double)(request->listened - patience) / 1e9 * PACE_LEAST;
}

enum http_next request_receive(struct request *request, const char *bytes, size_t length)
{
    const struct endpoint *endpoint = request->call.endpoint;
    request->received += length;
    request->heard_at = clock_nanoseconds();
    if (request->left || wearies(request, endpoint != NULL && endpoint->errand != NULL)) {
        return HTTP_CUT;
    }
    if (request->clerk != NULL) {
        if (clerk_feed(request->clerk, bytes, length)) {
            return HTTP_MORE;
        }
        request_suspend(request);
        return HTTP_WAIT;
    }
    if (endpoint == NULL || request->state != REQUEST_RECEIVING || !endpoint->takes_body) {
        return HTTP_MORE;
    }
    size_t limit = admission_limit(endpoint);
    if (request->received > limit) {
        buffer_free(&request->body);
        request_refuse(request, PROBLEM_BODY_TOO_LARGE, admission_limit_text(request, limit));
    } else if (endpoint->body != NULL) {
        endpoint->body(&request->call, bytes, length);
    } else {
        buffer_put(&request->body, bytes, length);
    }
    return HTTP_MORE;
}

static enum http_next await_clerk(struct request *request)
{
    clerk_end(request->clerk);
    request->state = REQUEST_ENTRUSTED;
    request->sent_at = clock_nanoseconds();
    request_suspend(request);
    if (http_gone(request->exchange)) {
        request_left(request);
    }
    return HTTP_WAIT;
}

void request_attended(struct request *request)
{
    bool finished = clerk_finished(request->clerk, request);
    if (finished) {
        request->clerk = NULL;
    }
    if (finished && request->state == REQUEST_ENTRUSTED) {
        request->in_database = clock_nanoseconds() - request->sent_at;
        delivery_begin(request);
        return;
    }
    if (finished) { /* before it had the whole body */
        request->state = REQUEST_REFUSED;
    }
    if (request->suspended && request->state != REQUEST_ENTRUSTED) {
        request->suspended = false;
        request->listens_since = clock_nanoseconds();
        http_resume(request->exchange);
    }
}

enum http_next request_received(struct request *request)
{
    if (request->left) {
        return HTTP_CUT;
    }
    switch (request->state) {
    case REQUEST_REFUSED:
        return delivery_begin(request);
    case REQUEST_RECEIVING:
        if (request->clerk != NULL) {
            return await_clerk(request);
        }
        request->opened = true;
        request->received_at = clock_nanoseconds();
        request->call.body = request->body.data != NULL ? request->body.data : "";
        request->call.body_length = request->body.length;
        return rounds_plan(request, false);
    default:
        return HTTP_REPLIED;
    }
}

void request_close(struct request *request, bool complete)
{
    if (request->state != REQUEST_OPENED) {
        int64_t now = clock_nanoseconds();
        metrics_request(&request->loop->metrics, request, now - request->opened_at);
        access_log(request, complete, now);
    }
    if (request->state == REQUEST_STREAMING) {
        outflow_stop(request);
    }
    if (request->clerk != NULL) {
        clerk_abandon(request->clerk);
        request->clerk = NULL;
    }
    if (request->following) {
        followers_remove(request);
    } else {
        TAILQ_REMOVE(&request->loop->open, request, open);
        request->loop->open_count--;
    }
    request->exchange = NULL;
    request->state = REQUEST_LEFT;
    if (request->working) {
        return;
    }
    request_release(request);
    if (request->connection == NULL) {
        request_recycle(request);
    }
}

void request_abandon_all(struct loop *loop)
{
    struct request *request;
    TAILQ_FOREACH (request, &loop->open, open) {
        if (request_waits(request)) {
            request_abandon(request);
        }
    }
    TAILQ_FOREACH (request, &loop->followers.list, open) {
        request_abandon(request);
    }
    http_run(loop->http);
}
