/* From PLANNING to the reply, and round again after a lost race, a broken connection, or a look before the write. */
#include "server/rounds.h"

#include <string.h>

#include "handlers/moved.h"
#include "handlers/replay.h"
#include "server/delivery.h"
#include "server/followers.h"
#include "server/loop.h"
#include "server/outflow.h"
#include "server/representation.h"
#include "server/sqlstate.h"

#define ATTEMPTS_MOST 3

/* Queues what is planned. `again` for a request that had its turn already. */
static enum http_next submit(struct request *request, bool again)
{
    switch (pool_submit(&request->loop->pool, request, again)) {
    case POOL_FULL:
        return delivery_refusal(request, PROBLEM_OVERLOADED, "Too many requests are waiting for the database.");
    case POOL_AWAY:
        return delivery_refusal(request, PROBLEM_DATABASE_AWAY, "The database can't be reached.");
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

enum http_next rounds_plan(struct request *request, bool again)
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
        return delivery_begin(request);
    }
    if (call->streams != STREAM_NOT && strcmp(request->method, "HEAD") == 0) {
        /* with the length of nothing: libmicrohttpd 0.9.75 ends a HEAD of unknown length with a last chunk */
        request->reply.status = 200;
        (void)representation_stream(request);
        return delivery_send(request);
    }
    if (!outflow_admit(request)) {
        return delivery_refusal(request, PROBLEM_OVERLOADED, "As many exports as may are under way.");
    }
    replay_keep(call, &request->plan);
    moved_plan(call, &request->plan);
    return submit(request, again);
}

void rounds_follow(struct request *request)
{
    request->call.attempt = request->call.round = 0;
    request->resent = 0;
    request->waits_since = clock_nanoseconds();
    (void)rounds_plan(request, true);
}

void rounds_sent(struct request *request)
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
    rounds_plan(request, true);
}

static void try_again(struct request *request, enum problem problem, const char *detail)
{
    if (++request->call.attempt < ATTEMPTS_MOST) {
        start_over(request);
    } else {
        delivery_refusal(request, problem, detail);
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
        delivery_refusal(request, meaning->problem, detail);
    }
}

static void on_lost(struct request *request)
{
    bool safe = only_reads(request) || request->call.repeatable || request->call.replay != NULL;
    if (!safe) {
        delivery_refusal(request, PROBLEM_OUTCOME_UNKNOWN,
                         "The connection to the database broke during the write: it may have been stored or not.");
    } else if (request->resent++ == 0) {
        start_over(request);
    } else {
        delivery_refusal(request, PROBLEM_DATABASE_AWAY, "The connection to the database broke.");
    }
}

/* What is answered may have been answered already; and where there is no such record, it may have become another. */
static void conclude(struct request *request)
{
    if (replay_doubt(&request->call, &request->reply, &request->plan) ||
        moved_look(&request->call, &request->reply, &request->plan)) {
        submit(request, true);
    } else {
        delivery_begin(request);
    }
}

static void finish(struct request *request, enum finish_outcome outcome)
{
    switch (outcome) {
    case FINISH_REPLY:
        if (request->call.streams == STREAM_ROWS) {
            (void)outflow_end(request, true);
        } else {
            conclude(request);
        }
        break;
    case FINISH_FOLLOW:
        followers_add(request);
        break;
    case FINISH_AGAIN:
        try_again(request, PROBLEM_CONFLICT, "Others were writing the same at the same time.");
        break;
    case FINISH_NEXT:
        if (++request->call.round < ROUNDS_MOST) {
            rounds_plan(request, true);
        } else { /* a fault of the endpoint's */
            delivery_refusal(request, PROBLEM_INTERNAL, NULL);
        }
        break;
    }
}

static void run_finish(struct work *work)
{
    struct request *request = CONTAINER_OF(work, struct request, work);
    request->finished = request->call.endpoint->finish(&request->call, &request->reply);
}

static void on_worked(struct message *message)
{
    struct request *request = CONTAINER_OF(message, struct request, work.message);
    request->working = false;
    request->in_work += clock_nanoseconds() - request->worked_at;
    if (request->exchange == NULL) {
        request_release(request);
        request_recycle(request);
    } else if (request->state == REQUEST_WORKING && request->expired) {
        delivery_refusal(request, PROBLEM_TIMEOUT, "The analysis took too long to compute.");
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
        rounds_plan(request, true);
        return;
    case REPLAY_REPLY:
        conclude(request);
        return;
    }
    if (moved_finish(&request->call, &request->reply)) {
        delivery_begin(request);
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
        delivery_refusal(request, PROBLEM_OVERLOADED, "Too many analyses are waiting to be computed.");
        return;
    }
    request->state = REQUEST_WORKING;
    request->working = true;
    request->worked_at = clock_nanoseconds();
}

void rounds_folded(struct request *request)
{
    if (request->call.streams == STREAM_ROWS && request->reply.body.length >= OUTFLOW_PIECE) {
        outflow_push(request);
    }
}

void rounds_ran(struct request *request, enum run_outcome outcome)
{
    request->in_database += clock_nanoseconds() - request->sent_at;
    if (request->exchange == NULL) {
        request_recycle(request);
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
        delivery_refusal(request, PROBLEM_TIMEOUT, "Other analyses took too long to compute.");
    } else {
        request->expired = true;
    }
}

void rounds_expire(struct request *request)
{
    if (request->state == REQUEST_WORKING) {
        expire_work(request);
        return;
    }
    if (request->state == REQUEST_QUEUED) {
        bool connected = pool_connected(&request->loop->pool, request->call.lane);
        pool_withdraw(&request->loop->pool, request);
        request->in_queue += request->loop->now - request->queued_at;
        delivery_refusal(request, connected ? PROBLEM_TIMEOUT : PROBLEM_DATABASE_AWAY,
                         connected ? "The database is busy." : "The database can't be reached.");
        return;
    }
    if (request->call.lane == LANE_SLOW) {
        postgres_cancel(request->connection, request);
    }
    delivery_refusal(request, only_reads(request) ? PROBLEM_TIMEOUT : PROBLEM_OUTCOME_UNKNOWN,
                     only_reads(request)
                         ? "The database took too long."
                         : "The database did not answer in time: the write may have been stored or not.");
}
