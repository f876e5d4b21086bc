/*
 * slice.c: a piece of somebody else's bytes.
 */
#include <string.h>
#include <strings.h>

#include "base/slice.h"

/* Not strncasecmp: it follows the locale. */
static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool
slice_has_prefix_nocase(struct slice s, struct slice prefix)
{
	if (s.len < prefix.len)
		return false;
	if (prefix.len == 0 || memcmp(s.data, prefix.data, prefix.len) == 0)
		return true;
	for (size_t i = 0; i < prefix.len; i++)
		if (s.data[i] != prefix.data[i] &&
		    lower(s.data[i]) != lower(prefix.data[i]))
			return false;
	return true;
}

struct slice
slice_trim(struct slice s)
{
	while (s.len > 0 && (*s.data == ' ' || *s.data == '\t'))
		s = slice_from(s, 1);
	while (s.len > 0 &&
	    (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool
slice_next(struct slice *rest, char separator, struct slice *item)
{
	const char *cut;

	if (rest->data == NULL)
		return false;
	cut = rest->len == 0 ? NULL : memchr(rest->data, separator, rest->len);
	if (cut == NULL) {
		*item = *rest;
		*rest = (struct slice){ NULL, 0 };
		return true;
	}
	item->data = rest->data;
	item->len = (size_t)(cut - rest->data);
	*rest = slice_from(*rest, item->len + 1);
	return true;
}
