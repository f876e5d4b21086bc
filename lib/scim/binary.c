/*
 * binary.c: base64.
 */
#include "scim/binary.h"

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* TEXT without its padding, which is whole or not there. */
static int
cut_padding(struct slice *text)
{
	size_t whole = text->len, padding = 0;

	while (
	    padding < 2 && text->len > 0 && text->data[text->len - 1] == '=') {
		text->len--;
		padding++;
	}
	return text->len % 4 == 1 || (padding > 0 && whole % 4 != 0) ? -1 : 0;
}

int
binary_decode(struct arena *a, struct slice text, struct slice *out)
{
	unsigned bits = 0, nbits = 0;
	char *bytes;

	if (cut_padding(&text) == -1)
		return -1;
	out->data = bytes = arena_alloc(a, text.len + 1);
	out->len = 0;
	for (size_t i = 0; i < text.len; i++) {
		int value = digit(text.data[i]);

		if (value == -1)
			return -1;
		bits = (bits << 6 | (unsigned)value) & 0xffff;
		nbits += 6;
		if (nbits < 8)
			continue;
		nbits -= 8;
		bytes[out->len++] = (char)(bits >> nbits & 0xff);
	}
	return 0;
}
