/*
 * replace.c: what a PUT leaves as it is.
 */
#include "json/json.h"
#include "scim/replace.h"
#include "scim/validate.h"
#include "scim/value_set.h"

/* Is every value of X in Y?  Lists are compared as sets (PUT-08). */
static bool
covers(struct arena *a, const struct attr *attr, const struct json_object *x,
    const struct json_object *y)
{
	struct value_set set;

	if (!attr->multi_valued)
		return value_equal(a, attr, x, y);
	value_set_init(&set, a, attr);
	for (size_t i = 0; i < json_len(x); i++)
		value_set_add(&set, json_at(x, i));
	for (size_t i = 0; i < json_len(y); i++)
		if (!value_set_has(&set, json_at(y, i)))
			return false;
	return true;
}

/* OLD is the stored value of the immutable ATTR; that of TREE is equal. */
static int
check_equal(struct arena *a, const struct attr *attr,
    const struct json_object *old, const struct json_object *new,
    struct error *err)
{
	if (covers(a, attr, old, new) && covers(a, attr, new, old))
		return 0;
	return error_set(err, ERR_MUTABILITY,
	    "'%.*s' is immutable and has another value already",
	    SLICE_ARG(attr->name));
}

static int keep_all(struct arena *a, const struct attr *attrs, size_t n,
    const struct json_object *before, struct json_object *tree,
    struct error *err);

static int
keep(struct arena *a, const struct attr *attr, struct json_object *old,
    struct json_object *tree, struct error *err)
{
	struct json_object *new = json_attr(tree, attr->name);

	if (attr->mutability == MUT_READ_ONLY ||
	    (attr->mutability == MUT_IMMUTABLE && new == NULL)) {
		json_set(tree, attr->name, json_copy(a, old));
		return 0;
	}
	if (attr->mutability == MUT_IMMUTABLE)
		return check_equal(a, attr, old, new, err);
	/* Of a list each element is frozen, the list is open (PUT-17). */
	if (attr->type != ATTR_COMPLEX || attr->multi_valued || new == NULL)
		return 0;
	return keep_all(a, attr->sub, attr->nsub, old, new, err);
}

static int
keep_all(struct arena *a, const struct attr *attrs, size_t n,
    const struct json_object *before, struct json_object *tree,
    struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *old = json_attr(before, attrs[i].name);

		if (old != NULL && attrs[i].keep == KEEP_BODY &&
		    keep(a, &attrs[i], old, tree, err) == -1)
			return -1;
	}
	return 0;
}

static int
keep_extension(struct arena *a, const struct schema *schema,
    const struct json_object *before, struct json_object *tree,
    struct error *err)
{
	struct json_object *old = json_attr(before, schema->id);
	struct json_object *new = json_attr(tree, schema->id);

	if (old == NULL)
		return 0;
	if (new == NULL) {
		new = json_new_object(a);
		json_set(tree, schema->id, new);
	}
	return keep_all(a, schema->attrs, schema->nattrs, old, new, err);
}

int
replace_keep(struct arena *a, const struct resource_type *type,
    const struct json_object *before, struct json_object *tree,
    struct error *err)
{
	if (keep_all(a, type->schema->attrs, type->schema->nattrs, before, tree,
		err) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++)
		if (keep_extension(
			a, type->extensions[i].schema, before, tree, err) == -1)
			return -1;
	return validate_tree(a, type, tree, err);
}
