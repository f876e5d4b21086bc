/*
 * text.c: Unicode, by utf8proc.
 */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/log.h"
#include "base/text.h"

bool
text_is_utf8(struct slice text)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text.data;
	size_t left = text.len;

	while (left > 0) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n;

		if (*p != 0 && *p < 0x80) {
			n = 1;
		} else {
			n = utf8proc_iterate(p, (utf8proc_ssize_t)left, &c);
			if (n <= 0 || c == 0)
				return false;
		}
		p += n;
		left -= (size_t)n;
	}
	return true;
}

static bool
is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

/*
 * The width of a character says how East Asian text is set, not what is
 * meant (RFC 8265 section 3.3.1, Width Mapping Rule).
 */
static utf8proc_int32_t
map_width(utf8proc_int32_t c, void *arg)
{
	const utf8proc_property_t *property = utf8proc_get_property(c);
	utf8proc_int32_t out;
	int boundclass = 0;

	(void)arg;
	if (property->decomp_type != UTF8PROC_DECOMP_TYPE_WIDE &&
	    property->decomp_type != UTF8PROC_DECOMP_TYPE_NARROW)
		return c;
	return utf8proc_decompose_char(c, &out, 1,
		   UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundclass) == 1
	    ? out
	    : c;
}

static struct slice
map(struct arena *a, struct slice text, utf8proc_option_t options,
    utf8proc_custom_func custom)
{
	utf8proc_uint8_t *out;
	utf8proc_ssize_t n;

	n = utf8proc_map_custom((const utf8proc_uint8_t *)text.data,
	    (utf8proc_ssize_t)text.len, &out, options, custom, NULL);
	if (n == UTF8PROC_ERROR_NOMEM)
		fatal("out of memory (text of %zu bytes)", text.len);
	if (n < 0)
		return text; /* not UTF-8: compared byte by byte */
	arena_defer(a, free, out);
	return (struct slice){ (const char *)out, (size_t)n };
}

static struct slice
fold_ascii(struct arena *a, struct slice text)
{
	size_t i;
	char *copy;

	for (i = 0; i < text.len; i++)
		if (text.data[i] >= 'A' && text.data[i] <= 'Z')
			break;
	if (i == text.len)
		return text;
	copy = arena_strndup(a, text.data, text.len);
	for (; i < text.len; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] + ('a' - 'A'));
	return (struct slice){ copy, text.len };
}

struct slice
text_fold(struct arena *a, struct slice text)
{
	if (is_ascii(text))
		return fold_ascii(a, text);
	return map(a, text,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD, map_width);
}

struct slice
text_nfc(struct arena *a, struct slice text)
{
	if (is_ascii(text))
		return text;
	return map(a, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, NULL);
}

bool
text_is_blank(struct slice text)
{
	while (text.len > 0) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n =
		    utf8proc_iterate((const utf8proc_uint8_t *)text.data,
			(utf8proc_ssize_t)text.len, &c);

		if (n <= 0)
			return false;
		switch (utf8proc_category(c)) {
		case UTF8PROC_CATEGORY_ZS:
		case UTF8PROC_CATEGORY_ZL:
		case UTF8PROC_CATEGORY_ZP:
		case UTF8PROC_CATEGORY_CC:
			break;
		default:
			return false;
		}
		text = slice_from(text, (size_t)n);
	}
	return true;
}
