/* What an operator can set: one table, from which the environment, --help and the README's list come. */
#ifndef STANCED_SERVER_SETTINGS_H
#define STANCED_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct settings {
    const char *listen;
    const char *database;
    const char *password_file;
    const char *data;
    const char *origins;
    const char *log_format;
    bool migrate;
    bool require_if_match;
    int64_t merge_limit;      /* records */
    int64_t idempotency_keep; /* milliseconds */
    bool open_reading;
    int64_t key_failures;                   /* per minute */
    int64_t rate_per_address, rate_per_key; /* per minute */
    const char *trusted_proxies;
    const char *forwarded_header;
    int64_t head_timeout; /* milliseconds */
    int64_t loops;
    int64_t read_connections;
    int64_t write_connections;
    int64_t slow_connections;
    int64_t imports;
    int64_t read_depth;
    int64_t write_depth;
    int64_t queue;
    int64_t workers;
    int64_t work_queue;
    int64_t clients;
    /* durations in milliseconds */
    int64_t slow_request;
    int64_t idle_timeout;
    int64_t receive_timeout;
    int64_t queue_timeout;
    int64_t read_timeout;
    int64_t write_timeout;
    int64_t lock_timeout;
    int64_t slow_timeout;
    int64_t stall_timeout;
    int64_t stream_timeout;
    int64_t heartbeat;
    int64_t connect_timeout;
    int64_t drain_timeout;
};

/* Reads the environment (STANCED_…) over the defaults. On a value that does not fit, writes one sentence to stderr that
   names the variable, and returns false. Strings are owned by the environment. */
bool settings_read(struct settings *ret) __attribute__((warn_unused_result));

/* The table as text, for --help. */
void settings_describe(FILE *out);

#endif
