/*
 * schema_print.c: the catalog as Schema and ResourceType resources.
 *
 * Only what RFC 7643 defines is printed: how the store keeps an attribute
 * is nobody's business.
 */
#include "json/json.h"
#include "scim/schema_print.h"

static void
set_text(
    struct arena *a, struct json_object *o, const char *name, struct slice text)
{
	json_set(o, slice_of(name), json_new_string(a, text));
}

static void
set_boolean(
    struct arena *a, struct json_object *o, const char *name, bool value)
{
	json_set(o, slice_of(name), json_new_boolean(a, value));
}

/* An empty list is left out. */
static void
set_words(struct arena *a, struct json_object *o, const char *name,
    const struct slice *words, size_t n)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < n; i++)
		json_append(list, json_new_string(a, words[i]));
	if (n > 0)
		json_set(o, slice_of(name), list);
}

static struct json_object *attrs_to_json(
    struct arena *, const struct attr *, size_t);

/* In the order of RFC 7643 section 7. */
static struct json_object *
attr_to_json(struct arena *a, const struct attr *attr)
{
	struct json_object *o = json_new_object(a);

	set_text(a, o, "name", attr->name);
	set_text(a, o, "type", attr_type_keyword(attr->type));
	set_boolean(a, o, "multiValued", attr->multi_valued);
	set_text(a, o, "description", attr->description);
	set_boolean(a, o, "required", attr->required);
	set_words(a, o, "canonicalValues", attr->canonical_values,
	    attr->ncanonical_values);
	if (attr->type != ATTR_COMPLEX && attr->type != ATTR_BOOLEAN)
		set_boolean(a, o, "caseExact", attr->case_exact);
	set_text(a, o, "mutability", attr_mutability_keyword(attr->mutability));
	set_text(a, o, "returned", attr_returned_keyword(attr->returned));
	if (attr->type != ATTR_COMPLEX && attr->type != ATTR_BOOLEAN)
		set_text(a, o, "uniqueness",
		    attr_uniqueness_keyword(attr->uniqueness));
	set_words(a, o, "referenceTypes", attr->reference_types,
	    attr->nreference_types);
	if (attr->nsub > 0)
		json_set(o, SLICE("subAttributes"),
		    attrs_to_json(a, attr->sub, attr->nsub));
	return o;
}

static struct json_object *
attrs_to_json(struct arena *a, const struct attr *attrs, size_t n)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < n; i++)
		json_append(list, attr_to_json(a, &attrs[i]));
	return list;
}

static void
set_meta(struct arena *a, struct json_object *o, const char *resource_type,
    struct slice base_url, const char *endpoint, struct slice id)
{
	struct json_object *meta = json_new_object(a);
	const char *location = arena_printf(
	    a, "%.*s%s/%.*s", SLICE_ARG(base_url), endpoint, SLICE_ARG(id));

	set_text(a, meta, "resourceType", slice_of(resource_type));
	set_text(a, meta, "location", slice_of(location));
	json_set(o, SLICE("meta"), meta);
}

struct json_object *
schema_to_json(struct arena *a, const struct schema *s, struct slice base_url)
{
	struct json_object *o = json_new_object(a);

	set_words(a, o, "schemas", &SLICE(URN_SCHEMA), 1);
	set_text(a, o, "id", s->id);
	set_text(a, o, "name", s->name);
	set_text(a, o, "description", s->description);
	json_set(o, SLICE("attributes"), attrs_to_json(a, s->attrs, s->nattrs));
	set_meta(a, o, "Schema", base_url, "/Schemas", s->id);
	return o;
}

static struct json_object *
extensions_to_json(struct arena *a, const struct resource_type *type)
{
	struct json_object *list = json_new_array(a);

	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema_extension *e = &type->extensions[i];
		struct json_object *o = json_new_object(a);

		set_text(a, o, "schema", e->schema->id);
		set_boolean(a, o, "required", e->required);
		json_append(list, o);
	}
	return list;
}

struct json_object *
resource_type_to_json(
    struct arena *a, const struct resource_type *type, struct slice base_url)
{
	struct json_object *o = json_new_object(a);

	set_words(a, o, "schemas", &SLICE(URN_RESOURCE_TYPE), 1);
	set_text(a, o, "id", type->id);
	set_text(a, o, "name", type->name);
	set_text(a, o, "endpoint", type->endpoint);
	set_text(a, o, "description", type->description);
	set_text(a, o, "schema", type->schema->id);
	if (type->nextensions > 0)
		json_set(
		    o, SLICE("schemaExtensions"), extensions_to_json(a, type));
	set_meta(a, o, "ResourceType", base_url, "/ResourceTypes", type->id);
	return o;
}
