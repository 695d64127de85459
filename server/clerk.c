/* A thread per request. What it shares with its loop is under a mutex: a window of the body, and how far each side is. Everything else it has
   a copy of, since the request may end before it. */
#include "server/clerk.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/loop.h"
#include "server/session.h"

#define WINDOW ((size_t)256 * 1024)
#define PIECE_MOST ((size_t)16 * 1024) /* more than libmicrohttpd hands on at a time */
#define NICE 10                        /* answering others comes first */

struct clerk {
    struct errand errand;
    struct session session;
    struct message message; /* to the loop: there is room again, or it has finished */
    struct loop *loop;
    struct call call;
    struct reply reply;
    pthread_mutex_t mutex;
    pthread_cond_t more;
    /* under the mutex */
    struct request *request; /* NULL once abandoned */
    size_t first, length;    /* of what is in the window */
    bool full;               /* the loop waits for room */
    bool ended;              /* the body is all in the window, or was */
    bool posted;             /* the message is on its way */
    bool finished;           /* the reply is complete */
    bool over;               /* the thread touches nothing of it any more */
    char window[WINDOW];
};

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t fewer;
    int64_t count;
} all = {.mutex = PTHREAD_MUTEX_INITIALIZER, .fewer = PTHREAD_COND_INITIALIZER};

static void clerk_free(struct clerk *clerk)
{
    buffer_free(&clerk->reply.body);
    arena_free(clerk->call.arena);
    close(clerk->session.stop);
    pthread_mutex_destroy(&clerk->mutex);
    pthread_cond_destroy(&clerk->more);
    free(clerk);
}

/* Under the mutex. */
static void post(struct clerk *clerk)
{
    if (!clerk->posted && clerk->request != NULL) {
        clerk->posted = true;
        loop_post(clerk->loop, &clerk->message);
    }
}

/* Unlocks; and frees it where neither side will come back to it. */
static void leave(struct clerk *clerk)
{
    bool gone = clerk->over && !clerk->posted && clerk->request == NULL;
    pthread_mutex_unlock(&clerk->mutex);
    if (gone) {
        clerk_free(clerk);
    }
}

/* In the loop's thread. */
static void deliver(struct message *message)
{
    struct clerk *clerk = CONTAINER_OF(message, struct clerk, message);
    pthread_mutex_lock(&clerk->mutex);
    clerk->posted = false;
    struct request *request = clerk->request;
    if (request == NULL) {
        leave(clerk);
        return;
    }
    pthread_mutex_unlock(&clerk->mutex);
    request_attended(request);
}

static size_t on_read(struct errand *errand, char *bytes, size_t size)
{
    struct clerk *clerk = CONTAINER_OF(errand, struct clerk, errand);
    pthread_mutex_lock(&clerk->mutex);
    while (clerk->length == 0 && !clerk->ended && clerk->request != NULL) {
        pthread_cond_wait(&clerk->more, &clerk->mutex);
    }
    errand->stopped = clerk->request == NULL;
    size_t length = errand->stopped ? 0 : clerk->length < size ? clerk->length : size;
    size_t whole = WINDOW - clerk->first < length ? WINDOW - clerk->first : length;
    memcpy(bytes, clerk->window + clerk->first, whole);
    memcpy(bytes + whole, clerk->window, length - whole);
    clerk->first = (clerk->first + length) % WINDOW;
    clerk->length -= length;
    if (clerk->full && clerk->length <= WINDOW / 2) {
        clerk->full = false;
        post(clerk);
    }
    pthread_mutex_unlock(&clerk->mutex);
    return length;
}

static enum errand_outcome outcome_of(struct clerk *clerk, enum errand_outcome outcome)
{
    clerk->errand.problem = clerk->session.problem;
    clerk->errand.stopped = clerk->errand.stopped || clerk->session.stopped;
    return outcome;
}

static enum errand_outcome on_query(struct errand *errand, const struct query *query, errand_row *row, void *context)
{
    struct clerk *clerk = CONTAINER_OF(errand, struct clerk, errand);
    return outcome_of(clerk, session_query(&clerk->session, query, row, context));
}

static enum errand_outcome on_copy(struct errand *errand, const char *sql, const char *bytes, size_t length)
{
    struct clerk *clerk = CONTAINER_OF(errand, struct clerk, errand);
    return outcome_of(clerk, session_copy(&clerk->session, sql, bytes, length));
}

static void on_tell(struct errand *errand, const struct errand_progress *progress)
{
    (void)errand;
    (void)progress;
}

static void run_errand(struct clerk *clerk)
{
    struct call *call = &clerk->call;
    if (session_open(&clerk->session)) {
        call->endpoint->errand(call, &clerk->errand, &clerk->reply);
    } else {
        reply_problem(call, &clerk->reply, clerk->session.problem, "The database can't be reached.");
    }
    session_close(&clerk->session);
}

static void *run(void *context)
{
    struct clerk *clerk = context;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    run_errand(clerk);
    pthread_mutex_lock(&clerk->mutex);
    clerk->finished = clerk->over = true;
    post(clerk);
    leave(clerk);
    pthread_mutex_lock(&all.mutex);
    all.count--;
    pthread_cond_signal(&all.fewer);
    pthread_mutex_unlock(&all.mutex);
    return NULL;
}

static const char *copied(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text(arena, text);
}

/* What the work needs to know of the request. */
static void copy_call(struct clerk *clerk, const struct call *from)
{
    struct arena *arena = arena_new();
    struct argument *arguments = arena_alloc(arena, (from->argument_count + 1) * sizeof *arguments);
    for (size_t i = 0; i < from->argument_count; i++) {
        arguments[i] = from->arguments[i];
        arguments[i].value = arena_copy(arena, arguments[i].value, arguments[i].length);
    }
    clerk->call = (struct call){
        .endpoint = from->endpoint,
        .lane = from->lane,
        .arena = arena,
        .target = arena_text(arena, from->target),
        .head = {.content_type = copied(arena, from->head.content_type),
                 .content_encoding = copied(arena, from->head.content_encoding),
                 .accept = copied(arena, from->head.accept),
                 .idempotency_key = copied(arena, from->head.idempotency_key)},
        .arguments = arguments,
        .argument_count = from->argument_count,
        .request_id = arena_text(arena, from->request_id),
        .who = copied(arena, from->who),
        .now = from->now,
        .migration = from->migration,
        .keys_kept = from->keys_kept,
    };
    faults_init(&clerk->call.faults, arena);
    buffer_init(&clerk->reply.body, REPLY_LIMIT);
}

static bool begin_thread(struct clerk *clerk)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, clerk) != 0) {
        return false;
    }
    pthread_detach(thread);
    return true;
}

/* Takes a place among those that may be. */
static bool enter(int64_t most)
{
    pthread_mutex_lock(&all.mutex);
    bool room = all.count < most;
    all.count += room;
    pthread_mutex_unlock(&all.mutex);
    return room;
}

struct clerk *clerk_start(struct request *request)
{
    if (!enter(request->loop->settings->imports)) {
        return NULL;
    }
    struct clerk *clerk = calloc(1, sizeof *clerk);
    int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (clerk != NULL && stop >= 0) {
        clerk->errand = (struct errand){.read = on_read, .query = on_query, .copy = on_copy, .tell = on_tell};
        clerk->session = (struct session){.settings = request->loop->settings, .stop = stop};
        clerk->message.deliver = deliver;
        clerk->loop = request->loop;
        clerk->request = request;
        pthread_mutex_init(&clerk->mutex, NULL);
        pthread_cond_init(&clerk->more, NULL);
        copy_call(clerk, &request->call);
        if (begin_thread(clerk)) {
            return clerk;
        }
        clerk_free(clerk);
    } else {
        free(clerk);
    }
    pthread_mutex_lock(&all.mutex);
    all.count--;
    pthread_mutex_unlock(&all.mutex);
    return NULL;
}

bool clerk_feed(struct clerk *clerk, const char *bytes, size_t length)
{
    pthread_mutex_lock(&clerk->mutex);
    size_t at = (clerk->first + clerk->length) % WINDOW;
    size_t whole = WINDOW - at < length ? WINDOW - at : length;
    memcpy(clerk->window + at, bytes, whole);
    memcpy(clerk->window, bytes + whole, length - whole);
    clerk->length += length;
    clerk->full = WINDOW - clerk->length < PIECE_MOST;
    bool more = !clerk->full;
    pthread_cond_signal(&clerk->more);
    pthread_mutex_unlock(&clerk->mutex);
    return more;
}

void clerk_end(struct clerk *clerk)
{
    pthread_mutex_lock(&clerk->mutex);
    clerk->ended = true;
    pthread_cond_signal(&clerk->more);
    pthread_mutex_unlock(&clerk->mutex);
}

void clerk_abandon(struct clerk *clerk)
{
    uint64_t one = 1;
    pthread_mutex_lock(&clerk->mutex);
    clerk->request = NULL;
    pthread_cond_signal(&clerk->more);
    if (write(clerk->session.stop, &one, sizeof one) < 0) {
        clerk->ended = true; /* it cannot be: the counter begins at 0, and this is written once */
    }
    leave(clerk);
}

bool clerk_finished(struct clerk *clerk, struct request *request)
{
    pthread_mutex_lock(&clerk->mutex);
    if (!clerk->finished) {
        pthread_mutex_unlock(&clerk->mutex);
        return false;
    }
    reply_clear(&request->reply);
    struct buffer empty = request->reply.body;
    request->reply.status = clerk->reply.status;
    request->reply.type = clerk->reply.type; /* constant text */
    request->reply.body = clerk->reply.body;
    clerk->reply.body = empty;
    for (int i = 0; i < clerk->reply.header_count; i++) {
        reply_header(&request->reply, arena_text(request->arena, clerk->reply.headers[i].name),
                     arena_text(request->arena, clerk->reply.headers[i].value));
    }
    clerk->request = NULL;
    leave(clerk);
    return true;
}

void clerk_wait_all(void)
{
    pthread_mutex_lock(&all.mutex);
    while (all.count > 0) {
        pthread_cond_wait(&all.fewer, &all.mutex);
    }
    pthread_mutex_unlock(&all.mutex);
}
