/*
 * fuzz_query.c: any bytes as the query string of a URL, and its parameters
 * as what they are: an order, names of attributes, tags, numbers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "http/request.h"
#include "scim/etag.h"
#include "scim/project.h"
#include "scim/sort.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_value(struct arena *a, struct slice value)
{
	struct projection *projection;
	struct slice key;
	struct sort sort;
	struct error err;
	int64_t number;
	bool clamped;

	parse_int(value, 0, 1000, &number, &clamped);
	etag_list_has(value, 1);
	project_parse(a, user_type(), profile_default(user_catalog()), value,
	    SLICE(""), &projection, &err);
	if (sort_parse(user_type(), value, &sort, &err) == 0 &&
	    sort_key(a, &sort, SLICE(user_body), NULL, &key) == 0 &&
	    key.len > SORT_KEY_MAX + 2)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct http_request request = { .arena = a,
		.query = { arena_strndup(a, (const char *)data, size), size } };
	struct slice value;

	if (http_query(&request, "sortBy", &value))
		try_value(a, value);
	if (http_query(&request, "attributes", &value))
		try_value(a, value);
	try_value(a, request.query);
	arena_free(a);
	return 0;
}
