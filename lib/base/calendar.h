/*
 * calendar.h: days and dates of the proleptic Gregorian calendar.
 *
 * Not by timegm(3): the C library's calls follow locale and time zone.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdint.h>

/* Days from 1970-01-01 to a date; MONTH is 1 to 12. */
int64_t	calendar_days(int64_t year, int month, int day);

/* The date that lies DAYS after 1970-01-01. */
void	calendar_date(int64_t days, int *year, int *month, int *day);

/* How many days has MONTH, 1 to 12, of YEAR? */
int	calendar_month_len(int64_t year, int month);

#endif
