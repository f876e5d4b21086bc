/*
 * patch_remove.c: PATCH remove (RFC 7644 section 3.5.2.2).
 */
#include "json/json.h"
#include "scim/patch_target.h"

/*
 * PATCH-58, ENTRA-15, ENTRA-35: a remove with a value takes only what is
 * equal to it; lists compare by "value" where there is one.
 */
static bool
is_listed(struct patch_applier *ap, const struct attr *attr,
    const struct json_object *element, struct json_object *list)
{
	const struct attr *key = attr_find_sub(attr, SLICE("value"));

	for (size_t i = 0; i < json_len(list); i++) {
		struct json_object *item = json_at(list, i);
		struct json_object *mine = json_attr(element, SLICE("value"));
		struct json_object *theirs = json_kind(item) == JSON_OBJECT
		    ? json_attr(item, SLICE("value"))
		    : item;

		if (key != NULL && mine != NULL && theirs != NULL &&
		    value_equal(ap->a, key, mine, theirs))
			return true;
		if (value_equal(ap->a, attr, element, item))
			return true;
	}
	return false;
}

/* The value of OP as a list, so that one rule serves all forms. */
static struct json_object *
value_as_list(struct patch_applier *ap, const struct patch_op *op)
{
	struct json_object *list;

	if (json_kind(op->value) == JSON_ARRAY)
		return op->value;
	list = json_new_array(ap->a);
	json_append(list, op->value);
	return list;
}

/* Take elements off the list: the selected ones, or those also listed. */
static int
remove_elements(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *list =
	    op->value == NULL ? NULL : value_as_list(ap, op);

	if (op->path.filter == NULL && list == NULL)
		return target_unassign(ap, op, t);
	for (size_t i = t->nelements; i-- > 0;)
		if (list == NULL ||
		    is_listed(
			ap, t->attr, json_at(t->value, t->elements[i]), list))
			json_delete_at(t->value, t->elements[i]);
	if (t->value != NULL && json_len(t->value) == 0)
		return target_unassign(ap, op, t);
	return 0;
}

static int
remove_sub(struct patch_applier *ap, const struct patch_op *op,
    struct json_object *object, const struct attr *sub)
{
	struct json_object *now = json_attr(object, sub->name);

	if (now == NULL)
		return 0;
	if (op->value != NULL && !value_equal(ap->a, sub, now, op->value))
		return 0;
	if (sub->required || sub->mutability == MUT_IMMUTABLE)
		return error_set(ap->err, ERR_MUTABILITY,
		    "attribute '%.*s' cannot be removed", SLICE_ARG(sub->name));
	json_delete(object, sub->name);
	return 0;
}

/* attr.sub and attr[filter].sub. */
static int
remove_subs(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	if (json_kind(t->value) == JSON_OBJECT) {
		if (remove_sub(ap, op, t->value, t->sub) == -1)
			return -1;
		if (json_len(t->value) == 0)
			json_delete(t->container, t->attr->name);
		return 0;
	}
	for (size_t i = 0; i < t->nelements; i++)
		if (remove_sub(ap, op, json_at(t->value, t->elements[i]),
			t->sub) == -1)
			return -1;
	if (t->nelements > 0)
		target_drop_hollow(t);
	return 0;
}

/* A single value goes, unless OP names another one (ENTRA-15). */
static int
remove_single(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	if (op->value != NULL && t->value != NULL &&
	    !is_listed(ap, t->attr, t->value, value_as_list(ap, op)) &&
	    !value_equal(ap->a, t->attr, t->value, op->value))
		return 0;
	return target_unassign(ap, op, t);
}

int
patch_remove(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	if (t->sub != NULL)
		return remove_subs(ap, op, t);
	if (t->attr->multi_valued)
		return remove_elements(ap, op, t);
	return remove_single(ap, op, t);
}
