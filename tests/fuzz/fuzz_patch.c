/*
 * fuzz_patch.c: any bytes as the Operations of a PATCH, and as the body of a
 * POST, in both profiles.
 */
#include <stdint.h>
#include <stdlib.h>

#include "json/json.h"
#include "scim/patch.h"
#include "scim/validate.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was applied must still be a resource that can be stored and read. */
static void
check(struct arena *a, const struct json_object *tree)
{
	struct json_object *again;
	struct error err;

	if (json_parse(a, json_text(a, tree), &again, &err) == -1 ||
	    !json_equal(tree, again))
		abort();
}

static void
try_profile(struct arena *a, const char *profile, struct json_object *input)
{
	const struct profile *p =
	    profile_find(user_catalog(), slice_of(profile));
	struct json_object *message = json_new_object(a), *urns, *tree;
	struct patch patch;
	struct error err;

	urns = json_new_array(a);
	json_append(urns, json_new_string(a, SLICE(URN_PATCH)));
	json_set(message, SLICE("schemas"), urns);
	json_set(message, SLICE("Operations"), input);
	if (json_parse(a, SLICE(user_body), &tree, &err) == 0 &&
	    patch_parse(
		a, user_type(), p, SLICE("u1"), message, &patch, &err) == 0 &&
	    patch_apply(a, user_type(), p, NULL, &patch, tree, &err) == 0)
		check(a, tree);
	if (validate_body(a, user_type(), p, input, &tree, &err) == 0)
		check(a, tree);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct json_object *input;
	struct error err;

	if (json_parse(a, (struct slice){ (const char *)data, size }, &input,
		&err) == 0) {
		try_profile(a, "strict", input);
		try_profile(a, "tolerant", input);
	}
	arena_free(a);
	return 0;
}
