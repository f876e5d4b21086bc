/*
 * reference.c: attributes that point to other resources.
 */
#include "identity/bound.h"
#include "identity/reference.h"
#include "json/walk.h"

bool
reference_is(const struct attr *attr)
{
	const struct attr *ref = attr_find_sub(attr, SLICE("$ref"));

	return attr->keep == KEEP_BODY && ref != NULL &&
	    ref->keep == KEEP_COMPUTED && ref->nreference_types > 0 &&
	    attr_find_sub(attr, SLICE("value")) != NULL;
}

static int
each_in_schema(const struct resource_type *type, const struct schema *schema,
    reference_fn *fn, void *arg, struct error *err)
{
	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];
		struct attr_ref ref = {
			.extension = schema == type->schema ? NULL : schema,
			.attr = attr,
			.sub = attr_find_sub(attr, SLICE("value")),
		};

		if (reference_is(attr) && fn(arg, type, &ref, err) == -1)
			return -1;
	}
	return 0;
}

int
reference_each(const struct resource_type *type, reference_fn *fn, void *arg,
    struct error *err)
{
	if (each_in_schema(type, type->schema, fn, arg, err) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++)
		if (each_in_schema(
			type, type->extensions[i].schema, fn, arg, err) == -1)
			return -1;
	return 0;
}

static enum store_status
admit(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *type, const struct uuid *id,
    const struct record *record)
{
	switch (bound_admits(txn, store_arena(txn), caller, type, id, record)) {
	case 1:
		return STORE_OK;
	case 0:
		return STORE_NOTFOUND;
	default:
		return STORE_FAIL;
	}
}

enum store_status
reference_find(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct attr *ref_attr,
    const struct uuid *id, const struct resource_type **type,
    struct record *record)
{
	for (size_t i = 0; i < ref_attr->nreference_types; i++) {
		enum store_status status;

		*type = catalog_find_type(
		    identity->catalog, ref_attr->reference_types[i]);
		if (*type == NULL)
			continue;
		status = resource_get(
		    txn, caller->tenant, (*type)->name, id, false, record);
		if (status == STORE_OK)
			return admit(txn, caller, *type, id, record);
		if (status == STORE_FAIL)
			return status;
	}
	return STORE_NOTFOUND;
}

struct checking {
	struct kv_txn *txn;
	const struct identity *identity;
	const struct caller *caller;
	struct slice old;
	struct slice body;
};

/* The value of a single reference in BODY, as JSON text. */
static bool
find_value(struct slice body, const struct attr_ref *ref, struct slice *value)
{
	if (ref->extension != NULL &&
	    !walk_find(body, ref->extension->id, &body))
		return false;
	return walk_find(body, ref->attr->name, &body) &&
	    walk_find(body, ref->sub->name, value);
}

static int
check_one(void *arg, const struct resource_type *type,
    const struct attr_ref *ref, struct error *err)
{
	const struct checking *c = arg;
	const struct resource_type *target;
	struct slice value, before;
	struct record record;
	struct uuid id;
	enum store_status status = STORE_NOTFOUND;

	(void)type;
	if (!find_value(c->body, ref, &value) ||
	    (find_value(c->old, ref, &before) && slice_equal(before, value)))
		return 0;
	if (uuid_parse(walk_string(store_arena(c->txn), value), &id) == 0)
		status = reference_find(c->txn, c->identity, c->caller,
		    attr_find_sub(ref->attr, SLICE("$ref")), &id, &target,
		    &record);
	if (status == STORE_NOTFOUND) {
		error_set(err, ERR_INVALID_VALUE,
		    "attribute '%.*s' points to no resource: %.*s",
		    SLICE_ARG(ref->attr->name), SLICE_ARG(value));
		return error_about(err, ref->attr->name);
	}
	return status == STORE_OK ? 0 : -1;
}

int
reference_check(struct kv_txn *txn, const struct identity *identity,
    const struct caller *caller, const struct resource_type *type,
    struct slice old, struct slice body, struct error *err)
{
	struct checking c = { txn, identity, caller, old, body };

	return reference_each(type, check_one, &c, err);
}
