/*
 * wide.c: integers that do not fit 64 bits.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
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

/* The bytes of the string or number at the front of TEXT, or one byte. */
static size_t
token_len(struct slice text)
{
	size_t i = 1;

	if (text.data[0] == '"') {
		while (i < text.len && text.data[i] != '"')
			i += text.data[i] == '\\' ? 2 : 1;
		return i + 1;
	}
	if (memchr("-0123456789", text.data[0], 11) == NULL)
		return 1;
	while (i < text.len && memchr("+-.0123456789Ee", text.data[i], 15))
		i++;
	return i;
}

struct slice
wide_mark(struct slice text, size_t n)
{
	size_t mark = strlen(WIDE_MARK), len, used = 0;
	char *out = malloc(text.len + n * mark);

	if (out == NULL)
		fatal("out of memory (%zu bytes of JSON)", text.len);
	for (; text.len > 0; text = slice_from(text, len)) {
		len = token_len(text);
		memcpy(out + used, text.data, len);
		used += len;
		if (!wide_is((struct slice){ text.data, len }))
			continue;
		memcpy(out + used, WIDE_MARK, mark);
		used += mark;
	}
	return (struct slice){ out, used };
}
