/* Periods of a calendar: days, ISO weeks, months, years, each by its first day. */
#ifndef STANCED_HANDLERS_PERIOD_H
#define STANCED_HANDLERS_PERIOD_H

#include <stdint.h>

#include "schema/vocabulary.h"

/* In the order of period_words. */
enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR };

extern const struct vocabulary period_words;

#define PERIOD_TEXT 48

/* The day of a moment in UTC; both since 1970-01-01, the moment in microseconds. */
int64_t period_day(int64_t micros);

/* The first day of the period that the day is in. */
int64_t period_first(enum period period, int64_t day);

/* The first day of the period behind the one that begins at `first`; days since 1970-01-01. */
int64_t period_next(enum period period, int64_t first);

/* "2024-10-21", "2024-W43" (ISO 8601: the week has the year of its Thursday), "2024-10" or "2024". Returns the length. */
int period_label(enum period period, int64_t first, char ret_text[static PERIOD_TEXT]);

#endif
