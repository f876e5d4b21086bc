/*
 * date_read.c: texts read by the custom date formats of .NET.
 */
#include <string.h>

#include "base/nelem.h"
#include "sync/date_part.h"

/* What is read while a text is compared with its format. */
struct reading {
	struct slice text;
	struct date d;
	int half; /* 0 unknown, 1 AM, 2 PM */
};

/* MIN to MAX digits. */
static int
get_number(struct reading *r, size_t min, size_t max, int *out)
{
	size_t n = 0;

	for (*out = 0; n < max && n < r->text.len && r->text.data[n] >= '0' &&
	     r->text.data[n] <= '9';
	     n++)
		*out = *out * 10 + (r->text.data[n] - '0');
	r->text = slice_from(r->text, n);
	return n >= min ? 0 : -1;
}

/* One letter is one or two digits, two letters are two. */
static int
get_two(struct reading *r, size_t n, int *out)
{
	return get_number(r, n == 1 ? 1 : 2, 2, out);
}

/* One of COUNT NAMES, or of their first three letters: its number. */
static int
get_name(struct reading *r, const char *const *names, size_t count, size_t n,
    int *out)
{
	for (size_t i = 0; i < count; i++) {
		struct slice name = { names[i], n == 3 ? 3 : strlen(names[i]) };

		if (!slice_has_prefix_nocase(r->text, name))
			continue;
		r->text = slice_from(r->text, name.len);
		*out = (int)i;
		return 0;
	}
	return -1;
}

static int
get_month(struct reading *r, size_t n)
{
	int rc = n > 2
	    ? get_name(r, date_months, NELEM(date_months), n, &r->d.month)
	    : get_two(r, n, &r->d.month);

	r->d.month += n > 2;
	return rc;
}

static int
get_year(struct reading *r, size_t n)
{
	int rc = get_number(r, n, n <= 2 ? 2 : n < 4 ? 4 : n, &r->d.year);

	/* As the calendars of .NET have it: 00 to 49 are of this century. */
	if (n <= 2)
		r->d.year += r->d.year < 50 ? 2000 : 1900;
	return rc;
}

static int
get_fraction(struct reading *r, const struct date_part *p)
{
	int scale = (int)DATE_SECOND / 10, digit;
	size_t n = 0;

	for (; n < p->n && get_number(r, 1, 1, &digit) == 0; n++) {
		r->d.ticks += digit * scale;
		scale /= 10;
	}
	return p->letter == 'F' || n == p->n ? 0 : -1;
}

static int
get_half(struct reading *r, size_t n)
{
	static const char *const halves[] = { "AM", "PM" };
	static const char *const letters[] = { "A", "P" };
	int rc = get_name(r, n == 1 ? letters : halves, 2, 2, &r->half);

	r->half++;
	return rc;
}

/* "z" is an hour, "zzz" hours and minutes; "K" is either of Z and those. */
static int
get_zone(struct reading *r, const struct date_part *p)
{
	int sign, hours, minutes = 0;

	if (p->letter == 'K' && (r->text.len == 0 || r->text.data[0] == 'Z')) {
		r->text = slice_from(r->text, 1);
		return 0;
	}
	if (r->text.len == 0 || strchr("+-", r->text.data[0]) == NULL)
		return -1;
	sign = r->text.data[0] == '-' ? -1 : 1;
	r->text = slice_from(r->text, 1);
	if (get_two(r, p->letter == 'K' ? 2 : p->n, &hours) == -1)
		return -1;
	if (p->letter == 'K' || p->n > 2) {
		if (r->text.len > 0 && r->text.data[0] == ':')
			r->text = slice_from(r->text, 1);
		if (get_number(r, 2, 2, &minutes) == -1)
			return -1;
	}
	if (hours > 14 || minutes > 59)
		return -1;
	r->d.offset = sign * (hours * 60 + minutes);
	return 0;
}

static int
get_part(struct reading *r, const struct date_part *p)
{
	int ignored;

	switch (p->letter) {
	case 'y':
		return get_year(r, p->n);
	case 'M':
		return get_month(r, p->n);
	case 'd':
		return p->n > 2 ? get_name(r, date_weekdays,
				      NELEM(date_weekdays), p->n, &ignored)
				: get_two(r, p->n, &r->d.day);
	case 'h':
	case 'H':
		return get_two(r, p->n, &r->d.hour);
	case 'm':
		return get_two(r, p->n, &r->d.minute);
	case 's':
		return get_two(r, p->n, &r->d.second);
	case 'f':
	case 'F':
		return get_fraction(r, p);
	case 't':
		return get_half(r, p->n);
	case 'K':
	case 'z':
		return get_zone(r, p);
	default:
		if (!slice_has_prefix_nocase(r->text, p->literal))
			return -1;
		r->text = slice_from(r->text, p->literal.len);
		return 0;
	}
}

int
date_parse_as(struct slice text, struct slice format, int64_t *ticks)
{
	struct reading r = { .text = text,
		.d = { .year = 1, .month = 1, .day = 1 } };
	struct date_part p;
	int rc;

	format = date_custom(format);
	while ((rc = date_next_part(&format, &p)) == 1)
		if (get_part(&r, &p) == -1)
			return -1;
	if (rc == -1 || r.text.len > 0)
		return -1;
	if (r.half != 0 && (r.d.hour < 1 || r.d.hour > 12))
		return -1;
	if (r.half != 0)
		r.d.hour = r.d.hour % 12 + (r.half == 2 ? 12 : 0);
	return date_join(&r.d, ticks);
}
