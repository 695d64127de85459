/* The table of settings, and how a value is read from the environment. */
#include "server/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum setting_type { SETTING_TEXT, SETTING_WORD, SETTING_COUNT, SETTING_DURATION, SETTING_SWITCH };

struct setting {
    const char *name; /* of the variable, without STANCED_ */
    enum setting_type type;
    size_t offset; /* in struct settings */
    const char *standard;
    int64_t least, most;      /* durations in milliseconds */
    const char *const *words; /* of SETTING_WORD */
    const char *help;
};

#define FIELD(member) offsetof(struct settings, member)

static const char *const log_formats[] = {"auto", "json", "text", NULL};

static const char *const forwarded_headers[] = {"x-forwarded-for", "forwarded", NULL};

static const struct setting settings[] = {
    {"LISTEN", SETTING_TEXT, FIELD(listen), "127.0.0.1:8080", 0, 0, NULL,
     "address and port to serve on; port 0 takes a free one"},
    {"DATABASE", SETTING_TEXT, FIELD(database), "", 0, 0, NULL,
     "libpq connection string or URI; unset: the PostgreSQL that `make run` keeps under STANCED_DATA"},
    {"DATABASE_PASSWORD_FILE", SETTING_TEXT, FIELD(password_file), "", 0, 0, NULL,
     "file with the database password, for containers' secrets; read anew for every connection"},
    {"DATA", SETTING_TEXT, FIELD(data), "./var", 0, 0, NULL, "folder of that private PostgreSQL"},
    {"MIGRATE", SETTING_SWITCH, FIELD(migrate), "on", 0, 0, NULL, "bring the database up to date when serving starts"},
    {"CORS_ORIGINS", SETTING_TEXT, FIELD(origins), "", 0, 0, NULL,
     "origins, separated by spaces, whose pages may call the service from a browser; * for any"},
    {"OPEN_READING", SETTING_SWITCH, FIELD(open_reading), "on", 0, 0, NULL,
     "reading takes no key; off: everything takes one but health checks and the description of the API"},
    {"KEY_FAILURES", SETTING_COUNT, FIELD(key_failures), "30", 0, 1000000, NULL,
     "requests with a bad key that an address may send per minute, further ones get 429; 0 for no limit"},
    {"RATE_PER_ADDRESS", SETTING_COUNT, FIELD(rate_per_address), "12000", 0, 100000000, NULL,
     "requests per minute from an address (of IPv6: from 64 bits of it), further ones get 429; 0 for no limit. This "
     "machine itself has none"},
    {"RATE_PER_KEY", SETTING_COUNT, FIELD(rate_per_key), "60000", 0, 100000000, NULL,
     "requests per minute with a key, likewise"},
    {"TRUSTED_PROXIES", SETTING_TEXT, FIELD(trusted_proxies), "", 0, 0, NULL,
     "addresses and networks, separated by blanks, of proxies whose word is taken for where a request comes from"},
    {"FORWARDED_HEADER", SETTING_WORD, FIELD(forwarded_header), "x-forwarded-for", 0, 0, forwarded_headers,
     "the header in which they say so; whatever else clients send, they must overwrite or append to this one"},
    {"HEAD_TIMEOUT", SETTING_DURATION, FIELD(head_timeout), "10s", 100, 600000, NULL,
     "a connection that has sent no whole request head for longer than this and STANCED_IDLE_TIMEOUT together is "
     "closed"},
    {"REQUIRE_IF_MATCH", SETTING_SWITCH, FIELD(require_if_match), "off", 0, 0, NULL,
     "records are changed and deleted only by those who send the ETag that they have seen in If-Match; others get 428"},
    {"MERGE_LIMIT", SETTING_COUNT, FIELD(merge_limit), "100000", 1, 1000000, NULL, "records that one merge may change"},
    {"IDEMPOTENCY_KEEP", SETTING_DURATION, FIELD(idempotency_keep), "24h", 1000, INT64_C(31536000000), NULL,
     "a request is answered as before when it comes again under its Idempotency-Key within this time"},
    {"LOG_FORMAT", SETTING_WORD, FIELD(log_format), "auto", 0, 0, log_formats,
     "log lines on standard error; auto is text on a terminal and json elsewhere"},
    {"SLOW_REQUEST", SETTING_DURATION, FIELD(slow_request), "1s", 0, 86400000, NULL,
     "a request that takes longer is logged as a warning, with the stage that took the most of it; 0 for none"},
    {"LOOPS", SETTING_COUNT, FIELD(loops), "0", 0, 256, NULL, "event loops, each a thread; 0 means one per core"},
    {"READ_CONNECTIONS", SETTING_COUNT, FIELD(read_connections), "2", 1, 64, NULL,
     "database connections per loop for reads"},
    {"WRITE_CONNECTIONS", SETTING_COUNT, FIELD(write_connections), "4", 1, 64, NULL,
     "database connections per loop for writes"},
    {"SLOW_CONNECTIONS", SETTING_COUNT, FIELD(slow_connections), "2", 1, 64, NULL,
     "database connections per loop for analysis"},
    {"IMPORTS", SETTING_COUNT, FIELD(imports), "2", 1, 64, NULL,
     "imports at a time, each with a thread and a database connection; past that the answer is 503"},
    {"READ_DEPTH", SETTING_COUNT, FIELD(read_depth), "64", 1, 1024, NULL, "reads in flight per connection"},
    {"WRITE_DEPTH", SETTING_COUNT, FIELD(write_depth), "4", 1, 256, NULL, "writes in flight per connection"},
    {"QUEUE", SETTING_COUNT, FIELD(queue), "1024", 1, 1000000, NULL,
     "requests per loop and lane that may wait for a connection; past that the answer is 503"},
    {"WORKERS", SETTING_COUNT, FIELD(workers), "2", 1, 64, NULL, "threads for analyses that take long to compute"},
    {"WORK_QUEUE", SETTING_COUNT, FIELD(work_queue), "16", 1, 100000, NULL,
     "analyses that may wait for such a thread; past that the answer is 503"},
    {"CLIENTS", SETTING_COUNT, FIELD(clients), "12000", 1, 1000000, NULL, "client connections in all"},
    {"IDLE_TIMEOUT", SETTING_DURATION, FIELD(idle_timeout), "60s", 1000, 86400000, NULL,
     "a client connection without traffic is closed after this time"},
    {"RECEIVE_TIMEOUT", SETTING_DURATION, FIELD(receive_timeout), "60s", 100, 86400000, NULL,
     "time to send the whole of a request body; an import may take longer, at 1 KiB a second or more"},
    {"QUEUE_TIMEOUT", SETTING_DURATION, FIELD(queue_timeout), "3s", 1, 600000, NULL,
     "time to wait for a database connection"},
    {"READ_TIMEOUT", SETTING_DURATION, FIELD(read_timeout), "5s", 1, 600000, NULL, "time for a read in the database"},
    {"WRITE_TIMEOUT", SETTING_DURATION, FIELD(write_timeout), "10s", 1, 600000, NULL,
     "time for a write in the database"},
    {"LOCK_TIMEOUT", SETTING_DURATION, FIELD(lock_timeout), "2s", 1, 600000, NULL,
     "time for a write to wait for a lock"},
    {"SLOW_TIMEOUT", SETTING_DURATION, FIELD(slow_timeout), "60s", 1, 86400000, NULL,
     "time for an analysis, in the database and after it, or a statement of an import"},
    {"STALL_TIMEOUT", SETTING_DURATION, FIELD(stall_timeout), "30s", 100, 86400000, NULL,
     "a client that takes nothing of an export, or of the changes that it follows, for this time is cut off"},
    {"STREAM_TIMEOUT", SETTING_DURATION, FIELD(stream_timeout), "1h", 100, 86400000, NULL,
     "time for a client to take the whole of an export"},
    {"HEARTBEAT", SETTING_DURATION, FIELD(heartbeat), "15s", 100, 3600000, NULL,
     "a stream of changes that has nothing to say for this time says so"},
    {"CONNECT_TIMEOUT", SETTING_DURATION, FIELD(connect_timeout), "5s", 10, 600000, NULL,
     "time for a database connection to be made"},
    {"DRAIN_TIMEOUT", SETTING_DURATION, FIELD(drain_timeout), "30s", 0, 600000, NULL,
     "time for accepted requests to finish after SIGTERM"},
};

#define SETTINGS (sizeof settings / sizeof settings[0])

static bool fault(const struct setting *setting, const char *value, const char *wanted)
{
    fprintf(stderr, "stanced: STANCED_%s is \"%s\", but must be %s.\n", setting->name, value, wanted);
    return false;
}

/* A whole number without sign or blanks before it. */
static bool number(const char *text, int64_t *ret, const char **ret_rest)
{
    if (*text < '0' || *text > '9') {
        return false;
    }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0) {
        return false;
    }
    *ret = value;
    *ret_rest = end;
    return true;
}

/* "500ms", "2s", "5m", "1h", or a bare 0. */
static bool duration(const char *text, int64_t *ret)
{
    static const struct {
        const char *unit;
        int64_t milliseconds;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    const char *unit;
    int64_t value;
    if (!number(text, &value, &unit)) {
        return false;
    }
    if (value == 0 && *unit == '\0') {
        *ret = 0;
        return true;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i].unit) == 0 && value <= INT64_MAX / units[i].milliseconds) {
            *ret = value * units[i].milliseconds;
            return true;
        }
    }
    return false;
}

static bool one_of(const char *const *words, const char *value)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, value) == 0) {
            return true;
        }
    }
    return false;
}

/* "a, b or c" */
static void name_words(const char *const *words, char *ret, size_t size)
{
    *ret = '\0';
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t length = strlen(ret);
        snprintf(ret + length, size - length, "%s%s", i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ", words[i]);
    }
}

static bool assign(const struct setting *setting, const char *value, struct settings *ret)
{
    char wanted[160];
    void *member = (char *)ret + setting->offset;
    const char *rest;
    int64_t amount;
    switch (setting->type) {
    case SETTING_TEXT:
        *(const char **)member = value;
        return true;
    case SETTING_WORD:
        if (!one_of(setting->words, value)) {
            name_words(setting->words, wanted, sizeof wanted);
            return fault(setting, value, wanted);
        }
        *(const char **)member = value;
        return true;
    case SETTING_SWITCH:
        if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) {
            return fault(setting, value, "on or off");
        }
        *(bool *)member = strcmp(value, "on") == 0;
        return true;
    case SETTING_COUNT:
        if (!number(value, &amount, &rest) || *rest != '\0' || amount < setting->least || amount > setting->most) {
            snprintf(wanted, sizeof wanted, "a whole number from %" PRId64 " to %" PRId64, setting->least,
                     setting->most);
            return fault(setting, value, wanted);
        }
        *(int64_t *)member = amount;
        return true;
    case SETTING_DURATION:
        if (!duration(value, &amount) || amount < setting->least || amount > setting->most) {
            snprintf(wanted, sizeof wanted, "a time from %" PRId64 "ms to %" PRId64 "s, like 500ms, 2s or 5m",
                     setting->least, setting->most / 1000);
            return fault(setting, value, wanted);
        }
        *(int64_t *)member = amount;
        return true;
    }
    return false;
}

bool settings_read(struct settings *ret)
{
    struct settings read = {0};
    for (size_t i = 0; i < SETTINGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "STANCED_%s", settings[i].name);
        const char *value = getenv(name); /* NOLINT(concurrency-mt-unsafe): before any thread starts */
        if (!assign(&settings[i], value != NULL && *value != '\0' ? value : settings[i].standard, &read)) {
            return false;
        }
    }
    if (read.loops == 0) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        read.loops = cores < 1 ? 1 : cores > 256 ? 256 : cores;
    }
    *ret = read;
    return true;
}

void settings_describe(FILE *out)
{
    fputs("Settings (environment variables):\n", out);
    for (size_t i = 0; i < SETTINGS; i++) {
        fprintf(out, "  STANCED_%-18s %s (%s)\n", settings[i].name, settings[i].help,
                settings[i].standard[0] != '\0' ? settings[i].standard : "unset");
    }
}
