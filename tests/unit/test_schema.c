/*
 * test_schema.c: look-ups in the catalog, attribute notation, and the
 * /Schemas reply.  The directory of the files may be given as an argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#include "base/arena.h"
#include "base/nelem.h"
#include "json/json.h"
#include "scim/schema.h"
#include "scim/schema_print.h"

static const char *const schema_files[] = {
	"User.json",
	"EnterpriseUser.json",
	"Group.json",
	"LargeGroup.json",
	"discovery/ServiceProviderConfig.json",
	"discovery/ResourceType.json",
	"discovery/Schema.json",
};
static const char *const type_files[] = { "types/User.json",
	"types/Group.json" };

static struct slice
read_file(struct arena *a, const char *dir, const char *name)
{
	static char text[200000];
	const char *path = arena_printf(a, "%s/%s", dir, name);
	FILE *f = fopen(path, "r");
	size_t len;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
	return arena_slice(a, (struct slice){ text, len });
}

static void
load(struct arena *a, struct catalog *c, const char *dir)
{
	struct error err = { 0 };

	for (size_t i = 0; i < NELEM(schema_files); i++)
		tap_ok(catalog_add_schema(c, schema_files[i],
			   read_file(a, dir, schema_files[i]), &err) == 0,
		    "%s %s", schema_files[i], err.detail);
	for (size_t i = 0; i < NELEM(type_files); i++)
		tap_ok(catalog_add_type(c, type_files[i],
			   read_file(a, dir, type_files[i]), &err) == 0,
		    "%s %s", type_files[i], err.detail);
}

static void
test_lookup(const struct catalog *c)
{
	const struct resource_type *user = catalog_find_type(c, SLICE("User"));
	const struct schema *s = catalog_find_schema(c, SLICE(URN_ENTERPRISE));

	tap_ok(user != NULL && catalog_type(c, 0) == user, "the first type");
	tap_ok(catalog_find_type(c, SLICE("user")) == NULL, "types are exact");
	tap_ok(catalog_find_endpoint(c, SLICE("Users")) == user, "Users");
	tap_ok(catalog_find_endpoint(c, SLICE("users")) == NULL, "not users");
	tap_ok(catalog_type(c, 1) != NULL && catalog_type(c, 2) == NULL,
	    "two types");
	tap_ok(catalog_schema(c, 6) != NULL && catalog_schema(c, 7) == NULL,
	    "seven schemas");
	tap_ok(catalog_find_schema(c,
		   SLICE("URN:ietf:params:scim:schemas:"
			 "EXTENSION:enterprise:2.0:user")) == s,
	    "URNs ignore case");
	tap_ok(catalog_find_schema(c, SLICE(URN_LIST)) == NULL, "no message");
	tap_ok(user->nextensions == 1 && user->extensions[0].schema == s &&
		!user->extensions[0].required,
	    "enterprise is not required");
	tap_ok(user->schema->attrs[0].schema == user->schema,
	    "the schema of "
	    "an attribute");
}

/* clang-format off */
#define ENT	URN_ENTERPRISE

/* What the name means: "container|attribute|sub", or NULL. */
static const struct {
	const char *type, *name;
	enum attr_found found;
	const char *meaning;
} names[] = {
	{ "User", "userName", ATTR_FOUND, "|userName|" },
	{ "User", "USERNAME", ATTR_FOUND, "|userName|" },
	{ "User", "name.givenName", ATTR_FOUND, "|name|givenName" },
	{ "User", "Name.GIVENNAME", ATTR_FOUND, "|name|givenName" },
	{ "User", "groups.$ref", ATTR_FOUND, "|groups|$ref" },
	{ "User", "groups.$REF", ATTR_FOUND, "|groups|$ref" },
	{ "User", "schemas", ATTR_FOUND, "|schemas|" },
	{ "User", "ID", ATTR_FOUND, "|id|" },
	{ "Group", "externalid", ATTR_FOUND, "|externalId|" },
	{ "Group", "meta.LastModified", ATTR_FOUND, "|meta|lastModified" },
	{ "Group", "members.value", ATTR_FOUND, "|members|value" },
	/* A schema in front. */
	{ "User", URN_USER ":userName", ATTR_FOUND, "|userName|" },
	{ "User", URN_USER ":name.givenName", ATTR_FOUND, "|name|givenName" },
	{ "User", URN_USER ".userName", ATTR_FOUND, "|userName|" },
	{ "User", URN_USER ":id", ATTR_FOUND, "|id|" },
	{ "User", "URN:IETF:params:scim:schemas:core:2.0:USER:username",
	  ATTR_FOUND, "|userName|" },
	{ "User", ENT ":department", ATTR_FOUND, ENT "|department|" },
	{ "User", ENT ".department", ATTR_FOUND, ENT "|department|" },
	{ "User", ENT ":manager.value", ATTR_FOUND, ENT "|manager|value" },
	{ "User", ENT ".manager.$ref", ATTR_FOUND, ENT "|manager|$ref" },
	{ "User", "urn:ietf:params:SCIM:schemas:extension:ENTERPRISE:2.0:user"
	  ":MANAGER.displayname", ATTR_FOUND, ENT "|manager|displayName" },
	{ "User", ENT, ATTR_FOUND, ENT "||" },
	/* Without it, when only one extension can be meant. */
	{ "User", "department", ATTR_FOUND, ENT "|department|" },
	{ "User", "manager.value", ATTR_FOUND, ENT "|manager|value" },
	{ "Group", "department", ATTR_UNKNOWN, NULL },
	{ "Two", "department", ATTR_UNKNOWN, NULL },
	{ "Two", "organization", ATTR_FOUND, ENT "|organization|" },
	{ "Two", "displayName", ATTR_FOUND, "|displayName|" },
	/* The longest URN wins, with dots in it and one inside the other. */
	{ "Two", "urn:x:2.0:E:department", ATTR_FOUND,
	  "urn:x:2.0:E|department|" },
	{ "Two", "urn:x:2.0:E:Longer", ATTR_FOUND, "urn:x:2.0:E:Longer||" },
	{ "Two", "urn:x:2.0:E:Longer:longer", ATTR_FOUND,
	  "urn:x:2.0:E:Longer|longer|" },
	{ "Two", "urn:x:2.0:e:department.x", ATTR_UNKNOWN, NULL },
	{ "Two", "urn:x:2.0:E:Other:department", ATTR_UNKNOWN, NULL },
	/* Well-formed, but there is no such thing. */
	{ "User", "nonsense", ATTR_UNKNOWN, NULL },
	{ "User", "userNam", ATTR_UNKNOWN, NULL },
	{ "User", "userName.value", ATTR_UNKNOWN, NULL },
	{ "User", "name.nonsense", ATTR_UNKNOWN, NULL },
	{ "User", "members", ATTR_UNKNOWN, NULL },
	{ "User", "$ref", ATTR_UNKNOWN, NULL },
	{ "User", "urn", ATTR_UNKNOWN, NULL },
	{ "User", URN_USER ":nonsense", ATTR_UNKNOWN, NULL },
	{ "User", URN_USER ":department", ATTR_UNKNOWN, NULL },
	{ "User", ENT ":userName", ATTR_UNKNOWN, NULL },
	{ "User", ENT ":id", ATTR_UNKNOWN, NULL },
	{ "User", URN_USER, ATTR_UNKNOWN, NULL },
	{ "User", URN_GROUP ":members", ATTR_UNKNOWN, NULL },
	{ "Group", ENT ":department", ATTR_UNKNOWN, NULL },
	{ "User", "urn:y:z:a.b", ATTR_UNKNOWN, NULL },
	{ "User", ENT "s:department", ATTR_UNKNOWN, NULL },
	{ "User", ENT "::department", ATTR_UNKNOWN, NULL },
	/* No attribute notation. */
	{ "User", "", ATTR_MALFORMED, NULL },
	{ "User", ".", ATTR_MALFORMED, NULL },
	{ "User", ".a", ATTR_MALFORMED, NULL },
	{ "User", "a.", ATTR_MALFORMED, NULL },
	{ "User", "a..b", ATTR_MALFORMED, NULL },
	{ "User", "a.b.c", ATTR_MALFORMED, NULL },
	{ "User", "name.givenName.x", ATTR_MALFORMED, NULL },
	{ "User", "1a", ATTR_MALFORMED, NULL },
	{ "User", "-a", ATTR_MALFORMED, NULL },
	{ "User", "name.1", ATTR_MALFORMED, NULL },
	{ "User", "user Name", ATTR_MALFORMED, NULL },
	{ "User", "userName ", ATTR_MALFORMED, NULL },
	{ "User", "user\xc3\xa9", ATTR_MALFORMED, NULL },
	{ "User", "$id", ATTR_MALFORMED, NULL },
	{ "User", "a$ref", ATTR_MALFORMED, NULL },
	{ "User", "emails[0]", ATTR_MALFORMED, NULL },
	{ "User", "/emails/0", ATTR_MALFORMED, NULL },
	{ "User", "foo:bar", ATTR_MALFORMED, NULL },
	{ "User", "urn:", ATTR_MALFORMED, NULL },
	{ "User", URN_USER ":", ATTR_MALFORMED, NULL },
	{ "User", URN_USER ".", ATTR_MALFORMED, NULL },
	{ "User", ENT ":a.b.c", ATTR_MALFORMED, NULL },
	{ "User", "urn:y z:a", ATTR_MALFORMED, NULL },
	{ "User", "urn:y:1", ATTR_MALFORMED, NULL },
};
/* clang-format on */

/* A type with two extensions that both have a department. */
static void
add_two(struct catalog *c)
{
	struct error err = { 0 };
	int rc = 0;

	rc |= catalog_add_schema(c, "E",
	    SLICE("{\"id\":\"urn:x:2.0:E\",\"attributes\":["
		  "{\"name\":\"department\",\"multiValued\":false},"
		  "{\"name\":\"displayName\",\"multiValued\":false}]}"),
	    &err);
	rc |= catalog_add_schema(c, "L",
	    SLICE("{\"id\":\"urn:x:2.0:E:Longer\",\"attributes\":["
		  "{\"name\":\"longer\",\"multiValued\":false}]}"),
	    &err);
	rc |= catalog_add_type(c, "Two",
	    SLICE("{\"name\":\"Two\","
		  "\"endpoint\":\"Twos\",\"schema\":\"" URN_GROUP "\","
		  "\"schemaExtensions\":[{\"schema\":\"urn:x:2.0:E\"},"
		  "{\"schema\":\"urn:x:2.0:E:Longer\",\"required\":true},"
		  "{\"schema\":\"" URN_ENTERPRISE "\"}]}"),
	    &err);
	tap_ok(rc == 0, "a type with three extensions %s", err.detail);
}

static void
test_resolve(struct arena *a, const struct catalog *c)
{
	for (size_t i = 0; i < NELEM(names); i++) {
		struct attr_ref ref;
		const char *meaning = NULL;
		enum attr_found found =
		    attr_resolve(catalog_find_type(c, slice_of(names[i].type)),
			slice_of(names[i].name), &ref);

		if (found == ATTR_FOUND)
			meaning = arena_printf(a, "%.*s|%.*s|%.*s",
			    SLICE_ARG(
				ref.extension ? ref.extension->id : SLICE("")),
			    SLICE_ARG(ref.attr ? ref.attr->name : SLICE("")),
			    SLICE_ARG(ref.sub ? ref.sub->name : SLICE("")));
		tap_ok(found == names[i].found &&
			slice_equal(
			    slice_of(meaning), slice_of(names[i].meaning)),
		    "%s of %s is %s", names[i].name, names[i].type,
		    meaning != NULL ? meaning : "nothing");
	}
}

static void
fill(struct json_object *attr, const char *name, struct json_object *v)
{
	if (!json_has(attr, slice_of(name)))
		json_set(attr, slice_of(name), v);
}

/* SFILE-04: an attribute in a file says what is not the default. */
static void
fill_defaults(struct arena *a, struct json_object *attr)
{
	struct slice type = json_string(json_get(attr, "type"));

	fill(attr, "required", json_new_boolean(a, false));
	fill(attr, "mutability", json_new_string(a, SLICE("readWrite")));
	fill(attr, "returned", json_new_string(a, SLICE("default")));
	if (slice_equal(type, SLICE("complex")) ||
	    slice_equal(type, SLICE("boolean")))
		return;
	fill(attr, "caseExact", json_new_boolean(a, false));
	fill(attr, "uniqueness", json_new_string(a, SLICE("none")));
}

/* V, and what is in it, as it is printed. */
static void
complete(struct arena *a, struct json_object *v)
{
	struct json_member m = json_first(v);

	for (size_t i = 0; json_kind(v) == JSON_ARRAY && i < json_len(v); i++)
		complete(a, json_at(v, i));
	for (; m.entry != NULL; json_next(&m))
		complete(a, m.value);
	if (json_has(v, SLICE("multiValued")))
		fill_defaults(a, v);
	json_delete(v, SLICE("x-muster-default"));
	json_delete(v, SLICE("x-muster-form"));
	json_delete(v, SLICE("x-muster-index"));
	json_delete(v, SLICE("x-muster-store"));
}

static void
is_printed(struct arena *a, const char *dir, const char *file,
    struct json_object *printed, const char *meta)
{
	struct json_object *source, *wanted;
	struct error err;

	if (json_parse(a, read_file(a, dir, file), &source, &err) == -1 ||
	    json_parse(a, slice_of(meta), &wanted, &err) == -1) {
		tap_ok(false, "%s", err.detail);
		return;
	}
	tap_ok(json_equal(json_get(printed, "meta"), wanted), "%s: meta %s",
	    file, json_text(a, json_get(printed, "meta")).data);
	complete(a, source);
	json_set(source, SLICE("meta"), wanted);
	tap_ok(json_equal(printed, source),
	    "%s: printed as it stands, with its defaults (SFILE-04)", file);
}

static void
test_print(struct arena *a, const struct catalog *c, const char *dir)
{
	struct slice base = SLICE("https://h/scim/v2");

	for (size_t i = 0; i < NELEM(schema_files); i++) {
		const struct schema *s = catalog_schema(c, i);

		is_printed(a, dir, schema_files[i], schema_to_json(a, s, base),
		    arena_printf(a,
			"{\"resourceType\":\"Schema\",\"location\":"
			"\"https://h/scim/v2/Schemas/%.*s\"}",
			SLICE_ARG(s->id)));
	}
	for (size_t i = 0; i < NELEM(type_files); i++) {
		const struct resource_type *t = catalog_type(c, i);

		is_printed(a, dir, type_files[i],
		    resource_type_to_json(a, t, base),
		    arena_printf(a,
			"{\"resourceType\":\"ResourceType\",\"location\":"
			"\"https://h/scim/v2/ResourceTypes/%.*s\"}",
			SLICE_ARG(t->id)));
	}
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "schemas";
	struct arena *a = arena_new();
	struct catalog *c = catalog_new(a);

	load(a, c, dir);
	test_lookup(c);
	test_print(a, c, dir);
	add_two(c);
	test_resolve(a, c);
	arena_free(a);
	return tap_done();
}
