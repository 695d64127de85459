/* The limit: libmicrohttpd answering the same bytes to everything, as many event loops as the service has. */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char body[65536];

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **slot)
{
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    if (*slot == NULL) {
        *slot = context;
        return MHD_YES;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result queued = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return queued;
}

int main(int count, char **words)
{
    if (count != 4) {
        fprintf(stderr, "usage: bare PORT THREADS BYTES\n");
        return 2;
    }
    size_t bytes = strtoul(words[3], NULL, 10);
    memset(body, 'x', bytes < sizeof body ? bytes : sizeof body - 1);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (unsigned short)strtoul(words[1], NULL, 10), NULL, NULL, answer,
                         body, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)strtoul(words[2], NULL, 10),
                         MHD_OPTION_CONNECTION_LIMIT, 2000U, MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "bare: cannot listen on port %s\n", words[1]);
        return 1;
    }
    sigset_t signals;
    int number;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    sigwait(&signals, &number);
    MHD_stop_daemon(daemon);
    return 0;
}
