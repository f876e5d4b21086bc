/*
 * fuzz_cursor.c: any bytes as a cursor; and a cursor of any bytes, which
 * comes back as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scim/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char secret[DIGEST_LEN] = "not so secret";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size }, sealed;
	struct cursor in = { .issued_at = (int64_t)size, .key = text }, out;
	struct arena *a = arena_new();
	struct error err;

	if (cursor_open(a, secret, SLICE("query"), text, &out, &err) == 0)
		abort(); /* an HMAC was guessed */
	if (size > 512)
		in.key.len = 512;
	sealed = cursor_seal(a, secret, SLICE("query"), &in);
	if (cursor_open(a, secret, SLICE("query"), sealed, &out, &err) == -1 ||
	    !slice_equal(out.key, in.key) || out.issued_at != in.issued_at)
		abort();
	if (cursor_open(a, secret, SLICE("other"), sealed, &out, &err) == 0)
		abort();
	arena_free(a);
	return 0;
}
