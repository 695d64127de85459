/* Dates of the proleptic Gregorian calendar as days since 1970-01-01, of the years from 1 on. */
#ifndef STANCED_SCHEMA_CALENDAR_H
#define STANCED_SCHEMA_CALENDAR_H

#include <stdint.h>

/* Months and days count from 1. */
int64_t calendar_days(int year, int month, int day);
void calendar_date(int64_t days, int *ret_year, int *ret_month, int *ret_day);

/* How many days the month has. */
int calendar_month(int year, int month);

#endif
