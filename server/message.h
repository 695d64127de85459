/* A message to a loop from another thread. */
#ifndef STANCED_SERVER_MESSAGE_H
#define STANCED_SERVER_MESSAGE_H

struct message {
    struct message *next;
    void (*deliver)(struct message *message); /* called in the loop's thread */
};

#endif
