/* Ten times a second at the most, over itself. */
#include "server/progress.h"

#include <string.h>
#include <unistd.h>

#include "server/loop.h"

#define PERIOD INT64_C(100000000)
#define BAR 20

void progress_begin(struct progress *progress, FILE *out, int64_t all)
{
    *progress = (struct progress){.out = out,
                                  .shown = isatty(fileno(out)) == 1,
                                  .all = all,
                                  .began = clock_nanoseconds(),
                                  .phase = ERRAND_READING};
    progress->phase_began = progress->began;
}

void progress_line(const struct progress *progress, const struct errand_progress *step, double seconds, char *ret,
                   size_t size)
{
    bool reading = step->phase == ERRAND_READING;
    double part = reading ? (progress->all > 0 ? (double)progress->bytes / (double)progress->all : 0)
                          : (progress->read > 0 ? (double)step->records / (double)progress->read : 0);
    double rate = seconds > 0 ? (double)step->records / seconds : 0;
    part = part > 1 ? 1 : part;
    char bar[BAR + 1];
    int filled = (int)(part * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)filled);
    bar[BAR] = '\0';
    int length =
        snprintf(ret, size, "%s [%s] %lld records, %.0f/s", reading ? "reading" : "writing", bar, step->records, rate);
    if (part > 0 && length > 0 && (size_t)length < size) {
        snprintf(ret + length, size - (size_t)length, ", %.0f s left", seconds / part - seconds);
    }
}

void progress_tell(struct progress *progress, const struct errand_progress *step)
{
    int64_t now = clock_nanoseconds();
    if (step->phase != progress->phase) {
        progress->phase = step->phase;
        progress->phase_began = now;
        progress->next = 0;
    }
    if (step->phase == ERRAND_READING) {
        progress->read = step->records;
    }
    if (progress->shown && now >= progress->next) {
        char line[160];
        progress_line(progress, step, (double)(now - progress->phase_began) / 1e9, line, sizeof line);
        progress->next = now + PERIOD;
        fprintf(progress->out, "\r%s\033[K", line);
        fflush(progress->out);
    }
}

void progress_end(struct progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", progress->out);
        fflush(progress->out);
    }
}
