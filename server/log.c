/* Log lines: put together by whoever logs, written by one thread from a bounded buffer. */
#include "server/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "schema/encode.h"
#include "schema/moment.h"

#define PENDING_MOST (1024 * 1024) /* bytes waiting for a slow reader; what comes after is dropped and counted */
#define LINE_MOST 8192
#define GATHER_NANOSECONDS 2000000
#define PATIENCE_MILLISECONDS 100
#define FAREWELL_MILLISECONDS 1000 /* so long the end waits for a reader that does not read */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    pthread_t thread;
    struct buffer pending;
    unsigned long dropped;
    bool running;
    bool stopping;
    bool json;
} writer = {.mutex = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static atomic_ulong dropped_in_all;

static const char *const levels[] = {"info", "warning", "error"};

/* Whether the descriptor takes bytes. Waits while it does not, but at the end of the process only so long. */
static bool wait_for_reader(void)
{
    struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};
    for (int waited = 0; waited < FAREWELL_MILLISECONDS;) {
        int ready = poll(&reader, 1, PATIENCE_MILLISECONDS);
        if (ready > 0) {
            return true;
        }
        pthread_mutex_lock(&writer.mutex);
        waited += writer.stopping ? PATIENCE_MILLISECONDS : 0;
        pthread_mutex_unlock(&writer.mutex);
    }
    return false;
}

/* In pieces that a pipe takes whole once it takes anything, so that no write blocks. The descriptor is not ours alone, and
   so not ours to make non-blocking. */
static void write_all(const char *bytes, size_t length)
{
    while (length > 0 && wait_for_reader()) {
        ssize_t written = write(STDERR_FILENO, bytes, length < PIPE_BUF ? length : PIPE_BUF);
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            return; /* nobody reads the log: there is no one to tell */
        }
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
}

/* Writes what is pending, without the lock. Returns with the lock held, as it was called. */
static void write_pending(void)
{
    struct buffer taken = writer.pending;
    unsigned long dropped = writer.dropped;
    buffer_init(&writer.pending, PENDING_MOST);
    writer.dropped = 0;
    pthread_mutex_unlock(&writer.mutex);
    if (taken.length > 0) {
        write_all(taken.data, taken.length);
    }
    buffer_free(&taken);
    if (dropped > 0) {
        log_event(LOG_WARNING, "log_lines_dropped", "%lu log lines were dropped: the log is read too slowly", dropped);
    }
    pthread_mutex_lock(&writer.mutex);
}

static void *write_lines(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&writer.mutex);
    while (!writer.stopping || writer.pending.length > 0) {
        if (writer.pending.length == 0) {
            pthread_cond_wait(&writer.more, &writer.mutex);
            continue;
        }
        if (!writer.stopping) { /* gather what else comes: a write for many lines, not one for each */
            pthread_mutex_unlock(&writer.mutex);
            nanosleep(&(struct timespec){.tv_nsec = GATHER_NANOSECONDS}, NULL);
            pthread_mutex_lock(&writer.mutex);
        }
        write_pending();
    }
    pthread_mutex_unlock(&writer.mutex);
    return NULL;
}

bool log_start(const char *format)
{
    writer.json = strcmp(format, "json") == 0 || (strcmp(format, "auto") == 0 && isatty(STDERR_FILENO) == 0);
    buffer_init(&writer.pending, PENDING_MOST);
    if (pthread_create(&writer.thread, NULL, write_lines, NULL) != 0) {
        fputs("stanced: the log writer could not be started.\n", stderr);
        return false;
    }
    writer.running = true;
    return true;
}

void log_stop(void)
{
    if (!writer.running) {
        return;
    }
    pthread_mutex_lock(&writer.mutex);
    writer.stopping = true;
    pthread_cond_signal(&writer.more);
    pthread_mutex_unlock(&writer.mutex);
    pthread_join(writer.thread, NULL);
    writer.running = false;
    buffer_free(&writer.pending);
}

unsigned long log_dropped(void)
{
    return atomic_load_explicit(&dropped_in_all, memory_order_relaxed);
}

void log_begin(struct log_line *line, enum log_level level, const char *event)
{
    char now[MOMENT_TEXT];
    moment_format((struct moment){.micros = moment_now()}, now);
    buffer_init(&line->text, LINE_MOST);
    line->json = writer.json;
    buffer_text(&line->text, line->json ? "{\"time\":\"" : "");
    buffer_text(&line->text, now);
    buffer_text(&line->text, line->json ? "\",\"level\":\"" : " ");
    buffer_text(&line->text, levels[level]);
    buffer_text(&line->text, line->json ? "\",\"event\":\"" : " ");
    buffer_text(&line->text, event);
    buffer_text(&line->text, line->json ? "\"" : "");
}

static void key(struct log_line *line, const char *name)
{
    buffer_text(&line->text, line->json ? ",\"" : " ");
    buffer_text(&line->text, name);
    buffer_text(&line->text, line->json ? "\":" : "=");
}

void log_text(struct log_line *line, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }
    key(line, name);
    /* quoted in both formats: what a client sent must not be able to forge a line */
    encode_string(&line->text, value, strlen(value));
}

void log_number(struct log_line *line, const char *name, long long value)
{
    key(line, name);
    buffer_number(&line->text, value);
}

void log_milliseconds(struct log_line *line, const char *name, long long nanoseconds)
{
    key(line, name);
    long long micros = nanoseconds / 1000;
    buffer_format(&line->text, "%lld.%03lld", micros / 1000, micros % 1000);
}

void log_end(struct log_line *line)
{
    buffer_text(&line->text, line->json ? "}\n" : "\n");
    pthread_mutex_lock(&writer.mutex);
    bool was_empty = writer.pending.length == 0;
    if (line->text.overflowed || writer.pending.length + line->text.length > PENDING_MOST) {
        writer.dropped++;
        atomic_fetch_add_explicit(&dropped_in_all, 1, memory_order_relaxed);
    } else {
        buffer_put(&writer.pending, line->text.data, line->text.length);
    }
    if (was_empty) {
        pthread_cond_signal(&writer.more);
    }
    pthread_mutex_unlock(&writer.mutex);
    buffer_free(&line->text);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    struct log_line line;
    log_begin(&line, level, event);
    log_text(&line, "message", message);
    log_end(&line);
}
