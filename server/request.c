/* The states of a request, and what moves it from one to the next.

       OPENED → RECEIVING → PLANNING → QUEUED → RUNNING → (WORKING) → (STREAMING, COMPRESSING) → REPLYING
                    ↓          ↑_________________↓___________↓ (lost race, broken connection, another look)
                 REFUSED → REPLYING

   An endpoint with a clerk goes from RECEIVING, which is suspended while the clerk is behind, to ENTRUSTED, and from there to REPLYING.

   An endpoint that looks before it writes goes round from RUNNING to PLANNING once more.

   A client that leaves while the database or a worker is busy with it turns QUEUED, RUNNING, ENTRUSTED, WORKING, STREAMING and COMPRESSING into LEFT. What a worker
   has stays the worker's until it gives it back: nothing is answered, closed or freed before. */
#include "server/request.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/moved.h"
#include "handlers/replay.h"
#include "schema/moment.h"
#include "server/access.h"
#include "server/admission.h"
#include "server/clerk.h"
#include "server/loop.h"
#include "server/migrate.h"
#include "server/outflow.h"
#include "server/representation.h"
#include "server/sqlstate.h"

#define ATTEMPTS_MOST 3
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

static void recycle(struct request *request)
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

static enum http_next send_reply(struct request *request)
{
    struct loop *loop = request->loop;
    request->state = REQUEST_REPLYING;
    request->replied_at = clock_nanoseconds();
    request->status = request->reply.status;
    request->size = request->reply.body.length;
    bool close = request->close || loop->phase != LOOP_SERVING;
    request->left = !http_reply(request->exchange, &request->reply, request->call.request_id, close);
    request_resume(request);
    return request->left ? HTTP_CUT : HTTP_REPLIED;
}

/* Hands the reply to the client, from wherever the request is. */
static enum http_next deliver(struct request *request)
{
    if (request->reply.body.overflowed) {
        request_refuse(request, PROBLEM_REPLY_TOO_LARGE, "The answer is larger than 16 MiB; ask for less at a time.");
    }
    if (!representation_prepare(request)) {
        return send_reply(request);
    }
    bool compressed = representation_compress(request);
    if (!compressed && request->suspended) { /* the rest in later turns */
        request->state = REQUEST_COMPRESSING;
        TAILQ_INSERT_TAIL(&request->loop->compressing, request, queued);
        return HTTP_WAIT;
    }
    while (!compressed) {
        compressed = representation_compress(request);
    }
    return send_reply(request);
}

bool request_compress(struct loop *loop)
{
    struct request *request = TAILQ_FIRST(&loop->compressing);
    if (request != NULL) {
        TAILQ_REMOVE(&loop->compressing, request, queued);
        if (representation_compress(request)) {
            send_reply(request);
        } else { /* behind the others */
            TAILQ_INSERT_TAIL(&loop->compressing, request, queued);
        }
    }
    return !TAILQ_EMPTY(&loop->compressing);
}

static enum http_next give_up(struct request *request, enum problem problem, const char *detail)
{
    request_refuse(request, problem, detail);
    return deliver(request);
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

/* Queues what is planned. `again` for a request that had its turn already. */
static enum http_next submit(struct request *request, bool again)
{
    switch (pool_submit(&request->loop->pool, request, again)) {
    case POOL_FULL:
        return give_up(request, PROBLEM_OVERLOADED, "Too many requests are waiting for the database.");
    case POOL_AWAY:
        return give_up(request, PROBLEM_DATABASE_AWAY, "The database can't be reached.");
    case POOL_ACCEPTED:
        break;
    }
    request->state = REQUEST_QUEUED;
    request->queued_at = clock_nanoseconds();
    request->waits_since = again ? request->waits_since : request->queued_at;
    request_suspend(request);
    if (http_gone(request->exchange)) {
        request_left(request);
    }
    return HTTP_WAIT;
}

/* Asks the endpoint what to do, and queues it. */
static enum http_next plan(struct request *request, bool again)
{
    struct call *call = &request->call;
    request->state = REQUEST_PLANNING;
    request->plan.count = 0;
    reply_clear(&request->reply);
    if (replay_plan(call, &request->plan)) {
        return submit(request, again);
    }
    call->outcome = NULL;
    enum plan_outcome (*planned)(struct call *, struct plan *, struct reply *) =
        call->past != NULL ? call->endpoint->again : call->endpoint->plan;
    if (planned(call, &request->plan, &request->reply) == PLAN_REPLY) {
        return deliver(request);
    }
    if (call->endpoint->streams && strcmp(request->method, "HEAD") == 0) {
        /* with the length of nothing: libmicrohttpd 0.9.75 ends a HEAD of unknown length with a last chunk */
        request->reply.status = 200;
        (void)representation_stream(request);
        return send_reply(request);
    }
    if (!outflow_admit(request)) {
        return give_up(request, PROBLEM_OVERLOADED, "As many exports as may are under way.");
    }
    replay_keep(call, &request->plan);
    moved_plan(call, &request->plan);
    return submit(request, again);
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
        return deliver(request);
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
        deliver(request);
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
        return deliver(request);
    case REQUEST_RECEIVING:
        if (request->clerk != NULL) {
            return await_clerk(request);
        }
        request->opened = true;
        request->received_at = clock_nanoseconds();
        request->call.body = request->body.data != NULL ? request->body.data : "";
        request->call.body_length = request->body.length;
        return plan(request, false);
    default:
        return HTTP_REPLIED;
    }
}

void request_sent(struct request *request)
{
    request->state = REQUEST_RUNNING;
    request->sent_at = clock_nanoseconds();
    request->in_queue += request->sent_at - request->queued_at;
}

static bool only_reads(const struct request *request)
{
    return request->call.endpoint->method == METHOD_GET;
}

/* Plans it anew: what earlier rounds saw may not hold any more. */
static void start_over(struct request *request)
{
    request->call.round = 0;
    replay_reset(&request->call);
    plan(request, true);
}

static void try_again(struct request *request, enum problem problem, const char *detail)
{
    if (++request->call.attempt < ATTEMPTS_MOST) {
        start_over(request);
    } else {
        give_up(request, problem, detail);
    }
}

static void on_refused(struct request *request)
{
    const struct sqlstate_meaning *meaning = sqlstate_meaning(request->sqlstate);
    const char *detail = meaning->problem == PROBLEM_TIMEOUT
                             ? "The database took too long, or a lock was not to be had."
                         : meaning->problem == PROBLEM_CONFLICT ? "Others were writing the same at the same time."
                                                                : NULL;
    if (meaning->advice == SQLSTATE_AGAIN) {
        try_again(request, meaning->problem, detail);
    } else {
        give_up(request, meaning->problem, detail);
    }
}

static void on_lost(struct request *request)
{
    bool safe = only_reads(request) || request->call.repeatable || request->call.replay != NULL;
    if (!safe) {
        give_up(request, PROBLEM_OUTCOME_UNKNOWN,
                "The connection to the database broke during the write: it may have been stored or not.");
    } else if (request->resent++ == 0) {
        start_over(request);
    } else {
        give_up(request, PROBLEM_DATABASE_AWAY, "The connection to the database broke.");
    }
}

/* What is answered may have been answered already; and where there is no such record, it may have become another. */
static void conclude(struct request *request)
{
    if (replay_doubt(&request->call, &request->reply, &request->plan) ||
        moved_look(&request->call, &request->reply, &request->plan)) {
        submit(request, true);
    } else {
        deliver(request);
    }
}

static void finish(struct request *request, enum finish_outcome outcome)
{
    switch (outcome) {
    case FINISH_REPLY:
        if (request->call.endpoint->streams) {
            (void)outflow_end(request, true);
        } else {
            conclude(request);
        }
        break;
    case FINISH_AGAIN:
        try_again(request, PROBLEM_CONFLICT, "Others were writing the same at the same time.");
        break;
    case FINISH_NEXT:
        if (++request->call.round < ROUNDS_MOST) {
            plan(request, true);
        } else { /* a fault of the endpoint's */
            give_up(request, PROBLEM_INTERNAL, NULL);
        }
        break;
    }
}

static void run_finish(struct work *work)
{
    struct request *request = CONTAINER_OF(work, struct request, work);
    request->finished = request->call.endpoint->finish(&request->call, &request->reply);
}

/* Gives back what the endpoint holds. */
static void release(struct request *request)
{
    if (request->opened && request->call.endpoint->close != NULL) {
        request->call.endpoint->close(&request->call);
    }
    request->opened = false;
}

static void on_worked(struct message *message)
{
    struct request *request = CONTAINER_OF(message, struct request, work.message);
    request->working = false;
    request->in_work += clock_nanoseconds() - request->worked_at;
    if (request->exchange == NULL) {
        release(request);
        recycle(request);
    } else if (request->state == REQUEST_WORKING && request->expired) {
        give_up(request, PROBLEM_TIMEOUT, "The analysis took too long to compute.");
    } else if (request->state == REQUEST_WORKING) {
        finish(request, request->finished);
    }
}

static void on_done(struct request *request)
{
    switch (replay_finish(&request->call, &request->reply)) {
    case REPLAY_PASS:
        break;
    case REPLAY_PLAN:
        plan(request, true);
        return;
    case REPLAY_REPLY:
        conclude(request);
        return;
    }
    if (moved_finish(&request->call, &request->reply)) {
        deliver(request);
        return;
    }
    if (moved_renamed(&request->call)) {
        try_again(request, PROBLEM_CONFLICT, "Others were writing the same at the same time.");
        return;
    }
    if (!request->call.endpoint->works) {
        finish(request, request->call.endpoint->finish(&request->call, &request->reply));
        return;
    }
    struct work *work = &request->work;
    work->message.deliver = on_worked;
    work->run = run_finish;
    work->loop = request->loop;
    request->call.cancelled = &work->cancelled;
    if (!worker_submit(work)) {
        give_up(request, PROBLEM_OVERLOADED, "Too many analyses are waiting to be computed.");
        return;
    }
    request->state = REQUEST_WORKING;
    request->working = true;
    request->worked_at = clock_nanoseconds();
}

void request_folded(struct request *request)
{
    if (request->call.endpoint->streams && request->reply.body.length >= OUTFLOW_PIECE) {
        outflow_push(request);
    }
}

void request_ran(struct request *request, enum run_outcome outcome)
{
    request->in_database += clock_nanoseconds() - request->sent_at;
    if (request->exchange == NULL) {
        recycle(request);
        return;
    }
    if (request->state == REQUEST_STREAMING) {
        bool whole = outcome == RUN_DONE && !moved_renamed(&request->call) &&
                     request->call.endpoint->finish(&request->call, &request->reply) == FINISH_REPLY;
        (void)outflow_end(request, whole);
        return;
    }
    if (request->state != REQUEST_RUNNING) {
        return; /* answered already, or nobody there to be answered */
    }
    switch (outcome) {
    case RUN_DONE:
        on_done(request);
        break;
    case RUN_REFUSED:
        on_refused(request);
        break;
    case RUN_ABORTED:
        request->alone = true;
        start_over(request);
        break;
    case RUN_LOST:
        on_lost(request);
        break;
    }
}

/* What waits for a worker is answered at once; what a worker has, as soon as it gives it back. */
static void expire_work(struct request *request)
{
    if (worker_withdraw(&request->work)) {
        request->working = false;
        give_up(request, PROBLEM_TIMEOUT, "Other analyses took too long to compute.");
    } else {
        request->expired = true;
    }
}

void request_expire(struct request *request)
{
    if (request->state == REQUEST_WORKING) {
        expire_work(request);
        return;
    }
    if (request->state == REQUEST_QUEUED) {
        bool connected = pool_connected(&request->loop->pool, request->call.lane);
        pool_withdraw(&request->loop->pool, request);
        request->in_queue += request->loop->now - request->queued_at;
        give_up(request, connected ? PROBLEM_TIMEOUT : PROBLEM_DATABASE_AWAY,
                connected ? "The database is busy." : "The database can't be reached.");
        return;
    }
    if (request->call.lane == LANE_SLOW) {
        postgres_cancel(request->connection, request);
    }
    give_up(request, only_reads(request) ? PROBLEM_TIMEOUT : PROBLEM_OUTCOME_UNKNOWN,
            only_reads(request) ? "The database took too long."
                                : "The database did not answer in time: the write may have been stored or not.");
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
    TAILQ_REMOVE(&request->loop->open, request, open);
    request->loop->open_count--;
    request->exchange = NULL;
    request->state = REQUEST_LEFT;
    if (request->working) {
        return;
    }
    release(request);
    if (request->connection == NULL) {
        recycle(request);
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
    http_run(loop->http);
}
