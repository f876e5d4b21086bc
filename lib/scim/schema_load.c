/*
 * schema_load.c: Schema resources become the catalog (RFC 7643 section 7).
 *
 * What stands in a file is read here; what must not stand together is in
 * schema_rules.c, and what depends on other files in schema_link.c.
 */
#include "base/nelem.h"
#include "scim/form.h"
#include "scim/loader.h"
#include "scim/schema_rules.h"

/* clang-format off */
static const struct load_member schema_members[] = {
	{ "schemas",		JSON_ARRAY },
	{ "id",			JSON_STRING },
	{ "name",		JSON_STRING },
	{ "description",	JSON_STRING },
	{ "attributes",		JSON_ARRAY },
	{ "meta",		JSON_OBJECT },
};

static const struct load_member attr_members[] = {
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
	{ "x-muster-form",	JSON_STRING },
	{ "x-muster-index",	JSON_BOOLEAN },
	{ "x-muster-store",	JSON_STRING },
};

static const struct slice keep_keywords[] = {
	[KEEP_BODY]	= { "body", 4 },
	[KEEP_EDGES]	= { "edges", 5 },
	[KEEP_COMPUTED]	= { "computed", 8 },
};
/* clang-format on */

/* What is missing has its default (SFILE-04): the first word of each. */
static int
load_keywords(const struct loader *l, const char *path,
    const struct json_object *v, struct attr *attr)
{
	int type, mutability, returned, uniqueness, keep, form;

	if (load_keyword(l, path, v, "type", attr_type_keywords, ATTR_TYPE_MAX,
		&type) == -1 ||
	    load_keyword(l, path, v, "mutability", attr_mutability_keywords,
		MUT_MAX, &mutability) == -1 ||
	    load_keyword(l, path, v, "returned", attr_returned_keywords,
		RET_MAX, &returned) == -1 ||
	    load_keyword(l, path, v, "uniqueness", attr_uniqueness_keywords,
		UNIQ_MAX, &uniqueness) == -1 ||
	    load_keyword(l, path, v, "x-muster-store", keep_keywords,
		NELEM(keep_keywords), &keep) == -1 ||
	    load_keyword(l, path, v, "x-muster-form", form_keywords, FORM_MAX,
		&form) == -1)
		return -1;
	attr->type = (enum attr_type)type;
	attr->mutability = (enum attr_mutability)mutability;
	attr->returned = (enum attr_returned)returned;
	attr->uniqueness = (enum attr_uniqueness)uniqueness;
	attr->keep = (enum attr_keep)keep;
	attr->form = (enum attr_form)form;
	return 0;
}

static void
load_flags(
    const struct loader *l, const struct json_object *v, struct attr *attr)
{
	attr->description = load_text(l, v, "description");
	attr->multi_valued = json_boolean(load_get(v, "multiValued"));
	attr->required = json_boolean(load_get(v, "required"));
	attr->case_exact = json_boolean(load_get(v, "caseExact"));
	attr->indexed = json_boolean(load_get(v, "x-muster-index"));
	attr->default_true = json_boolean(load_get(v, "x-muster-default"));
	/* Whatever is said (RFC 7643 sections 2.3.6 and 2.3.7). */
	if (attr->type == ATTR_BINARY || attr->type == ATTR_REFERENCE)
		attr->case_exact = true;
	if (attr->parent != NULL && attr->parent->keep == KEEP_COMPUTED)
		attr->keep = KEEP_COMPUTED;
}

static int load_attrs(const struct loader *, const char *, const char *,
    struct json_object *, const struct schema *, const struct attr *,
    const struct attr **, size_t *);

/* ATTR has its name, its schema and its parent. */
static int
load_attr(const struct loader *l, const char *path, const struct json_object *v,
    struct attr *attr)
{
	const struct schema_rule *broken;

	if (load_check(l, path, v, attr_members, NELEM(attr_members)) == -1 ||
	    load_keywords(l, path, v, attr) == -1 ||
	    load_words(l, path, v, "canonicalValues", &attr->canonical_values,
		&attr->ncanonical_values) == -1 ||
	    load_words(l, path, v, "referenceTypes", &attr->reference_types,
		&attr->nreference_types) == -1)
		return -1;
	/* The one characteristic without a default (CHAR-02). */
	if (load_get(v, "multiValued") == NULL)
		return load_refuse(
		    l, load_path(l, path, "multiValued"), "must be given");
	load_flags(l, v, attr);
	if (load_attrs(l, path, "subAttributes", load_get(v, "subAttributes"),
		attr->schema, attr, &attr->sub, &attr->nsub) == -1)
		return -1;
	broken = schema_rule_broken(attr);
	if (broken != NULL)
		return load_refuse(
		    l, load_path(l, path, broken->keyword), broken->why);
	return 0;
}

/* The attributes in LIST, which stands at PATH.KEYWORD, in PARENT. */
static int
load_attrs(const struct loader *l, const char *path, const char *keyword,
    struct json_object *list, const struct schema *schema,
    const struct attr *parent, const struct attr **out, size_t *nout)
{
	size_t n = json_len(list);
	struct attr *attrs = arena_calloc(l->catalog->arena, n, sizeof(*attrs));

	for (size_t i = 0; i < n; i++) {
		struct json_object *v = json_at(list, i);
		struct slice name = load_text(l, v, "name");
		const char *place = load_path_at(l, path, keyword, i);
		const char *at = load_path(l, place, "name");

		if (json_kind(v) == JSON_OBJECT && !attr_is_name(name))
			return load_refuse_text(
			    l, at, "not an attribute name:", name);
		if (attr_find(attrs, i, name) != NULL)
			return load_refuse_text(l, at, "stands twice:", name);
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

/* Members are stored under one attribute of a schema. */
static int
check_edges(const struct loader *l, const struct schema *s)
{
	bool seen = false;

	for (size_t i = 0; i < s->nattrs; i++) {
		if (s->attrs[i].keep != KEEP_EDGES)
			continue;
		if (seen)
			return load_refuse(l,
			    load_path(l, load_path_at(l, "", "attributes", i),
				"x-muster-store"),
			    "a schema has edges once");
		seen = true;
	}
	return 0;
}

static int
check_id(const struct loader *l, struct slice id)
{
	if (!slice_has_prefix_nocase(id, SLICE("urn:")) || !schema_is_urn(id))
		return load_refuse_text(l, "id", "not a URN:", id);
	/* DISC-06: they are the protocol's and never listed. */
	if (slice_has_prefix_nocase(id, SLICE(URN_MESSAGES)))
		return load_refuse_text(
		    l, "id", "messages have no schema file:", id);
	if (catalog_find_schema(l->catalog, id) != NULL)
		return load_refuse_text(l, "id", "a second schema", id);
	return 0;
}

static int
load_schema(
    const struct loader *l, const struct json_object *v, struct schema *s)
{
	struct json_object *list;

	if (load_check(l, "", v, schema_members, NELEM(schema_members)) == -1 ||
	    load_check_schemas(l, v, SLICE(URN_SCHEMA)) == -1)
		return -1;
	s->file = arena_strdup(l->catalog->arena, l->file);
	s->id = load_text(l, v, "id");
	s->name = load_text(l, v, "name");
	s->description = load_text(l, v, "description");
	if (check_id(l, s->id) == -1)
		return -1;
	list = load_get(v, "attributes");
	if (json_len(list) == 0)
		return load_refuse(l, "attributes", "a schema needs some");
	if (load_attrs(l, "", "attributes", list, s, NULL, &s->attrs,
		&s->nattrs) == -1)
		return -1;
	return check_edges(l, s);
}

int
catalog_add_schema(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct schema *s = arena_calloc(c->arena, 1, sizeof(*s));
	size_t size = c->nschemas * sizeof(*c->schemas);
	struct json_object *v;
	struct loader l;
	int rc = load_begin(&l, c, file, text, &v, err);

	if (rc == 0)
		rc = load_schema(&l, v, s);
	if (rc == 0) {
		c->schemas = arena_grow(
		    c->arena, c->schemas, size, size + sizeof(*c->schemas));
		c->schemas[c->nschemas++] = s;
	}
	load_end(&l);
	return rc;
}
