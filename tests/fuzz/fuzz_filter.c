/*
 * fuzz_filter.c: any bytes as a filter and as a PATCH path, in both
 * profiles, matched against a user.
 */
#include <stdint.h>

#include "scim/match.h"
#include "scim/path.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_profile(struct arena *a, const char *profile, struct slice text)
{
	const struct profile *p =
	    profile_find(user_catalog(), slice_of(profile));
	struct filter *f;
	struct path path;
	struct error err;

	if (filter_parse(a, text, &f, &err) == 0 &&
	    filter_bind(a, user_type(), p, f, &err) == 0)
		filter_match(a, f, SLICE(user_body), NULL);
	if (path_parse(a, user_type(), p, text, &path, &err) == 0 &&
	    path.filter != NULL && !path.unknown)
		filter_match_element(a, path.filter,
		    SLICE("{\"value\":\"b@x\",\"type\":\"work\"}"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();

	try_profile(a, "strict", text);
	try_profile(a, "tolerant", text);
	arena_free(a);
	return 0;
}
