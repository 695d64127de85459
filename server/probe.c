/* One request over a blocking socket, of whose answer only the status is read. */
#include "server/probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "server/listener.h"

#define PATIENCE_SECONDS 5
#define STATUS_LINE (sizeof "HTTP/1.1 200" - 1)

static bool complain(const struct settings *settings, const char *reason)
{
    fprintf(stderr, "stanced: not ready on %s: %s.\n", settings->listen, reason);
    return false;
}

/* "All addresses" is for listening; this machine itself is one of them. */
static void towards_here(struct sockaddr_storage *address)
{
    struct sockaddr_in *four = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)address;
    if (address->ss_family == AF_INET && four->sin_addr.s_addr == htonl(INADDR_ANY)) {
        four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (address->ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr)) {
        six->sin6_addr = in6addr_loopback;
    }
}

/* Writes the status, or 0 for what is no HTTP. False with errno. */
static bool ask(int connected, int *ret_status)
{
    static const char request[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    char answer[STATUS_LINE + 1] = "";
    ssize_t sent = send(connected, request, sizeof request - 1, MSG_NOSIGNAL);
    ssize_t received = sent < 0 ? -1 : recv(connected, answer, STATUS_LINE, MSG_WAITALL);
    if (received < 0) {
        return false;
    }
    *ret_status = strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
    return true;
}

bool probe_ready(const struct settings *settings)
{
    struct sockaddr_storage address = {0};
    socklen_t length = 0;
    const char *fault = listener_resolve(settings->listen, &address, &length);
    if (fault != NULL) {
        return complain(settings, fault);
    }
    towards_here(&address);
    int connected = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connected < 0) {
        return complain(settings, strerror(errno));
    }
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    setsockopt(connected, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(connected, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int status = 0;
    bool answered = connect(connected, (struct sockaddr *)&address, length) == 0 && ask(connected, &status);
    int reason = errno;
    close(connected);
    if (!answered) {
        return complain(settings, reason == EAGAIN ? "it does not answer" : strerror(reason));
    }
    if (status != 200) {
        char text[64];
        snprintf(text, sizeof text, "it answered with status %d", status);
        return complain(settings, status == 0 ? "what answers there is no HTTP server" : text);
    }
    return true;
}
