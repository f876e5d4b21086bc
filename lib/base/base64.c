/*
 * base64.c: base64url without padding.
 */
#include <stdint.h>
#include <string.h>

#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

struct slice
base64url_encode(struct arena *a, const void *data, size_t len)
{
	const unsigned char *bytes = data;
	char *text = arena_alloc(a, len * 4 / 3 + 3);
	uint32_t bits = 0;
	size_t n = 0;
	int nbits = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (nbits += 8; nbits >= 6; nbits -= 6)
			text[n++] = alphabet[bits >> (nbits - 6) & 63];
	}
	if (nbits > 0)
		text[n++] = alphabet[bits << (6 - nbits) & 63];
	return (struct slice){ text, n };
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
