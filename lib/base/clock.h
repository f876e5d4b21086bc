/*
 * clock.h: time as int64_t milliseconds UTC, and its text at the edge
 * (dateTime, RFC 7643 section 2.3.5).
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/slice.h"

/* Bytes of "2026-11-20T10:11:12.345Z" and its NUL. */
enum { CLOCK_TEXT_SIZE = 25 };

/* Milliseconds since 1970 UTC, by the wall clock. */
int64_t	clock_now_ms(void);

/* Milliseconds by a clock that is never set; for measuring only. */
int64_t	clock_monotonic_ms(void);
int64_t	clock_monotonic_us(void);
int64_t	clock_monotonic_ns(void);

/* AT_MS as a dateTime in UTC; years 0000 to 9999. */
void	clock_format(int64_t at_ms, char text[CLOCK_TEXT_SIZE]);

/* An instant at full precision: seconds since 1970 UTC and a fraction. */
struct instant {
	int64_t	 seconds;
	uint32_t nanoseconds;	/* digits past the ninth are cut */
};

/*
 * Read an xsd:dateTime: date AND time, optional fraction of any length,
 * optional "Z" or "+hh:mm", up to 14 hours; without a zone it is UTC.
 * 24:00:00 is the next day's 00:00:00, and so is a leap second, 23:59:60 in
 * UTC (RFC 3339 section 5.7), which time_t does not count.
 *
 * Returns: 0, or -1 when TEXT is not a dateTime.
 */
int	clock_parse(struct slice text, struct instant *at);

/* Bytes of "2026-11-20T10:11:12.123456789Z" and its NUL. */
enum { CLOCK_FULL_SIZE = 31 };

/*
 * AT as a dateTime in UTC, with milliseconds and what digits there are
 * behind them.
 *
 * Returns: 0, or -1 when its year does not lie between 0000 and 9999.
 */
int	clock_format_full(struct instant at, char text[CLOCK_FULL_SIZE]);

/* Less than, equal to or greater than 0, as A is before, at or after B. */
int	clock_compare(struct instant a, struct instant b);

#endif
