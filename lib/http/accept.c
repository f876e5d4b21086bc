/*
 * accept.c: what a client can read.
 */
#include <string.h>

#include "http/accept.h"

/* How much of a type a range names; the longer one counts. */
enum fit { FIT_NONE, FIT_ANY, FIT_MAIN_TYPE, FIT_TYPE };

/* "application" of "application/json". */
static struct slice
main_type(struct slice type)
{
	struct slice main;

	return slice_next(&type, '/', &main) ? main : SLICE("");
}

/* media-range = "*" "/" "*" / type "/" "*" / type "/" subtype */
static enum fit
fit(struct slice range, struct slice type)
{
	if (slice_equal_nocase(range, type))
		return FIT_TYPE;
	if (slice_equal(range, SLICE("*/*")))
		return FIT_ANY;
	return range.len > 2 &&
		slice_equal(slice_from(range, range.len - 2), SLICE("/*")) &&
		slice_equal_nocase(main_type(range), main_type(type))
	    ? FIT_MAIN_TYPE
	    : FIT_NONE;
}

/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ) */
static int
qvalue(struct slice text)
{
	int weight = 0, scale = ACCEPT_WEIGHT_MAX;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (i == 1 && c == '.')
			continue;
		if (i == 1 || i > 4 || c < '0' || c > '9')
			return ACCEPT_WEIGHT_MAX;
		weight += (c - '0') * scale;
		scale /= 10;
	}
	return text.len > 0 && weight <= ACCEPT_WEIGHT_MAX ? weight
							   : ACCEPT_WEIGHT_MAX;
}

/* The "q" among the parameters that follow a range. */
static int
weight_of(struct slice parameters)
{
	struct slice parameter;

	while (slice_next(&parameters, ';', &parameter)) {
		parameter = slice_trim(parameter);
		if (slice_has_prefix_nocase(parameter, SLICE("q=")))
			return qvalue(slice_from(parameter, 2));
	}
	return ACCEPT_WEIGHT_MAX;
}

int
accept_weight(struct slice accept, struct slice type)
{
	enum fit best = FIT_NONE;
	bool says_nothing = true;
	int weight = 0;
	struct slice item, range;

	while (slice_next(&accept, ',', &item)) {
		enum fit f;
		int w;

		if (!slice_next(&item, ';', &range) ||
		    slice_trim(range).len == 0)
			continue;
		says_nothing = false;
		f = fit(slice_trim(range), type);
		w = weight_of(item);
		if (f == FIT_NONE || f < best || (f == best && w < weight))
			continue;
		best = f;
		weight = w;
	}
	return says_nothing ? ACCEPT_WEIGHT_MAX : weight;
}
