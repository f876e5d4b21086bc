/*
 * schema_load.c: Schema and ResourceType resources become the catalog (RFC
 * 7643 sections 6 and 7).
 *
 * These files are written by people, so whatever is not understood is
 * refused: a misspelt "mutabilty" must not silently mean readWrite.
 */
#include "base/nelem.h"
#include "json/json.h"
#include "scim/catalog.h"
#include "scim/schema.h"

struct loader {
	struct catalog *catalog;
	struct arena *scratch; /* the JSON and the paths in messages */
	const char *file;
	struct error *err;
};

/* A member that an object may have, and what it must be. */
struct rule {
	const char *name;
	enum json_kind kind;
};

/* clang-format off */
static const struct rule schema_rules[] = {
	{ "schemas",		JSON_ARRAY },
	{ "id",			JSON_STRING },
	{ "name",		JSON_STRING },
	{ "description",	JSON_STRING },
	{ "attributes",		JSON_ARRAY },
	{ "meta",		JSON_OBJECT },
};

static const struct rule attr_rules[] = {
	{ "name",		JSON_STRING },
	{ "type",		JSON_STRING },
	{ "subAttributes",	JSON_ARRAY },
	{ "multiValued",	JSON_BOOLEAN },
	{ "description",	JSON_STRING },
	{ "required",		JSON_BOOLEAN },
	{ "canonicalValues",	JSON_ARRAY },
	{ "caseExact",		JSON_BOOLEAN },
	{ "mutability",		JSON_STRING },
	{ "returned",		JSON_STRING },
	{ "uniqueness",		JSON_STRING },
	{ "referenceTypes",	JSON_ARRAY },
	{ "x-muster-default",	JSON_BOOLEAN },
	{ "x-muster-index",	JSON_BOOLEAN },
	{ "x-muster-store",	JSON_STRING },
};

static const struct rule type_rules[] = {
	{ "schemas",		JSON_ARRAY },
	{ "id",			JSON_STRING },
	{ "name",		JSON_STRING },
	{ "endpoint",		JSON_STRING },
	{ "description",	JSON_STRING },
	{ "schema",		JSON_STRING },
	{ "schemaExtensions",	JSON_ARRAY },
	{ "meta",		JSON_OBJECT },
};

static const struct rule extension_rules[] = {
	{ "schema",		JSON_STRING },
	{ "required",		JSON_BOOLEAN },
};

static const struct slice keep_keywords[] = {
	[KEEP_BODY]	= { "body", 4 },
	[KEEP_EDGES]	= { "edges", 5 },
	[KEEP_COMPUTED]	= { "computed", 8 },
};
/* clang-format on */

/* "file: path: why" */
static int
refuse(const struct loader *l, const char *path, const char *why)
{
	return error_set(
	    l->err, ERR_INVALID_VALUE, "%s: %s: %s", l->file, path, why);
}

static int
refuse_text(const struct loader *l, const char *path, const char *why,
    struct slice text)
{
	return refuse(l, path,
	    arena_printf(l->scratch, "%s '%.*s'", why, SLICE_ARG(text)));
}

static const struct rule *
find_rule(const struct rule *rules, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal_nocase(slice_of(rules[i].name), name))
			return &rules[i];
	return NULL;
}

/* Others may add members that begin with "x-"; null is absence. */
static int
check_members(const struct loader *l, const char *path,
    const struct json_object *v, const struct rule *rules, size_t n)
{
	struct json_member m = json_first(v);

	if (json_kind(v) != JSON_OBJECT)
		return refuse(l, path, "an object was expected");
	for (; m.entry != NULL; json_next(&m)) {
		const struct rule *rule = find_rule(rules, n, m.name);

		if (rule == NULL &&
		    slice_has_prefix_nocase(m.name, SLICE("x-")) &&
		    !slice_has_prefix_nocase(m.name, SLICE("x-muster-")))
			continue;
		if (rule == NULL)
			return refuse_text(l, path, "unknown keyword", m.name);
		if (json_kind(m.value) != JSON_NULL &&
		    json_kind(m.value) != rule->kind)
			return refuse(l, path,
			    arena_printf(l->scratch, "%s must be %s",
				rule->name, json_kind_name(rule->kind)));
	}
	return 0;
}

static struct json_object *
member(const struct json_object *v, const char *name)
{
	return json_attr(v, slice_of(name));
}

/* The text of a member, kept by the catalog; empty when there is none. */
static struct slice
text_of(const struct loader *l, const struct json_object *v, const char *name)
{
	return arena_slice(l->catalog->arena, json_string(member(v, name)));
}

/* The place of a member's text in WORDS; 0, the default, when absent; or -1. */
static int
keyword(const struct loader *l, const char *path, const struct json_object *v,
    const char *name, const struct slice *words, size_t n)
{
	struct json_object *m = member(v, name);

	if (m == NULL)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (slice_equal(words[i], json_string(m)))
			return (int)i;
	return refuse_text(l, path,
	    arena_printf(l->scratch, "unknown %s", name), json_string(m));
}

static int
load_words(const struct loader *l, const char *path,
    const struct json_object *v, const char *name, const struct slice **out,
    size_t *nout)
{
	struct json_object *list = member(v, name);
	size_t n = json_len(list);
	struct slice *words =
	    arena_calloc(l->catalog->arena, n, sizeof(*words));

	for (size_t i = 0; i < n; i++) {
		words[i] = arena_slice(
		    l->catalog->arena, json_string(json_at(list, i)));
		if (words[i].len == 0)
			return refuse(l, path,
			    arena_printf(l->scratch,
				"%s holds strings that are not empty", name));
	}
	*out = words;
	*nout = n;
	return 0;
}

static int
load_keywords(const struct loader *l, const char *path,
    const struct json_object *v, struct attr *attr)
{
	int type, mutability, returned, uniqueness, keep;

	type = keyword(l, path, v, "type", attr_type_keywords, ATTR_TYPE_MAX);
	if (type == -1)
		return -1;
	mutability = keyword(
	    l, path, v, "mutability", attr_mutability_keywords, MUT_MAX);
	if (mutability == -1)
		return -1;
	returned =
	    keyword(l, path, v, "returned", attr_returned_keywords, RET_MAX);
	if (returned == -1)
		return -1;
	uniqueness = keyword(
	    l, path, v, "uniqueness", attr_uniqueness_keywords, UNIQ_MAX);
	if (uniqueness == -1)
		return -1;
	keep = keyword(
	    l, path, v, "x-muster-store", keep_keywords, NELEM(keep_keywords));
	if (keep == -1)
		return -1;
	attr->type = (enum attr_type)type;
	attr->mutability = (enum attr_mutability)mutability;
	attr->returned = (enum attr_returned)returned;
	attr->uniqueness = (enum attr_uniqueness)uniqueness;
	attr->keep = (enum attr_keep)keep;
	return 0;
}

/* Resources that the server alone writes, so it supplies what they need. */
static bool
is_discovery(const struct schema *s)
{
	return slice_equal_nocase(s->id, SLICE(URN_SPC)) ||
	    slice_equal_nocase(s->id, SLICE(URN_RESOURCE_TYPE)) ||
	    slice_equal_nocase(s->id, SLICE(URN_SCHEMA));
}

/* attributes.subAttributes of the Schema schema: two levels, not three. */
static bool
may_be_complex(const struct attr *attr)
{
	return attr->parent == NULL ||
	    (attr->parent->parent == NULL &&
		slice_equal_nocase(attr->schema->id, SLICE(URN_SCHEMA)));
}

/* What is wrong with an attribute that has no sub-attributes yet, or NULL. */
static const char *
broken_rule(const struct attr *attr)
{
	bool complex = attr->type == ATTR_COMPLEX;

	if (complex && !may_be_complex(attr))
		return "a sub-attribute cannot be complex";
	if (complex && attr->ncanonical_values > 0)
		return "a complex attribute has no canonicalValues";
	if ((complex || attr->type == ATTR_BOOLEAN) &&
	    (attr->case_exact || attr->uniqueness != UNIQ_NONE))
		return "a complex or boolean attribute has no caseExact and "
		       "no uniqueness";
	if (attr->type != ATTR_REFERENCE && attr->nreference_types > 0)
		return "only a reference has referenceTypes";
	if (attr->mutability == MUT_WRITE_ONLY && attr->returned != RET_NEVER)
		return "writeOnly needs returned never";
	if (attr->mutability == MUT_READ_ONLY && attr->required &&
	    attr->keep != KEEP_COMPUTED && !is_discovery(attr->schema))
		return "readOnly and required, but the server does not "
		       "compute it";
	if (attr->default_true && attr->type != ATTR_BOOLEAN)
		return "only a boolean attribute has x-muster-default";
	if (attr->indexed && complex)
		return "a complex attribute has no index";
	if (attr->keep == KEEP_EDGES && (!complex || !attr->multi_valued))
		return "only a complex multi-valued attribute has edges";
	return NULL;
}

static int load_attrs(const struct loader *, const char *, struct json_object *,
    const struct schema *, const struct attr *, const struct attr **, size_t *);

static int
load_sub(const struct loader *l, const char *path, const struct json_object *v,
    struct attr *attr)
{
	struct json_object *list = member(v, "subAttributes");

	if (attr->type != ATTR_COMPLEX && json_len(list) == 0)
		return 0;
	if (attr->type != ATTR_COMPLEX)
		return refuse(l, path, "only a complex one has subAttributes");
	if (json_len(list) == 0)
		return refuse(l, path, "complex, but without subAttributes");
	if (load_attrs(l, path, list, attr->schema, attr, &attr->sub,
		&attr->nsub) == -1)
		return -1;
	if (attr->keep == KEEP_EDGES &&
	    attr_find_sub(attr, SLICE("value")) == NULL)
		return refuse(l, path, "edges need a sub-attribute value");
	return 0;
}

/* ATTR has its name, its schema and its parent. */
static int
load_attr(const struct loader *l, const char *path, const struct json_object *v,
    struct attr *attr)
{
	const char *why;

	if (check_members(l, path, v, attr_rules, NELEM(attr_rules)) == -1 ||
	    load_keywords(l, path, v, attr) == -1 ||
	    load_words(l, path, v, "canonicalValues", &attr->canonical_values,
		&attr->ncanonical_values) == -1 ||
	    load_words(l, path, v, "referenceTypes", &attr->reference_types,
		&attr->nreference_types) == -1)
		return -1;
	attr->description = text_of(l, v, "description");
	attr->multi_valued = json_boolean(member(v, "multiValued"));
	attr->required = json_boolean(member(v, "required"));
	attr->case_exact = json_boolean(member(v, "caseExact"));
	attr->indexed = json_boolean(member(v, "x-muster-index"));
	attr->default_true = json_boolean(member(v, "x-muster-default"));
	/* Whatever is said (RFC 7643 sections 2.3.6 and 2.3.7). */
	if (attr->type == ATTR_BINARY || attr->type == ATTR_REFERENCE)
		attr->case_exact = true;
	if (attr->parent != NULL && attr->parent->keep == KEEP_COMPUTED)
		attr->keep = KEEP_COMPUTED;
	why = broken_rule(attr);
	if (why != NULL)
		return refuse(l, path, why);
	return load_sub(l, path, v, attr);
}

static const char *
path_of(const struct loader *l, const char *path, struct slice name)
{
	return arena_printf(l->scratch, "%s%s%.*s", path,
	    *path == '\0' ? "" : ".", SLICE_ARG(name));
}

/* The attributes in LIST; PATH is that of PARENT, or empty. */
static int
load_attrs(const struct loader *l, const char *path, struct json_object *list,
    const struct schema *schema, const struct attr *parent,
    const struct attr **out, size_t *nout)
{
	size_t n = json_len(list);
	struct attr *attrs = arena_calloc(l->catalog->arena, n, sizeof(*attrs));

	for (size_t i = 0; i < n; i++) {
		struct json_object *v = json_at(list, i);
		struct slice name = text_of(l, v, "name");
		const char *place = path_of(l, path, name);

		if (!attr_is_name(name))
			return refuse_text(l,
			    arena_printf(l->scratch, "%s[%zu]",
				*path == '\0' ? "attributes" : path, i),
			    "not an attribute name:", name);
		if (attr_find(attrs, i, name) != NULL)
			return refuse(l, place, "this name stands twice");
		attrs[i].name = name;
		attrs[i].schema = schema;
		attrs[i].parent = parent;
		if (load_attr(l, place, v, &attrs[i]) == -1)
			return -1;
	}
	*out = attrs;
	*nout = n;
	return 0;
}

/* "schemas" may be left out, as RFC 7643 section 8.7 does. */
static int
check_schemas(
    const struct loader *l, const struct json_object *v, struct slice urn)
{
	struct json_object *list = member(v, "schemas");

	if (list == NULL)
		return 0;
	for (size_t i = 0; i < json_len(list); i++)
		if (slice_equal_nocase(json_string(json_at(list, i)), urn))
			return 0;
	return refuse_text(l, "schemas", "this file needs", urn);
}

static int
load_schema(
    const struct loader *l, const struct json_object *v, struct schema *s)
{
	if (check_members(l, "schema", v, schema_rules, NELEM(schema_rules)) ==
		-1 ||
	    check_schemas(l, v, SLICE(URN_SCHEMA)) == -1)
		return -1;
	s->id = text_of(l, v, "id");
	s->name = text_of(l, v, "name");
	s->description = text_of(l, v, "description");
	if (!slice_has_prefix_nocase(s->id, SLICE("urn:")))
		return refuse_text(l, "id", "not a URN:", s->id);
	if (catalog_find_schema(l->catalog, s->id) != NULL)
		return refuse_text(l, "id", "a second schema", s->id);
	if (json_len(member(v, "attributes")) == 0)
		return refuse(l, "attributes", "a schema needs attributes");
	return load_attrs(
	    l, "", member(v, "attributes"), s, NULL, &s->attrs, &s->nattrs);
}

/* The schema that the member "schema" of V names. */
static int
known_schema(const struct loader *l, const char *path,
    const struct json_object *v, const struct schema **out)
{
	struct slice urn = json_string(member(v, "schema"));

	*out = catalog_find_schema(l->catalog, urn);
	if (*out == NULL)
		return refuse_text(l, path, "unknown schema", urn);
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

static int
load_extensions(
    const struct loader *l, struct json_object *list, struct resource_type *t)
{
	size_t n = json_len(list);
	struct schema_extension *all =
	    arena_calloc(l->catalog->arena, n, sizeof(*all));

	t->extensions = all;
	for (; t->nextensions < n; t->nextensions++) {
		struct schema_extension *e = &all[t->nextensions];
		struct json_object *v = json_at(list, t->nextensions);
		const char *path = arena_printf(
		    l->scratch, "schemaExtensions[%zu]", t->nextensions);

		if (check_members(l, path, v, extension_rules,
			NELEM(extension_rules)) == -1 ||
		    known_schema(l, path, v, &e->schema) == -1)
			return -1;
		if (uses_schema(t, e->schema))
			return refuse_text(
			    l, path, "used twice:", e->schema->id);
		e->required = json_boolean(member(v, "required"));
	}
	return 0;
}

/* One segment; the RFC prints it with and without the slash (section 6). */
static int
load_endpoint(const struct loader *l, const struct json_object *v,
    struct resource_type *t)
{
	struct slice segment = json_string(member(v, "endpoint"));

	if (segment.len > 0 && segment.data[0] == '/')
		segment = slice_from(segment, 1);
	if (!attr_is_name(segment) || segment.data[0] == '$')
		return refuse_text(
		    l, "endpoint", "not one path segment:", segment);
	if (catalog_find_endpoint(l->catalog, segment) != NULL)
		return refuse_text(l, "endpoint", "a second endpoint", segment);
	t->endpoint = slice_of(
	    arena_printf(l->catalog->arena, "/%.*s", SLICE_ARG(segment)));
	return 0;
}

static int
load_type(const struct loader *l, const struct json_object *v,
    struct resource_type *t)
{
	if (check_members(
		l, "resource type", v, type_rules, NELEM(type_rules)) == -1 ||
	    check_schemas(l, v, SLICE(URN_RESOURCE_TYPE)) == -1)
		return -1;
	t->name = text_of(l, v, "name");
	t->id = text_of(l, v, "id");
	t->description = text_of(l, v, "description");
	if (t->id.len == 0)
		t->id = t->name;
	if (t->name.len == 0)
		return refuse(l, "name", "a resource type needs a name");
	if (catalog_find_type(l->catalog, t->name) != NULL)
		return refuse_text(l, "name", "a second type", t->name);
	if (load_endpoint(l, v, t) == -1 ||
	    known_schema(l, "schema", v, &t->schema) == -1)
		return -1;
	return load_extensions(l, member(v, "schemaExtensions"), t);
}

struct catalog *
catalog_new(struct arena *a)
{
	struct catalog *c = arena_calloc(a, 1, sizeof(*c));

	c->arena = a;
	return c;
}

static int
parse(const struct loader *l, struct slice text, struct json_object **v)
{
	if (json_parse(l->scratch, text, v, l->err) == -1)
		return error_prefix(l->err, "%s: ", l->file);
	return 0;
}

int
catalog_add_schema(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct loader l = { c, arena_new(), file, err };
	struct schema *s = arena_calloc(c->arena, 1, sizeof(*s));
	struct json_object *v;
	int rc = -1;

	if (parse(&l, text, &v) == 0 && load_schema(&l, v, s) == 0) {
		size_t size = c->nschemas * sizeof(*c->schemas);

		c->schemas = arena_grow(
		    c->arena, c->schemas, size, size + sizeof(*c->schemas));
		c->schemas[c->nschemas++] = s;
		rc = 0;
	}
	arena_free(l.scratch);
	return rc;
}

int
catalog_add_type(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct loader l = { c, arena_new(), file, err };
	struct resource_type *t = arena_calloc(c->arena, 1, sizeof(*t));
	struct json_object *v;
	int rc = -1;

	if (parse(&l, text, &v) == 0 && load_type(&l, v, t) == 0) {
		size_t size = c->ntypes * sizeof(*c->types);

		c->types = arena_grow(
		    c->arena, c->types, size, size + sizeof(*c->types));
		c->types[c->ntypes++] = t;
		rc = 0;
	}
	arena_free(l.scratch);
	return rc;
}
