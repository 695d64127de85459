/* Starts everything in order, waits for a signal, stops everything in the opposite order. */
#include "server/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "schema/version.h"
#include "server/authorize.h"
#include "server/canceller.h"
#include "server/clerk.h"
#include "server/feed.h"
#include "server/keeper.h"
#include "server/limits.h"
#include "server/listener.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/migrate.h"
#include "server/router.h"
#include "server/worker.h"

#define EXIT_START 1

/* Every client is a descriptor. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void greet(const char *path, const char *host, int port)
{
    static const char mark[] = "{base}";
    char line[1024];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        log_event(LOG_WARNING, "greeting", "the greeting %s could not be read", path);
        return;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        const char *rest = line;
        const char *found;
        while ((found = strstr(rest, mark)) != NULL) {
            printf("%.*shttp://%s%s%s:%d", (int)(found - rest), rest, strchr(host, ':') != NULL ? "[" : "", host,
                   strchr(host, ':') != NULL ? "]" : "", port);
            rest = found + strlen(mark);
        }
        fputs(rest, stdout);
    }
    fclose(file);
    fflush(stdout);
}

static void announce(const char *host, int port, const struct settings *settings)
{
    struct log_line line;
    log_begin(&line, LOG_INFO, "listening");
    log_text(&line, "address", host);
    log_number(&line, "port", port);
    log_number(&line, "loops", settings->loops);
    log_text(&line, "version", stanced_version);
    log_end(&line);
}

static bool start_loops(struct loop *loops, const int *sockets, const struct settings *settings)
{
    for (int i = 0; i < settings->loops; i++) {
        if (!loop_init(&loops[i], i, sockets[i], settings)) {
            return false;
        }
    }
    if (!feed_start(loops, (int)settings->loops, settings)) {
        return false;
    }
    for (int i = 0; i < settings->loops; i++) {
        if (pthread_create(&loops[i].thread, NULL, loop_run, &loops[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* Further signals stay blocked: draining ends by itself, and a terminal's Ctrl-C may arrive twice. */
static void drain(struct loop *loops, const struct settings *settings)
{
    for (int i = 0; i < settings->loops; i++) {
        loop_drain(&loops[i]);
    }
    for (int i = 0; i < settings->loops; i++) {
        pthread_join(loops[i].thread, NULL);
    }
}

static int serve_sockets(const struct settings *settings, const char *greeting, const int *sockets, const char *host,
                         int port)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct loop *loops = calloc((size_t)settings->loops, sizeof *loops);
    if (loops == NULL || !log_start(settings->log_format) || !canceller_start() || !worker_start(settings)) {
        return EXIT_START;
    }
    if (!keeper_start(settings) || !start_loops(loops, sockets, settings)) {
        log_stop();
        fputs("stanced: the threads could not be started.\n", stderr);
        return EXIT_START;
    }
    announce(host, port, settings);
    if (greeting != NULL) {
        greet(greeting, host, port);
    }
    int number = 0;
    sigwait(&signals, &number);
    log_event(LOG_INFO, "draining", "%s: finishing what was accepted", number == SIGINT ? "SIGINT" : "SIGTERM");
    drain(loops, settings);
    feed_stop();
    worker_stop();
    clerk_wait_all();
    canceller_stop();
    keeper_stop();
    limits_stop();
    for (int i = 0; i < settings->loops; i++) {
        loop_deliver(&loops[i]); /* what came too late for its thread */
        loop_free(&loops[i]);
    }
    free(loops);
    log_event(LOG_INFO, "stopped", "nothing is under way any more");
    log_stop();
    return EXIT_SUCCESS;
}

int serve_run(const struct settings *settings, const char *greeting)
{
    char host[LISTENER_TEXT];
    int port;
    raise_file_limit();
    router_init();
    int *sockets = calloc((size_t)settings->loops, sizeof *sockets);
    if (sockets == NULL) {
        return EXIT_START;
    }
    int status = EXIT_START;
    /* the port first: it is the commonest reason not to start, and found at once */
    if (limits_start(settings) && listener_open(settings->listen, (int)settings->loops, sockets, host, &port) &&
        (!settings->migrate || migrate_run(settings, false))) {
        status = serve_sockets(settings, greeting, sockets, host, port);
    }
    free(sockets);
    return status;
}
