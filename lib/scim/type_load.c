/*
 * type_load.c: ResourceType resources become the catalog (RFC 7643 section
 * 6).  Their schemas are there already, so each names one that is served
 * (DISC-08).
 */
#include "base/nelem.h"
#include "json/walk.h"
#include "scim/loader.h"
#include "scim/schema_rules.h"

enum {
	TYPE_SCHEMAS,
	TYPE_ID,
	TYPE_NAME,
	TYPE_ENDPOINT,
	TYPE_DESCRIPTION,
	TYPE_SCHEMA,
	TYPE_EXTENSIONS,
	TYPE_META,
	TYPE_MEMBERS
};

enum { EXTENSION_SCHEMA, EXTENSION_REQUIRED, EXTENSION_MEMBERS };

/* clang-format off */
static const struct load_member type_members[TYPE_MEMBERS] = {
	[TYPE_SCHEMAS] =	LOAD_MEMBER("schemas", JSON_ARRAY),
	[TYPE_ID] =		LOAD_MEMBER("id", JSON_STRING),
	[TYPE_NAME] =		LOAD_MEMBER("name", JSON_STRING),
	[TYPE_ENDPOINT] =	LOAD_MEMBER("endpoint", JSON_STRING),
	[TYPE_DESCRIPTION] =	LOAD_MEMBER("description", JSON_STRING),
	[TYPE_SCHEMA] =		LOAD_MEMBER("schema", JSON_STRING),
	[TYPE_EXTENSIONS] =	LOAD_MEMBER("schemaExtensions", JSON_ARRAY),
	[TYPE_META] =		LOAD_MEMBER("meta", JSON_OBJECT),
};

static const struct load_member extension_members[EXTENSION_MEMBERS] = {
	[EXTENSION_SCHEMA] =	LOAD_MEMBER("schema", JSON_STRING),
	[EXTENSION_REQUIRED] =	LOAD_MEMBER("required", JSON_BOOLEAN),
};

/* First segments that have a meaning of their own (RFC 7644 section 3.2). */
static const char *const reserved[] = {
	"Bulk", "Me", "ResourceTypes", "Schemas", "ServiceProviderConfig",
	"healthz", "metrics",
};
/* clang-format on */

/* The schema whose URN is V, the member "schema" of what stands at IN. */
static int
known_schema(const struct loader *l, const struct load_place *in,
    struct slice v, const struct schema **out)
{
	struct slice urn = walk_string(l->catalog->arena, v);

	if (schema_is_discovery(urn))
		return load_refuse_text(
		    l, in, "schema", "no resources have the schema", urn);
	*out = catalog_find_schema(l->catalog, urn);
	if (*out == NULL)
		return load_refuse_text(l, in, "schema", "unknown schema", urn);
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
    const struct loader *l, const struct load_place *in, const struct schema *s)
{
	for (size_t i = 0; i < s->nattrs; i++) {
		if (s->attrs[i].keep != KEEP_BODY)
			return load_refuse_text(l, in, "schema",
			    "no extension has edges or what is computed:",
			    s->attrs[i].name);
		if (s->attrs[i].default_true)
			return load_refuse_text(l, in, "schema",
			    "no extension has an x-muster-default:",
			    s->attrs[i].name);
	}
	return 0;
}

/* V are the members of the one at PLACE. */
static int
load_extension(const struct loader *l, const struct load_place *place,
    const struct slice *v, const struct resource_type *t,
    struct schema_extension *e)
{
	if (known_schema(l, place, v[EXTENSION_SCHEMA], &e->schema) == -1)
		return -1;
	if (uses_schema(t, e->schema))
		return load_refuse_text(
		    l, place, "schema", "stands twice:", e->schema->id);
	e->required = load_flag(v[EXTENSION_REQUIRED]);
	return check_extension(l, place, e->schema);
}

static int
load_extensions(
    const struct loader *l, struct slice list, struct resource_type *t)
{
	struct schema_extension *all;
	const struct slice *v;
	size_t n;

	if (load_objects(l, NULL, "schemaExtensions", list, extension_members,
		EXTENSION_MEMBERS, &v, &n) == -1)
		return -1;
	t->extensions = all = arena_calloc(l->catalog->arena, n, sizeof(*all));
	for (; t->nextensions < n; t->nextensions++, v += EXTENSION_MEMBERS) {
		struct load_place place = { NULL, "schemaExtensions",
			t->nextensions + 1 };

		if (load_extension(l, &place, v, t, &all[t->nextensions]) == -1)
			return -1;
	}
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
load_endpoint(const struct loader *l, struct slice v, struct resource_type *t)
{
	struct slice segment = walk_string(l->catalog->arena, v);

	if (segment.len > 0 && segment.data[0] == '/')
		segment = slice_from(segment, 1);
	if (!attr_is_name(segment) || segment.data[0] == '$')
		return load_refuse_text(
		    l, NULL, "endpoint", "not one path segment:", segment);
	if (is_reserved(segment))
		return load_refuse_text(
		    l, NULL, "endpoint", "this one is the server's:", segment);
	if (catalog_find_endpoint(l->catalog, segment) != NULL)
		return load_refuse_text(
		    l, NULL, "endpoint", "a second endpoint", segment);
	t->endpoint = slice_of(
	    arena_printf(l->catalog->arena, "/%.*s", SLICE_ARG(segment)));
	return 0;
}

/* The id, in locations, is the name unless it is given (RFC 7643 6). */
static int
load_names(
    const struct loader *l, const struct slice *v, struct resource_type *t)
{
	t->name = load_text(l, v[TYPE_NAME]);
	t->id = load_text(l, v[TYPE_ID]);
	if (t->id.len == 0)
		t->id = t->name;
	if (!attr_is_name(t->name))
		return load_refuse_text(
		    l, NULL, "name", "not a name:", t->name);
	if (!attr_is_name(t->id))
		return load_refuse_text(l, NULL, "id", "not a name:", t->id);
	if (catalog_find_type(l->catalog, t->name) != NULL)
		return load_refuse_text(
		    l, NULL, "name", "a second type", t->name);
	if (catalog_find_type_id(l->catalog, t->id) != NULL)
		return load_refuse_text(l, NULL, "id", "a second type", t->id);
	return 0;
}

static int
load_type(const struct loader *l, struct slice text, struct resource_type *t)
{
	struct slice v[TYPE_MEMBERS];

	if (load_members(l, NULL, text, type_members, NELEM(v), v) == -1 ||
	    load_check_schemas(l, v[TYPE_SCHEMAS], SLICE(URN_RESOURCE_TYPE)) ==
		-1 ||
	    load_names(l, v, t) == -1 ||
	    load_endpoint(l, v[TYPE_ENDPOINT], t) == -1 ||
	    known_schema(l, NULL, v[TYPE_SCHEMA], &t->schema) == -1)
		return -1;
	t->description = load_text(l, v[TYPE_DESCRIPTION]);
	return load_extensions(l, v[TYPE_EXTENSIONS], t);
}

int
catalog_add_type(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct resource_type *t = arena_calloc(c->arena, 1, sizeof(*t));
	size_t size = c->ntypes * sizeof(*c->types);
	struct loader l;

	if (load_begin(&l, c, file, text, &text, err) == -1 ||
	    load_type(&l, text, t) == -1)
		return -1;
	c->types =
	    arena_grow(c->arena, c->types, size, size + sizeof(*c->types));
	c->types[c->ntypes++] = t;
	return 0;
}
