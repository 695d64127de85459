/* Counting, by one thread per counter. */
#include "server/metrics.h"

#include <stddef.h>
#include <string.h>

#include "server/loop.h"
#include "server/metric_families.h"

/* Upper bounds in microseconds: 0.1 ms to a minute, about three to a decade. */
const int64_t metric_bounds[METRIC_BUCKETS] = {100,   250,    500,    1000,    2500,    5000,     10000,    25000,
                                               50000, 100000, 250000, 1000000, 2500000, 10000000, 30000000, 60000000};

const int metric_statuses[METRIC_STATUSES] = {0,   200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409,
                                              410, 412, 413, 415, 422, 428, 429, 500, 501, 502, 503, 504};

void metrics_add(_Atomic uint64_t *counter, uint64_t amount)
{
    /* no other thread writes it, so a read-modify-write needs no locked instruction */
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount, memory_order_relaxed);
}

static void set(_Atomic uint64_t *gauge, uint64_t value)
{
    atomic_store_explicit(gauge, value, memory_order_relaxed);
}

void metrics_time(struct histogram *histogram, int64_t nanoseconds)
{
    int bucket = 0;
    while (bucket < METRIC_BUCKETS && nanoseconds > metric_bounds[bucket] * 1000) {
        bucket++;
    }
    metrics_add(&histogram->buckets[bucket], 1);
    metrics_add(&histogram->sum, nanoseconds > 0 ? (uint64_t)nanoseconds : 0);
}

static int status_index(int status)
{
    for (int i = 0; i < METRIC_STATUSES; i++) {
        if (metric_statuses[i] == status) {
            return i;
        }
    }
    return 0;
}

void metrics_request(struct metrics *metrics, const struct request *request, int64_t nanoseconds)
{
    const struct endpoint *endpoint = request->call.endpoint;
    size_t route = endpoint == NULL ? 0 : endpoint_number(endpoint) + 1;
    route = route < METRIC_ROUTES ? route : 0;
    metrics_add(&metrics->requests[route][status_index(request->status)], 1);
    metrics_add(&metrics->bytes_received, request->received);
    metrics_add(&metrics->bytes_sent, request->size);
    if (endpoint == NULL) {
        return;
    }
    enum lane lane = request->call.lane;
    metrics_time(&metrics->whole[lane], nanoseconds);
    if (request->waits_since != 0) { /* it had to do with the database */
        metrics_time(&metrics->queue[lane], request->in_queue);
        metrics_time(&metrics->database[lane], request->in_database);
    }
}

void metrics_observe(struct metrics *metrics, const struct loop *loop)
{
    set(&metrics->clients, http_connections(loop->http));
    set(&metrics->requests_open, loop->open_count);
    set(&metrics->exports, loop->exports);
    set(&metrics->followers, loop->followers.count);
    for (int lane = 0; lane < LANES; lane++) {
        const struct lane_queue *queue = &loop->pool.lanes[lane];
        uint64_t flights = 0;
        uint64_t ready = 0;
        for (int i = 0; i < queue->connection_count; i++) {
            flights += queue->connections[i].flights;
            ready += queue->connections[i].state == POSTGRES_READY ? 1 : 0;
        }
        set(&metrics->waiting[lane], queue->waiting_count);
        set(&metrics->connections[lane], (uint64_t)queue->connection_count);
        set(&metrics->in_flight[lane], flights);
        set(&metrics->ready[lane], ready);
    }
}
