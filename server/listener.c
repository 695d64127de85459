/* Parses the address, makes sure that nobody else serves there, and binds. */
#include "server/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define PORT_MOST 65535

static bool complain(const char *listen, const char *reason)
{
    fprintf(stderr, "stanced: cannot listen on %s: %s.\n", listen, reason);
    return false;
}

/* Splits "host:port" at its last colon; takes the brackets off. */
static bool split(const char *listen, char *host, char *port, size_t size)
{
    const char *colon = strrchr(listen, ':');
    if (colon == NULL || colon[1] == '\0' || strlen(listen) >= size) {
        return false;
    }
    size_t length = (size_t)(colon - listen);
    if (length >= 2 && listen[0] == '[' && colon[-1] == ']') {
        listen++;
        length -= 2;
    }
    snprintf(host, size, "%.*s", (int)length, listen);
    snprintf(port, size, "%s", colon + 1);
    return strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5 && atoi(port) <= PORT_MOST;
}

/* A listening socket, or -1 with errno. Without `shared` it is refused when anybody serves there, even one of our own kind. */
static int open_one(const struct sockaddr *address, socklen_t length, bool shared)
{
    int on = 1;
    int made = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0) {
        return -1;
    }
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) {
        setsockopt(made, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    if (bind(made, address, length) == 0 && (!shared || listen(made, BACKLOG) == 0)) {
        return made;
    }
    int reason = errno;
    close(made);
    errno = reason;
    return -1;
}

static in_port_t *port_of(struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)(void *)address)->sin6_port
                                          : &((struct sockaddr_in *)(void *)address)->sin_port;
}

static bool open_all(struct sockaddr_storage *address, socklen_t length, int count, int *ret_sockets)
{
    int probe = open_one((struct sockaddr *)address, length, false);
    if (probe < 0) {
        return false;
    }
    /* where any port will do, all take the one that the kernel has given to the first */
    struct sockaddr_storage bound = {0};
    socklen_t bound_length = sizeof bound;
    getsockname(probe, (struct sockaddr *)&bound, &bound_length);
    *port_of(address) = *port_of(&bound); /* NOLINT(clang-analyzer-core.uninitialized.Assign): getsockname filled it */
    close(probe);
    for (int i = 0; i < count; i++) {
        ret_sockets[i] = open_one((struct sockaddr *)address, length, true);
        if (ret_sockets[i] < 0) {
            int reason = errno;
            while (i-- > 0) {
                close(ret_sockets[i]);
            }
            errno = reason;
            return false;
        }
    }
    return true;
}

const char *listener_resolve(const char *listen, struct sockaddr_storage *ret, socklen_t *ret_length)
{
    char host[LISTENER_TEXT];
    char port[LISTENER_TEXT];
    if (!split(listen, host, port, sizeof host)) {
        return "that is not an address and a port, like 127.0.0.1:8080 or [::1]:8080";
    }
    const struct addrinfo wanted = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int failure = getaddrinfo(*host != '\0' ? host : NULL, port, &wanted, &found);
    if (failure != 0) {
        return gai_strerror(failure);
    }
    *ret = (struct sockaddr_storage){0};
    *ret_length = found->ai_addrlen;
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return NULL;
}

bool listener_open(const char *listen, int count, int *ret_sockets, char ret_address[static LISTENER_TEXT],
                   int *ret_port)
{
    struct sockaddr_storage address = {0};
    socklen_t length = 0;
    const char *reason = listener_resolve(listen, &address, &length);
    if (reason != NULL) {
        return complain(listen, reason);
    }
    if (!open_all(&address, length, count, ret_sockets)) {
        return complain(listen, errno == EADDRINUSE ? "another program serves there already" : strerror(errno));
    }
    *ret_port = ntohs(*port_of(&address));
    char host[LISTENER_TEXT] = "";
    char port[LISTENER_TEXT];
    bool named = split(listen, host, port, sizeof host) && *host != '\0';
    snprintf(ret_address, LISTENER_TEXT, "%s", named ? host : "0.0.0.0");
    return true;
}
