/*
 * schema.c: look-ups in the catalog, and attribute notation (RFC 7644
 * section 3.10).
 *
 * How files become a catalog stands in schema_load.c and type_load.c.  A
 * resource has some thirty attributes: a walk through the table beats any
 * index.
 */
#include <string.h>

#include "base/nelem.h"
#include "scim/catalog.h"
#include "scim/schema.h"

#define TEXT(literal)                          \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

/* clang-format off */
const struct slice attr_type_keywords[ATTR_TYPE_MAX] = {
	[ATTR_STRING]		= TEXT("string"),
	[ATTR_BOOLEAN]		= TEXT("boolean"),
	[ATTR_DECIMAL]		= TEXT("decimal"),
	[ATTR_INTEGER]		= TEXT("integer"),
	[ATTR_DATETIME]		= TEXT("dateTime"),
	[ATTR_BINARY]		= TEXT("binary"),
	[ATTR_REFERENCE]	= TEXT("reference"),
	[ATTR_COMPLEX]		= TEXT("complex"),
};

const struct slice attr_mutability_keywords[MUT_MAX] = {
	[MUT_READ_WRITE]	= TEXT("readWrite"),
	[MUT_READ_ONLY]		= TEXT("readOnly"),
	[MUT_IMMUTABLE]		= TEXT("immutable"),
	[MUT_WRITE_ONLY]	= TEXT("writeOnly"),
};

const struct slice attr_returned_keywords[RET_MAX] = {
	[RET_DEFAULT]		= TEXT("default"),
	[RET_ALWAYS]		= TEXT("always"),
	[RET_NEVER]		= TEXT("never"),
	[RET_REQUEST]		= TEXT("request"),
};

const struct slice attr_uniqueness_keywords[UNIQ_MAX] = {
	[UNIQ_NONE]		= TEXT("none"),
	[UNIQ_SERVER]		= TEXT("server"),
	[UNIQ_GLOBAL]		= TEXT("global"),
};

static const struct slice uri[] = { TEXT("uri") };

/* RFC 7643 section 3.1, in the order of the RFC; schemas before them. */
enum { COMMON_SCHEMAS, COMMON_ID, COMMON_EXTERNAL_ID, COMMON_META, COMMON_MAX };

static const struct attr common_attrs[COMMON_MAX];

#define META_SUB(sub_name, sub_description)				\
	.name = TEXT(sub_name), .description = TEXT(sub_description),	\
	.mutability = MUT_READ_ONLY, .keep = KEEP_COMPUTED,		\
	.parent = &common_attrs[COMMON_META]

static const struct attr meta_attrs[META_MAX] = {
	[META_RESOURCE_TYPE] = {
		META_SUB("resourceType", "Name of the resource type."),
		.case_exact = true },
	[META_CREATED] = {
		META_SUB("created", "When the resource was created."),
		.type = ATTR_DATETIME },
	[META_LAST_MODIFIED] = {
		META_SUB("lastModified", "When the resource last changed."),
		.type = ATTR_DATETIME },
	[META_LOCATION] = {
		META_SUB("location", "The URI of the resource."),
		.type = ATTR_REFERENCE, .case_exact = true,
		.reference_types = uri, .nreference_types = NELEM(uri) },
	[META_VERSION] = {
		META_SUB("version", "The entity tag of the resource."),
		.case_exact = true },
};

static const struct attr common_attrs[COMMON_MAX] = {
	[COMMON_SCHEMAS] = {
		.name = TEXT("schemas"),
		.description = TEXT("URNs of the schemas in use."),
		.type = ATTR_REFERENCE, .multi_valued = true,
		.required = true, .case_exact = true,
		.returned = RET_ALWAYS,
		.reference_types = uri, .nreference_types = NELEM(uri) },
	[COMMON_ID] = {
		.name = TEXT("id"),
		.description = TEXT("The server's name for the resource."),
		.required = true, .case_exact = true,
		.mutability = MUT_READ_ONLY, .returned = RET_ALWAYS,
		.uniqueness = UNIQ_SERVER, .keep = KEEP_COMPUTED },
	[COMMON_EXTERNAL_ID] = {
		.name = TEXT("externalId"),
		.description = TEXT("The client's name for the resource."),
		.case_exact = true, .indexed = true },
	[COMMON_META] = {
		.name = TEXT("meta"),
		.description = TEXT("What the server knows of the resource."),
		.type = ATTR_COMPLEX, .mutability = MUT_READ_ONLY,
		.keep = KEEP_COMPUTED,
		.sub = meta_attrs, .nsub = NELEM(meta_attrs) },
};
/* clang-format on */

struct slice
attr_type_keyword(enum attr_type type)
{
	return attr_type_keywords[type];
}

struct slice
attr_mutability_keyword(enum attr_mutability mutability)
{
	return attr_mutability_keywords[mutability];
}

struct slice
attr_returned_keyword(enum attr_returned returned)
{
	return attr_returned_keywords[returned];
}

struct slice
attr_uniqueness_keyword(enum attr_uniqueness uniqueness)
{
	return attr_uniqueness_keywords[uniqueness];
}

const struct attr *
schema_common_attrs(size_t *n)
{
	*n = NELEM(common_attrs);
	return common_attrs;
}

struct catalog *
catalog_new(struct arena *a)
{
	struct catalog *c = arena_calloc(a, 1, sizeof(*c));

	c->arena = a;
	return c;
}

void
catalog_set_files(struct catalog *c, struct slice text)
{
	c->files = text;
}

struct slice
catalog_files(const struct catalog *c)
{
	return c->files;
}

const struct schema *
catalog_schema(const struct catalog *c, size_t i)
{
	return i < c->nschemas ? c->schemas[i] : NULL;
}

const struct resource_type *
catalog_type(const struct catalog *c, size_t i)
{
	return i < c->ntypes ? c->types[i] : NULL;
}

const struct schema *
catalog_find_schema(const struct catalog *c, struct slice urn)
{
	for (size_t i = 0; i < c->nschemas; i++)
		if (slice_equal_nocase(c->schemas[i]->id, urn))
			return c->schemas[i];
	return NULL;
}

const struct resource_type *
catalog_find_type(const struct catalog *c, struct slice name)
{
	for (size_t i = 0; i < c->ntypes; i++)
		if (slice_equal(c->types[i]->name, name))
			return c->types[i];
	return NULL;
}

const struct resource_type *
catalog_find_type_id(const struct catalog *c, struct slice id)
{
	for (size_t i = 0; i < c->ntypes; i++)
		if (slice_equal(c->types[i]->id, id))
			return c->types[i];
	return NULL;
}

const struct resource_type *
catalog_find_endpoint(const struct catalog *c, struct slice segment)
{
	for (size_t i = 0; i < c->ntypes; i++)
		if (slice_equal(slice_from(c->types[i]->endpoint, 1), segment))
			return c->types[i];
	return NULL;
}

const struct attr *
attr_find(const struct attr *attrs, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal_nocase(attrs[i].name, name))
			return &attrs[i];
	return NULL;
}

const struct attr *
attr_find_sub(const struct attr *attr, struct slice name)
{
	return attr_find(attr->sub, attr->nsub, name);
}

static bool
is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* name := ALPHA *( ALPHA / DIGIT / "-" / "_" ) / "$ref" */
bool
attr_is_name(struct slice text)
{
	if (text.len == 0)
		return false;
	if (text.data[0] == '$')
		return slice_equal_nocase(text, SLICE("$ref"));
	if (!is_alpha(text.data[0]))
		return false;
	for (size_t i = 1; i < text.len; i++) {
		char c = text.data[i];

		if (!is_alpha(c) && !(c >= '0' && c <= '9') && c != '-' &&
		    c != '_')
			return false;
	}
	return true;
}

/* name [ "." name ]; SUB is empty when there is none. */
static bool
split(struct slice text, struct slice *name, struct slice *sub)
{
	const char *dot =
	    text.len == 0 ? NULL : memchr(text.data, '.', text.len);

	*name = text;
	*sub = SLICE("");
	if (dot == NULL)
		return attr_is_name(text);
	name->len = (size_t)(dot - text.data);
	*sub = slice_from(text, name->len + 1);
	return attr_is_name(*name) && attr_is_name(*sub);
}

/* Of the common attributes, which win, or the base schema (CORE-14). */
static const struct attr *
find_base(const struct resource_type *type, struct slice name)
{
	const struct attr *attr = attr_find(common_attrs, COMMON_MAX, name);

	if (attr != NULL)
		return attr;
	return attr_find(type->schema->attrs, type->schema->nattrs, name);
}

/* Of the one extension that defines NAME; two that do mean nothing. */
static const struct attr *
find_extension(const struct resource_type *type, struct slice name,
    const struct schema **extension)
{
	const struct attr *found = NULL;

	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *s = type->extensions[i].schema;
		const struct attr *attr = attr_find(s->attrs, s->nattrs, name);

		if (attr == NULL)
			continue;
		if (found != NULL)
			return NULL;
		found = attr;
		*extension = s;
	}
	return found;
}

/*
 * Look NAME up in SCHEMA of TYPE, or, when SCHEMA is NULL, where a name
 * without URN belongs.
 */
static enum attr_found
resolve_in(const struct resource_type *type, const struct schema *schema,
    struct slice text, struct attr_ref *ref)
{
	struct attr_ref found = { .extension = NULL };
	struct slice name, sub;

	if (!split(text, &name, &sub))
		return ATTR_MALFORMED;
	if (schema == NULL || schema == type->schema) {
		found.attr = find_base(type, name);
	} else {
		found.extension = schema;
		found.attr = attr_find(schema->attrs, schema->nattrs, name);
	}
	if (found.attr == NULL && schema == NULL)
		found.attr = find_extension(type, name, &found.extension);
	if (found.attr == NULL)
		return ATTR_UNKNOWN;
	if (sub.len > 0) {
		found.sub = attr_find_sub(found.attr, sub);
		if (found.sub == NULL)
			return ATTR_UNKNOWN;
	}
	*ref = found;
	return ATTR_FOUND;
}

/*
 * Is NAME the URN, or the URN, ':' or '.', and a name?  A second ':' would
 * make it a longer URN, which is not this one.
 */
static bool
has_urn(struct slice name, struct slice urn)
{
	struct slice tail;

	if (!slice_has_prefix_nocase(name, urn))
		return false;
	if (name.len == urn.len)
		return true;
	tail = slice_from(name, urn.len + 1);
	return (name.data[urn.len] == ':' || name.data[urn.len] == '.') &&
	    memchr(tail.data, ':', tail.len) == NULL;
}

/* The schema of TYPE with the longest URN that NAME begins with. */
static const struct schema *
longest_urn(const struct resource_type *type, struct slice name)
{
	const struct schema *longest = NULL;

	if (has_urn(name, type->schema->id))
		longest = type->schema;
	for (size_t i = 0; i < type->nextensions; i++) {
		const struct schema *s = type->extensions[i].schema;

		if (has_urn(name, s->id) &&
		    (longest == NULL || s->id.len > longest->id.len))
			longest = s;
	}
	return longest;
}

bool
schema_is_urn(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (!is_alpha(c) && !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr("-._~:@!$&'()*+,;=%/", c) == NULL))
			return false;
	}
	return true;
}

/* A URN that TYPE has no schema for, so its end can only be guessed. */
static enum attr_found
unknown_urn(struct slice name)
{
	struct slice attr, sub;
	size_t cut = name.len;

	while (name.data[cut - 1] != ':')
		cut--;
	if (!schema_is_urn(name) || !split(slice_from(name, cut), &attr, &sub))
		return ATTR_MALFORMED;
	return ATTR_UNKNOWN;
}

static enum attr_found
resolve_urn(
    const struct resource_type *type, struct slice name, struct attr_ref *ref)
{
	const struct schema *schema = longest_urn(type, name);
	enum attr_found found;

	if (schema == NULL)
		return unknown_urn(name);
	if (name.len > schema->id.len) {
		found = resolve_in(
		    type, schema, slice_from(name, schema->id.len + 1), ref);
		ref->dotted = name.data[schema->id.len] == '.';
		return found;
	}
	/* Base attributes have no container (RFC 7643 section 3.3). */
	if (schema == type->schema)
		return ATTR_UNKNOWN;
	ref->extension = schema;
	return ATTR_FOUND;
}

enum attr_found
attr_resolve(
    const struct resource_type *type, struct slice name, struct attr_ref *ref)
{
	*ref = (struct attr_ref){ .extension = NULL };
	if (slice_has_prefix_nocase(name, SLICE("urn:")))
		return resolve_urn(type, name, ref);
	return resolve_in(type, NULL, name, ref);
}

static bool
is_read_only(const struct schema *schema)
{
	for (size_t i = 0; i < schema->nattrs; i++)
		if (schema->attrs[i].mutability != MUT_READ_ONLY)
			return false;
	return true;
}

bool
resource_type_is_read_only(const struct resource_type *type)
{
	for (size_t i = 0; i < type->nextensions; i++)
		if (!is_read_only(type->extensions[i].schema))
			return false;
	return is_read_only(type->schema);
}
