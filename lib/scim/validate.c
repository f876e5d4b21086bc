/*
 * validate.c: a whole resource against its type.
 */
#include "base/text.h"
#include "json/json.h"
#include "scim/validate.h"
#include "scim/value.h"

static bool
is_schema_of(const struct resource_type *type, struct slice urn)
{
	if (slice_equal_nocase(urn, type->schema->id))
		return true;
	for (size_t i = 0; i < type->nextensions; i++)
		if (slice_equal_nocase(urn, type->extensions[i].schema->id))
			return true;
	return false;
}

/* CORE-05 to 07: "schemas" is there, and the base schema in it. */
static int
check_schemas(const struct resource_type *type, const struct profile *profile,
    const struct json_object *schemas, struct error *err)
{
	bool has_base = false;

	if (json_kind(schemas) != JSON_ARRAY || json_len(schemas) == 0)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "'schemas' must be an array with at least '%.*s'",
		    SLICE_ARG(type->schema->id));
	for (size_t i = 0; i < json_len(schemas); i++) {
		struct slice urn = json_string(json_at(schemas, i));

		if (json_kind(json_at(schemas, i)) != JSON_STRING)
			return error_set(err, ERR_INVALID_SYNTAX,
			    "'schemas' holds strings only");
		if (!is_schema_of(type, urn) &&
		    !profile_forgives(profile, TOL_UNKNOWN_SCHEMA))
			return error_set(err, ERR_INVALID_VALUE,
			    "'%.*s' is not a schema of %.*s", SLICE_ARG(urn),
			    SLICE_ARG(type->name));
		has_base |= slice_equal_nocase(urn, type->schema->id);
	}
	if (!has_base)
		return error_set(err, ERR_INVALID_VALUE,
		    "'schemas' must name '%.*s'", SLICE_ARG(type->schema->id));
	return 0;
}

/* The object that holds the attributes of REF: the tree or a container. */
static struct json_object *
container_of(
    struct arena *a, struct json_object *tree, const struct schema *extension)
{
	struct json_object *container;

	if (extension == NULL)
		return tree;
	container = json_attr(tree, extension->id);
	if (container == NULL) {
		container = json_new_object(a);
		json_set(tree, extension->id, container);
	}
	return container;
}

/* "schemas", id, meta and what only the server writes (POST-02, PUT-11). */
static bool
is_ignored(const struct attr *attr)
{
	return attr->mutability == MUT_READ_ONLY ||
	    attr->keep == KEEP_COMPUTED ||
	    slice_equal(attr->name, SLICE("schemas"));
}

static bool
is_empty(const struct json_object *v)
{
	return json_kind(v) == JSON_NULL ||
	    (json_kind(v) == JSON_STRING && json_string(v).len == 0);
}

/* Spaces are no value where one is required (POST-07). */
static bool
is_blank(const struct json_object *v)
{
	return json_kind(v) == JSON_NULL ||
	    (json_kind(v) == JSON_STRING && text_is_blank(json_string(v)));
}

static int
take_attribute(struct value_context *c, const struct attr_ref *ref,
    struct json_object *v, struct json_object *tree)
{
	struct json_object *value;

	if (ref->attr == NULL || ref->sub != NULL || is_ignored(ref->attr))
		return 0;
	if (value_normalise(c, ref->attr, v, &value) == -1)
		return -1;
	/* An externalId of nothing is none. */
	if (ref->attr->schema == NULL && is_empty(value))
		value = NULL;
	if (value != NULL)
		json_set(container_of(c->a, tree, ref->extension),
		    ref->attr->name, value);
	else if (ref->extension == NULL)
		json_delete(tree, ref->attr->name);
	else if (json_attr(tree, ref->extension->id) != NULL)
		json_delete(
		    json_attr(tree, ref->extension->id), ref->attr->name);
	return 0;
}

/* An attribute that no schema knows is ignored, never stored (CORE-13). */
static int
pass_over(struct value_context *c, struct slice name)
{
	if (!profile_has(c->profile, TOL_REFUSE_ATTRIBUTE))
		return 0;
	return error_set(c->err, ERR_INVALID_VALUE,
	    "there is no attribute '%.*s'", SLICE_ARG(name));
}

/* The members of an extension's container. */
static int
take_extension(struct value_context *c, const struct schema *extension,
    struct json_object *v, struct json_object *tree)
{
	struct attr_ref ref = { .extension = extension };
	struct json_member m;

	if (json_kind(v) == JSON_NULL)
		return 0;
	if (json_kind(v) != JSON_OBJECT)
		return error_set(c->err, ERR_INVALID_VALUE,
		    "'%.*s' takes an object, not %s", SLICE_ARG(extension->id),
		    json_kind_name(json_kind(v)));
	for (m = json_first(v); m.entry != NULL; json_next(&m)) {
		ref.attr =
		    attr_find(extension->attrs, extension->nattrs, m.name);
		if ((ref.attr == NULL
			    ? pass_over(c, m.name)
			    : take_attribute(c, &ref, m.value, tree)) == -1)
			return -1;
	}
	return 0;
}

static int
take_member(struct value_context *c, const struct resource_type *type,
    const struct json_member *m, struct json_object *tree)
{
	struct attr_ref ref;

	if (attr_resolve(type, m->name, &ref) != ATTR_FOUND)
		return pass_over(c, m->name);
	if (ref.attr == NULL)
		return take_extension(c, ref.extension, m->value, tree);
	return take_attribute(c, &ref, m->value, tree);
}

/* What a client leaves out is true; null says "no value" (POST-03, 04). */
static void
set_defaults(struct arena *a, const struct schema *schema,
    const struct json_object *body, struct json_object *tree)
{
	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];

		if (attr->default_true && !json_has(body, attr->name) &&
		    !json_has(tree, attr->name))
			json_set(tree, attr->name, json_new_boolean(a, true));
	}
}

int
validate_body(struct arena *a, const struct resource_type *type,
    const struct profile *profile, struct json_object *body,
    struct json_object **out, struct error *err)
{
	struct value_context c = { .a = a, .profile = profile, .err = err };
	struct json_object *tree = json_new_object(a);
	struct json_member m;

	if (json_kind(body) != JSON_OBJECT)
		return error_set(err, ERR_INVALID_SYNTAX,
		    "the body must be a JSON object, not %s",
		    json_kind_name(json_kind(body)));
	if (check_schemas(
		type, profile, json_attr(body, SLICE("schemas")), err) == -1)
		return -1;
	/* First in the stored text; validate_tree fills it. */
	json_set(tree, SLICE("schemas"), json_new_array(a));
	for (m = json_first(body); m.entry != NULL; json_next(&m))
		if (take_member(&c, type, &m, tree) == -1)
			return -1;
	set_defaults(a, type->schema, body, tree);
	*out = tree;
	return validate_tree(a, type, tree, err);
}

/* Sub-attributes that are required in every value of ATTR. */
static int
check_required_subs(
    const struct attr *attr, const struct json_object *v, struct error *err)
{
	for (size_t i = 0; i < attr->nsub; i++) {
		const struct attr *sub = &attr->sub[i];

		if (sub->required && sub->mutability != MUT_READ_ONLY &&
		    is_blank(json_attr(v, sub->name)))
			return error_set(err, ERR_INVALID_VALUE,
			    "attribute '%.*s.%.*s' is required",
			    SLICE_ARG(attr->name), SLICE_ARG(sub->name));
	}
	return 0;
}

int
validate_attribute(
    const struct attr *attr, const struct json_object *v, struct error *err)
{
	if (is_blank(v))
		return !attr->required || attr->mutability == MUT_READ_ONLY
		    ? 0
		    : error_set(err, ERR_INVALID_VALUE,
			  "attribute '%.*s' is required",
			  SLICE_ARG(attr->name));
	if (json_kind(v) != JSON_ARRAY)
		return check_required_subs(attr, v, err);
	if (value_count_primary(v) > 1)
		return error_set(err, ERR_INVALID_VALUE,
		    "attribute '%.*s' has more than one primary value",
		    SLICE_ARG(attr->name));
	for (size_t i = 0; i < json_len(v); i++)
		if (check_required_subs(attr, json_at(v, i), err) == -1)
			return -1;
	return 0;
}

static int
check_schema(const struct schema *schema, const struct json_object *container,
    struct error *err)
{
	for (size_t i = 0; i < schema->nattrs; i++) {
		const struct attr *attr = &schema->attrs[i];

		/* Whatever it is, it is right. */
		if (!attr->required && attr->nsub == 0)
			continue;
		if (validate_attribute(
			attr, json_attr(container, attr->name), err) == -1)
			return -1;
	}
	return 0;
}

/* An extension: gone when empty, checked and listed when there. */
static int
check_extension(struct arena *a, const struct schema_extension *extension,
    struct json_object *tree, struct json_object *schemas, struct error *err)
{
	const struct schema *schema = extension->schema;
	struct json_object *container = json_attr(tree, schema->id);

	if (json_len(container) == 0) {
		json_delete(tree, schema->id);
		return !extension->required
		    ? 0
		    : error_set(err, ERR_INVALID_VALUE,
			  "the extension '%.*s' is required",
			  SLICE_ARG(schema->id));
	}
	json_append(schemas, json_new_string(a, schema->id));
	return check_schema(schema, container, err);
}

int
validate_tree(struct arena *a, const struct resource_type *type,
    struct json_object *tree, struct error *err)
{
	struct json_object *schemas = json_new_array(a);

	json_append(schemas, json_new_string(a, type->schema->id));
	if (check_schema(type->schema, tree, err) == -1)
		return -1;
	for (size_t i = 0; i < type->nextensions; i++)
		if (check_extension(
			a, &type->extensions[i], tree, schemas, err) == -1)
			return -1;
	json_set(tree, SLICE("schemas"), schemas);
	return 0;
}
