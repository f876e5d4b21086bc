/*
 * patch_set.c: PATCH add and replace (RFC 7644 sections 3.5.2.1, 3.5.2.3).
 */
#include <stdint.h>

#include "json/json.h"
#include "scim/patch_target.h"

static int
no_target(struct patch_applier *ap, const struct attr *attr)
{
	return error_set(ap->err, ERR_NO_TARGET,
	    "no value of '%.*s' is selected by the path",
	    SLICE_ARG(attr->name));
}

/* What the value of the operation is of. */
static const struct attr *
meant_of(const struct patch_target *t)
{
	return t->sub != NULL ? t->sub : t->attr;
}

/* PATCH-19: the one element that OP made primary is the only one. */
static int
settle_primary(struct patch_applier *ap, struct patch_target *t,
    const size_t *touched, size_t ntouched)
{
	size_t chosen = SIZE_MAX;

	for (size_t i = 0; i < ntouched; i++) {
		if (!json_boolean(
			json_get(json_at(t->value, touched[i]), "primary")))
			continue;
		if (chosen != SIZE_MAX)
			return error_set(ap->err, ERR_INVALID_VALUE,
			    "more than one value of '%.*s' would be primary",
			    SLICE_ARG(t->attr->name));
		chosen = touched[i];
	}
	if (chosen == SIZE_MAX)
		return 0;
	for (size_t i = 0; i < json_len(t->value); i++)
		if (i != chosen &&
		    json_boolean(json_get(json_at(t->value, i), "primary")))
			json_set(json_at(t->value, i), SLICE("primary"),
			    json_new_boolean(ap->a, false));
	return 0;
}

/* A complex single value: what is named changes, the rest stays. */
static int
set_complex(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *value = op->value;

	if (json_kind(value) != JSON_OBJECT &&
	    value_normalise(&ap->values, t->attr, value, &value) == -1)
		return -1;
	if (value == NULL)
		return target_unassign(ap, op, t);
	if (t->value == NULL) {
		t->value = json_new_object(ap->a);
		json_set(t->container, t->attr->name, t->value);
	}
	if (patch_merge(ap, op, t->attr, t->value, value) == -1)
		return -1;
	if (json_len(t->value) == 0)
		json_delete(t->container, t->attr->name);
	return 0;
}

/* add and replace of a single-valued attribute. */
static int
set_single(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *value;

	if (t->attr->type == ATTR_COMPLEX)
		return set_complex(ap, op, t);
	if (value_normalise(&ap->values, t->attr, op->value, &value) == -1)
		return -1;
	if (value == NULL)
		return target_unassign(ap, op, t);
	json_set(t->container, t->attr->name, value);
	return 0;
}

/*
 * One list to which another is added.  What has the same value and type as
 * an element is that element: it is merged, never there twice (CANON-01,
 * PD-25).
 */
struct append {
	struct value_set whole;
	struct value_set pairs;
	size_t *touched;
	size_t ntouched;
};

static void
append_init(struct append *p, struct patch_applier *ap,
    const struct patch_target *t, size_t n)
{
	value_set_init(&p->whole, ap->a, t->attr);
	value_set_init_pairs(&p->pairs, ap->a, t->attr);
	for (size_t i = 0; i < json_len(t->value); i++) {
		value_set_add(&p->whole, json_at(t->value, i));
		value_set_put(&p->pairs, json_at(t->value, i), i);
	}
	p->touched = arena_calloc(ap->a, n + 1, sizeof(*p->touched));
	p->ntouched = 0;
}

static int
append_one(struct append *p, struct patch_applier *ap,
    const struct patch_op *op, struct patch_target *t,
    struct json_object *element)
{
	size_t i = json_len(t->value);

	if (!value_set_add(&p->whole, element))
		return 0;
	if (value_set_find(&p->pairs, element, &i)) {
		if (patch_merge(
			ap, op, t->attr, json_at(t->value, i), element) == -1)
			return -1;
	} else {
		json_append(t->value, element);
		value_set_put(&p->pairs, element, i);
	}
	p->touched[p->ntouched++] = i;
	return 0;
}

/* add: append what is not there yet (PATCH-36, 37). */
static int
append_list(struct patch_applier *ap, const struct patch_op *op,
    struct patch_target *t, struct json_object *list)
{
	struct append p;

	if (t->value == NULL) {
		t->value = json_new_array(ap->a);
		json_set(t->container, t->attr->name, t->value);
	}
	append_init(&p, ap, t, json_len(list));
	for (size_t i = 0; i < json_len(list); i++)
		if (append_one(&p, ap, op, t, json_at(list, i)) == -1)
			return -1;
	if (json_len(t->value) > VALUE_COUNT_MAX)
		return error_set(ap->err, ERR_INVALID_VALUE,
		    "attribute '%.*s' would have more than %d values",
		    SLICE_ARG(t->attr->name), VALUE_COUNT_MAX);
	return settle_primary(ap, t, p.touched, p.ntouched);
}

/* add and replace of a whole list. */
static int
set_list(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *list;

	if (value_normalise(&ap->values, t->attr, op->value, &list) == -1)
		return -1;
	if (list == NULL)
		return op->verb == PATCH_ADD ? 0 : target_unassign(ap, op, t);
	if (op->verb == PATCH_ADD)
		return append_list(ap, op, t, list);
	json_set(t->container, t->attr->name, list);
	return 0;
}

/* attr, attr of an extension: the whole attribute. */
static int
set_attribute(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	/* Adding nothing to a list takes nothing away from it. */
	if (value_is_clear(ap->profile, t->attr, op->value))
		return op->verb == PATCH_ADD && t->attr->multi_valued
		    ? 0
		    : target_unassign(ap, op, t);
	if (t->attr->multi_valued)
		return set_list(ap, op, t);
	return set_single(ap, op, t);
}

/* attr.sub of a single-valued attribute: the parent is made (PD-03). */
static int
set_single_sub(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *object = t->value;

	if (object == NULL) {
		object = json_new_object(ap->a);
		json_set(t->container, t->attr->name, object);
	}
	if (patch_set_sub(ap, op, t->sub, object) == -1)
		return -1;
	if (json_len(object) > 0)
		return 0;
	return target_unassign(ap, op, t);
}

/* Can a client write SUB into a new element? */
static bool
is_writable(const struct attr *sub)
{
	return sub->mutability != MUT_READ_ONLY && sub->keep == KEEP_BODY;
}

/* The literal of a comparison as JSON; NULL for one that has no value. */
static struct json_object *
literal_value(struct arena *a, const struct filter_value *literal)
{
	struct json_object *number;
	struct error ignored;

	switch (literal->kind) {
	case FILTER_STRING:
		return json_new_string(a, literal->text);
	case FILTER_BOOLEAN:
		return json_new_boolean(a, literal->boolean);
	case FILTER_NUMBER:
		return json_parse(a, literal->text, &number, &ignored) == 0
		    ? number
		    : NULL;
	default:
		return NULL;
	}
}

/* PATCH-40: what "a eq x and b eq y" says about an element that fits. */
static int
element_from_filter(struct patch_applier *ap, const struct filter *f,
    const struct attr *attr, struct json_object *element)
{
	const struct attr *sub = f->ref.sub;
	struct json_object *value, *now;

	if (f->op == FILTER_AND)
		return element_from_filter(ap, f->left, attr, element) == -1
		    ? -1
		    : element_from_filter(ap, f->right, attr, element);
	if (f->op != FILTER_EQ || f->unknown || sub == NULL ||
	    !is_writable(sub))
		return no_target(ap, attr);
	value = literal_value(ap->a, &f->value);
	if (value_normalise(&ap->values, sub, value, &value) == -1)
		return -1;
	now = json_attr(element, sub->name);
	/* Nothing is two things at once. */
	if (value == NULL ||
	    (now != NULL && !value_same(ap->a, sub, now, value)))
		return no_target(ap, attr);
	json_set(element, sub->name, value);
	return 0;
}

/* A bare value for a whole element stands for its "value" (PD-19, PD-20). */
static struct json_object *
element_value(struct patch_applier *ap, const struct patch_op *op,
    const struct attr *attr)
{
	struct json_object *object;

	if (json_kind(op->value) == JSON_ARRAY && json_len(op->value) == 1 &&
	    profile_forgives(ap->profile, TOL_UNWRAP))
		return json_at(op->value, 0);
	if (json_kind(op->value) != JSON_STRING ||
	    attr_find_sub(attr, SLICE("value")) == NULL ||
	    !profile_forgives(ap->profile, TOL_REFERENCE_STRING))
		return op->value;
	object = json_new_object(ap->a);
	json_set(object, SLICE("value"), op->value);
	return object;
}

/* The path selects nothing: make the element it speaks of, or refuse. */
static int
create_element(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	struct json_object *element = json_new_object(ap->a), *list;

	if ((op->verb == PATCH_REPLACE || op->path.filter == NULL) &&
	    !profile_forgives(ap->profile, TOL_CREATE_TARGET))
		return no_target(ap, t->attr);
	if (op->path.filter != NULL &&
	    element_from_filter(ap, op->path.filter, t->attr, element) == -1)
		return -1;
	if (value_is_clear(ap->profile, meant_of(t), op->value))
		return 0;
	if (t->sub != NULL) {
		if (patch_set_sub(ap, op, t->sub, element) == -1)
			return -1;
	} else if (patch_merge(ap, op, t->attr, element,
		       element_value(ap, op, t->attr)) == -1) {
		return -1;
	}
	list = json_new_array(ap->a);
	json_append(list, element);
	return append_list(ap, op, t, list);
}

/* A new element in place of OLD has the same frozen parts, and keeps them. */
static int
keep_frozen(struct patch_applier *ap, const struct attr *attr,
    const struct json_object *old, struct json_object *new)
{
	for (size_t i = 0; i < attr->nsub; i++) {
		const struct attr *sub = &attr->sub[i];
		struct json_object *was = json_attr(old, sub->name);
		struct json_object *is = json_attr(new, sub->name);

		if (sub->mutability != MUT_IMMUTABLE || was == NULL)
			continue;
		if (is == NULL || !value_equal(ap->a, sub, was, is))
			return error_set(ap->err, ERR_MUTABILITY,
			    "attribute '%.*s.%.*s' is immutable",
			    SLICE_ARG(attr->name), SLICE_ARG(sub->name));
		json_set(new, sub->name, was);
	}
	return 0;
}

/* add merges into the element, replace puts a new one there (PATCH-76). */
static int
set_element(struct patch_applier *ap, const struct patch_op *op,
    struct patch_target *t, size_t i)
{
	struct json_object *value = element_value(ap, op, t->attr), *normal;

	if (op->verb == PATCH_ADD && t->attr->type == ATTR_COMPLEX)
		return patch_merge(
		    ap, op, t->attr, json_at(t->value, i), value);
	if (value_normalise_element(&ap->values, t->attr, value, &normal) ==
		-1 ||
	    keep_frozen(ap, t->attr, json_at(t->value, i), normal) == -1)
		return -1;
	json_put_at(
	    t->value, i, normal != NULL ? normal : json_new_object(ap->a));
	return 0;
}

/* What a value of only nulls was put in place of is gone (CORE-24). */
static bool
has_empty(const struct patch_target *t)
{
	for (size_t i = 0; i < t->nelements; i++) {
		struct json_object *element = json_at(t->value, t->elements[i]);

		if (json_kind(element) == JSON_OBJECT && json_len(element) == 0)
			return true;
	}
	return false;
}

/* attr[filter], attr[filter].sub, and attr.sub of a list. */
static int
set_elements(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	bool clear = value_is_clear(ap->profile, meant_of(t), op->value);

	if (t->nelements == 0)
		return create_element(ap, op, t);
	for (size_t i = 0; i < t->nelements; i++) {
		struct json_object *element = json_at(t->value, t->elements[i]);

		if (t->sub != NULL) {
			if (patch_set_sub(ap, op, t->sub, element) == -1)
				return -1;
		} else if (clear) {
			json_put_at(
			    t->value, t->elements[i], json_new_object(ap->a));
		} else if (set_element(ap, op, t, t->elements[i]) == -1) {
			return -1;
		}
	}
	if (settle_primary(ap, t, t->elements, t->nelements) == -1)
		return -1;
	if ((clear || has_empty(t)) && target_drop_hollow(ap, op, t) == -1)
		return -1;
	target_drop_equal(ap, t);
	return 0;
}

/* [] and {} hold nothing to add; null neither, in strict (PATCH-23). */
static bool
adds_nothing(const struct patch_applier *ap, const struct attr *attr,
    const struct json_object *v)
{
	enum json_kind kind = json_kind(v);

	if (kind == JSON_ARRAY || kind == JSON_OBJECT)
		return value_is_clear(ap->profile, attr, v);
	return patch_says_nothing(ap, v);
}

int
patch_set(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	if (op->verb == PATCH_ADD && adds_nothing(ap, meant_of(t), op->value))
		return 0;
	if (t->attr->multi_valued &&
	    (t->sub != NULL || op->path.filter != NULL))
		return set_elements(ap, op, t);
	if (!t->attr->multi_valued && !t->selected)
		return no_target(ap, t->attr);
	if (t->sub != NULL)
		return set_single_sub(ap, op, t);
	return set_attribute(ap, op, t);
}
