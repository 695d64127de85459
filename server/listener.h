/* Listening sockets: one per loop, on the same address. */
#ifndef STANCED_SERVER_LISTENER_H
#define STANCED_SERVER_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LISTENER_TEXT 128

/* Finds the address that `listen` ("host:port", "[::1]:port", ":port" for all addresses) means. NULL, or the reason why there is none. */
const char *listener_resolve(const char *listen, struct sockaddr_storage *ret, socklen_t *ret_length)
    __attribute__((warn_unused_result));

/* Opens `count` sockets that share `listen` (see listener_resolve) by SO_REUSEPORT; the kernel spreads
   connections over them. Writes "host:port" as bound, with the real port where 0 was asked for. False with one sentence on
   stderr, and none open. */
bool listener_open(const char *listen, int count, int *ret_sockets, char ret_address[static LISTENER_TEXT],
                   int *ret_port) __attribute__((warn_unused_result));

#endif
