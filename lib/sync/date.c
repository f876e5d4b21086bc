/*
 * date.c: dates taken apart, put together, read in the forms that people and
 * HR systems write.
 */
#include <string.h>

#include "base/calendar.h"
#include "base/number.h"
#include "sync/date.h"

static int64_t
floor_div(int64_t n, int64_t by)
{
	return n / by - (n % by < 0);
}

struct date
date_split(int64_t ticks)
{
	int64_t days = floor_div(ticks, DATE_DAY);
	int64_t rest = ticks - days * DATE_DAY;
	struct date d = { .ticks = (int)(rest % DATE_SECOND) };

	rest /= DATE_SECOND;
	d.hour = (int)(rest / 3600);
	d.minute = (int)(rest / 60 % 60);
	d.second = (int)(rest % 60);
	/* 1970-01-01 was a Thursday. */
	d.weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
	calendar_date(days, &d.year, &d.month, &d.day);
	return d;
}

bool
date_is_valid(int64_t ticks)
{
	const int64_t first = INT64_C(-62135596800),
		      end = INT64_C(253402300800);

	return ticks >= first * DATE_SECOND && ticks < end * DATE_SECOND;
}

int
date_join(const struct date *d, int64_t *ticks)
{
	if (d->year < 1 || d->year > 9999 || d->month < 1 || d->month > 12 ||
	    d->day < 1 || d->day > calendar_month_len(d->year, d->month) ||
	    d->hour > 23 || d->minute > 59 || d->second > 59 || d->hour < 0 ||
	    d->minute < 0 || d->second < 0)
		return -1;
	*ticks = calendar_days(d->year, d->month, d->day) * DATE_DAY +
	    ((d->hour * 60 + d->minute - d->offset) * INT64_C(60) + d->second) *
		DATE_SECOND +
	    d->ticks;
	return date_is_valid(*ticks) ? 0 : -1;
}

struct slice
date_print(struct arena *a, int64_t ticks)
{
	struct slice text = SLICE("");

	date_format(a, ticks, SLICE("M/d/yyyy h:mm:ss tt"), &text);
	return text;
}

static void
skip(struct slice *text, char c)
{
	while (text->len > 0 && text->data[0] == c)
		*text = slice_from(*text, 1);
}

/* At the next byte, C: step over it? */
static bool
take(struct slice *text, char c)
{
	if (text->len == 0 || text->data[0] != c)
		return false;
	*text = slice_from(*text, 1);
	return true;
}

/* MIN to MAX digits. */
static int
digits(struct slice *text, size_t min, size_t max, int *out)
{
	size_t n = 0;

	*out = 0;
	for (; n < max && n < text->len && text->data[n] >= '0' &&
	     text->data[n] <= '9';
	     n++)
		*out = *out * 10 + (text->data[n] - '0');
	*text = slice_from(*text, n);
	return n >= min ? 0 : -1;
}

/* yyyy-MM-dd, or M/d/yyyy */
static int
read_day(struct slice *text, struct date *d)
{
	if (text->len > 4 && text->data[4] == '-') {
		if (digits(text, 4, 4, &d->year) == -1 || !take(text, '-') ||
		    digits(text, 2, 2, &d->month) == -1 || !take(text, '-'))
			return -1;
		return digits(text, 2, 2, &d->day);
	}
	if (digits(text, 1, 2, &d->month) == -1 || !take(text, '/') ||
	    digits(text, 1, 2, &d->day) == -1 || !take(text, '/'))
		return -1;
	return digits(text, 4, 4, &d->year);
}

/* ".fffffff": digits past the seventh are cut */
static int
read_fraction(struct slice *text, struct date *d)
{
	int scale = (int)DATE_SECOND / 10, digit;

	if (!take(text, '.'))
		return 0;
	if (text->len == 0)
		return -1;
	for (; digits(text, 1, 1, &digit) == 0; scale /= 10)
		d->ticks += digit * scale;
	return 0;
}

/* AM or PM behind an hour of the clock on the wall. */
static int
read_half(struct slice *text, struct date *d)
{
	bool pm;

	skip(text, ' ');
	pm = slice_has_prefix_nocase(*text, SLICE("pm"));
	if (!pm && !slice_has_prefix_nocase(*text, SLICE("am")))
		return 0;
	*text = slice_from(*text, 2);
	if (d->hour < 1 || d->hour > 12)
		return -1;
	d->hour = d->hour % 12 + (pm ? 12 : 0);
	return 0;
}

/* [("T" | SP) h:mm[:ss[.f]] [AM|PM]] */
static int
read_time(struct slice *text, struct date *d)
{
	bool t = take(text, 'T') || take(text, 't');

	skip(text, ' ');
	if (text->len == 0 || text->data[0] < '0' || text->data[0] > '9')
		return t ? -1 : 0;
	if (digits(text, 1, 2, &d->hour) == -1 || !take(text, ':') ||
	    digits(text, 2, 2, &d->minute) == -1)
		return -1;
	if (take(text, ':') &&
	    (digits(text, 2, 2, &d->second) == -1 ||
		read_fraction(text, d) == -1))
		return -1;
	return read_half(text, d);
}

/* [SP] ["Z" | ("+" | "-") hh[:]mm] */
static int
read_zone(struct slice *text, struct date *d)
{
	int hours, minutes, sign;

	skip(text, ' ');
	if (take(text, 'Z') || take(text, 'z') || text->len == 0)
		return 0;
	sign = text->data[0] == '-' ? -1 : 1;
	if ((!take(text, '+') && !take(text, '-')) ||
	    digits(text, 2, 2, &hours) == -1)
		return -1;
	take(text, ':');
	if (digits(text, 2, 2, &minutes) == -1 || hours > 14 || minutes > 59)
		return -1;
	d->offset = sign * (hours * 60 + minutes);
	return 0;
}

int
date_parse(struct slice text, int64_t *ticks)
{
	struct date d = { .year = 0 };

	text = slice_trim(text);
	if (read_day(&text, &d) == -1 || read_time(&text, &d) == -1 ||
	    read_zone(&text, &d) == -1 || text.len > 0)
		return -1;
	return date_join(&d, ticks);
}
