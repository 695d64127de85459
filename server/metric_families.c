/* The counters of all loops as families of Prometheus' text format. Labels come from tables of this program, so that their number is
   bounded whatever clients send. https://prometheus.io/docs/instrumenting/exposition_formats/ */
#include "server/metric_families.h"

#include <inttypes.h>
#include <stddef.h>
#include <time.h>

#include "schema/problem.h"
#include "schema/version.h"
#include "server/log.h"

#define LOOPS_MOST 256 /* as STANCED_LOOPS */

static const struct metrics *registered[LOOPS_MOST];
static size_t registered_count;
static time_t started;

static const char *const lane_names[LANES] = {"read", "write", "slow"};
static const char *const method_names[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* A family that has a value per lane, or one alone. */
struct family {
    const char *name, *type, *help;
    size_t offset; /* in struct metrics */
    bool lanes;
};

static const struct family families[] = {
    {"stanced_request_bytes_total", "counter", "Bytes of request bodies.", offsetof(struct metrics, bytes_received),
     false},
    {"stanced_reply_bytes_total", "counter", "Bytes of reply bodies, as sent.", offsetof(struct metrics, bytes_sent),
     false},
    {"stanced_client_connections", "gauge", "Client connections that are open.", offsetof(struct metrics, clients),
     false},
    {"stanced_client_connections_accepted_total", "counter", "Client connections that were accepted.",
     offsetof(struct metrics, clients_accepted), false},
    {"stanced_requests_open", "gauge", "Requests between their first line and the end of their reply.",
     offsetof(struct metrics, requests_open), false},
    {"stanced_exports", "gauge", "Exports under way.", offsetof(struct metrics, exports), false},
    {"stanced_followers", "gauge", "Streams of changes, and requests that wait for one.",
     offsetof(struct metrics, followers), false},
    {"stanced_streams_cut_total", "counter",
     "Streamed replies that were cut off, since their client read too slowly or their rows ended.",
     offsetof(struct metrics, streams_cut), false},
    {"stanced_queue_requests", "gauge", "Requests that wait for a database connection.",
     offsetof(struct metrics, waiting), true},
    {"stanced_pipeline_requests", "gauge", "Requests in flight to the database.", offsetof(struct metrics, in_flight),
     true},
    {"stanced_database_connections", "gauge", "Database connections there are to be.",
     offsetof(struct metrics, connections), true},
    {"stanced_database_connections_ready", "gauge", "Database connections that take requests.",
     offsetof(struct metrics, ready), true},
    {"stanced_database_connections_lost_total", "counter", "Database connections that broke while they were in use.",
     offsetof(struct metrics, connections_lost), true},
};

static const struct family histograms[] = {
    {"stanced_request_queue_seconds", "histogram", "Time that requests waited for a database connection.",
     offsetof(struct metrics, queue), true},
    {"stanced_request_database_seconds", "histogram", "Time that requests spent in the database.",
     offsetof(struct metrics, database), true},
    {"stanced_request_seconds", "histogram", "Time from the first line of a request to the end of its reply.",
     offsetof(struct metrics, whole), true},
    {"stanced_loop_turn_seconds", "histogram",
     "Time that one turn of an event loop took: so long everything else on it has to wait.",
     offsetof(struct metrics, turns), false},
};

void metrics_register(struct metrics *metrics)
{
    if (registered_count == 0) {
        started = time(NULL);
    }
    if (registered_count < LOOPS_MOST) {
        registered[registered_count++] = metrics;
    }
}

/* Over all loops, of the counter that is `offset` bytes into each one's struct. */
static uint64_t sum(size_t offset)
{
    uint64_t total = 0;
    for (size_t i = 0; i < registered_count; i++) {
        const void *counter = (const char *)registered[i] + offset;
        total += atomic_load_explicit((const _Atomic uint64_t *)counter, memory_order_relaxed);
    }
    return total;
}

static void put_head(struct buffer *out, const struct family *family)
{
    buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help, family->name, family->type);
}

static void put_family(struct buffer *out, const struct family *family)
{
    put_head(out, family);
    for (int lane = 0; family->lanes && lane < LANES; lane++) {
        size_t offset = family->offset + (size_t)lane * sizeof(_Atomic uint64_t);
        buffer_format(out, "%s{lane=\"%s\"} %" PRIu64 "\n", family->name, lane_names[lane], sum(offset));
    }
    if (!family->lanes) {
        buffer_format(out, "%s %" PRIu64 "\n", family->name, sum(family->offset));
    }
}

/* `label` is lane="…", or empty. */
static void put_histogram(struct buffer *out, const char *name, const char *label, size_t offset)
{
    const char *joint = *label != '\0' ? "," : "";
    const char *open = *label != '\0' ? "{" : "";
    const char *close = *label != '\0' ? "}" : "";
    uint64_t count = 0;
    for (int i = 0; i < METRIC_BUCKETS; i++) {
        count += sum(offset + offsetof(struct histogram, buckets) + (size_t)i * sizeof(_Atomic uint64_t));
        buffer_format(out, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, label, joint, (double)metric_bounds[i] / 1e6,
                      count);
    }
    count += sum(offset + offsetof(struct histogram, buckets) + METRIC_BUCKETS * sizeof(_Atomic uint64_t));
    buffer_format(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, label, joint, count);
    buffer_format(out, "%s_sum%s%s%s %.9f\n", name, open, label, close,
                  (double)sum(offset + offsetof(struct histogram, sum)) / 1e9);
    buffer_format(out, "%s_count%s%s%s %" PRIu64 "\n", name, open, label, close, count);
}

static void put_histograms(struct buffer *out, const struct family *family)
{
    static const char *const labels[LANES] = {"lane=\"read\"", "lane=\"write\"", "lane=\"slow\""};
    put_head(out, family);
    for (int lane = 0; lane < (family->lanes ? LANES : 1); lane++) {
        put_histogram(out, family->name, family->lanes ? labels[lane] : "",
                      family->offset + (size_t)lane * sizeof(struct histogram));
    }
}

static void put_requests(struct buffer *out)
{
    static const struct family family = {"stanced_requests_total", "counter",
                                         "Requests by the template of their path and the status of their reply; status "
                                         "0 is a connection that ended before.",
                                         0, false};
    size_t count;
    const struct endpoint *const *all = endpoints(&count);
    put_head(out, &family);
    for (size_t route = 0; route <= count && route < METRIC_ROUTES; route++) {
        const struct endpoint *endpoint = route == 0 ? NULL : all[route - 1];
        for (size_t i = 0; i < METRIC_STATUSES; i++) {
            uint64_t total =
                sum(offsetof(struct metrics, requests) + (route * METRIC_STATUSES + i) * sizeof(_Atomic uint64_t));
            if (total > 0) {
                buffer_format(out, "%s{method=\"%s\",route=\"%s\",status=\"%d\"} %" PRIu64 "\n", family.name,
                              endpoint != NULL ? method_names[endpoint->method] : "other",
                              endpoint != NULL ? endpoint->path : "none", metric_statuses[i], total);
            }
        }
    }
}

static void put_refusals(struct buffer *out)
{
    static const struct family family = {
        "stanced_refusals_total", "counter",
        "Requests that were refused before their endpoint, or given up after it, by the kind of their problem.", 0,
        false};
    put_head(out, &family);
    for (int problem = PROBLEM_NONE + 1; problem < PROBLEMS; problem++) {
        buffer_format(out, "%s{problem=\"%s\"} %" PRIu64 "\n", family.name, problem_kinds[problem].slug,
                      sum(offsetof(struct metrics, refusals) + (size_t)problem * sizeof(_Atomic uint64_t)));
    }
}

static void put_limits(struct buffer *out)
{
    static const struct family family = {"stanced_limited_total", "counter",
                                         "Requests and connections that ran into a limit.", 0, false};
    put_head(out, &family);
    for (int limit = 0; limit < LIMITS; limit++) {
        buffer_format(out, "%s{limit=\"%s\"} %" PRIu64 "\n", family.name, limit_names[limit],
                      sum(offsetof(struct metrics, limited) + (size_t)limit * sizeof(_Atomic uint64_t)));
    }
}

static void put_process(struct buffer *out)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    buffer_format(out,
                  "# HELP stanced_build_info The version that runs.\n# TYPE stanced_build_info gauge\n"
                  "stanced_build_info{version=\"%s\"} 1\n",
                  stanced_version);
    buffer_format(out, "# HELP stanced_loops Event loops.\n# TYPE stanced_loops gauge\nstanced_loops %zu\n",
                  registered_count);
    buffer_format(out,
                  "# HELP stanced_log_lines_dropped_total Log lines that nobody read in time.\n"
                  "# TYPE stanced_log_lines_dropped_total counter\nstanced_log_lines_dropped_total %lu\n",
                  log_dropped());
    buffer_format(out,
                  "# HELP process_start_time_seconds When the process started, in seconds since 1970.\n"
                  "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds %lld\n",
                  (long long)started);
    buffer_format(out,
                  "# HELP process_cpu_seconds_total Processor time of the process.\n"
                  "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total %lld.%09ld\n",
                  (long long)used.tv_sec, used.tv_nsec);
}

void metrics_write(struct buffer *out)
{
    put_requests(out);
    put_refusals(out);
    put_limits(out);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        put_family(out, &families[i]);
    }
    for (size_t i = 0; i < sizeof histograms / sizeof histograms[0]; i++) {
        put_histograms(out, &histograms[i]);
    }
    put_process(out);
}
