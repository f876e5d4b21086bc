/*
 * text_letter.c: Unicode, character by character, by utf8proc.
 */
#include <stdlib.h>

#include <utf8proc.h>

#include "base/log.h"
#include "base/text.h"
#include "base/text_letter.h"

bool
letter_next(struct slice *rest, int32_t *c)
{
	utf8proc_ssize_t n;

	if (rest->len == 0)
		return false;
	n = utf8proc_iterate((const utf8proc_uint8_t *)rest->data,
	    (utf8proc_ssize_t)rest->len, c);
	if (n <= 0) {
		*c = 0xfffd;
		n = 1;
	}
	*rest = slice_from(*rest, (size_t)n);
	return true;
}

void
letter_put(struct buf *b, int32_t c)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);

	buf_add(b, bytes, n > 0 ? (size_t)n : 0);
}

int32_t
letter_lower(int32_t c)
{
	return utf8proc_tolower(c);
}

int32_t
letter_upper(int32_t c)
{
	return utf8proc_toupper(c);
}

int32_t
letter_title(int32_t c)
{
	return utf8proc_totitle(c);
}

bool
letter_is_separator(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
		return true;
	default:
		return false;
	}
}

size_t
letter_count(struct slice text)
{
	size_t n = 0;
	int32_t c;

	while (letter_next(&text, &c))
		n++;
	return n;
}

struct slice
letter_part(struct slice text, size_t from, size_t n)
{
	struct slice rest;
	int32_t c;

	while (from > 0 && letter_next(&text, &c))
		from--;
	rest = text;
	while (n > 0 && letter_next(&rest, &c))
		n--;
	return (struct slice){ text.data, text.len - rest.len };
}

/* TEXT with marks as characters of their own; NULL: it is not UTF-8. */
static utf8proc_uint8_t *
decompose(struct slice text, size_t *len)
{
	utf8proc_uint8_t *out;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.data,
	    (utf8proc_ssize_t)text.len, &out,
	    UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);

	if (n == UTF8PROC_ERROR_NOMEM)
		fatal("out of memory (text of %zu bytes)", text.len);
	*len = (size_t)n;
	return n < 0 ? NULL : out;
}

struct slice
letter_base(struct arena *a, struct slice text)
{
	const int32_t latin_end = 0x250, first_mark = 0x300, last_mark = 0x36f;
	bool latin = false;
	size_t len;
	utf8proc_uint8_t *parts = decompose(text, &len);
	struct slice rest = { (const char *)parts, len }, out;
	struct buf b;
	int32_t c;

	if (parts == NULL)
		return text;
	buf_init(&b, len + 1);
	while (letter_next(&rest, &c)) {
		bool mark = c >= first_mark && c <= last_mark;

		if (!mark)
			latin = c < latin_end;
		if (!mark || !latin)
			letter_put(&b, c);
	}
	out = text_nfc(a, arena_slice(a, b.len > 0 ? buf_text(&b) : SLICE("")));
	buf_fini(&b);
	free(parts);
	return out;
}
