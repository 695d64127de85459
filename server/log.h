/* The log: one line per event on standard error, JSON or readable. Lines are written by a thread of their own, so that a
   reader who is slow costs log lines (counted), never a request. */
#ifndef STANCED_SERVER_LOG_H
#define STANCED_SERVER_LOG_H

#include <stdbool.h>

#include "schema/buffer.h"

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

/* A line in the making; on the stack of whoever logs. */
struct log_line {
    struct buffer text;
    bool json;
};

/* `format` is auto, json or text. False with a sentence on stderr when the writer can't be started. */
bool log_start(const char *format) __attribute__((warn_unused_result));

/* Writes what is left and ends the writer. */
void log_stop(void);

/* Lines that were dropped since the process started. */
unsigned long log_dropped(void);

void log_begin(struct log_line *line, enum log_level level, const char *event);
void log_text(struct log_line *line, const char *key, const char *value); /* left out when value is NULL */
void log_number(struct log_line *line, const char *key, long long value);
void log_milliseconds(struct log_line *line, const char *key, long long nanoseconds); /* with three decimals */
/* Hands the line to the writer; the line is gone then. */
void log_end(struct log_line *line);

/* A whole event with a sentence for people. */
void log_event(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
