/* What is counted for /metrics. Each loop has counters of its own, written by its thread alone and read by whoever is asked: relaxed
   atomics, no lock, no shared cache line. A scrape sums them. */
#ifndef STANCED_SERVER_METRICS_H
#define STANCED_SERVER_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/endpoint.h"
#include "server/limits.h"

struct loop;
struct request;

#define METRIC_ROUTES 192  /* endpoints, and one for what matches none */
#define METRIC_STATUSES 24 /* HTTP statuses that are answered, and one for connections that ended before */
#define METRIC_BUCKETS 16  /* upper bounds of histograms, +Inf not among them */

/* Nanoseconds in buckets that do not overlap: they are summed up when they are shown. */
struct histogram {
    _Atomic uint64_t buckets[METRIC_BUCKETS + 1];
    _Atomic uint64_t sum;
};

struct metrics {
    _Atomic uint64_t requests[METRIC_ROUTES][METRIC_STATUSES];
    _Atomic uint64_t refusals[PROBLEMS];
    _Atomic uint64_t limited[LIMITS];
    _Atomic uint64_t bytes_received, bytes_sent;
    _Atomic uint64_t clients_accepted;
    _Atomic uint64_t streams_cut;
    _Atomic uint64_t connections_lost[LANES];
    struct histogram queue[LANES], database[LANES], whole[LANES];
    struct histogram turns;
    /* states, as of the janitor's last visit */
    _Atomic uint64_t clients, requests_open, exports, followers;
    _Atomic uint64_t waiting[LANES], in_flight[LANES], ready[LANES], connections[LANES];
};

/* Makes the counters of a loop part of every scrape. Before any loop runs. */
void metrics_register(struct metrics *metrics);

/* For the loop's own thread. */
void metrics_add(_Atomic uint64_t *counter, uint64_t amount);
void metrics_time(struct histogram *histogram, int64_t nanoseconds);

/* A request is over, after `nanoseconds`. */
void metrics_request(struct metrics *metrics, const struct request *request, int64_t nanoseconds);

/* Notes how the loop stands. */
void metrics_observe(struct metrics *metrics, const struct loop *loop);

/* All loops' counters in Prometheus' text format, version 0.0.4. */
void metrics_write(struct buffer *out);

#endif
