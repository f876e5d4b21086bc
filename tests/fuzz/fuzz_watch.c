/*
 * fuzz_watch.c: any bytes as a body to be redacted, as a path and a body in a
 * record, as an entry of the audit.
 */
#include <stdint.h>
#include <string.h>

#include "json/check.h"
#include "require.h"
#include "watch/audit_private.h"
#include "watch/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is redacted stays so, is JSON, and holds no secret of ours. */
static void
redact(struct arena *a, struct slice text)
{
	struct slice names = SLICE("title,urn:example:User:pin"), once, twice;
	struct error err;

	redact_query(text, names);
	redact_text(text);
	if (redact_body(a, text, names, &once, &err) == -1)
		return;
	require(json_check(once, &err) == 0);
	require(memmem(once.data, once.len, "mst_", 4) == NULL);
	require(redact_body(a, once, names, &twice, &err) == 0);
	require(slice_equal(once, twice));
}

/* An entry of any bytes is what it was, and is not when one was changed. */
static void
chain(struct arena *a, struct slice text)
{
	struct audit_entry entry = { 1, 7, 9, text }, out;
	struct audit_head head = { .n = 0 }, again = head, third = head;
	struct buf b;
	char *line;
	size_t len;

	audit_take(text, &again, &out);
	again = third;
	buf_init(&b, AUDIT_LINE_MAX);
	audit_put(&b, &entry, &head);
	len = b.len - 1; /* without the newline */
	line = arena_strndup(a, b.data, len);
	buf_fini(&b);
	require(audit_take((struct slice){ line, len }, &again, &out) == NULL);
	require(slice_equal(out.change, text) && out.log == 7 &&
	    out.sequence == 9 && again.n == 1 &&
	    strcmp(again.hash, head.hash) == 0);
	line[text.len == 0 ? 0 : (unsigned char)text.data[0] % len] ^= 1;
	require(audit_take((struct slice){ line, len }, &third, &out) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct slice text = { (const char *)data, size };

	redact(a, text);
	chain(a, text);
	arena_free(a);
	return 0;
}
