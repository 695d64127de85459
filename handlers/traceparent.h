/* W3C Trace Context: which trace a request belongs to. */
#ifndef STANCED_HANDLERS_TRACEPARENT_H
#define STANCED_HANDLERS_TRACEPARENT_H

#include <stdbool.h>

struct traceparent {
    char trace[33];  /* lower-case hexadecimal */
    char parent[17]; /* the span that sent the request */
};

/* Reads a traceparent field, NULL for none. False where it is none that can be followed: https://www.w3.org/TR/trace-context/, 3.2. */
bool traceparent_read(const char *field, struct traceparent *ret) __attribute__((warn_unused_result));

#endif
