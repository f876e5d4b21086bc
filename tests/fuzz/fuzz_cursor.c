/*
 * fuzz_cursor.c: any bytes as a cursor; a cursor of any bytes comes back as
 * it was, and not when anything in it was altered.
 */
#include <stdint.h>
#include <string.h>

#include "require.h"
#include "scim/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char secret[DIGEST_LEN] = "not so secret";
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

static bool
opens(struct arena *a, struct slice text, struct cursor *out)
{
	struct error err;
	int rc = cursor_open(a, secret, SLICE("query"), text, out, &err);

	require(rc == 0 || err.code == ERR_INVALID_CURSOR);
	return rc == 0;
}

/* One character at PLACE another one, of the alphabet and outside. */
static void
alter(struct arena *a, struct slice sealed, size_t place, uint8_t with)
{
	char *text = arena_strndup(a, sealed.data, sealed.len);
	struct slice altered = { text, sealed.len };
	struct cursor out;

	text[place] = alphabet[with % 64];
	require(text[place] == sealed.data[place] || !opens(a, altered, &out));
	text[place] = (char)with;
	require(text[place] == sealed.data[place] || !opens(a, altered, &out));
}

/* A shorter and a longer one. */
static void
resize(struct arena *a, struct slice sealed, uint8_t with)
{
	char *text = arena_strndup(a, sealed.data, sealed.len);
	struct slice longer = { text, sealed.len + 1 };
	struct slice shorter = { text, sealed.len - 1 };
	struct cursor out;

	text[sealed.len] = alphabet[with % 64]; /* where the NUL was */
	require(!opens(a, longer, &out));
	require(!opens(a, shorter, &out));
}

static void
round_trip(struct arena *a, struct slice text)
{
	struct cursor in = { .total = (int64_t)text.len, .key = text }, out;
	struct slice sealed;
	struct error err;
	uint8_t place = 0, with = 0;

	if (text.len > 512)
		in.key.len = 512;
	if (text.len >= 26) {
		memcpy(&in.issued_at, text.data, 8);
		memcpy(&in.count, text.data + 8, 8);
		memcpy(in.last.bytes, text.data + 10, 16);
	}
	if (text.len >= 2) {
		place = (uint8_t)text.data[text.len - 1];
		with = (uint8_t)text.data[text.len - 2];
	}
	sealed = cursor_seal(a, secret, SLICE("query"), &in);
	require(opens(a, sealed, &out));
	require(out.issued_at == in.issued_at && out.total == in.total &&
	    out.count == in.count && slice_equal(out.key, in.key) &&
	    memcmp(&out.last, &in.last, sizeof(in.last)) == 0);
	require(
	    cursor_open(a, secret, SLICE("other"), sealed, &out, &err) == -1);
	alter(a, sealed, place % sealed.len, with);
	alter(a, sealed, sealed.len - 1 - place % 2, with);
	resize(a, sealed, with);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct cursor out;

	require(!opens(a, text, &out)); /* an HMAC was guessed */
	round_trip(a, text);
	arena_free(a);
	return 0;
}
