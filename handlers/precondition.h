/* What a write's If-Match and If-None-Match demand of the record that is there: RFC 9110, 13. The guarded statements check it; here it
   is put into words for them. */
#ifndef STANCED_HANDLERS_PRECONDITION_H
#define STANCED_HANDLERS_PRECONDITION_H

#include <stdbool.h>

#include "handlers/endpoint.h"

/* As int4multirange, 0 standing for a record that is not there: the versions in which it may be, and of those the ones in which it
   may not. */
struct precondition {
    const char *allowed, *refused;
};

#define VERSIONS_ANY "{(,)}"
#define VERSIONS_NONE "{}"

/* Whether the headers are lists of tags at all. Adds the faults. */
bool precondition_valid(struct call *call);

/* What they demand, or without them the service: where that is set to require If-Match, a record that is there may not be changed. The
   headers have to be valid. */
struct precondition precondition_of(const struct call *call);

/* The same for a version that is known. */
bool precondition_met(const struct call *call, int version);

/* Replies that they are not met by this version: 412, or 428 where only If-Match is missing. */
void precondition_refuse(struct call *call, struct reply *reply, int version);

#endif
