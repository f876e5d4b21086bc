/*
 * cursor.c: the place where a page ended.
 *
 *	HMAC 16 | format 1 | issued_at 8 | total 8 | count 8 | last 16 | key
 */
#include <string.h>

#include "scim/cursor.h"

enum {
	MAC_LEN = 16,
	FORMAT = 1,
	HEAD_LEN = MAC_LEN + 1 + 3 * 8 + 16,
	TEXT_MAX = 4096
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* RFC 4648 section 5, without padding. */
static struct slice
encode(struct arena *a, const unsigned char *bytes, size_t len)
{
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

/*
 * The bytes of TEXT, NULL when it is not what encode makes of them: bits that
 * are left over at the end are zero, and fewer than a character's.
 */
static unsigned char *
decode(struct arena *a, struct slice text, size_t *len)
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

static unsigned char *
put_i64(unsigned char *at, int64_t number)
{
	for (int i = 7; i >= 0; i--)
		*at++ = (unsigned char)((uint64_t)number >> (8 * i));
	return at;
}

static int64_t
get_i64(const unsigned char *at)
{
	uint64_t number = 0;

	for (int i = 0; i < 8; i++)
		number = number << 8 | at[i];
	return (int64_t)number;
}

/* Of the SHA-256 of BINDING and the BYTES behind the MAC. */
static void
sign(struct arena *a, const unsigned char secret[DIGEST_LEN],
    struct slice binding, const unsigned char *bytes, size_t len,
    unsigned char mac[DIGEST_LEN])
{
	char *text = arena_alloc(a, DIGEST_LEN + len);

	digest_sha256(binding, (unsigned char *)text);
	memcpy(text + DIGEST_LEN, bytes, len);
	digest_hmac(secret, (struct slice){ text, DIGEST_LEN + len }, mac);
}

struct slice
cursor_seal(struct arena *a, const unsigned char secret[DIGEST_LEN],
    struct slice binding, const struct cursor *cursor)
{
	size_t len = HEAD_LEN + cursor->key.len;
	unsigned char *bytes = arena_alloc(a, len), *at = bytes + MAC_LEN;
	unsigned char mac[DIGEST_LEN];

	*at++ = FORMAT;
	at = put_i64(at, cursor->issued_at);
	at = put_i64(at, cursor->total);
	at = put_i64(at, cursor->count);
	memcpy(at, cursor->last.bytes, sizeof(cursor->last.bytes));
	if (cursor->key.len > 0)
		memcpy(bytes + HEAD_LEN, cursor->key.data, cursor->key.len);
	sign(a, secret, binding, bytes + MAC_LEN, len - MAC_LEN, mac);
	memcpy(bytes, mac, MAC_LEN);
	return encode(a, bytes, len);
}

int
cursor_open(struct arena *a, const unsigned char secret[DIGEST_LEN],
    struct slice binding, struct slice text, struct cursor *out,
    struct error *err)
{
	unsigned char *bytes = NULL, mac[DIGEST_LEN];
	size_t len = 0;

	if (text.len <= TEXT_MAX)
		bytes = decode(a, text, &len);
	if (bytes == NULL || len < HEAD_LEN)
		goto invalid;
	sign(a, secret, binding, bytes + MAC_LEN, len - MAC_LEN, mac);
	if (!digest_equal(mac, bytes, MAC_LEN) || bytes[MAC_LEN] != FORMAT)
		goto invalid;
	bytes += MAC_LEN + 1;
	*out = (struct cursor){ .issued_at = get_i64(bytes),
		.total = get_i64(bytes + 8),
		.count = get_i64(bytes + 16) };
	memcpy(out->last.bytes, bytes + 24, sizeof(out->last.bytes));
	out->key = (struct slice){ (const char *)bytes + 40, len - HEAD_LEN };
	return 0;
invalid:
	return error_set(err, ERR_INVALID_CURSOR,
	    "the cursor is not one that this query returned");
}
