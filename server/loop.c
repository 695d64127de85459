/* One turn: wait, take what the database has sent, let HTTP read and write, send what is to be asked, look after deadlines. */
#include "server/loop.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "server/delivery.h"
#include "server/janitor.h"
#include "server/log.h"

#define EVENTS_PER_TURN 64

/* libmicrohttpd sends one chunk at a time of a reply that streams, as large as fits in its connection's memory: so many to a turn. */
#define CHUNKS_PER_TURN 16
#define MILLISECOND INT64_C(1000000)

int64_t clock_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
    if (watch->descriptor < 0 || watch->events == events) {
        return true;
    }
    int operation = events == 0 ? EPOLL_CTL_DEL : watch->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    watch->events = events;
    return epoll_ctl(loop->epoll, operation, watch->descriptor, &event) == 0;
}

void loop_post(struct loop *loop, struct message *message)
{
    message->next = atomic_load(&loop->messages);
    while (!atomic_compare_exchange_weak(&loop->messages, &message->next, message)) {
    }
    uint64_t one = 1;
    if (write(loop->wake.descriptor, &one, sizeof one) < 0) {
        return; /* the counter is full: the loop is awake already */
    }
}

void loop_drain(struct loop *loop)
{
    atomic_store(&loop->drain, true);
    uint64_t one = 1;
    if (write(loop->wake.descriptor, &one, sizeof one) < 0) {
        return;
    }
}

void loop_deliver(struct loop *loop)
{
    struct message *message = atomic_exchange(&loop->messages, NULL);
    while (message != NULL) {
        struct message *next = message->next;
        message->deliver(message);
        message = next;
    }
}

static void on_wake(struct watch *watch, uint32_t events)
{
    (void)events;
    struct loop *loop = CONTAINER_OF(watch, struct loop, wake);
    uint64_t count;
    if (read(watch->descriptor, &count, sizeof count) < 0) {
        return;
    }
    loop_deliver(loop);
}

/* http_run is called every turn anyway; its descriptor only wakes the loop. */
static void on_http(struct watch *watch, uint32_t events)
{
    (void)watch;
    (void)events;
}

bool loop_init(struct loop *loop, int number, int listener, const struct settings *settings)
{
    *loop = (struct loop){.number = number, .settings = settings, .now = clock_nanoseconds()};
    metrics_register(&loop->metrics);
    loop->keys = keys_renew(NULL);
    TAILQ_INIT(&loop->open);
    TAILQ_INIT(&loop->compressing);
    followers_init(&loop->followers);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake = (struct watch){.descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .ready = on_wake};
    if (loop->epoll < 0 || loop->wake.descriptor < 0 || !loop_watch(loop, &loop->wake, EPOLLIN)) {
        log_event(LOG_ERROR, "start", "no event loop could be made; is the limit of open files too low?");
        return false;
    }
    loop->http = http_start(loop, listener, settings);
    if (loop->http == NULL) {
        log_event(LOG_ERROR, "start", "the HTTP daemon could not be started");
        return false;
    }
    loop->http_watch = (struct watch){.descriptor = http_descriptor(loop->http), .ready = on_http};
    return loop_watch(loop, &loop->http_watch, EPOLLIN) && pool_init(&loop->pool, loop, settings);
}

static void begin_to_drain(struct loop *loop)
{
    loop->phase = LOOP_DRAINING;
    loop->drain_ends = loop->now + loop->settings->drain_timeout * MILLISECOND;
    http_quiesce(loop->http);
    followers_end_all(loop, "shutdown");
}

static int wait_time(const struct loop *loop, bool more)
{
    int due = janitor_due(loop);
    int http = http_timeout(loop->http);
    return more ? 0 : http >= 0 && http < due ? http : due;
}

static void turn(struct loop *loop, bool *more)
{
    struct epoll_event events[EVENTS_PER_TURN];
    int count = epoll_wait(loop->epoll, events, EVENTS_PER_TURN, wait_time(loop, *more));
    loop->now = clock_nanoseconds();
    for (int i = 0; i < count; i++) {
        struct watch *watch = events[i].data.ptr;
        /* an earlier event of this turn may have ended the wait */
        if (watch->events != 0) {
            watch->ready(watch, events[i].events);
        }
    }
    *more = pool_continue(&loop->pool);
    *more = delivery_turn(loop) || *more;
    *more = followers_continue(loop) || *more;
    unsigned runs = 0;
    do {
        loop->supplied = 0;
        http_run(loop->http);
    } while (loop->supplied > 0 && ++runs < CHUNKS_PER_TURN);
    pool_dispatch(&loop->pool);
    if (atomic_load(&loop->drain) && loop->phase == LOOP_SERVING) {
        begin_to_drain(loop);
    }
    if (janitor_due(loop) == 0) {
        janitor_visit(loop);
    }
    metrics_time(&loop->metrics.turns, clock_nanoseconds() - loop->now);
}

void *loop_run(void *context)
{
    struct loop *loop = context;
    bool more = false;
    while (loop->phase != LOOP_STOPPED) {
        turn(loop, &more);
    }
    request_abandon_all(loop);
    http_stop(loop->http);
    return NULL;
}

void loop_free(struct loop *loop)
{
    keys_release(loop->keys);
    pool_free(&loop->pool);
    request_free_spares(loop);
    close(loop->wake.descriptor);
    close(loop->epoll);
}
