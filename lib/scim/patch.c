/*
 * patch.c: PATCH operations on the tree of a resource (RFC 7644 section
 * 3.5.2): each in turn, by its target and its verb.
 */
#include "json/json.h"
#include "scim/patch_target.h"

/* Is URN the value, or one of the list, that an operation gives? */
static bool
names_schema(const struct json_object *value, struct slice urn)
{
	if (json_kind(value) == JSON_STRING)
		return slice_equal_nocase(json_string(value), urn);
	for (size_t i = 0; i < json_len(value); i++)
		if (slice_equal_nocase(json_string(json_at(value, i)), urn))
			return true;
	return false;
}

/* Does OP take URN, the schema number I, off the list? */
static bool
drops_schema(const struct patch_op *op, const struct patch_target *t, size_t i,
    struct slice urn)
{
	if (op->verb == PATCH_ADD)
		return false;
	if (op->verb == PATCH_REPLACE)
		return !names_schema(op->value, urn);
	if (op->path.filter == NULL && json_kind(op->value) != JSON_NULL)
		return names_schema(op->value, urn);
	for (size_t e = 0; e < t->nelements; e++)
		if (t->elements[e] == i)
			return true;
	return false;
}

/*
 * PATCH-21: an extension that is taken off the list goes with its data; the
 * first one, of the type itself, stays.  The rest of the list follows from
 * the extensions that are there.
 */
static int
apply_schemas(struct patch_applier *ap, const struct patch_op *op)
{
	struct patch_target t;

	if (target_find(ap, op, &t) == -1)
		return -1;
	for (size_t i = 0; i < json_len(t.value); i++) {
		struct slice urn = json_string(json_at(t.value, i));

		if (!drops_schema(op, &t, i, urn))
			continue;
		if (i == 0)
			return error_set(ap->err, ERR_MUTABILITY,
			    "'%.*s' is the schema of the resource's type",
			    SLICE_ARG(urn));
		json_delete(ap->tree, urn);
	}
	return 0;
}

/*
 * The container of an extension as a whole: objects have become operations
 * of their own (patch_parse.c), so what is left is to take it away.
 */
static int
apply_extension(struct patch_applier *ap, const struct patch_op *op)
{
	bool is_null = json_kind(op->value) == JSON_NULL;

	if (!is_null)
		return error_set(ap->err, ERR_INVALID_VALUE,
		    "'%.*s' takes an object, not %s",
		    SLICE_ARG(op->path.ref.extension->id),
		    json_kind_name(json_kind(op->value)));
	if (op->verb != PATCH_ADD)
		json_delete(ap->tree, op->path.ref.extension->id);
	return 0;
}

static int
apply_op(struct patch_applier *ap, const struct patch_op *op)
{
	struct patch_target t;

	if (op->path.ref.attr == NULL)
		return apply_extension(ap, op);
	if (slice_equal(op->path.ref.attr->name, SLICE("schemas")))
		return apply_schemas(ap, op);
	ap->keeps_null = op->verb == PATCH_ADD &&
	    !profile_has(ap->profile, TOL_EMPTY_CLEARS);
	if (target_find(ap, op, &t) == -1)
		return -1;
	return op->verb == PATCH_REMOVE ? patch_remove(ap, op, &t)
					: patch_set(ap, op, &t);
}

static int
apply_all(struct patch_applier *ap, const struct patch *patch)
{
	for (size_t i = 0; i < patch->nops; i++) {
		const struct patch_op *op = &patch->ops[i];

		if (op->path.ref.attr != NULL &&
		    op->path.ref.attr->keep != KEEP_BODY)
			continue;
		if (apply_op(ap, op) == -1)
			return error_prefix(
			    ap->err, "operation %zu: ", op->index);
	}
	return 0;
}

int
patch_apply(struct arena *a, const struct profile *profile,
    const struct patch *patch, struct json_object *tree, struct error *err)
{
	struct patch_applier ap = {
		.values = { .a = a,
		    .profile = profile,
		    .err = err,
		    .patch = true },
		.tree = tree,
		.a = a,
		.profile = profile,
		.err = err,
		.scratch = arena_new(),
	};
	int rc = apply_all(&ap, patch);

	arena_free(ap.scratch);
	return rc;
}
