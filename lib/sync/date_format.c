/*
 * date_format.c: the custom date formats of .NET, printed by the names of the
 * invariant culture; standard formats are short for custom ones.
 */
#include <string.h>

#include "base/buf.h"
#include "base/nelem.h"
#include "sync/date_part.h"

enum { FORMAT_LEN_MAX = 256, PRINTED_LEN_MAX = 4096 };

const char *const date_months[12] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };
const char *const date_weekdays[7] = { "Sunday", "Monday", "Tuesday",
	"Wednesday", "Thursday", "Friday", "Saturday" };

/* clang-format off */
static const struct {
	char		 letter;
	struct slice	 format;
} standards[] = {
	{ 'd', { "MM/dd/yyyy", 10 } },
	{ 'D', { "dddd, dd MMMM yyyy", 18 } },
	{ 'f', { "dddd, dd MMMM yyyy HH:mm", 24 } },
	{ 'F', { "dddd, dd MMMM yyyy HH:mm:ss", 27 } },
	{ 'g', { "MM/dd/yyyy HH:mm", 16 } },
	{ 'G', { "MM/dd/yyyy HH:mm:ss", 19 } },
	{ 'm', { "MMMM dd", 7 } },
	{ 'M', { "MMMM dd", 7 } },
	{ 'o', { "yyyy-MM-ddTHH:mm:ss.fffffffK", 28 } },
	{ 'O', { "yyyy-MM-ddTHH:mm:ss.fffffffK", 28 } },
	{ 'r', { "ddd, dd MMM yyyy HH:mm:ss 'GMT'", 31 } },
	{ 'R', { "ddd, dd MMM yyyy HH:mm:ss 'GMT'", 31 } },
	{ 's', { "yyyy-MM-ddTHH:mm:ss", 19 } },
	{ 't', { "HH:mm", 5 } },
	{ 'T', { "HH:mm:ss", 8 } },
	{ 'u', { "yyyy-MM-dd HH:mm:ss'Z'", 22 } },
	{ 'y', { "yyyy MMMM", 9 } },
	{ 'Y', { "yyyy MMMM", 9 } },
};
/* clang-format on */

/* The text of 'x' or "x"; there is no escape in it. */
static int
quoted(struct slice *format, struct date_part *p)
{
	const char *end = format->len < 2
	    ? NULL
	    : memchr(format->data + 1, format->data[0], format->len - 1);

	if (end == NULL)
		return -1;
	p->literal.data = format->data + 1;
	p->literal.len = (size_t)(end - p->literal.data);
	*format = slice_from(*format, p->literal.len + 2);
	return 1;
}

int
date_next_part(struct slice *format, struct date_part *p)
{
	*p = (struct date_part){ .letter = '\0' };
	if (format->len > 0 && format->data[0] == '%')
		*format = slice_from(*format, 1);
	if (format->len == 0)
		return 0;
	if (format->data[0] == '\'' || format->data[0] == '"')
		return quoted(format, p);
	if (format->data[0] == '\\')
		*format = slice_from(*format, 1);
	else if (strchr("dfFghHKmMstyz", format->data[0]) != NULL)
		p->letter = format->data[0];
	if (format->len == 0)
		return -1;
	p->literal = (struct slice){ format->data, 1 };
	p->n = 1;
	while (p->letter != '\0' && p->letter != 'K' && p->n < format->len &&
	    format->data[p->n] == p->letter)
		p->n++;
	*format = slice_from(*format, p->n);
	return 1;
}

struct slice
date_custom(struct slice format)
{
	for (size_t i = 0; i < NELEM(standards); i++)
		if (format.len == 1 && format.data[0] == standards[i].letter)
			return standards[i].format;
	return format;
}

bool
date_is_format(struct slice format)
{
	struct date_part p;
	int rc;

	if (format.len == 0 || format.len > FORMAT_LEN_MAX)
		return false;
	format = date_custom(format);
	while ((rc = date_next_part(&format, &p)) == 1)
		if ((p.letter == 'f' || p.letter == 'F') && p.n > 7)
			return false;
	return rc == 0;
}

/* A month or weekday by its name, or the first three letters of it. */
static void
put_name(struct buf *b, const char *name, size_t n)
{
	buf_add(b, name, n == 3 ? 3 : strlen(name));
}

/* "F" leaves zeros at the end out, and the point before nothing. */
static void
put_fraction(struct buf *b, const struct date_part *p, int ticks)
{
	char text[8] = { 0 };
	size_t n = p->n;

	for (int i = 6; i >= 0; i--, ticks /= 10)
		text[i] = (char)('0' + ticks % 10);
	while (p->letter == 'F' && n > 0 && text[n - 1] == '0')
		n--;
	if (n == 0 && b->len > 0 && b->data[b->len - 1] == '.')
		buf_truncate(b, b->len - 1);
	buf_add(b, text, n);
}

static void
put_number(struct buf *b, int number, size_t width)
{
	buf_printf(b, "%0*d", width > 9 ? 9 : (int)width, number);
}

static void
put_part(struct buf *b, const struct date_part *p, const struct date *d)
{
	static const char *const offsets[] = { "+0", "+00", "+00:00" };
	int twelve = d->hour % 12 == 0 ? 12 : d->hour % 12;
	size_t two = p->n > 2 ? 2 : p->n;

	switch (p->letter) {
	case 'y':
		put_number(b, p->n <= 2 ? d->year % 100 : d->year, p->n);
		break;
	case 'M':
		if (p->n > 2)
			put_name(b, date_months[d->month - 1], p->n);
		else
			put_number(b, d->month, p->n);
		break;
	case 'd':
		if (p->n > 2)
			put_name(b, date_weekdays[d->weekday], p->n);
		else
			put_number(b, d->day, p->n);
		break;
	case 'h':
		put_number(b, twelve, two);
		break;
	case 'H':
		put_number(b, d->hour, two);
		break;
	case 'm':
		put_number(b, d->minute, two);
		break;
	case 's':
		put_number(b, d->second, two);
		break;
	case 'f':
	case 'F':
		put_fraction(b, p, d->ticks);
		break;
	case 't':
		buf_add(b, d->hour < 12 ? "AM" : "PM", two);
		break;
	case 'g':
		buf_puts(b, "A.D.");
		break;
	case 'K':
		buf_putc(b, 'Z');
		break;
	case 'z':
		buf_puts(b, offsets[p->n > 3 ? 2 : p->n - 1]);
		break;
	default:
		buf_slice(b, p->literal);
	}
}

int
date_format(
    struct arena *a, int64_t ticks, struct slice format, struct slice *out)
{
	struct date d = date_split(ticks);
	struct date_part p;
	struct buf b;

	if (!date_is_format(format))
		return -1;
	format = date_custom(format);
	buf_init(&b, PRINTED_LEN_MAX);
	while (date_next_part(&format, &p) == 1)
		put_part(&b, &p, &d);
	*out = arena_slice(a, b.len > 0 ? buf_text(&b) : SLICE(""));
	buf_fini(&b);
	return 0;
}
