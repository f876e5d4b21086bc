/*
 * error.c: the one shape of a failure.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* Drop a UTF-8 sequence that the end of the buffer cut in two. */
static void
end_at_character(char *text)
{
	size_t len = strlen(text), i = len;

	while (i > 0 && ((unsigned char)text[i - 1] & 0xc0) == 0x80)
		i--;
	if (i > 0 && (unsigned char)text[i - 1] >= 0xc0)
		text[i - 1] = '\0';
}

int
error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
	va_list ap;
	int n;

	err->code = code;
	err->about = (struct slice){ NULL, 0 };
	va_start(ap, fmt);
	n = vsnprintf(err->detail, sizeof(err->detail), fmt, ap);
	va_end(ap);
	if (n < 0)
		err->detail[0] = '\0';
	else if ((size_t)n >= sizeof(err->detail))
		end_at_character(err->detail);
	return -1;
}

int
error_about(struct error *err, struct slice name)
{
	err->about = name;
	return -1;
}

int
error_prefix(struct error *err, const char *fmt, ...)
{
	char before[sizeof(err->detail)], after[sizeof(err->detail)];
	struct slice about = err->about;
	va_list ap;

	memcpy(after, err->detail, sizeof(after));
	va_start(ap, fmt);
	if (vsnprintf(before, sizeof(before), fmt, ap) < 0)
		before[0] = '\0';
	va_end(ap);
	error_set(err, err->code, "%s%s", before, after);
	return error_about(err, about);
}
