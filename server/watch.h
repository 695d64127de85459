/* Something with a descriptor that a loop waits for. */
#ifndef STANCED_SERVER_WATCH_H
#define STANCED_SERVER_WATCH_H

#include <stdint.h>

struct watch {
    int descriptor;  /* -1: none */
    uint32_t events; /* waited for now; 0: not in the set */
    void (*ready)(struct watch *watch, uint32_t events);
};

/* The structure of `type` that has `pointer` as its `member`. */
#define CONTAINER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
