/* One thread and a list of cancellations; PQcancel opens a connection of its own for each. */
#include "server/canceller.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stddef.h>

#include "server/log.h"
#include "server/loop.h"

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    pthread_t thread;
    struct cancel *first;
    struct cancel **last;
    bool running;
    bool stopping;
} canceller = {.mutex = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static void cancel_one(struct cancel *cancel)
{
    char error[256];
    if (PQcancel(cancel->handle, error, sizeof error) == 0) {
        log_event(LOG_WARNING, "cancel_failed", "a statement could not be cancelled: %s", error);
    }
    PQfreeCancel(cancel->handle);
    loop_post(cancel->loop, &cancel->message);
}

static void *cancel_all(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&canceller.mutex);
    /* the statements of those whom the end cuts short are cancelled as well: nobody else will */
    while (canceller.first != NULL || !canceller.stopping) {
        struct cancel *cancel = canceller.first;
        if (cancel == NULL) {
            pthread_cond_wait(&canceller.more, &canceller.mutex);
            continue;
        }
        canceller.first = cancel->next;
        if (canceller.first == NULL) {
            canceller.last = &canceller.first;
        }
        pthread_mutex_unlock(&canceller.mutex);
        cancel_one(cancel);
        pthread_mutex_lock(&canceller.mutex);
    }
    pthread_mutex_unlock(&canceller.mutex);
    return NULL;
}

bool canceller_start(void)
{
    canceller.last = &canceller.first;
    canceller.stopping = false;
    canceller.running = pthread_create(&canceller.thread, NULL, cancel_all, NULL) == 0;
    return canceller.running;
}

void canceller_stop(void)
{
    if (!canceller.running) {
        return;
    }
    pthread_mutex_lock(&canceller.mutex);
    canceller.stopping = true;
    pthread_cond_signal(&canceller.more);
    pthread_mutex_unlock(&canceller.mutex);
    pthread_join(canceller.thread, NULL);
    canceller.running = false;
}

void canceller_post(struct cancel *cancel, struct loop *loop, struct pg_cancel *handle)
{
    cancel->loop = loop;
    cancel->handle = handle;
    cancel->next = NULL;
    cancel->pending = true;
    pthread_mutex_lock(&canceller.mutex);
    *canceller.last = cancel;
    canceller.last = &cancel->next;
    pthread_cond_signal(&canceller.more);
    pthread_mutex_unlock(&canceller.mutex);
}
