/*
 * wide.c: integers that do not fit 64 bits.
 */
#include "base/number.h"
#include "json/wide.h"

bool
wide_is(struct slice text)
{
	int64_t value;
	bool clamped;

	return parse_int(text, INT64_MIN, INT64_MAX, &value, &clamped) == 0 &&
	    clamped;
}
