/*
 * base64.c: base64, and base64url without padding.
 */
#include <stdint.h>
#include <string.h>

#include "base/base64.h"

static const char plain_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* The digits of DATA at TEXT; how many there are. */
static size_t
put_digits(const char *digits, const void *data, size_t len, char *text)
{
	const unsigned char *bytes = data;
	uint32_t bits = 0;
	size_t n = 0;
	int nbits = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (nbits += 8; nbits >= 6; nbits -= 6)
			text[n++] = digits[bits >> (nbits - 6) & 63];
	}
	if (nbits > 0)
		text[n++] = digits[bits << (6 - nbits) & 63];
	return n;
}

struct slice
base64_encode(struct arena *a, const void *data, size_t len)
{
	char *text = arena_alloc(a, len / 3 * 4 + 5);
	size_t n = put_digits(plain_alphabet, data, len, text);

	while (n % 4 != 0)
		text[n++] = '=';
	text[n] = '\0';
	return (struct slice){ text, n };
}

struct slice
base64url_encode(struct arena *a, const void *data, size_t len)
{
	char *text = arena_alloc(a, len * 4 / 3 + 3);

	return (struct slice){ text, put_digits(alphabet, data, len, text) };
}

unsigned char *
base64url_decode(struct arena *a, struct slice text, size_t *len)
{
	unsigned char *bytes = arena_alloc(a, text.len + 1);
	uint32_t bits = 0;
	int nbits = 0;

	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		const char *at = text.data[i] == '\0'
		    ? NULL
		    : strchr(alphabet, text.data[i]);

		if (at == NULL)
			return NULL;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		nbits += 6;
		if (nbits >= 8) {
			nbits -= 8;
			bytes[(*len)++] = (unsigned char)(bits >> nbits);
		}
	}
	if (nbits >= 6 || (bits & ((1u << nbits) - 1)) != 0)
		return NULL;
	return bytes;
}
