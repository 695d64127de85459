/* A ring buffer of a fixed size: how much can be in flight is bounded by the depth of the pipeline. */
#include "server/flight.h"

#include <assert.h>
#include <stdlib.h>

bool flights_init(struct flights *flights, unsigned capacity)
{
    *flights = (struct flights){.ring = calloc(capacity, sizeof *flights->ring), .capacity = capacity};
    return flights->ring != NULL;
}

void flights_free(struct flights *flights)
{
    free(flights->ring);
    *flights = (struct flights){0};
}

unsigned flights_room(const struct flights *flights)
{
    return flights->capacity - flights->count;
}

void flights_push(struct flights *flights, struct flight flight)
{
    assert(flights->count < flights->capacity);
    flights->ring[(flights->first + flights->count) % flights->capacity] = flight;
    flights->count++;
}

struct flight *flights_first(struct flights *flights)
{
    return flights->count == 0 ? NULL : &flights->ring[flights->first];
}

void flights_pop(struct flights *flights)
{
    assert(flights->count > 0);
    flights->first = (flights->first + 1) % flights->capacity;
    flights->count--;
}
