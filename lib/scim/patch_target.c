/*
 * patch_target.c: the one target finder of add, remove and replace.
 */
#include "json/json.h"
#include "scim/match.h"
#include "scim/patch_target.h"

/* The object in which the attribute of OP stands; made when missing. */
static struct json_object *
container_of(struct patch_applier *ap, const struct patch_op *op)
{
	const struct schema *extension = op->path.ref.extension;
	struct json_object *container;

	if (extension == NULL)
		return ap->tree;
	container = json_attr(ap->tree, extension->id);
	if (container == NULL) {
		container = json_new_object(ap->a);
		json_set(ap->tree, extension->id, container);
	}
	return container;
}

static bool
element_matches(struct patch_applier *ap, const struct filter *f,
    const struct json_object *element)
{
	struct slice text;
	bool matches;

	if (f == NULL)
		return true;
	text = json_text(ap->scratch, element);
	ap->compared += text.len;
	matches = filter_match_element(ap->scratch, f, text) == 1;
	arena_reset(ap->scratch);
	return matches;
}

/* ENTRA-G09: of several, the primary one, else the first. */
static void
keep_one(struct patch_target *t)
{
	size_t chosen = t->elements[0];

	for (size_t i = t->nelements; i-- > 0;)
		if (json_boolean(
			json_get(json_at(t->value, t->elements[i]), "primary")))
			chosen = t->elements[i];
	t->elements[0] = chosen;
	t->nelements = 1;
}

/* The elements of the list that the filter of OP selects, or all. */
static void
find_elements(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	size_t n = json_kind(t->value) == JSON_ARRAY ? json_len(t->value) : 0;

	t->elements = arena_calloc(ap->a, n + 1, sizeof(*t->elements));
	for (size_t i = 0; i < n; i++)
		if (element_matches(ap, op->path.filter, json_at(t->value, i)))
			t->elements[t->nelements++] = i;
	if (op->path.filter != NULL && op->verb != PATCH_REMOVE &&
	    t->nelements > 1 &&
	    profile_forgives(ap->profile, TOL_SINGLE_TARGET))
		keep_one(t);
}

int
target_find(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	*t = (struct patch_target){ .attr = op->path.ref.attr,
		.sub = op->path.ref.sub,
		.container = container_of(ap, op) };
	t->value = json_attr(t->container, t->attr->name);
	if (t->attr->multi_valued)
		find_elements(ap, op, t);
	else
		t->selected = op->path.filter == NULL ||
		    (t->value != NULL &&
			element_matches(ap, op->path.filter, t->value));
	if (ap->compared > PATCH_COMPARED_MAX)
		return error_set(ap->err, ERR_TOO_LARGE,
		    "the filters of the operations compare more than %d bytes",
		    PATCH_COMPARED_MAX);
	return 0;
}

static int
refuse_unassign(struct patch_applier *ap, const struct patch_op *op,
    const struct attr *attr)
{
	if (attr->mutability == MUT_IMMUTABLE)
		return error_set(ap->err, ERR_MUTABILITY,
		    "attribute '%.*s' is immutable", SLICE_ARG(attr->name));
	return error_set(ap->err,
	    op->verb == PATCH_REMOVE ? ERR_MUTABILITY : ERR_INVALID_VALUE,
	    "attribute '%.*s' is required", SLICE_ARG(attr->name));
}

/* An immutable sub-attribute of a single value would go with it. */
static const struct attr *
frozen_sub(const struct attr *attr, const struct json_object *value)
{
	if (!attr->multi_valued)
		for (size_t i = 0; i < attr->nsub; i++)
			if (attr->sub[i].mutability == MUT_IMMUTABLE &&
			    json_attr(value, attr->sub[i].name) != NULL)
				return &attr->sub[i];
	return NULL;
}

int
target_unassign(struct patch_applier *ap, const struct patch_op *op,
    const struct patch_target *t)
{
	const struct attr *frozen = frozen_sub(t->attr, t->value);

	if (frozen != NULL)
		return refuse_unassign(ap, op, frozen);
	if (t->attr->required)
		return refuse_unassign(ap, op, t->attr);
	json_delete(t->container, t->attr->name);
	return 0;
}

int
target_unassign_sub(struct patch_applier *ap, const struct patch_op *op,
    struct json_object *object, const struct attr *sub)
{
	if (json_attr(object, sub->name) == NULL)
		return 0;
	if (sub->required || sub->mutability == MUT_IMMUTABLE)
		return refuse_unassign(ap, op, sub);
	json_delete(object, sub->name);
	return 0;
}

/* Nothing but labels is left of an element: it goes (PATCH-56). */
static bool
is_hollow(const struct json_object *element)
{
	struct json_member m;

	for (m = json_first(element); m.entry != NULL; json_next(&m))
		if (!slice_equal(m.name, SLICE("type")) &&
		    !slice_equal(m.name, SLICE("primary")))
			return false;
	return true;
}

int
target_drop_hollow(
    struct patch_applier *ap, const struct patch_op *op, struct patch_target *t)
{
	size_t kept = 0, dropped = 0;

	for (size_t i = 0; i < t->nelements; i++) {
		size_t at = t->elements[i] - dropped;

		if (is_hollow(json_at(t->value, at))) {
			json_delete_at(t->value, at);
			dropped++;
		} else {
			t->elements[kept++] = at;
		}
	}
	t->nelements = kept;
	return json_len(t->value) > 0 ? 0 : target_unassign(ap, op, t);
}

/* KEPT gets what only its twin has; one of them is primary: it is. */
static void
merge_twin(struct json_object *kept, const struct json_object *twin)
{
	struct json_member m;

	for (m = json_first(twin); m.entry != NULL; json_next(&m))
		if (!json_has(kept, m.name) ||
		    (slice_equal(m.name, SLICE("primary")) &&
			json_boolean(m.value)))
			json_set(kept, m.name, m.value);
}

/* The elements that OP worked on, by index. */
static bool *
touched_of(struct patch_applier *ap, const struct patch_target *t, size_t n)
{
	bool *touched = arena_calloc(ap->a, n + 1, sizeof(*touched));

	for (size_t i = 0; i < t->nelements; i++)
		touched[t->elements[i]] = true;
	return touched;
}

void
target_drop_equal(struct patch_applier *ap, struct patch_target *t)
{
	size_t n = json_len(t->value), k;
	struct json_object *kept = json_new_array(ap->a);
	bool *touched = touched_of(ap, t, n);
	struct value_set seen;

	if (attr_find_sub(t->attr, SLICE("value")) != NULL)
		value_set_init_pairs(&seen, ap->a, t->attr);
	else
		value_set_init(&seen, ap->a, t->attr);
	for (size_t i = 0; i < n; i++) {
		struct json_object *element = json_at(t->value, i);

		if (value_set_find(&seen, element, &k) &&
		    (touched[i] || touched[k])) {
			merge_twin(json_at(kept, k), element);
			continue;
		}
		k = json_len(kept);
		value_set_put(&seen, element, k);
		touched[k] = touched[i];
		json_append(kept, element);
	}
	if (json_len(kept) < n)
		json_set(t->container, t->attr->name, kept);
}
