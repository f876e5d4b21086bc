/*
 * clock.c: time and its text (dateTime, RFC 7643 section 2.3.5).
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/clock.h"

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_now_ms(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
clock_monotonic_us(void)
{
	return clock_monotonic_ns() / 1000;
}

int64_t
clock_monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* The last N digits of NUMBER; every answer holds times: no printf. */
static void
put_digits(char *text, int n, unsigned number)
{
	for (; n > 0; number /= 10)
		text[--n] = (char)('0' + number % 10);
}

void
clock_format(int64_t at_ms, char text[CLOCK_TEXT_SIZE])
{
	const int64_t day_ms = 86400000;
	int64_t days = at_ms / day_ms, rest = at_ms % day_ms;
	int year, month, day;

	if (rest < 0) {
		rest += day_ms;
		days--;
	}
	calendar_date(days, &year, &month, &day);
	memcpy(text, "0000-00-00T00:00:00.000Z", CLOCK_TEXT_SIZE);
	put_digits(text, 4, (unsigned)year);
	put_digits(text + 5, 2, (unsigned)month);
	put_digits(text + 8, 2, (unsigned)day);
	put_digits(text + 11, 2, (unsigned)(rest / 3600000));
	put_digits(text + 14, 2, (unsigned)(rest / 60000 % 60));
	put_digits(text + 17, 2, (unsigned)(rest / 1000 % 60));
	put_digits(text + 20, 3, (unsigned)(rest % 1000));
}

/* Take N digits off TEXT, and the separator AFTER them unless it is NUL. */
static int
take_digits(struct slice *text, size_t n, char after, int *out)
{
	*out = 0;
	if (text->len < n + (after != '\0'))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return -1;
		*out = *out * 10 + (text->data[i] - '0');
	}
	if (after != '\0' && text->data[n] != after)
		return -1;
	*text = slice_from(*text, n + (after != '\0'));
	return 0;
}

/* "." and digits, if there; at least one digit follows the point. */
static int
take_fraction(struct slice *text, uint32_t *nanoseconds)
{
	uint32_t scale = 100000000;
	size_t i;

	*nanoseconds = 0;
	if (text->len == 0 || text->data[0] != '.')
		return 0;
	for (i = 1;
	     i < text->len && text->data[i] >= '0' && text->data[i] <= '9';
	     i++) {
		*nanoseconds += (uint32_t)(text->data[i] - '0') * scale;
		scale /= 10;
	}
	if (i == 1)
		return -1;
	*text = slice_from(*text, i);
	return 0;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing, up to the end of TEXT. */
static int
take_zone(struct slice *text, int *offset_seconds)
{
	int hours, minutes, sign;

	*offset_seconds = 0;
	if (text->len == 0)
		return 0;
	if (text->data[0] == 'Z' || text->data[0] == 'z')
		return text->len == 1 ? 0 : -1;
	if (text->data[0] != '+' && text->data[0] != '-')
		return -1;
	sign = text->data[0] == '-' ? -1 : 1;
	*text = slice_from(*text, 1);
	if (take_digits(text, 2, ':', &hours) == -1 ||
	    take_digits(text, 2, '\0', &minutes) == -1 || text->len != 0 ||
	    minutes > 59 || hours * 60 + minutes > 14 * 60)
		return -1;
	*offset_seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

int
clock_parse(struct slice text, struct instant *at)
{
	const int64_t day_s = 86400;
	int year, month, day, hour, minute, second, offset;

	if (take_digits(&text, 4, '-', &year) == -1 ||
	    take_digits(&text, 2, '-', &month) == -1 ||
	    take_digits(&text, 2, '\0', &day) == -1 || text.len == 0 ||
	    (text.data[0] != 'T' && text.data[0] != 't'))
		return -1;
	text = slice_from(text, 1);
	if (take_digits(&text, 2, ':', &hour) == -1 ||
	    take_digits(&text, 2, ':', &minute) == -1 ||
	    take_digits(&text, 2, '\0', &second) == -1 ||
	    take_fraction(&text, &at->nanoseconds) == -1 ||
	    take_zone(&text, &offset) == -1)
		return -1;
	if (month < 1 || month > 12 || day < 1 ||
	    day > calendar_month_len(year, month) || hour > 24 || minute > 59 ||
	    second > 60)
		return -1;
	if (hour == 24 && (minute > 0 || second > 0 || at->nanoseconds > 0))
		return -1;
	at->seconds = calendar_days(year, month, day) * day_s + hour * 3600 +
	    minute * 60 + second - offset;
	/* A second more than 59 has only the last minute of a day in UTC. */
	return second < 60 || at->seconds % day_s == 0 ? 0 : -1;
}

int
clock_format_full(struct instant at, char text[CLOCK_FULL_SIZE])
{
	const int64_t first = -62167219200, last = 253402300799;
	char whole[CLOCK_TEXT_SIZE];
	size_t len;

	if (at.seconds < first || at.seconds > last)
		return -1;
	clock_format(at.seconds * 1000, whole);
	snprintf(text, CLOCK_FULL_SIZE, "%.19s.%09u", whole,
	    (unsigned)at.nanoseconds % 1000000000);
	for (len = strlen(text); len > 23 && text[len - 1] == '0';)
		len--;
	text[len] = 'Z';
	text[len + 1] = '\0';
	return 0;
}

int
clock_compare(struct instant a, struct instant b)
{
	if (a.seconds != b.seconds)
		return a.seconds < b.seconds ? -1 : 1;
	if (a.nanoseconds != b.nanoseconds)
		return a.nanoseconds < b.nanoseconds ? -1 : 1;
	return 0;
}
