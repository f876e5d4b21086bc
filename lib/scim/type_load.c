/*
 * type_load.c: ResourceType resources become the catalog (RFC 7643 section
 * 6).  Their schemas are there already, so each names one that is served
 * (DISC-08).
 */
#include "base/nelem.h"
#include "scim/loader.h"
#include "scim/schema_rules.h"

/* clang-format off */
static const struct load_member type_members[] = {
	{ "schemas",		JSON_ARRAY },
	{ "id",			JSON_STRING },
	{ "name",		JSON_STRING },
	{ "endpoint",		JSON_STRING },
	{ "description",	JSON_STRING },
	{ "schema",		JSON_STRING },
	{ "schemaExtensions",	JSON_ARRAY },
	{ "meta",		JSON_OBJECT },
};

static const struct load_member extension_members[] = {
	{ "schema",		JSON_STRING },
	{ "required",		JSON_BOOLEAN },
};

/* First segments that have a meaning of their own (RFC 7644 section 3.2). */
static const char *const reserved[] = {
	"Bulk", "Me", "ResourceTypes", "Schemas", "ServiceProviderConfig",
	"healthz",
};
/* clang-format on */

/* The schema that the member "schema" of V names. */
static int
known_schema(const struct loader *l, const char *path,
    const struct json_object *v, const struct schema **out)
{
	struct slice urn = json_string(load_get(v, "schema"));

	if (schema_is_discovery(urn))
		return load_refuse_text(
		    l, path, "no resources have the schema", urn);
	*out = catalog_find_schema(l->catalog, urn);
	if (*out == NULL)
		return load_refuse_text(l, path, "unknown schema", urn);
	return 0;
}

static bool
uses_schema(const struct resource_type *t, const struct schema *s)
{
	for (size_t i = 0; i < t->nextensions; i++)
		if (t->extensions[i].schema == s)
			return true;
	return t->schema == s;
}

/* What is computed or has a default stands at the top of a resource. */
static int
check_extension(
    const struct loader *l, const char *path, const struct schema *s)
{
	for (size_t i = 0; i < s->nattrs; i++) {
		if (s->attrs[i].keep != KEEP_BODY)
			return load_refuse_text(l, path,
			    "no extension has edges or what is computed:",
			    s->attrs[i].name);
		if (s->attrs[i].default_true)
			return load_refuse_text(l, path,
			    "no extension has an x-muster-default:",
			    s->attrs[i].name);
	}
	return 0;
}

static int
load_extension(const struct loader *l, const char *path,
    const struct json_object *v, const struct resource_type *t,
    struct schema_extension *e)
{
	const char *at = load_path(l, path, "schema");

	if (load_check(l, path, v, extension_members,
		NELEM(extension_members)) == -1 ||
	    known_schema(l, at, v, &e->schema) == -1)
		return -1;
	if (uses_schema(t, e->schema))
		return load_refuse_text(l, at, "stands twice:", e->schema->id);
	e->required = json_boolean(load_get(v, "required"));
	return check_extension(l, at, e->schema);
}

static int
load_extensions(
    const struct loader *l, struct json_object *list, struct resource_type *t)
{
	size_t n = json_len(list);
	struct schema_extension *all =
	    arena_calloc(l->catalog->arena, n, sizeof(*all));

	t->extensions = all;
	for (; t->nextensions < n; t->nextensions++)
		if (load_extension(l,
			load_path_at(l, "", "schemaExtensions", t->nextensions),
			json_at(list, t->nextensions), t,
			&all[t->nextensions]) == -1)
			return -1;
	return 0;
}

static bool
is_reserved(struct slice segment)
{
	for (size_t i = 0; i < NELEM(reserved); i++)
		if (slice_equal_nocase(slice_of(reserved[i]), segment))
			return true;
	return false;
}

/* One segment; the RFC prints it with and without the slash (section 6). */
static int
load_endpoint(const struct loader *l, const struct json_object *v,
    struct resource_type *t)
{
	struct slice segment = json_string(load_get(v, "endpoint"));

	if (segment.len > 0 && segment.data[0] == '/')
		segment = slice_from(segment, 1);
	if (!attr_is_name(segment) || segment.data[0] == '$')
		return load_refuse_text(
		    l, "endpoint", "not one path segment:", segment);
	if (is_reserved(segment))
		return load_refuse_text(
		    l, "endpoint", "this one is the server's:", segment);
	if (catalog_find_endpoint(l->catalog, segment) != NULL)
		return load_refuse_text(
		    l, "endpoint", "a second endpoint", segment);
	t->endpoint = slice_of(
	    arena_printf(l->catalog->arena, "/%.*s", SLICE_ARG(segment)));
	return 0;
}

/* The id, in locations, is the name unless it is given (RFC 7643 6). */
static int
load_names(const struct loader *l, const struct json_object *v,
    struct resource_type *t)
{
	t->name = load_text(l, v, "name");
	t->id = load_text(l, v, "id");
	if (t->id.len == 0)
		t->id = t->name;
	if (!attr_is_name(t->name))
		return load_refuse_text(l, "name", "not a name:", t->name);
	if (!attr_is_name(t->id))
		return load_refuse_text(l, "id", "not a name:", t->id);
	if (catalog_find_type(l->catalog, t->name) != NULL)
		return load_refuse_text(l, "name", "a second type", t->name);
	if (catalog_find_type_id(l->catalog, t->id) != NULL)
		return load_refuse_text(l, "id", "a second type", t->id);
	return 0;
}

static int
load_type(const struct loader *l, const struct json_object *v,
    struct resource_type *t)
{
	if (load_check(l, "", v, type_members, NELEM(type_members)) == -1 ||
	    load_check_schemas(l, v, SLICE(URN_RESOURCE_TYPE)) == -1 ||
	    load_names(l, v, t) == -1 || load_endpoint(l, v, t) == -1 ||
	    known_schema(l, "schema", v, &t->schema) == -1)
		return -1;
	t->description = load_text(l, v, "description");
	return load_extensions(l, load_get(v, "schemaExtensions"), t);
}

int
catalog_add_type(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct resource_type *t = arena_calloc(c->arena, 1, sizeof(*t));
	size_t size = c->ntypes * sizeof(*c->types);
	struct json_object *v;
	struct loader l;
	int rc = load_begin(&l, c, file, text, &v, err);

	if (rc == 0)
		rc = load_type(&l, v, t);
	if (rc == 0) {
		c->types = arena_grow(
		    c->arena, c->types, size, size + sizeof(*c->types));
		c->types[c->ntypes++] = t;
	}
	load_end(&l);
	return rc;
}
