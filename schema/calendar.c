/* Calendar arithmetic. */
#include "schema/calendar.h"

#include <stdbool.h>

/* Days are counted in years that begin in March, so that the leap day is a year's last: 400 such years have 146097 days,
   and the months from March have 153 days per five. */
#define DAYS_400_YEARS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */

int64_t calendar_days(int year, int month, int day)
{
    int from_march = (month + 9) % 12;
    int64_t years = month > 2 ? year : year - 1; /* ≥ 0, since years begin with 0001 */
    return years * 365 + years / 4 - years / 100 + years / 400 + (153 * from_march + 2) / 5 + day - 1 - DAYS_TO_1970;
}

void calendar_date(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int64_t from_zero = days + DAYS_TO_1970; /* ≥ 0 from 0000-03-01 on */
    int64_t era = from_zero / DAYS_400_YEARS;
    int64_t day_of_era = from_zero % DAYS_400_YEARS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    *ret_day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    *ret_month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *ret_year = (int)(era * 400 + year_of_era + (*ret_month <= 2));
}

int calendar_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}
