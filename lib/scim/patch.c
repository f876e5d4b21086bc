/*
 * patch.c: PATCH operations on the tree of a resource (RFC 7644 section
 * 3.5.2): each in turn, by its target and its verb; then the whole is
 * validated.
 */
#include "json/json.h"
#include "scim/patch_target.h"
#include "scim/validate.h"

static int
set_or_remove(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	return op->verb == PATCH_REMOVE ? patch_remove(ap, op, t)
					: patch_set(ap, op, t);
}

/* Whatever OP does to an immutable attribute that is set: it stays. */
static int
set_immutable(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *before = json_copy(ap->a, t->value);

	if (set_or_remove(ap, op, t) == -1)
		return -1;
	if (before == NULL)
		return 0;
	if (!value_same(
		ap->a, t->attr, before, json_attr(t->container, t->attr->name)))
		return error_set(ap->err, ERR_MUTABILITY,
		    "attribute '%.*s' is immutable", SLICE_ARG(t->attr->name));
	/* The same in another spelling changes nothing (PATCH-28). */
	json_set(t->container, t->attr->name, before);
	return 0;
}

static int
apply_attribute(struct patch_applier *ap, const struct patch_op *op)
{
	struct patch_target t;

	ap->keeps_null = op->verb == PATCH_ADD &&
	    !profile_has(ap->profile, TOL_EMPTY_CLEARS);
	if (target_find(ap, op, &t) == -1)
		return -1;
	if (t.attr->mutability == MUT_IMMUTABLE)
		return set_immutable(ap, op, &t);
	return set_or_remove(ap, op, &t);
}

static int
apply_op(struct patch_applier *ap, const struct patch_op *op)
{
	const struct attr *attr = op->path.ref.attr;

	if (op->is_claim)
		return patch_claim(ap, op);
	if (attr == NULL)
		return patch_extension(ap, op);
	if (attr->keep == KEEP_EDGES)
		return 0;
	if (slice_equal(attr->name, SLICE("schemas")))
		return patch_schemas(ap, op);
	return apply_attribute(ap, op);
}

static int
apply_all(struct patch_applier *ap, const struct patch *patch)
{
	for (size_t i = 0; i < patch->nops; i++)
		if (apply_op(ap, &patch->ops[i]) == -1)
			return error_prefix(
			    ap->err, "operation %zu: ", patch->ops[i].index);
	return 0;
}

/* Is what OP was about not as it must be, now that all is done? */
static bool
is_wrong(struct patch_applier *ap, const struct patch_op *op)
{
	const struct attr_ref *ref = &op->path.ref;
	struct json_object *container = ref->extension == NULL
	    ? ap->tree
	    : json_attr(ap->tree, ref->extension->id);
	struct error ignored;

	if (container == NULL)
		return patch_requires(ap, ref->extension);
	return ref->attr != NULL && ref->attr->keep == KEEP_BODY &&
	    validate_attribute(ref->attr, json_attr(container, ref->attr->name),
		&ignored) == -1;
}

/* The last operation that could have made it right is the one to name. */
static int
blame(struct patch_applier *ap, const struct patch *patch)
{
	for (size_t i = patch->nops; i-- > 0;)
		if (is_wrong(ap, &patch->ops[i]))
			return error_prefix(
			    ap->err, "operation %zu: ", patch->ops[i].index);
	return -1;
}

/* NAME may be a URN, "attr", "attr.sub", and these with a URN in front. */
static bool
concerns(const struct patch_op *op, struct slice name)
{
	const struct attr_ref *ref = &op->path.ref;
	struct slice first;

	if (ref->extension != NULL &&
	    slice_has_prefix_nocase(name, ref->extension->id)) {
		name = slice_from(name, ref->extension->id.len);
		if (name.len == 0)
			return true;
		name = slice_from(name, 1);
	}
	return ref->attr != NULL && slice_next(&name, '.', &first) &&
	    slice_equal(ref->attr->name, first);
}

int
patch_blame(const struct patch *patch, struct error *err)
{
	if (err->code == ERR_NONE || err->about.len == 0)
		return -1;
	for (size_t i = patch->nops; i-- > 0;)
		if (concerns(&patch->ops[i], err->about))
			return error_prefix(
			    err, "operation %zu: ", patch->ops[i].index);
	return -1;
}

int
patch_apply(struct arena *a, const struct resource_type *type,
    const struct profile *profile, const struct match_source *source,
    const struct patch *patch, struct json_object *tree, struct error *err)
{
	struct patch_applier ap = {
		.values = { .a = a,
		    .profile = profile,
		    .err = err,
		    .patch = true },
		.tree = tree,
		.a = a,
		.type = type,
		.profile = profile,
		.source = source,
		.err = err,
		.scratch = arena_new(),
	};
	int rc = apply_all(&ap, patch);

	if (rc == 0 && validate_tree(a, type, tree, err) == -1)
		rc = blame(&ap, patch);
	arena_free(ap.scratch);
	return rc;
}
