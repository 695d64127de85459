/* The command line's way to an endpoint with an errand: a file in place of a client. */
#include "server/direct.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "handlers/parameters.h"
#include "schema/moment.h"
#include "server/migrate.h"
#include "server/progress.h"
#include "server/session.h"
#include "server/watch.h"

struct run {
    struct errand errand;
    struct session session;
    struct progress progress;
    FILE *input;
    bool broken; /* the input cannot be read */
};

static size_t on_read(struct errand *errand, char *bytes, size_t size)
{
    struct run *run = CONTAINER_OF(errand, struct run, errand);
    size_t length = fread(bytes, 1, size, run->input);
    if (length == 0 && ferror(run->input) != 0) {
        perror("stanced: the file could not be read");
        run->broken = errand->stopped = true; /* so that nothing is done with half of it */
    }
    run->progress.bytes += (int64_t)length;
    return length;
}

static enum errand_outcome on_query(struct errand *errand, const struct query *query, errand_row *row, void *context)
{
    struct run *run = CONTAINER_OF(errand, struct run, errand);
    enum errand_outcome outcome = session_query(&run->session, query, row, context);
    errand->problem = run->session.problem;
    return outcome;
}

static enum errand_outcome on_copy(struct errand *errand, const char *sql, const char *bytes, size_t length)
{
    struct run *run = CONTAINER_OF(errand, struct run, errand);
    enum errand_outcome outcome = session_copy(&run->session, sql, bytes, length);
    errand->problem = run->session.problem;
    return outcome;
}

static void on_tell(struct errand *errand, const struct errand_progress *step)
{
    progress_tell(&CONTAINER_OF(errand, struct run, errand)->progress, step);
}

/* Two bytes tell gzip from all that an import takes. */
static bool packed(FILE *input)
{
    int first = getc(input);
    int second = first == 0x1F ? getc(input) : EOF;
    bool gzip = first == 0x1F && second == 0x8B;
    if (second != EOF) {
        ungetc(second, input);
    }
    if (first != EOF) {
        ungetc(first, input);
    }
    return gzip;
}

static bool prepare(const struct direct *direct, struct call *call)
{
    *call = (struct call){
        .endpoint = direct->endpoint,
        .arena = call->arena,
        .target = direct->endpoint->path,
        .head = {.content_type = direct->content_type, .content_encoding = packed(direct->input) ? "gzip" : NULL},
        .request_id = "command-line",
        .now = moment_now(),
        .migration = migrate_newest(),
    };
    faults_init(&call->faults, call->arena);
    if (!parameters_read(call, direct->query)) {
        fprintf(stderr, "stanced: %s\n", call->faults.list[0].detail);
        return false;
    }
    return true;
}

bool direct_run(const struct direct *direct, struct reply *reply)
{
    struct call call = {.arena = arena_new()};
    struct stat status;
    bool sized = fstat(fileno(direct->input), &status) == 0 && S_ISREG(status.st_mode);
    struct run run = {
        .errand = {.read = on_read, .query = on_query, .copy = on_copy, .tell = on_tell},
        .session = {.settings = direct->settings, .stop = -1, .loud = true},
        .input = direct->input,
    };
    *reply = (struct reply){0};
    buffer_init(&reply->body, REPLY_LIMIT);
    bool done = prepare(direct, &call) && session_open(&run.session);
    if (done) {
        progress_begin(&run.progress, stderr, sized ? (int64_t)status.st_size : 0);
        direct->endpoint->errand(&call, &run.errand, reply);
        progress_end(&run.progress);
        done = !run.broken;
    }
    session_close(&run.session);
    reply->header_count = 0; /* they lived in the arena */
    arena_free(call.arena);
    return done;
}
