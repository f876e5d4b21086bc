/*
 * cursor.c: the place where a page ended.
 *
 *	HMAC 16 | format 1 | issued_at 8 | total 8 | count 8 | last 16 | key
 */
#include <string.h>

#include "base/base64.h"
#include "scim/cursor.h"

enum {
	MAC_LEN = 16,
	FORMAT = 1,
	HEAD_LEN = MAC_LEN + 1 + 3 * 8 + 16,
	TEXT_MAX = 4096
};

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
	return base64url_encode(a, bytes, len);
}

int
cursor_open(struct arena *a, const unsigned char secret[DIGEST_LEN],
    struct slice binding, struct slice text, struct cursor *out,
    struct error *err)
{
	unsigned char *bytes = NULL, mac[DIGEST_LEN];
	size_t len = 0;

	if (text.len <= TEXT_MAX)
		bytes = base64url_decode(a, text, &len);
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
