/* Periodic maintenance of a loop: deadlines, reconnects, the progress of draining. */
#ifndef STANCED_SERVER_JANITOR_H
#define STANCED_SERVER_JANITOR_H

#include <stdint.h>

struct loop;

/* Milliseconds until janitor_visit is due, 0 when it is. */
int janitor_due(const struct loop *loop);

void janitor_visit(struct loop *loop);

#endif
