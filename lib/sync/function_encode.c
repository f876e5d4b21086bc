/*
 * function_encode.c: text as the text of its bytes.
 */
#include "base/text_letter.h"
#include "sync/function.h"

static void
put_utf16(struct buf *b, unsigned unit)
{
	buf_putc(b, (char)(unit & 0xff));
	buf_putc(b, (char)(unit >> 8));
}

/* UTF-16 with the low byte first. */
static void
put_letter(struct buf *b, int32_t letter)
{
	unsigned above = (unsigned)letter - 0x10000;

	if (letter < 0x10000) {
		put_utf16(b, (unsigned)letter);
		return;
	}
	put_utf16(b, 0xd800 | above >> 10);
	put_utf16(b, 0xdc00 | (above & 0x3ff));
}

/* Base64 with padding (RFC 4648 section 4). */
static void
put_base64(struct buf *b, struct slice bytes)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
		unsigned three = 0;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 |
			    (k < n ? (unsigned char)bytes.data[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_putc(b,
			    k <= n ? digits[three >> (18 - 6 * k) & 63] : '=');
	}
}

int
function_convert_to_base64(struct call *c, struct datum *out)
{
	struct slice text;
	struct buf wide, b;
	int32_t letter;

	if (call_text(c, 0, &text) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	buf_init(&wide, 2 * EXPRESSION_TEXT_MAX);
	while (letter_next(&text, &letter))
		put_letter(&wide, letter);
	buf_init(&b, EXPRESSION_TEXT_MAX);
	put_base64(&b, (struct slice){ wide.data, wide.len });
	buf_fini(&wide);
	return call_take_text(c, &b, out);
}

int
function_convert_to_utf8_hex(struct call *c, struct datum *out)
{
	static const char digits[] = "0123456789ABCDEF";
	struct slice text;
	struct buf b;

	if (call_text(c, 0, &text) == -1)
		return -1;
	if (text.data == NULL)
		return 0;
	buf_init(&b, EXPRESSION_TEXT_MAX);
	for (size_t i = 0; i < text.len; i++) {
		buf_putc(&b, digits[(unsigned char)text.data[i] >> 4]);
		buf_putc(&b, digits[(unsigned char)text.data[i] & 15]);
	}
	return call_take_text(c, &b, out);
}
