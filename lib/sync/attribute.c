/*
 * attribute.c: names of attributes find their values in a person's tree.
 */
#include "json/json.h"
#include "scim/match.h"
#include "sync/attribute.h"
#include "sync/nearest.h"

static const enum datum_kind kinds[ATTR_TYPE_MAX] = {
	[ATTR_STRING] = DATUM_TEXT,
	[ATTR_BOOLEAN] = DATUM_BOOLEAN,
	[ATTR_DECIMAL] = DATUM_TEXT,
	[ATTR_INTEGER] = DATUM_INTEGER,
	[ATTR_DATETIME] = DATUM_TEXT, /* flows as it is written */
	[ATTR_BINARY] = DATUM_TEXT,
	[ATTR_REFERENCE] = DATUM_TEXT,
	[ATTR_COMPLEX] = DATUM_OBJECT,
};

static void
try_attrs(struct arena *a, struct nearest *n, struct slice name,
    const struct attr *attrs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		nearest_try(n, name, attrs[i].name);
		for (size_t k = 0; k < attrs[i].nsub; k++)
			nearest_try(n, name,
			    ARENA_JOIN(a, attrs[i].name, SLICE("."),
				attrs[i].sub[k].name));
	}
}

static void
try_type(struct arena *a, struct nearest *n, struct slice name,
    const struct resource_type *type)
{
	size_t count;
	const struct attr *common = schema_common_attrs(&count);

	try_attrs(a, n, name, common, count);
	try_attrs(a, n, name, type->schema->attrs, type->schema->nattrs);
	for (size_t i = 0; i < type->nextensions; i++)
		try_attrs(a, n, name, type->extensions[i].schema->attrs,
		    type->extensions[i].schema->nattrs);
}

static int
unknown(struct arena *a, const struct expression_environment *env,
    struct slice name, struct error *err)
{
	struct nearest n = NEAREST_NONE;

	for (size_t i = 0; i < env->nattributes; i++)
		nearest_try(&n, name, env->attributes[i].name);
	if (env->type != NULL)
		try_type(a, &n, name, env->type);
	return error_set(err, ERR_INVALID_VALUE, "no attribute [%.*s]%s%.*s%s",
	    SLICE_ARG(name), NEAREST_ARG(n));
}

/* What stands for the whole of a complex attribute is its "value". */
static int
resolve_path(struct arena *a, const struct expression_environment *env,
    struct slice name, struct attribute *out, struct error *err)
{
	struct path *p = arena_calloc(a, 1, sizeof(*p));
	const struct attr *leaf;
	struct error inner;

	if (path_parse(a, env->type, env->profile, name, p, &inner) == -1)
		return error_set(err, ERR_INVALID_VALUE, "[%.*s]: %s",
		    SLICE_ARG(name), inner.detail);
	if (p->unknown)
		return unknown(a, env, name, err);
	if (p->ref.attr == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "[%.*s] is a schema, not an attribute", SLICE_ARG(name));
	if (p->ref.sub == NULL)
		p->ref.sub = attr_find_sub(p->ref.attr, SLICE("value"));
	leaf = p->ref.sub != NULL ? p->ref.sub : p->ref.attr;
	if (leaf->type == ATTR_COMPLEX)
		return error_set(err, ERR_INVALID_VALUE,
		    "[%.*s] has parts: name one, as in [%.*s.%.*s]",
		    SLICE_ARG(name), SLICE_ARG(name),
		    SLICE_ARG(
			leaf->nsub > 0 ? leaf->sub[0].name : SLICE("value")));
	out->path = p;
	out->kind = kinds[leaf->type];
	out->multi_valued = p->filter == NULL &&
	    (p->ref.attr->multi_valued || leaf->multi_valued);
	return 0;
}

int
attribute_resolve(struct arena *a, const struct expression_environment *env,
    struct slice name, struct attribute *out, struct error *err)
{
	*out = (struct attribute){ .name = name };
	for (size_t i = 0; i < env->nattributes; i++) {
		const struct expression_attribute *at = &env->attributes[i];

		if (!slice_equal_nocase(at->name, name))
			continue;
		out->kind = at->kind;
		out->multi_valued = at->multi_valued;
		return 0;
	}
	if (env->type == NULL)
		return unknown(a, env, name, err);
	return resolve_path(a, env, name, out, err);
}

static bool
is_met(struct arena *a, const struct path *p, const struct json_object *v)
{
	return p->filter == NULL ||
	    filter_match_element(a, p->filter, json_text(a, v)) == 1;
}

/* The sub-attribute of an element that is an object. */
static struct json_object *
leaf_of(const struct path *p, struct json_object *v)
{
	if (p->ref.sub == NULL || json_kind(v) != JSON_OBJECT)
		return v;
	return json_attr(v, p->ref.sub->name);
}

static struct json_object *
at_path(struct arena *a, const struct path *p, const struct json_object *person)
{
	struct json_object *v, *picked;

	if (p->ref.extension != NULL)
		person = json_attr(person, p->ref.extension->id);
	v = json_attr(person, p->ref.attr->name);
	if (json_kind(v) != JSON_ARRAY)
		return leaf_of(p, v);
	picked = json_new_array(a);
	for (size_t i = 0; i < json_len(v); i++)
		if (is_met(a, p, json_at(v, i)))
			json_append(picked, leaf_of(p, json_at(v, i)));
	return picked;
}

void
attribute_read(struct arena *a, const struct attribute *at,
    const struct json_object *person, struct datum *out)
{
	struct datum *single;

	*out = datum_of_json(a,
	    at->path != NULL ? at_path(a, at->path, person)
			     : json_attr(person, at->name));
	if (!at->multi_valued && out->kind == DATUM_LIST)
		*out = out->items[0];
	if (at->multi_valued && out->kind != DATUM_LIST &&
	    out->kind != DATUM_NULL) {
		single = arena_alloc(a, sizeof(*single));
		*single = *out;
		*out = datum_list(single, 1);
	}
}
