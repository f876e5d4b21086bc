/*
 * fuzz_schema.c: any bytes as a schema file, as a type file and as a profile
 * file.  What loads must hold together: it is found by its names, and printed
 * it loads again as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "json/json.h"
#include "scim/profile.h"
#include "scim/schema_print.h"
#include "require.h"

#define BASE SLICE("https://h/v2")

/* What a file may speak of; the references of a schema point to Known. */
static const char known_schema[] =
    "{\"id\":\"urn:x:known\",\"attributes\":[{\"name\":\"members\","
    "\"type\":\"complex\",\"multiValued\":true,\"x-muster-store\":\"edges\","
    "\"subAttributes\":[{\"name\":\"value\",\"multiValued\":false},"
    "{\"name\":\"type\",\"multiValued\":false,\"canonicalValues\":[\"Known\"],"
    "\"x-muster-store\":\"computed\"},"
    "{\"name\":\"$ref\",\"type\":\"reference\","
    "\"multiValued\":false,\"referenceTypes\":[\"Known\"],"
    "\"x-muster-store\":\"computed\"}]}]}";
static const char known_extension[] =
    "{\"id\":\"urn:x:e\",\"attributes\":"
    "[{\"name\":\"colour\",\"multiValued\":false}]}";
static const char known_type[] =
    "{\"name\":\"Known\",\"endpoint\":\"/Knowns\",\"schema\":\"urn:x:known\"}";

enum { KNOWN_SCHEMAS = 2, KNOWN_TYPES = 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct catalog *
known_catalog(struct arena *a)
{
	struct catalog *c = catalog_new(a);
	struct error err;

	require(catalog_add_schema(c, "k", SLICE(known_schema), &err) == 0);
	require(catalog_add_schema(c, "k", SLICE(known_extension), &err) == 0);
	require(catalog_add_type(c, "k", SLICE(known_type), &err) == 0);
	return c;
}

/* A refusal names the file, and leaves nothing behind. */
static void
check_refused(const struct catalog *c, const struct error *err)
{
	require(
	    err->code == ERR_INVALID_VALUE || err->code == ERR_INVALID_SYNTAX);
	require(strncmp(err->detail, "f: ", 3) == 0);
	require(catalog_schema(c, KNOWN_SCHEMAS) == NULL);
	require(catalog_type(c, KNOWN_TYPES) == NULL);
}

static bool
has_hints(const struct attr *attrs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (attrs[i].keep != KEEP_BODY ||
		    has_hints(attrs[i].sub, attrs[i].nsub))
			return true;
	return false;
}

static void
check_attrs(const struct schema *s, const struct attr *parent,
    const struct attr *attrs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		require(attrs[i].schema == s && attrs[i].parent == parent);
		require(attr_find(attrs, n, attrs[i].name) == &attrs[i]);
		require((attrs[i].nsub > 0) == (attrs[i].type == ATTR_COMPLEX));
		check_attrs(s, &attrs[i], attrs[i].sub, attrs[i].nsub);
	}
}

/* Printed without its hints it is a file, of the same schema. */
static void
check_printed(struct arena *a, const struct schema *s)
{
	struct catalog *c = known_catalog(a);
	struct slice text = json_text(a, schema_to_json(a, s, BASE));
	struct error err;

	require(catalog_add_schema(c, "f", text, &err) == 0);
	s = catalog_schema(c, KNOWN_SCHEMAS);
	require(slice_equal(text, json_text(a, schema_to_json(a, s, BASE))));
}

static bool
is_common(struct slice name)
{
	size_t n;
	const struct attr *common = schema_common_attrs(&n);

	return attr_find(common, n, name) != NULL;
}

/* "URN:attr.sub" means ATTR or its SUB in a resource of TYPE. */
static void
check_name(struct arena *a, const struct resource_type *type,
    const struct attr *attr, const struct attr *sub)
{
	const char *name =
	    arena_printf(a, "%.*s:%.*s%s%.*s", SLICE_ARG(type->schema->id),
		SLICE_ARG(attr->name), sub == NULL ? "" : ".",
		SLICE_ARG(sub == NULL ? SLICE("") : sub->name));
	struct attr_ref ref;

	require(attr_resolve(type, slice_of(name), &ref) == ATTR_FOUND);
	require(ref.attr == attr && ref.sub == sub);
}

static void
check_names(struct arena *a, const struct resource_type *type)
{
	const struct schema *s = type->schema;

	for (size_t i = 0; i < s->nattrs; i++) {
		const struct attr *attr = &s->attrs[i];

		if (is_common(attr->name))
			continue;
		check_name(a, type, attr, NULL);
		for (size_t j = 0; j < attr->nsub; j++)
			check_name(a, type, attr, &attr->sub[j]);
	}
}

/* A type of the new schema S, and what the files say of each other. */
static void
check_linked(struct arena *a, struct catalog *c, const struct schema *s)
{
	const struct resource_type *type;
	struct error err;
	const char *text = arena_printf(a,
	    "{\"name\":\"N\",\"endpoint\":\"/Ns\",\"schema\":\"%.*s\"}",
	    SLICE_ARG(s->id));

	if (catalog_add_type(c, "f", slice_of(text), &err) == -1)
		return;
	type = catalog_type(c, KNOWN_TYPES);
	check_names(a, type);
	if (catalog_link(c, &err) == -1) {
		require(strncmp(err.detail, "f: ", 3) == 0);
		return;
	}
	for (size_t i = 0; (s = catalog_schema(c, i)) != NULL; i++)
		check_attrs(s, NULL, s->attrs, s->nattrs);
	check_names(a, type);
}

static void
try_schema(struct arena *a, struct slice text)
{
	struct catalog *c = known_catalog(a);
	const struct schema *s;
	struct error err;

	if (catalog_add_schema(c, "f", text, &err) == -1) {
		check_refused(c, &err);
		return;
	}
	s = catalog_schema(c, KNOWN_SCHEMAS);
	require(catalog_find_schema(c, s->id) == s);
	check_attrs(s, NULL, s->attrs, s->nattrs);
	if (!has_hints(s->attrs, s->nattrs))
		check_printed(a, s);
	check_linked(a, c, s);
}

static void
try_type(struct arena *a, struct slice text)
{
	struct catalog *c = known_catalog(a);
	const struct resource_type *t;
	struct error err;
	struct slice printed;

	if (catalog_add_type(c, "f", text, &err) == -1) {
		check_refused(c, &err);
		return;
	}
	t = catalog_type(c, KNOWN_TYPES);
	require(catalog_find_type(c, t->name) == t);
	require(catalog_find_type_id(c, t->id) == t);
	require(catalog_find_endpoint(c, slice_from(t->endpoint, 1)) == t);
	require(catalog_link(c, &err) == 0);
	printed = json_text(a, resource_type_to_json(a, t, BASE));
	c = known_catalog(a);
	require(catalog_add_type(c, "f", printed, &err) == 0);
	t = catalog_type(c, KNOWN_TYPES);
	require(slice_equal(
	    printed, json_text(a, resource_type_to_json(a, t, BASE))));
}

/* The shipped profile that others extend. */
static struct slice
tolerant(void)
{
	static struct arena *a;
	static struct slice text;
	struct error err;

	if (a != NULL)
		return text;
	a = arena_new();
	require(file_read(a,
		    arena_printf(a, "%s/profiles/tolerant.json",
			getenv("MUSTER_SCHEMAS")),
		    100000, &text, &err) == 0);
	return text;
}

static void
check_profiles(const struct catalog *c)
{
	const struct profile *p, *before = NULL;

	for (size_t i = 0; (p = profile_get(c, i)) != NULL; before = p, i++) {
		require(profile_find(c, profile_name(p)) == p);
		require(before == NULL ||
		    strcmp(profile_name(before).data, profile_name(p).data) <
			0);
	}
}

static void
try_profile(struct arena *a, struct slice text)
{
	struct catalog *c = known_catalog(a);
	struct error err;

	require(profile_add(c, "t", tolerant(), &err) == 0);
	if (profile_add(c, "f", text, &err) == -1) {
		check_refused(c, &err);
		require(profile_get(c, 1) == NULL);
		return;
	}
	require(profile_get(c, 1) != NULL && profile_get(c, 2) == NULL);
	check_profiles(c);
	if (profile_link(c, "f", &err) == -1)
		require(strncmp(err.detail, "f: ", 3) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();

	try_schema(a, text);
	try_type(a, text);
	try_profile(a, text);
	arena_free(a);
	return 0;
}
