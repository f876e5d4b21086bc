/*
 * patch_schemas.c: PATCH of "schemas", of an extension as a whole, and of
 * what only the server writes (RFC 7644 section 3.5.2).
 *
 * "schemas" follows from the extensions that are there, so to take a URN
 * off it is to take its attributes away (PATCH-21).
 */
#include "json/json.h"
#include "scim/match.h"
#include "scim/patch_target.h"

static const struct schema_extension *
extension_of(const struct patch_applier *ap, struct slice urn)
{
	for (size_t i = 0; i < ap->type->nextensions; i++)
		if (slice_equal_nocase(ap->type->extensions[i].schema->id, urn))
			return &ap->type->extensions[i];
	return NULL;
}

static bool
is_base(const struct patch_applier *ap, struct slice urn)
{
	return slice_equal_nocase(ap->type->schema->id, urn);
}

bool
patch_requires(const struct patch_applier *ap, const struct schema *extension)
{
	const struct schema_extension *e = extension_of(ap, extension->id);

	return e != NULL && e->required;
}

static int
refuse(struct patch_applier *ap, struct slice urn, const char *why)
{
	return error_set(
	    ap->err, ERR_MUTABILITY, "'%.*s' %s", SLICE_ARG(urn), why);
}

/* Take an extension away: neither a required nor a frozen one. */
static int
drop(struct patch_applier *ap, const struct schema *extension)
{
	struct json_object *container = json_attr(ap->tree, extension->id);

	if (container == NULL)
		return 0;
	if (patch_requires(ap, extension))
		return refuse(ap, extension->id, "is required");
	for (size_t i = 0; i < extension->nattrs; i++)
		if (extension->attrs[i].mutability == MUT_IMMUTABLE &&
		    json_attr(container, extension->attrs[i].name) != NULL)
			return refuse(ap, extension->id,
			    "has an immutable value and cannot be removed");
	json_delete(ap->tree, extension->id);
	return 0;
}

/*
 * The container of an extension as a whole: objects have become operations
 * of their own (patch_parse.c), so what is left is to take it away.
 */
int
patch_extension(struct patch_applier *ap, const struct patch_op *op)
{
	const struct schema *extension = op->path.ref.extension;

	if (json_kind(op->value) != JSON_NULL)
		return error_set(ap->err, ERR_INVALID_VALUE,
		    "'%.*s' takes an object, not %s", SLICE_ARG(extension->id),
		    json_kind_name(json_kind(op->value)));
	return op->verb == PATCH_ADD ? 0 : drop(ap, extension);
}

/* Take URN off "schemas"; one that is not there is gone already. */
static int
take_off(struct patch_applier *ap, struct slice urn)
{
	const struct schema_extension *e = extension_of(ap, urn);

	if (is_base(ap, urn))
		return refuse(ap, urn, "is the schema of the resource type");
	return e == NULL ? 0 : drop(ap, e->schema);
}

/* schemas[value eq "urn:..."] */
static bool
is_selected(struct patch_applier *ap, const struct filter *f, struct slice urn)
{
	struct slice text = json_text(ap->a, json_new_string(ap->a, urn));

	return filter_match_element(ap->a, f, text) == 1;
}

static int
take_off_selected(struct patch_applier *ap, const struct filter *f)
{
	if (is_selected(ap, f, ap->type->schema->id))
		return take_off(ap, ap->type->schema->id);
	for (size_t i = 0; i < ap->type->nextensions; i++) {
		struct slice urn = ap->type->extensions[i].schema->id;

		if (is_selected(ap, f, urn) && take_off(ap, urn) == -1)
			return -1;
	}
	return 0;
}

static bool
lists(const struct json_object *urns, struct slice urn)
{
	for (size_t i = 0; i < json_len(urns); i++)
		if (slice_equal_nocase(json_string(json_at(urns, i)), urn))
			return true;
	return false;
}

/* replace: what the list does not name goes. */
static int
take_off_others(struct patch_applier *ap, const struct json_object *urns)
{
	if (!lists(urns, ap->type->schema->id))
		return take_off(ap, ap->type->schema->id);
	for (size_t i = 0; i < ap->type->nextensions; i++) {
		struct slice urn = ap->type->extensions[i].schema->id;

		if (!lists(urns, urn) && take_off(ap, urn) == -1)
			return -1;
	}
	return 0;
}

/* The value of OP as a list of URNs that the type knows. */
static int
read_urns(struct patch_applier *ap, const struct patch_op *op,
    struct json_object **urns)
{
	*urns = op->value;
	if (json_kind(op->value) != JSON_ARRAY) {
		*urns = json_new_array(ap->a);
		json_append(*urns, op->value);
	}
	for (size_t i = 0; i < json_len(*urns); i++) {
		struct json_object *item = json_at(*urns, i);
		struct slice urn = json_string(item);

		if (json_kind(item) != JSON_STRING)
			return error_set(ap->err, ERR_INVALID_VALUE,
			    "'schemas' holds strings only, not %s",
			    json_kind_name(json_kind(item)));
		if (op->verb != PATCH_REMOVE && !is_base(ap, urn) &&
		    extension_of(ap, urn) == NULL &&
		    !profile_forgives(ap->profile, TOL_UNKNOWN_SCHEMA))
			return error_set(ap->err, ERR_INVALID_VALUE,
			    "'%.*s' is not a schema of %.*s", SLICE_ARG(urn),
			    SLICE_ARG(ap->type->name));
	}
	return 0;
}

static int
remove_urns(struct patch_applier *ap, const struct json_object *urns)
{
	for (size_t i = 0; i < json_len(urns); i++)
		if (take_off(ap, json_string(json_at(urns, i))) == -1)
			return -1;
	return 0;
}

int
patch_schemas(struct patch_applier *ap, const struct patch_op *op)
{
	bool is_null = json_kind(op->value) == JSON_NULL;
	struct json_object *urns;

	if (op->path.filter != NULL && op->verb == PATCH_REMOVE)
		return take_off_selected(ap, op->path.filter);
	if (op->path.filter != NULL)
		return refuse(ap, SLICE("schemas"), "takes whole URNs only");
	if (op->verb == PATCH_REMOVE && is_null)
		return refuse(ap, SLICE("schemas"), "is required");
	if (is_null && op->verb == PATCH_ADD)
		return 0;
	if (json_len(op->value) == 0 &&
	    (is_null || json_kind(op->value) == JSON_ARRAY))
		return op->verb != PATCH_REPLACE
		    ? 0
		    : error_set(ap->err, ERR_INVALID_VALUE,
			  "attribute 'schemas' is required");
	if (read_urns(ap, op, &urns) == -1)
		return -1;
	switch (op->verb) {
	case PATCH_REMOVE:
		return remove_urns(ap, urns);
	case PATCH_REPLACE:
		return take_off_others(ap, urns);
	default: /* an extension is listed once it has a value */
		return 0;
	}
}

/* Does CLAIM, a part of the value of ATTR or all, say what NOW is? */
static bool
is_true(struct arena *a, const struct attr *attr,
    const struct json_object *claim, const struct json_object *now)
{
	struct json_member m;

	if (json_kind(claim) != JSON_OBJECT)
		return json_equal(claim, now);
	for (m = json_first(claim); m.entry != NULL; json_next(&m)) {
		const struct attr *sub = attr_find_sub(attr, m.name);
		struct json_object *is =
		    sub == NULL ? NULL : json_attr(now, sub->name);

		if (is == NULL || !value_equal(a, sub, m.value, is))
			return false;
	}
	return true;
}

int
patch_claim(struct patch_applier *ap, const struct patch_op *op)
{
	const struct attr *attr = op->path.ref.attr;
	struct json_object *now = NULL;
	bool failed = false;
	struct slice text;

	if (op->path.ref.sub == NULL && op->path.filter == NULL &&
	    ap->source != NULL &&
	    ap->source->get(ap->source->arg, attr, &text, &failed) &&
	    json_parse(ap->a, text, &now, ap->err) == 0 &&
	    is_true(ap->a, attr, op->value, now))
		return 0;
	if (failed)
		return error_set(
		    ap->err, ERR_INTERNAL, "what a resource is, was not found");
	return error_set(ap->err, ERR_MUTABILITY,
	    "attribute '%.*s' is read-only and has another value",
	    SLICE_ARG(attr->name));
}
