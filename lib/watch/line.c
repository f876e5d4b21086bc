/*
 * line.c: what a search looks at in a line of JSON.
 */
#include <string.h>

#include "base/clock.h"
#include "json/walk.h"
#include "watch/line.h"

struct slice
line_text(struct slice object, const char *name)
{
	struct slice value;

	if (!walk_find(object, slice_of(name), &value))
		return SLICE("");
	if (value.len >= 2 && value.data[0] == '"')
		return (struct slice){ value.data + 1, value.len - 2 };
	return value;
}

bool
line_is(struct slice object, const char *name, struct slice wanted)
{
	return wanted.len == 0 ||
	    slice_equal_nocase(line_text(object, name), wanted);
}

bool
line_is_in_time(struct slice object, int64_t since, int64_t until)
{
	char at[CLOCK_TEXT_SIZE];
	struct slice text = line_text(object, "at");

	if (text.len != CLOCK_TEXT_SIZE - 1)
		return false;
	clock_format(since, at);
	if (since != 0 && memcmp(text.data, at, text.len) < 0)
		return false;
	clock_format(until, at);
	return until == 0 || memcmp(text.data, at, text.len) <= 0;
}
