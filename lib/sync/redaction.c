/*
 * redaction.c: what no log shows.
 */
#include <string.h>

#include "base/buf.h"
#include "json/json.h"
#include "sync/redaction.h"

enum { MASKED_MAX = 4 * 1024 * 1024 };

#define MASK SLICE("[Redact]")

bool
redaction_is_due(const struct flow *flows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (flows[i].redacted && flows[i].value != NULL)
			return true;
	return false;
}

/* TEXT with the mask for every PART in it. */
static struct slice
replace(struct arena *a, struct slice text, struct slice part)
{
	const char *at;
	struct slice out;
	struct buf b;

	if (part.len == 0 || text.len < part.len ||
	    memmem(text.data, text.len, part.data, part.len) == NULL)
		return text;
	buf_init(&b, MASKED_MAX);
	while (text.len > 0 &&
	    (at = memmem(text.data, text.len, part.data, part.len)) != NULL) {
		buf_add(&b, text.data, (size_t)(at - text.data));
		buf_slice(&b, MASK);
		text = slice_from(text, (size_t)(at - text.data) + part.len);
	}
	buf_slice(&b, text);
	out = buf_overflowed(&b) ? MASK : arena_slice(a, buf_text(&b));
	buf_fini(&b);
	return out;
}

/* The same without a value, or those of a list. */
static struct slice
mask_value(struct arena *a, struct slice text, const struct json_object *v)
{
	struct slice quoted;

	switch (json_kind(v)) {
	case JSON_NULL:
		return text;
	case JSON_STRING:
		quoted = json_text(a, v);
		text = replace(
		    a, text, (struct slice){ quoted.data + 1, quoted.len - 2 });
		return replace(a, text, json_string(v));
	case JSON_ARRAY:
		for (size_t i = 0; i < json_len(v); i++)
			text = mask_value(a, text, json_at(v, i));
		return text;
	default:
		return MASK;
	}
}

struct slice
redaction_mask(
    struct arena *a, const struct flow *flows, size_t n, struct slice text)
{
	for (size_t i = 0; i < n && text.len > 0; i++)
		if (flows[i].redacted)
			text = mask_value(a, text, flows[i].value);
	return text;
}

struct slice
redaction_mask_answer(
    struct arena *a, const struct flow *flows, size_t n, struct slice text)
{
	struct json_object *v;
	struct error err;

	if (!redaction_is_due(flows, n))
		return text;
	if (json_parse(a, text, &v, &err) == 0)
		text = json_text(a, v);
	return redaction_mask(a, flows, n, text);
}

struct slice
redaction_mask_path(
    struct arena *a, const struct flow *flows, size_t n, struct slice path)
{
	const char *query =
	    path.len == 0 ? NULL : memchr(path.data, '?', path.len);

	if (query == NULL || !redaction_is_due(flows, n))
		return path;
	path.len = (size_t)(query - path.data) + 1;
	return ARENA_JOIN(a, path, MASK);
}
