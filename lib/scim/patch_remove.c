/*
 * patch_remove.c: PATCH remove (RFC 7644 section 3.5.2.2).
 */
#include "json/json.h"
#include "scim/patch_target.h"

/*
 * PATCH-58, ENTRA-15, ENTRA-35: a remove with a value takes only what is
 * equal to it; complex values compare by "value" where there is one, and by
 * "type" where that is said.
 */
struct listed {
	struct value_set whole;
	struct value_set pairs;	   /* of values that have a type */
	struct value_set by_value; /* of those that have none */
	const struct attr *key;	   /* "value", or NULL */
};

static void
list_item(struct listed *listed, const struct json_object *item)
{
	const struct json_object *value = json_kind(item) == JSON_OBJECT
	    ? json_attr(item, SLICE("value"))
	    : item;

	value_set_add(&listed->whole, item);
	if (listed->key == NULL || value == NULL)
		return;
	if (json_attr(item, SLICE("type")) != NULL)
		value_set_put(&listed->pairs, item, 0);
	else
		value_set_add(&listed->by_value, value);
}

static void
read_list(struct patch_applier *ap, const struct attr *attr,
    const struct json_object *list, struct listed *listed)
{
	listed->key = attr_find_sub(attr, SLICE("value"));
	value_set_init(&listed->whole, ap->a, attr);
	value_set_init_pairs(&listed->pairs, ap->a, attr);
	value_set_init(&listed->by_value, ap->a, listed->key);
	for (size_t i = 0; i < json_len(list); i++)
		list_item(listed,
		    value_unwrap_role(&ap->values, attr, json_at(list, i)));
}

static bool
is_listed(const struct listed *listed, const struct json_object *element)
{
	struct json_object *value = json_attr(element, SLICE("value"));

	if (listed->key != NULL && value != NULL &&
	    (value_set_has(&listed->by_value, value) ||
		value_set_has(&listed->pairs, element)))
		return true;
	return value_set_has(&listed->whole, element);
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
	struct listed listed;

	if (op->path.filter == NULL && op->value == NULL)
		return target_unassign(ap, op, t);
	if (op->value != NULL)
		read_list(ap, t->attr, value_as_list(ap, op), &listed);
	for (size_t i = t->nelements; i-- > 0;)
		if (op->value == NULL ||
		    is_listed(&listed, json_at(t->value, t->elements[i])))
			json_delete_at(t->value, t->elements[i]);
	if (t->value != NULL && json_len(t->value) == 0)
		return target_unassign(ap, op, t);
	return 0;
}

/* Of a list within a value, what OP lists. */
static int
remove_from_sub(struct patch_applier *ap, const struct patch_op *op,
    struct json_object *object, const struct attr *sub)
{
	struct json_object *now = json_attr(object, sub->name);
	struct json_object *left = json_new_array(ap->a);
	struct listed listed;

	read_list(ap, sub, value_as_list(ap, op), &listed);
	for (size_t i = 0; i < json_len(now); i++)
		if (!is_listed(&listed, json_at(now, i)))
			json_append(left, json_at(now, i));
	if (json_len(left) == json_len(now))
		return 0;
	if (json_len(left) == 0 || sub->mutability == MUT_IMMUTABLE)
		return target_unassign_sub(ap, op, object, sub);
	json_set(object, sub->name, left);
	return 0;
}

/*
 * Does OP mean NOW, the single value of ATTR?  To the RFC it does, for its
 * path says all (PATCH-51, 52); to others a value must be equal (ENTRA-15).
 */
static bool
names_value(struct patch_applier *ap, const struct patch_op *op,
    const struct attr *attr, struct json_object *now)
{
	struct listed listed;

	if (op->value == NULL ||
	    !profile_forgives(ap->profile, TOL_REMOVE_EQUAL))
		return true;
	read_list(ap, attr, value_as_list(ap, op), &listed);
	return is_listed(&listed, now);
}

static int
remove_sub(struct patch_applier *ap, const struct patch_op *op,
    struct json_object *object, const struct attr *sub)
{
	struct json_object *now = json_attr(object, sub->name);

	if (now == NULL)
		return 0;
	if (op->value != NULL && sub->multi_valued)
		return remove_from_sub(ap, op, object, sub);
	if (!names_value(ap, op, sub, now))
		return 0;
	return target_unassign_sub(ap, op, object, sub);
}

/* attr.sub and attr[filter].sub. */
static int
remove_subs(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	if (json_kind(t->value) == JSON_OBJECT) {
		if (remove_sub(ap, op, t->value, t->sub) == -1)
			return -1;
		return json_len(t->value) > 0 ? 0 : target_unassign(ap, op, t);
	}
	for (size_t i = 0; i < t->nelements; i++)
		if (remove_sub(ap, op, json_at(t->value, t->elements[i]),
			t->sub) == -1)
			return -1;
	if (t->nelements == 0)
		return 0;
	if (target_drop_hollow(ap, op, t) == -1)
		return -1;
	target_drop_equal(ap, t);
	return 0;
}

int
patch_remove(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	/* A filter that does not fit the single value: nothing to do. */
	if (!t->attr->multi_valued && !t->selected)
		return 0;
	if (t->sub != NULL)
		return remove_subs(ap, op, t);
	if (t->attr->multi_valued)
		return remove_elements(ap, op, t);
	if (t->value != NULL && !names_value(ap, op, t->attr, t->value))
		return 0;
	return target_unassign(ap, op, t);
}
