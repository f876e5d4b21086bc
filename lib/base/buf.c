/*
 * buf.c: the only growing string.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/number.h"
#include "base/plain.h"

enum { SIZE_FIRST = 256, PRINTED_SMALL = 256 };

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_fini(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len < b->len) {
		b->len = len;
		b->data[len] = '\0';
	}
}

static bool
grow(struct buf *b, size_t len)
{
	size_t size = b->size == 0 ? SIZE_FIRST : b->size;

	while (size <= b->len + len)
		size *= 2;
	b->data = realloc(b->data, size);
	if (b->data == NULL)
		fatal("out of memory (%zu bytes)", size);
	b->size = size;
	return true;
}

/* Make room for LEN more bytes and a NUL: mostly there is. */
static inline bool
reserve(struct buf *b, size_t len)
{
	if (b->overflow || len > b->max - b->len) {
		b->overflow = true;
		return false;
	}
	return b->len + len < b->size || grow(b, len);
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

char *
buf_extend(struct buf *b, size_t len)
{
	char *room;

	if (!reserve(b, len))
		return NULL;
	room = b->data + b->len;
	b->len += len;
	b->data[b->len] = '\0';
	return room;
}

void
buf_putc(struct buf *b, char c)
{
	if (!reserve(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
buf_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.data, s.len);
}

void
buf_insert(struct buf *b, size_t at, struct slice s)
{
	if (!reserve(b, s.len))
		return;
	memmove(b->data + at + s.len, b->data + at, b->len - at + 1);
	memcpy(b->data + at, s.data, s.len);
	b->len += s.len;
}

void
buf_number(struct buf *b, uint64_t n)
{
	char digits[NUMBER_LEN_MAX];

	buf_slice(b, number_text(n, digits));
}

/* Most is short: it is printed once. */
void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[PRINTED_SMALL];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (len < 0)
		fatal("buf_printf: %s", fmt);
	if ((size_t)len < sizeof(small)) {
		buf_add(b, small, (size_t)len);
		return;
	}
	if (!reserve(b, (size_t)len))
		return;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

static void
put_escaped(struct buf *b, unsigned char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t",
			  short_form[] = "\"\\bfnrt";
	const char *at = c == '\0' ? NULL : strchr(plain, c);

	if (at != NULL)
		buf_printf(b, "\\%c", short_form[at - plain]);
	else
		buf_printf(b, "\\u%04x", (unsigned)c);
}

void
buf_json_string(struct buf *b, struct slice text)
{
	size_t start = 0;

	buf_putc(b, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c;

		i += plain_len(text.data + i, text.len - i);
		if (i == text.len)
			break;
		c = (unsigned char)text.data[i];
		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_add(b, text.data + start, i - start);
		put_escaped(b, c);
		start = i + 1;
	}
	buf_add(b, text.data + start, text.len - start);
	buf_putc(b, '"');
}

bool
buf_overflowed(const struct buf *b)
{
	return b->overflow;
}

struct slice
buf_text(const struct buf *b)
{
	return (struct slice){ b->data == NULL ? "" : b->data, b->len };
}
