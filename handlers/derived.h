/* Parameters that follow from the descriptions of the records: a list's filters and orders, and the shape of a reply. */
#ifndef STANCED_HANDLERS_DERIVED_H
#define STANCED_HANDLERS_DERIVED_H

#include "handlers/endpoint.h"

/* Generates them, once, into lasting memory. */
void derived_init(struct arena *memory);

/* The endpoint with the parameters that it takes by its record behind its own, in `memory`. */
struct endpoint derived_endpoint(const struct endpoint *endpoint, struct arena *memory);

#endif
