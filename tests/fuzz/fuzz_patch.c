/*
 * fuzz_patch.c: any JSON as the Operations of a PATCH, and as the body of a
 * POST, in both profiles.  What comes out can be stored and read, is what a
 * client may send, and the same again when the same is done twice.
 */
#include <stdint.h>

#include "json/json.h"
#include "require.h"
#include "scim/patch.h"
#include "scim/validate.h"
#include "user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct place {
	struct arena *a;
	const struct profile *profile;
	const struct resource_type *type;
};

static void
check_stored(struct arena *a, const struct json_object *tree)
{
	struct json_object *again;
	struct error err;

	require(json_parse(a, json_text(a, tree), &again, &err) == 0);
	require(json_equal(tree, again));
}

/* TREE, and null for what would otherwise get a default (POST-03, 04). */
static struct json_object *
as_body(const struct place *p, const struct json_object *tree)
{
	struct json_object *body = json_copy(p->a, tree);
	const struct schema *schema = p->type->schema;

	for (size_t i = 0; i < schema->nattrs; i++)
		if (schema->attrs[i].default_true &&
		    !json_has(body, schema->attrs[i].name))
			json_set(body, schema->attrs[i].name, NULL);
	return body;
}

/* What is stored would be taken from a client as it is. */
static void
check_valid(const struct place *p, const struct json_object *tree)
{
	struct json_object *again;
	struct error err;

	check_stored(p->a, tree);
	require(validate_body(p->a, p->type, p->profile, as_body(p, tree),
		    &again, &err) == 0);
	require(json_equal(tree, again));
}

static bool
apply(
    const struct place *p, const struct patch *patch, struct json_object *tree)
{
	struct error err;

	return patch_apply(
		   p->a, p->type, p->profile, NULL, patch, tree, &err) == 0 &&
	    validate_tree(p->a, p->type, tree, &err) == 0;
}

/* The result of OP does not depend on what was there before. */
static bool
is_absolute(const struct patch_op *op)
{
	const struct attr_ref *ref = &op->path.ref;

	return op->path.filter == NULL &&
	    (ref->sub == NULL || !ref->attr->multi_valued) &&
	    (op->verb == PATCH_REPLACE ||
		(op->verb == PATCH_REMOVE && op->value == NULL));
}

static bool
is_idempotent(const struct patch *patch)
{
	if (patch->nops == 1 && patch->ops[0].path.filter == NULL &&
	    patch->ops[0].verb == PATCH_ADD)
		return true;
	for (size_t i = 0; i < patch->nops; i++)
		if (!is_absolute(&patch->ops[i]))
			return false;
	return true;
}

static void
try_patch(const struct place *p, struct slice stored, struct json_object *input)
{
	struct json_object *message = json_new_object(p->a), *urns, *tree;
	struct patch patch;
	struct error err;

	urns = json_new_array(p->a);
	json_append(urns, json_new_string(p->a, SLICE(URN_PATCH)));
	json_set(message, SLICE("schemas"), urns);
	json_set(message, SLICE("Operations"), input);
	require(json_parse(p->a, stored, &tree, &err) == 0);
	if (patch_parse(p->a, p->type, p->profile, SLICE("u1"), message, &patch,
		&err) == -1 ||
	    !apply(p, &patch, tree))
		return;
	check_valid(p, tree);
	if (is_idempotent(&patch)) {
		struct json_object *twice = json_copy(p->a, tree);

		require(apply(p, &patch, twice) && json_equal(tree, twice));
	}
}

static void
try_profile(struct arena *a, const char *profile, struct json_object *input)
{
	struct place p = { .a = a,
		.profile = profile_find(user_catalog(), slice_of(profile)),
		.type = user_type() };
	struct json_object *tree;
	struct error err;

	if (json_kind(input) == JSON_ARRAY)
		try_patch(&p, SLICE(user_body), input);
	else if (validate_body(a, p.type, p.profile, input, &tree, &err) == 0)
		check_valid(&p, tree);
	p.type = catalog_find_type(user_catalog(), SLICE("Group"));
	if (json_kind(input) == JSON_ARRAY)
		try_patch(&p, SLICE(group_body), input);
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
