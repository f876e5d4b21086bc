/*
 * fuzz_filter.c: any bytes as a filter, in both profiles, matched against a
 * user: it means the same when it is printed and parsed again, and "not",
 * "and" and "or" keep the rules of a logic of three values.
 */
#include <stdint.h>

#include "print.h"
#include "require.h"
#include "scim/match.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The id is known, groups could not be told, the rest has no value. */
static bool
get(void *arg, const struct attr *attr, struct slice *value, bool *failed)
{
	(void)arg;
	*value = SLICE("\"2819c223-7f76-453a-919d-413861904646\"");
	*failed |= slice_equal(attr->name, SLICE("groups"));
	return slice_equal(attr->name, SLICE("id"));
}

static int
match(struct arena *a, const struct filter *f)
{
	static const struct match_source source = { .get = get };
	int met = filter_match(a, f, SLICE(user_body), &source);

	require(met >= -1 && met <= 1);
	return met;
}

static struct filter *
parse(struct arena *a, const struct profile *p, struct slice text)
{
	struct filter *f;
	struct error err;

	return filter_parse(a, text, &f, &err) == 0 &&
		filter_bind(a, user_type(), p, f, &err) == 0
	    ? f
	    : NULL;
}

static void
check_logic(struct arena *a, struct filter *f, int met)
{
	struct filter not = { .op = FILTER_NOT, .left = f };
	struct filter and = { .op = FILTER_AND, .left = f, .right = &not };
	struct filter or = { .op = FILTER_OR, .left = f, .right = &not };

	require(match(a, &not ) == (met == -1 ? -1 : !met));
	require(match(a, &and) == (met == -1 ? -1 : 0));
	require(match(a, & or) == (met == -1 ? -1 : 1));
}

static void
try_profile(struct arena *a, const char *profile, struct slice text)
{
	const struct profile *p =
	    profile_find(user_catalog(), slice_of(profile));
	struct filter *f = parse(a, p, text), *again;
	struct slice printed, twice;
	int met;

	if (f == NULL)
		return;
	met = match(a, f);
	check_logic(a, f, met);
	if (!print_filter(a, f, &printed))
		return;
	again = parse(a, p, printed);
	require(again != NULL && match(a, again) == met);
	require(print_filter(a, again, &twice) && slice_equal(printed, twice));
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
