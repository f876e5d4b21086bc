/*
 * date.h: dates of expressions: ticks of 100 ns since 1970 UTC, their texts.
 *
 * Years 0001 to 9999.  A text without a zone is UTC (spec provisioning.md
 * section 3, CDate); all that is printed is UTC.
 */
#ifndef SYNC_DATE_H
#define SYNC_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

#define DATE_SECOND INT64_C(10000000)	/* ticks */
#define DATE_DAY    (86400 * DATE_SECOND)
/* From 1601-01-01, where Windows counts its FILETIME from. */
#define DATE_1601   (INT64_C(11644473600) * DATE_SECOND)

struct date {
	int	year, month, day;	/* 1.., 1 to 12, 1 to 31 */
	int	hour, minute, second;
	int	ticks;			/* below the second */
	int	weekday;		/* 0 is Sunday */
	int	offset;			/* minutes east of UTC */
};

/* TICKS, within the years, taken apart; the offset is 0. */
struct date	date_split(int64_t ticks);

/* Returns: 0, or -1 when there is no such date; the weekday is not read. */
int	date_join(const struct date *d, int64_t *ticks);

/* Is TICKS within the years 0001 to 9999? */
bool	date_is_valid(int64_t ticks);

/* "M/d/yyyy h:mm:ss tt". */
struct slice	date_print(struct arena *a, int64_t ticks);

/*
 * Read yyyy-MM-dd or M/d/yyyy, with a time HH:mm[:ss[.fffffff]] [AM|PM] and a
 * zone, or without.
 *
 * Returns: 0, or -1 when TEXT is no date.
 */
int	date_parse(struct slice text, int64_t *ticks);

/*
 * TICKS in a custom or standard format of .NET, invariant culture.
 *
 * Returns: 0, or -1 when FORMAT is none; *OUT lives in A.
 */
int	date_format(struct arena *a, int64_t ticks, struct slice format,
	    struct slice *out);

/* Read TEXT, which must be as FORMAT says.  Returns: 0, or -1. */
int	date_parse_as(struct slice text, struct slice format, int64_t *ticks);

/* Is FORMAT one that date_format takes? */
bool	date_is_format(struct slice format);

#endif
