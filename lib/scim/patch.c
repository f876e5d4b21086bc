/*
 * patch.c: PATCH operations on the tree of a resource (RFC 7644 section
 * 3.5.2): each in turn, by its target and its verb.
 */
#include "json/json.h"
#include "scim/patch_target.h"

/* PATCH-21: the list follows from the extensions that are there. */
static int
apply_schemas(struct patch_applier *ap, const struct patch_op *op)
{
	if (op->verb != PATCH_REMOVE)
		return 0;
	return error_set(ap->err, ERR_MUTABILITY,
	    "'schemas' changes with the attributes of the extensions");
}

static int
apply_op(struct patch_applier *ap, const struct patch_op *op)
{
	struct patch_target t;

	if (op->path.ref.attr == NULL) {
		json_delete(ap->tree, op->path.ref.extension->id);
		return 0;
	}
	if (slice_equal(op->path.ref.attr->name, SLICE("schemas")))
		return apply_schemas(ap, op);
	target_find(ap, op, &t);
	return op->verb == PATCH_REMOVE ? patch_remove(ap, op, &t)
					: patch_set(ap, op, &t);
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
	};

	for (size_t i = 0; i < patch->nops; i++) {
		const struct patch_op *op = &patch->ops[i];

		if (op->path.ref.attr != NULL &&
		    op->path.ref.attr->keep != KEEP_BODY)
			continue;
		if (apply_op(&ap, op) == -1)
			return error_prefix(err, "operation %zu: ", op->index);
	}
	return 0;
}
