/*
 * number.c: the one way from text to an integer, and a short one back.
 */
#include "base/number.h"

static int
clamp(int64_t at, int64_t *out, bool *out_of_range)
{
	if (out_of_range == NULL)
		return -1;
	*out = at;
	*out_of_range = true;
	return 0;
}

/* The value as a negative number, which reaches one further than INT64_MAX. */
static int
parse_negative(struct slice digits, int64_t *out, bool *overflow)
{
	*out = 0;
	*overflow = false;
	if (digits.len == 0)
		return -1;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = digits.data[i] - '0';

		if (digit < 0 || digit > 9)
			return -1;
		if (*overflow || *out < (INT64_MIN + digit) / 10)
			*overflow = true;
		else
			*out = *out * 10 - digit;
	}
	return 0;
}

int
parse_int(struct slice text, int64_t min, int64_t max, int64_t *out,
    bool *out_of_range)
{
	bool negative = text.len > 0 && text.data[0] == '-', overflow;
	int64_t value;

	if (out_of_range != NULL)
		*out_of_range = false;
	if (text.len > 0 && (text.data[0] == '-' || text.data[0] == '+'))
		text = slice_from(text, 1);
	if (parse_negative(text, &value, &overflow) == -1)
		return -1;
	if (!negative && value == INT64_MIN)
		overflow = true;
	if (overflow)
		return clamp(negative ? min : max, out, out_of_range);
	if (!negative)
		value = -value;
	if (value < min || value > max)
		return clamp(value < min ? min : max, out, out_of_range);
	*out = value;
	return 0;
}

struct slice
number_text(uint64_t n, char text[NUMBER_LEN_MAX])
{
	size_t at = NUMBER_LEN_MAX;

	do
		text[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return (struct slice){ text + at, NUMBER_LEN_MAX - at };
}
