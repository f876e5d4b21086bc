/*
 * decimal.c: numbers by their text, exactly.
 */
#include <string.h>

#include "base/number.h"
#include "json/check.h"
#include "json/decimal.h"

/* Exponents beyond stay there; the digits move a number by less. */
enum { EXPONENT_MAX = 1000000000 };

/* 0.DIGITS times 10 to POINT; the first and last digit are not 0. */
struct decimal {
	bool negative;
	char digits[JSON_NUMBER_MAX];
	size_t n; /* 0: the number is 0 */
	int64_t point;
};

/* The digits of "12.50", and where the point is among them. */
static void
read_digits(struct decimal *d, struct slice *text)
{
	bool behind = false;

	for (; text->len > 0; *text = slice_from(*text, 1)) {
		char c = *text->data;

		if (c == '.') {
			behind = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		if (d->n == 0 && c == '0') {
			d->point -= behind;
			continue;
		}
		if (d->n < sizeof(d->digits))
			d->digits[d->n++] = c;
		d->point += !behind;
	}
	while (d->n > 0 && d->digits[d->n - 1] == '0')
		d->n--;
}

static void
decimal_read(struct decimal *d, struct slice text)
{
	int64_t exponent;
	bool clamped;

	d->negative = text.len > 0 && *text.data == '-';
	d->n = 0;
	d->point = 0;
	if (d->negative)
		text = slice_from(text, 1);
	read_digits(d, &text);
	if (d->n == 0) {
		d->negative = false;
		d->point = 0;
	} else if (parse_int(slice_from(text, 1), -EXPONENT_MAX, EXPONENT_MAX,
		       &exponent, &clamped) == 0) {
		d->point += exponent;
	}
}

/* Without the signs; a 0 has no digits, whatever its point. */
static int
compare_size(const struct decimal *x, const struct decimal *y)
{
	size_t n = x->n < y->n ? x->n : y->n;
	int order;

	if (x->n == 0 || y->n == 0)
		return (x->n > 0) - (y->n > 0);
	if (x->point != y->point)
		return x->point < y->point ? -1 : 1;
	order = memcmp(x->digits, y->digits, n);
	return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

int
decimal_compare(struct slice x, struct slice y)
{
	struct decimal a, b;

	decimal_read(&a, x);
	decimal_read(&b, y);
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? compare_size(&b, &a) : compare_size(&a, &b);
}

void
decimal_print(struct buf *b, struct slice number)
{
	struct decimal d;

	decimal_read(&d, number);
	if (d.negative)
		buf_putc(b, '-');
	buf_add(b, d.digits, d.n);
	buf_printf(b, "e%lld", (long long)d.point);
}
