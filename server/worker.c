/* A bounded queue, first come, first served, and threads that take from it. */
#include "server/worker.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "server/log.h"
#include "server/loop.h"

TAILQ_HEAD(work_list, work);

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    pthread_t *threads;
    struct work **running; /* what each thread works on, or NULL */
    int64_t thread_count;
    struct work_list waiting;
    int64_t waiting_count, waiting_most;
    bool stopping;
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

/* The oldest, or NULL when it is time to stop. Called with the mutex held. */
static struct work *next_work(void)
{
    struct work *work;
    while ((work = TAILQ_FIRST(&pool.waiting)) == NULL && !pool.stopping) {
        pthread_cond_wait(&pool.more, &pool.mutex);
    }
    if (work != NULL) {
        TAILQ_REMOVE(&pool.waiting, work, waiting);
        pool.waiting_count--;
        work->begun = true;
    }
    return work;
}

static void *work_on(void *context)
{
    struct work **running = context;
    struct work *work;
    pthread_mutex_lock(&pool.mutex);
    while ((work = next_work()) != NULL) {
        *running = work;
        pthread_mutex_unlock(&pool.mutex);
        if (!atomic_load(&work->cancelled)) {
            work->run(work);
        }
        pthread_mutex_lock(&pool.mutex);
        *running = NULL;
        /* under the mutex: once it is posted it may be gone, and worker_stop must not find it */
        loop_post(work->loop, &work->message);
    }
    pthread_mutex_unlock(&pool.mutex);
    return NULL;
}

bool worker_start(const struct settings *settings)
{
    TAILQ_INIT(&pool.waiting);
    pool.waiting_most = settings->work_queue;
    pool.threads = calloc((size_t)settings->workers, sizeof *pool.threads);
    pool.running = calloc((size_t)settings->workers, sizeof *pool.running);
    if (pool.threads == NULL || pool.running == NULL) {
        return false;
    }
    while (pool.thread_count < settings->workers) {
        int64_t number = pool.thread_count;
        if (pthread_create(&pool.threads[number], NULL, work_on, &pool.running[number]) != 0) {
            log_event(LOG_ERROR, "start", "a worker thread could not be started");
            return false;
        }
        pool.thread_count++;
    }
    return true;
}

void worker_stop(void)
{
    struct work *work;
    pthread_mutex_lock(&pool.mutex);
    pool.stopping = true;
    for (int64_t i = 0; i < pool.thread_count; i++) {
        if (pool.running[i] != NULL) {
            atomic_store(&pool.running[i]->cancelled, true);
        }
    }
    TAILQ_FOREACH (work, &pool.waiting, waiting) {
        atomic_store(&work->cancelled, true);
    }
    pthread_cond_broadcast(&pool.more);
    pthread_mutex_unlock(&pool.mutex);
    for (int64_t i = 0; i < pool.thread_count; i++) {
        pthread_join(pool.threads[i], NULL);
    }
    free(pool.threads);
    free(pool.running);
    pool.thread_count = 0;
}

bool worker_submit(struct work *work)
{
    pthread_mutex_lock(&pool.mutex);
    bool room = pool.waiting_count < pool.waiting_most && !pool.stopping;
    if (room) {
        work->begun = false;
        atomic_store(&work->cancelled, false);
        TAILQ_INSERT_TAIL(&pool.waiting, work, waiting);
        pool.waiting_count++;
        pthread_cond_signal(&pool.more);
    }
    pthread_mutex_unlock(&pool.mutex);
    return room;
}

bool worker_withdraw(struct work *work)
{
    pthread_mutex_lock(&pool.mutex);
    bool waits = !work->begun;
    if (waits) {
        TAILQ_REMOVE(&pool.waiting, work, waiting);
        pool.waiting_count--;
        work->begun = true;
    } else {
        atomic_store(&work->cancelled, true);
    }
    pthread_mutex_unlock(&pool.mutex);
    return waits;
}
