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

enum {
	SCHEMA_SCHEMAS,
	SCHEMA_ID,
	SCHEMA_NAME,
	SCHEMA_DESCRIPTION,
	SCHEMA_ATTRIBUTES,
	SCHEMA_META,
	SCHEMA_MEMBERS
};

enum {
	MEMBER_NAME,
	MEMBER_TYPE,
	MEMBER_SUBS,
	MEMBER_MULTI_VALUED,
	MEMBER_DESCRIPTION,
	MEMBER_REQUIRED,
	MEMBER_CANONICAL,
	MEMBER_CASE_EXACT,
	MEMBER_MUTABILITY,
	MEMBER_RETURNED,
	MEMBER_UNIQUENESS,
	MEMBER_REFERENCES,
	MEMBER_DEFAULT,
	MEMBER_FORM,
	MEMBER_INDEX,
	MEMBER_STORE,
	ATTR_MEMBERS
};

/* clang-format off */
static const struct load_member schema_members[SCHEMA_MEMBERS] = {
	[SCHEMA_SCHEMAS] =	LOAD_MEMBER("schemas", JSON_ARRAY),
	[SCHEMA_ID] =		LOAD_MEMBER("id", JSON_STRING),
	[SCHEMA_NAME] =		LOAD_MEMBER("name", JSON_STRING),
	[SCHEMA_DESCRIPTION] =	LOAD_MEMBER("description", JSON_STRING),
	[SCHEMA_ATTRIBUTES] =	LOAD_MEMBER("attributes", JSON_ARRAY),
	[SCHEMA_META] =		LOAD_MEMBER("meta", JSON_OBJECT),
};

static const struct load_member attr_members[ATTR_MEMBERS] = {
	[MEMBER_NAME] =		LOAD_MEMBER("name", JSON_STRING),
	[MEMBER_TYPE] =		LOAD_MEMBER("type", JSON_STRING),
	[MEMBER_SUBS] =		LOAD_MEMBER("subAttributes", JSON_ARRAY),
	[MEMBER_MULTI_VALUED] =	LOAD_MEMBER("multiValued", JSON_BOOLEAN),
	[MEMBER_DESCRIPTION] =	LOAD_MEMBER("description", JSON_STRING),
	[MEMBER_REQUIRED] =	LOAD_MEMBER("required", JSON_BOOLEAN),
	[MEMBER_CANONICAL] =	LOAD_MEMBER("canonicalValues", JSON_ARRAY),
	[MEMBER_CASE_EXACT] =	LOAD_MEMBER("caseExact", JSON_BOOLEAN),
	[MEMBER_MUTABILITY] =	LOAD_MEMBER("mutability", JSON_STRING),
	[MEMBER_RETURNED] =	LOAD_MEMBER("returned", JSON_STRING),
	[MEMBER_UNIQUENESS] =	LOAD_MEMBER("uniqueness", JSON_STRING),
	[MEMBER_REFERENCES] =	LOAD_MEMBER("referenceTypes", JSON_ARRAY),
	[MEMBER_DEFAULT] =	LOAD_MEMBER("x-muster-default", JSON_BOOLEAN),
	[MEMBER_FORM] =		LOAD_MEMBER("x-muster-form", JSON_STRING),
	[MEMBER_INDEX] =	LOAD_MEMBER("x-muster-index", JSON_BOOLEAN),
	[MEMBER_STORE] =	LOAD_MEMBER("x-muster-store", JSON_STRING),
};

static const struct slice keep_keywords[] = {
	[KEEP_BODY]	= { "body", 4 },
	[KEEP_EDGES]	= { "edges", 5 },
	[KEEP_COMPUTED]	= { "computed", 8 },
};
/* clang-format on */

/* The keyword ROW of the attribute at PLACE. */
static int
load_row(const struct loader *l, const struct load_place *place,
    const struct slice *v, int row, const struct slice *words, size_t n,
    int *out)
{
	return load_keyword(
	    l, place, attr_members[row].name.data, v[row], words, n, out);
}

/* What is missing has its default (SFILE-04): the first word of each. */
static int
load_keywords(const struct loader *l, const struct load_place *place,
    const struct slice *v, struct attr *attr)
{
	int type, mutability, returned, uniqueness, keep, form;

	if (load_row(l, place, v, MEMBER_TYPE, attr_type_keywords,
		ATTR_TYPE_MAX, &type) == -1 ||
	    load_row(l, place, v, MEMBER_MUTABILITY, attr_mutability_keywords,
		MUT_MAX, &mutability) == -1 ||
	    load_row(l, place, v, MEMBER_RETURNED, attr_returned_keywords,
		RET_MAX, &returned) == -1 ||
	    load_row(l, place, v, MEMBER_UNIQUENESS, attr_uniqueness_keywords,
		UNIQ_MAX, &uniqueness) == -1 ||
	    load_row(l, place, v, MEMBER_STORE, keep_keywords,
		NELEM(keep_keywords), &keep) == -1 ||
	    load_row(
		l, place, v, MEMBER_FORM, form_keywords, FORM_MAX, &form) == -1)
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
load_flags(const struct loader *l, const struct slice *v, struct attr *attr)
{
	attr->description = load_text(l, v[MEMBER_DESCRIPTION]);
	attr->multi_valued = load_flag(v[MEMBER_MULTI_VALUED]);
	attr->required = load_flag(v[MEMBER_REQUIRED]);
	attr->case_exact = load_flag(v[MEMBER_CASE_EXACT]);
	attr->indexed = load_flag(v[MEMBER_INDEX]);
	attr->default_true = load_flag(v[MEMBER_DEFAULT]);
	/* Whatever is said (RFC 7643 sections 2.3.6 and 2.3.7). */
	if (attr->type == ATTR_BINARY || attr->type == ATTR_REFERENCE)
		attr->case_exact = true;
	if (attr->parent != NULL && attr->parent->keep == KEEP_COMPUTED)
		attr->keep = KEEP_COMPUTED;
}

static int load_attrs(const struct loader *, const struct load_place *,
    const char *, struct slice, const struct schema *, const struct attr *,
    const struct attr **, size_t *);

/* The rest of ATTR, which has its name, its schema and its parent. */
static int
load_attr(const struct loader *l, const struct load_place *place,
    const struct slice *v, struct attr *attr)
{
	const struct schema_rule *broken;

	if (load_keywords(l, place, v, attr) == -1 ||
	    load_words(l, place, "canonicalValues", v[MEMBER_CANONICAL],
		&attr->canonical_values, &attr->ncanonical_values) == -1 ||
	    load_words(l, place, "referenceTypes", v[MEMBER_REFERENCES],
		&attr->reference_types, &attr->nreference_types) == -1)
		return -1;
	/* The one characteristic without a default (CHAR-02). */
	if (v[MEMBER_MULTI_VALUED].len == 0)
		return load_refuse(l, place, "multiValued", "must be given");
	load_flags(l, v, attr);
	if (load_attrs(l, place, "subAttributes", v[MEMBER_SUBS], attr->schema,
		attr, &attr->sub, &attr->nsub) == -1)
		return -1;
	broken = schema_rule_broken(attr);
	if (broken != NULL)
		return load_refuse(l, place, broken->keyword, broken->why);
	return 0;
}

/* The attributes in LIST, the member KEYWORD of what stands at IN. */
static int
load_attrs(const struct loader *l, const struct load_place *in,
    const char *keyword, struct slice list, const struct schema *schema,
    const struct attr *parent, const struct attr **out, size_t *nout)
{
	const struct slice *v;
	struct attr *attrs;
	size_t n;

	if (load_objects(
		l, in, keyword, list, attr_members, ATTR_MEMBERS, &v, &n) == -1)
		return -1;
	attrs = arena_calloc(l->catalog->arena, n, sizeof(*attrs));
	for (size_t i = 0; i < n; i++, v += ATTR_MEMBERS) {
		struct load_place place = { in, keyword, i + 1 };

		attrs[i].name = load_text(l, v[MEMBER_NAME]);
		attrs[i].schema = schema;
		attrs[i].parent = parent;
		if (!attr_is_name(attrs[i].name))
			return load_refuse_text(l, &place, "name",
			    "not an attribute name:", attrs[i].name);
		if (attr_find(attrs, i, attrs[i].name) != NULL)
			return load_refuse_text(
			    l, &place, "name", "stands twice:", attrs[i].name);
		if (load_attr(l, &place, v, &attrs[i]) == -1)
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
		struct load_place place = { NULL, "attributes", i + 1 };

		if (s->attrs[i].keep != KEEP_EDGES)
			continue;
		if (seen)
			return load_refuse(l, &place, "x-muster-store",
			    "a schema has edges once");
		seen = true;
	}
	return 0;
}

static int
check_id(const struct loader *l, struct slice id)
{
	if (!slice_has_prefix_nocase(id, SLICE("urn:")) || !schema_is_urn(id))
		return load_refuse_text(l, NULL, "id", "not a URN:", id);
	/* DISC-06: they are the protocol's and never listed. */
	if (slice_has_prefix_nocase(id, SLICE(URN_MESSAGES)))
		return load_refuse_text(
		    l, NULL, "id", "messages have no schema file:", id);
	if (catalog_find_schema(l->catalog, id) != NULL)
		return load_refuse_text(l, NULL, "id", "a second schema", id);
	return 0;
}

static int
load_schema(const struct loader *l, struct slice text, struct schema *s)
{
	struct slice v[SCHEMA_MEMBERS];

	if (load_members(l, NULL, text, schema_members, NELEM(v), v) == -1 ||
	    load_check_schemas(l, v[SCHEMA_SCHEMAS], SLICE(URN_SCHEMA)) == -1)
		return -1;
	s->file = arena_strdup(l->catalog->arena, l->file);
	s->id = load_text(l, v[SCHEMA_ID]);
	s->name = load_text(l, v[SCHEMA_NAME]);
	s->description = load_text(l, v[SCHEMA_DESCRIPTION]);
	if (check_id(l, s->id) == -1)
		return -1;
	if (load_attrs(l, NULL, "attributes", v[SCHEMA_ATTRIBUTES], s, NULL,
		&s->attrs, &s->nattrs) == -1)
		return -1;
	if (s->nattrs == 0)
		return load_refuse(
		    l, NULL, "attributes", "a schema needs some");
	return check_edges(l, s);
}

int
catalog_add_schema(
    struct catalog *c, const char *file, struct slice text, struct error *err)
{
	struct schema *s = arena_calloc(c->arena, 1, sizeof(*s));
	size_t size = c->nschemas * sizeof(*c->schemas);
	struct loader l;

	if (load_begin(&l, c, file, text, &text, err) == -1 ||
	    load_schema(&l, text, s) == -1)
		return -1;
	c->schemas =
	    arena_grow(c->arena, c->schemas, size, size + sizeof(*c->schemas));
	c->schemas[c->nschemas++] = s;
	return 0;
}
