/*
 * patch_merge.c: PATCH add and replace within one complex value (RFC 7644
 * sections 3.5.2.1, 3.5.2.3): what is named changes, the rest stays.
 */
#include "json/json.h"
#include "scim/patch_target.h"

bool
patch_says_nothing(const struct patch_applier *ap, const struct json_object *v)
{
	return ap->keeps_null && json_kind(v) == JSON_NULL;
}

/* OLD and what is new in LIST, both of the list ATTR (PATCH-36). */
static struct json_object *
join(struct patch_applier *ap, const struct attr *attr,
    const struct json_object *old, const struct json_object *list)
{
	struct json_object *all = json_copy(ap->a, old);
	struct value_set seen;

	value_set_init(&seen, ap->a, attr);
	for (size_t i = 0; i < json_len(all); i++)
		value_set_add(&seen, json_at(all, i));
	for (size_t i = 0; i < json_len(list); i++)
		if (value_set_add(&seen, json_at(list, i)))
			json_append(all, json_at(list, i));
	return all;
}

/* Write SUB of OBJECT, unless it is frozen at another value (PATCH-17). */
static int
assign_sub(struct patch_applier *ap, const struct patch_op *op,
    struct json_object *object, const struct attr *sub,
    struct json_object *value)
{
	struct json_object *old = json_attr(object, sub->name);

	if (op->verb == PATCH_ADD && sub->multi_valued && old != NULL)
		value = join(ap, sub, old, value);
	if (json_len(value) > VALUE_COUNT_MAX)
		return error_set(ap->err, ERR_INVALID_VALUE,
		    "attribute '%.*s' would have more than %d values",
		    SLICE_ARG(sub->name), VALUE_COUNT_MAX);
	if (sub->mutability == MUT_IMMUTABLE && old != NULL)
		return value_same(ap->a, sub, old, value)
		    ? 0
		    : error_set(ap->err, ERR_MUTABILITY,
			  "attribute '%.*s' is immutable",
			  SLICE_ARG(sub->name));
	json_set(object, sub->name, value);
	return 0;
}

int
patch_merge(struct patch_applier *ap, const struct patch_op *op,
    const struct attr *attr, struct json_object *object,
    struct json_object *value)
{
	struct json_object *normal;
	struct json_member m;

	if (value_normalise_element(&ap->values, attr, value, &normal) == -1)
		return -1;
	for (m = json_first(value); m.entry != NULL; json_next(&m)) {
		const struct attr *sub =
		    value_sub_attr(&ap->values, attr, m.name);

		if (sub == NULL || patch_says_nothing(ap, m.value) ||
		    !value_is_clear(ap->profile, sub, m.value))
			continue;
		if (target_unassign_sub(ap, op, object, sub) == -1)
			return -1;
		json_delete(normal, sub->name);
	}
	for (m = json_first(normal); m.entry != NULL; json_next(&m))
		if (assign_sub(ap, op, object, attr_find_sub(attr, m.name),
			m.value) == -1)
			return -1;
	return 0;
}

/* ENTRA-48: JSON in a string says more of a role than its value. */
static struct json_object *
role_of(
    struct patch_applier *ap, const struct attr *sub, struct json_object *value)
{
	struct json_object *element = json_new_object(ap->a), *role;

	if (!slice_equal(sub->name, SLICE("value")))
		return NULL;
	json_set(element, SLICE("value"), value);
	role = value_unwrap_role(&ap->values, sub->parent, element);
	return role == element ? NULL : role;
}

int
patch_set_sub(struct patch_applier *ap, const struct patch_op *op,
    const struct attr *sub, struct json_object *object)
{
	struct json_object *role = role_of(ap, sub, op->value), *value;

	if (role != NULL)
		return patch_merge(ap, op, sub->parent, object, role);
	if (value_normalise(&ap->values, sub, op->value, &value) == -1)
		return -1;
	if (value != NULL && !value_is_clear(ap->profile, sub, op->value))
		return assign_sub(ap, op, object, sub, value);
	return target_unassign_sub(ap, op, object, sub);
}
