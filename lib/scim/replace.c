/*
 * replace.c: what a PUT leaves as it is.
 */
#include "json/json.h"
#include "scim/replace.h"
#include "scim/validate.h"
#include "scim/value_set.h"

struct keeper {
	struct arena *a;
	const struct resource_type *type;
	const struct json_object *body; /* as it was sent */
	struct error *err;
};

/* Does the body name ATTR, an attribute of the type?  Then *VALUE is what. */
static bool
find_given(
    const struct keeper *k, const struct attr *attr, struct json_object **value)
{
	struct json_member m;
	struct attr_ref ref;

	for (m = json_first(k->body); m.entry != NULL; json_next(&m)) {
		if (attr_resolve(k->type, m.name, &ref) != ATTR_FOUND)
			continue;
		*value = m.value;
		if (ref.attr == attr)
			return true;
		*value = json_attr(m.value, attr->name);
		if (ref.attr == NULL && ref.extension == attr->schema &&
		    json_has(m.value, attr->name))
			return true;
	}
	return false;
}

/*
 * Does the body name ATTR?  Then null is a value that was given: it clears
 * (PUT-06), and what is complex with all its parts.  A text that has become
 * nothing is none: a template left blank.
 */
static bool
is_given(const struct keeper *k, const struct attr *attr)
{
	struct json_object *value;

	if (attr->parent == NULL)
		return find_given(k, attr, &value) &&
		    json_kind(value) != JSON_STRING;
	return find_given(k, attr->parent, &value) &&
	    (json_kind(value) == JSON_NULL || json_has(value, attr->name));
}

/* What nobody may write, and what PUT leaves out (PUT-07, 10, 11). */
static bool
is_kept(const struct keeper *k, const struct attr *attr,
    const struct json_object *new)
{
	if (attr->mutability == MUT_READ_ONLY)
		return true;
	return new == NULL &&
	    (attr->mutability == MUT_IMMUTABLE ||
		attr->mutability == MUT_WRITE_ONLY ||
		attr->returned == RET_NEVER) &&
	    !is_given(k, attr);
}

static int keep_all(const struct keeper *k, const struct attr *attrs, size_t n,
    const struct json_object *before, struct json_object *tree);

/* Of a complex value that PUT leaves out, what it may not take away. */
static int
keep_part(const struct keeper *k, const struct attr *attr,
    struct json_object *old, struct json_object *tree)
{
	struct json_object *part = json_new_object(k->a);

	if (keep_all(k, attr->sub, attr->nsub, old, part) == -1)
		return -1;
	if (json_len(part) > 0)
		json_set(tree, attr->name, part);
	return 0;
}

/* OLD is the stored value of ATTR. */
static int
keep(const struct keeper *k, const struct attr *attr, struct json_object *old,
    struct json_object *tree)
{
	struct json_object *new = json_attr(tree, attr->name);

	if (is_kept(k, attr, new)) {
		json_set(tree, attr->name, json_copy(k->a, old));
		return 0;
	}
	if (attr->mutability == MUT_IMMUTABLE) {
		/* The same in another spelling changes nothing (PUT-15). */
		if (value_same(k->a, attr, old, new)) {
			json_set(tree, attr->name, json_copy(k->a, old));
			return 0;
		}
		return error_set(k->err, ERR_MUTABILITY,
		    "'%.*s' is immutable and has another value already",
		    SLICE_ARG(attr->name));
	}
	/* Of a list each element is frozen, the list is open (PUT-17). */
	if (attr->type != ATTR_COMPLEX || attr->multi_valued)
		return 0;
	if (new == NULL)
		return keep_part(k, attr, old, tree);
	return keep_all(k, attr->sub, attr->nsub, old, new);
}

static int
keep_all(const struct keeper *k, const struct attr *attrs, size_t n,
    const struct json_object *before, struct json_object *tree)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *old = json_attr(before, attrs[i].name);

		if (old != NULL && attrs[i].keep == KEEP_BODY &&
		    keep(k, &attrs[i], old, tree) == -1)
			return -1;
	}
	return 0;
}

static int
keep_extension(const struct keeper *k, const struct schema *schema,
    const struct json_object *before, struct json_object *tree)
{
	struct json_object *old = json_attr(before, schema->id);
	struct json_object *new = json_attr(tree, schema->id);

	if (old == NULL)
		return 0;
	if (new == NULL) {
		new = json_new_object(k->a);
		json_set(tree, schema->id, new);
	}
	return keep_all(k, schema->attrs, schema->nattrs, old, new);
}

int
replace_keep(struct arena *a, const struct resource_type *type,
    const struct json_object *body, const struct json_object *before,
    struct json_object *tree, struct error *err)
{
	struct keeper k = { a, type, body, err };

	if (keep_all(&k, type->schema->attrs, type->schema->nattrs, before,
		tree) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++)
		if (keep_extension(
			&k, type->extensions[i].schema, before, tree) == -1)
			return -1;
	return validate_tree(a, type, tree, err);
}
