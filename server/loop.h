/* An event loop: one thread, one epoll set, its own HTTP daemon and its own database connections. Nothing in it is shared with
   another loop, so nothing in it is locked; what other threads have to say arrives by loop_post. */
#ifndef STANCED_SERVER_LOOP_H
#define STANCED_SERVER_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/followers.h"
#include "server/http.h"
#include "server/keys.h"
#include "server/message.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/request.h"
#include "server/settings.h"
#include "server/watch.h"

enum loop_phase { LOOP_SERVING, LOOP_DRAINING, LOOP_STOPPED };

struct loop {
    int number;
    const struct settings *settings;
    int epoll;
    struct watch http_watch;
    struct watch wake;
    struct http *http;
    struct pool pool;
    struct request_list open; /* every request between its target and its close */
    unsigned open_count;
    struct request_list compressing;
    struct followers followers;
    struct request *spare; /* closed ones, kept for the next */
    unsigned spare_count;
    unsigned supplied;  /* pieces of replies that libmicrohttpd was given since http_run began */
    unsigned exports;   /* requests that hold a connection of the slow lane for as long as their client reads */
    int64_t now;        /* nanoseconds of the monotonic clock, taken once a turn */
    int64_t next_check; /* when the janitor is due */
    int64_t drain_ends;
    int64_t quiet_since; /* while draining: since when no request is open */
    enum loop_phase phase;
    struct keys *keys; /* as of the janitor's last visit */
    struct metrics metrics;
    atomic_bool drain;
    _Atomic(struct message *) messages;
    pthread_t thread;
};

/* Prepares it around `listener`, which it takes over, and begins to connect to the database. False with a sentence logged. */
bool loop_init(struct loop *loop, int number, int listener, const struct settings *settings)
    __attribute__((warn_unused_result));

/* Runs it until it is drained; the thread's function. */
void *loop_run(void *loop);

/* From any thread: finish what was accepted, then stop. */
void loop_drain(struct loop *loop);

/* From any thread: `message` is delivered in the loop's thread. */
void loop_post(struct loop *loop, struct message *message);

/* Delivers what was posted; for the thread that runs the loop, and once that has ended for the one that frees it. */
void loop_deliver(struct loop *loop);

void loop_free(struct loop *loop);

/* Begins, changes or (events 0) ends waiting for watch->descriptor. EPOLL… events. */
bool loop_watch(struct loop *loop, struct watch *watch, uint32_t events);

/* Nanoseconds of the monotonic clock. */
int64_t clock_nanoseconds(void);

#endif
