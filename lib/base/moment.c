/*
 * moment.c: a time in the past, as people type it.
 */
#include "base/moment.h"
#include "base/clock.h"
#include "base/number.h"

/* Milliseconds of a unit; 0 for another letter. */
static int64_t
unit_of(char c)
{
	switch (c) {
	case 's':
		return 1000;
	case 'm':
		return 60 * 1000;
	case 'h':
		return 3600 * 1000;
	case 'd':
		return 24 * 3600 * 1000;
	default:
		return 0;
	}
}

static int
read_ago(struct slice text, int64_t now, int64_t *at)
{
	int64_t unit = unit_of(text.data[text.len - 1]), n;

	text.len--;
	if (unit == 0 || parse_int(text, 0, 1000000, &n, NULL) == -1)
		return -1;
	*at = now - n * unit;
	return 0;
}

static int
read_date(struct slice text, int64_t *at)
{
	static const char midnight[] = "T00:00:00Z";
	struct instant instant;
	char whole[sizeof("2026-11-21") + sizeof(midnight)];

	if (text.len == sizeof("2026-11-21") - 1) {
		memcpy(whole, text.data, text.len);
		memcpy(whole + text.len, midnight, sizeof(midnight));
		text = slice_of(whole);
	}
	if (clock_parse(text, &instant) == -1)
		return -1;
	*at = instant.seconds * 1000 + instant.nanoseconds / 1000000;
	return 0;
}

int
moment_read(const char *name, struct slice text, int64_t now, int64_t *at,
    struct error *err)
{
	*at = 0;
	if (text.len == 0 || read_ago(text, now, at) == 0 ||
	    read_date(text, at) == 0)
		return 0;
	return error_set(err, ERR_INVALID_VALUE,
	    "%s takes 30m, 2h, 7d or a time as 2026-11-21T10:00:00Z", name);
}
