/*
 * fuzz_query.c: any bytes as the query string of a URL, and its parameters
 * as what they are: an order, tags, numbers, references.  What is encoded
 * comes back decoded, what is printed comes back parsed.
 */
#include <stdint.h>

#include "base/number.h"
#include "http/request.h"
#include "require.h"
#include "scim/etag.h"
#include "scim/sort.h"
#include "scim/uri.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_sort(struct arena *a, struct slice value)
{
	struct slice key, again;
	struct sort sort;
	struct error err;

	if (sort_parse(user_type(), value, &sort, &err) == -1)
		return;
	require(sort_key(a, &sort, SLICE(user_body), NULL, &key) == 0);
	require(key.len >= 1 && key.len <= SORT_KEY_MAX + 2);
	require(sort_key(a, &sort, SLICE(user_body), NULL, &again) == 0);
	require(slice_equal(key, again));
}

static void
try_number(struct arena *a, struct slice value)
{
	int64_t number, again;
	bool clamped, strict;

	if (parse_int(value, -5, 1000, &number, &clamped) == -1)
		return;
	strict = parse_int(value, -5, 1000, &again, NULL) == 0;
	require(number >= -5 && number <= 1000 && strict == !clamped);
	value = slice_of(arena_printf(a, "%d", (int)number));
	require(parse_int(value, -5, 1000, &again, NULL) == 0);
	require(again == number);
}

/* A tag is in every list that it is added to. */
static void
try_tags(struct arena *a, struct slice value)
{
	uint64_t version = value.len;
	struct slice tag = etag_of(a, version);
	struct slice list = slice_of(
	    arena_printf(a, "%.*s ,%.*s", SLICE_ARG(tag), SLICE_ARG(value)));

	require(etag_list_has(list, version));
	etag_list_has(value, version);
}

/* The normal form is its own, and the same as what it was made from. */
static void
try_uri(struct arena *a, struct slice value)
{
	struct slice text =
	    slice_of(arena_printf(a, "https://h/%.*s", SLICE_ARG(value)));
	struct slice normal = uri_normalise(a, text);

	require(slice_equal(normal, uri_normalise(a, normal)));
	require(uri_equal(a, text, normal) && uri_equal(a, normal, text));
	require(uri_same_resource(a, value, value));
	uri_resource_id(a, value);
}

static void
try_value(struct arena *a, struct slice value)
{
	try_sort(a, value);
	try_number(a, value);
	try_tags(a, value);
	try_uri(a, value);
}

/* All bytes, in hexadecimal, behind what else the query says. */
static void
encode_again(struct http_request *request, struct slice text)
{
	struct slice value;
	struct buf b;

	buf_init(&b, 3 * text.len + 64);
	buf_puts(&b, "x&%6eame=");
	for (size_t i = 0; i < text.len; i++) {
		const char *digits =
		    i % 2 ? "0123456789ABCDEF" : "0123456789abcdef";

		buf_putc(&b, '%');
		buf_putc(&b, digits[(unsigned char)text.data[i] / 16]);
		buf_putc(&b, digits[(unsigned char)text.data[i] % 16]);
	}
	buf_puts(&b, "&name=second");
	request->query = buf_text(&b);
	require(http_query(request, "name", &value));
	require(slice_equal(value, text));
	require(http_query(request, "x", &value) && value.len == 0);
	require(!http_query(request, "NAME", &value));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size }, value;
	struct arena *a = arena_new();
	struct http_request request = { .arena = a, .query = text };

	if (http_query(&request, "sortBy", &value)) {
		require(value.len <= size);
		try_value(a, value);
	}
	try_value(a, text);
	encode_again(&request, text);
	arena_free(a);
	return 0;
}
