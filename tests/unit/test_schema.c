/*
 * test_schema.c: the schema files, the loader, attribute notation, and the
 * /Schemas reply.  The directory of the files may be given as an argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/nelem.h"
#include "json/json.h"
#include "scim/schema.h"
#include "scim/schema_print.h"

/*
 * The tables of RFC 7643 with its errata: name, type, multiValued, required,
 * caseExact, mutability, returned, uniqueness.
 */
/* clang-format off */
static const char user_table[] =
	"userName string no yes false RW default server\n"
	"name complex no no - RW default -\n"
	"name.formatted string no no false RW default none\n"
	"name.familyName string no no false RW default none\n"
	"name.givenName string no no false RW default none\n"
	"name.middleName string no no false RW default none\n"
	"name.honorificPrefix string no no false RW default none\n"
	"name.honorificSuffix string no no false RW default none\n"
	"displayName string no no false RW default none\n"
	"nickName string no no false RW default none\n"
	"profileUrl reference no no true RW default none\n"
	"title string no no false RW default none\n"
	"userType string no no false RW default none\n"
	"preferredLanguage string no no false RW default none\n"
	"locale string no no false RW default none\n"
	"timezone string no no false RW default none\n"
	"active boolean no no - RW default -\n"
	"password string no no false WO never none\n"
	"emails complex yes no - RW default -\n"
	"emails.value string no no false RW default none\n"
	"emails.display string no no false RW default none\n"
	"emails.type string no no false RW default none\n"
	"emails.primary boolean no no - RW default -\n"
	"phoneNumbers complex yes no - RW default -\n"
	"phoneNumbers.value string no no false RW default none\n"
	"phoneNumbers.display string no no false RW default none\n"
	"phoneNumbers.type string no no false RW default none\n"
	"phoneNumbers.primary boolean no no - RW default -\n"
	"ims complex yes no - RW default -\n"
	"ims.value string no no false RW default none\n"
	"ims.display string no no false RW default none\n"
	"ims.type string no no false RW default none\n"
	"ims.primary boolean no no - RW default -\n"
	"photos complex yes no - RW default -\n"
	"photos.value reference no no true RW default none\n"
	"photos.display string no no false RW default none\n"
	"photos.type string no no false RW default none\n"
	"photos.primary boolean no no - RW default -\n"
	"addresses complex yes no - RW default -\n"
	"addresses.formatted string no no false RW default none\n"
	"addresses.streetAddress string no no false RW default none\n"
	"addresses.locality string no no false RW default none\n"
	"addresses.region string no no false RW default none\n"
	"addresses.postalCode string no no false RW default none\n"
	"addresses.country string no no false RW default none\n"
	"addresses.type string no no false RW default none\n"
	"addresses.primary boolean no no - RW default -\n"
	"groups complex yes no - RO default -\n"
	"groups.value string no no true RO default none\n"
	"groups.$ref reference no no true RO default none\n"
	"groups.display string no no false RO default none\n"
	"groups.type string no no false RO default none\n"
	"entitlements complex yes no - RW default -\n"
	"entitlements.value string no no false RW default none\n"
	"entitlements.display string no no false RW default none\n"
	"entitlements.type string no no false RW default none\n"
	"entitlements.primary boolean no no - RW default -\n"
	"roles complex yes no - RW default -\n"
	"roles.value string no no false RW default none\n"
	"roles.display string no no false RW default none\n"
	"roles.type string no no false RW default none\n"
	"roles.primary boolean no no - RW default -\n"
	"x509Certificates complex yes no - RW default -\n"
	"x509Certificates.value binary no no true RW default none\n"
	"x509Certificates.display string no no false RW default none\n"
	"x509Certificates.type string no no false RW default none\n"
	"x509Certificates.primary boolean no no - RW default -\n";
static const char group_table[] =
	"displayName string no yes false RW default none\n"
	"members complex yes no - RW default -\n"
	"members.value string no no true IM default none\n"
	"members.$ref reference no no true IM default none\n"
	"members.type string no no false IM default none\n"
	"members.display string no no false RO default none\n";
static const char enterprise_table[] =
	"employeeNumber string no no false RW default none\n"
	"costCenter string no no false RW default none\n"
	"organization string no no false RW default none\n"
	"division string no no false RW default none\n"
	"department string no no false RW default none\n"
	"manager complex no no - RW default -\n"
	"manager.value string no no true RW default none\n"
	"manager.$ref reference no no true RW default none\n"
	"manager.displayName string no no false RO default none\n";

static const char common_table[] =
	"schemas reference yes yes true RW always none\n"
	"id string no yes true RO always server\n"
	"externalId string no no true RW default none\n"
	"meta complex no no - RO default -\n"
	"meta.resourceType string no no true RO default none\n"
	"meta.created dateTime no no false RO default none\n"
	"meta.lastModified dateTime no no false RO default none\n"
	"meta.location reference no no true RO default none\n"
	"meta.version string no no true RO default none\n";

/* What is not kept in the body, and what has an index. */
static const char user_hints[] =
	"userName body index\n"
	"displayName body index\n"
	"emails.value body index\n"
	"groups computed\n"
	"groups.value computed\n"
	"groups.$ref computed\n"
	"groups.display computed\n"
	"groups.type computed\n";
static const char group_hints[] =
	"displayName body index\n"
	"members edges\n"
	"members.$ref computed\n"
	"members.type computed\n"
	"members.display computed\n";
static const char enterprise_hints[] =
	"manager.value body index\n"
	"manager.$ref computed\n"
	"manager.displayName computed\n";
static const char common_hints[] =
	"id computed\n"
	"externalId body index\n"
	"meta computed\n"
	"meta.resourceType computed\n"
	"meta.created computed\n"
	"meta.lastModified computed\n"
	"meta.location computed\n"
	"meta.version computed\n";
/* clang-format on */

static const char *const schema_files[] = {
	"User.json",
	"EnterpriseUser.json",
	"Group.json",
	"ServiceProviderConfig.json",
	"ResourceType.json",
	"Schema.json",
};
static const char *const type_files[] = { "types/User.json",
	"types/Group.json" };

typedef void line_fn(struct buf *, const struct attr *);

static void
put_name(struct buf *b, const struct attr *attr)
{
	if (attr->parent != NULL)
		buf_printf(b, "%.*s.", SLICE_ARG(attr->parent->name));
	buf_slice(b, attr->name);
}

static void
put_characteristics(struct buf *b, const struct attr *attr)
{
	bool bare = attr->type == ATTR_COMPLEX || attr->type == ATTR_BOOLEAN;

	put_name(b, attr);
	buf_printf(b, " %.*s %s %s %s %s %.*s %.*s\n",
	    SLICE_ARG(attr_type_keyword(attr->type)),
	    attr->multi_valued ? "yes" : "no", attr->required ? "yes" : "no",
	    bare		   ? "-"
		: attr->case_exact ? "true"
				   : "false",
	    (const char *[]){ "RW", "RO", "IM", "WO" }[attr->mutability],
	    SLICE_ARG(attr_returned_keyword(attr->returned)),
	    bare ? 1 : (int)attr_uniqueness_keyword(attr->uniqueness).len,
	    bare ? "-" : attr_uniqueness_keyword(attr->uniqueness).data);
}

static void
put_hints(struct buf *b, const struct attr *attr)
{
	if (attr->keep == KEEP_BODY && !attr->indexed)
		return;
	put_name(b, attr);
	buf_printf(b, " %s%s\n",
	    (const char *[]){ "body", "edges", "computed" }[attr->keep],
	    attr->indexed ? " index" : "");
}

static void
put_attrs(struct buf *b, const struct attr *attrs, size_t n, line_fn *line)
{
	for (size_t i = 0; i < n; i++) {
		line(b, &attrs[i]);
		put_attrs(b, attrs[i].sub, attrs[i].nsub, line);
	}
}

/* Compare line by line, so that a failure names its attribute. */
static void
is_table(const struct attr *attrs, size_t n, line_fn *line, const char *wanted)
{
	struct slice rest_wanted = slice_of(wanted), rest, w, g;
	struct buf b;

	buf_init(&b, 100000);
	put_attrs(&b, attrs, n, line);
	rest = buf_text(&b);
	while (slice_next(&rest_wanted, '\n', &w)) {
		if (!slice_next(&rest, '\n', &g))
			g = SLICE("(end)");
		tap_ok(slice_equal(w, g), "'%.*s' is '%.*s'", SLICE_ARG(g),
		    SLICE_ARG(w));
	}
	tap_ok(rest.data == NULL, "no more attributes");
	buf_fini(&b);
}

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
test_tables(const struct catalog *c)
{
	static const struct {
		const char *urn, *table, *hints;
	} all[] = {
		{ URN_USER, user_table, user_hints },
		{ URN_GROUP, group_table, group_hints },
		{ URN_ENTERPRISE, enterprise_table, enterprise_hints },
	};
	const struct attr *common;
	size_t n;

	for (size_t i = 0; i < NELEM(all); i++) {
		const struct schema *s =
		    catalog_find_schema(c, slice_of(all[i].urn));

		is_table(
		    s->attrs, s->nattrs, put_characteristics, all[i].table);
		is_table(s->attrs, s->nattrs, put_hints, all[i].hints);
	}
	common = schema_common_attrs(&n);
	is_table(common, n, put_characteristics, common_table);
	is_table(common, n, put_hints, common_hints);
}

/* Every attribute with canonicalValues or referenceTypes. */
static void
test_words(struct arena *a, const struct catalog *c)
{
	static const struct {
		const char *type, *name, *words;
	} rows[] = {
		{ "User", "emails.type", "work home other" },
		{ "User", "phoneNumbers.type",
		    "work home mobile fax pager other" },
		{ "User", "ims.type",
		    "aim gtalk icq xmpp msn skype qq yahoo other" },
		{ "User", "photos.type", "photo thumbnail" },
		{ "User", "addresses.type", "work home other" },
		{ "User", "groups.type", "direct indirect" },
		{ "User", "roles.type", "" },
		{ "User", "entitlements.type", "" },
		{ "User", "x509Certificates.type", "" },
		{ "User", "userType", "" },
		{ "User", "profileUrl", "external" },
		{ "User", "photos.value", "external" },
		{ "User", "groups.$ref", "Group" },
		{ "User", "manager.$ref", "User" },
		{ "User", "meta.location", "uri" },
		{ "Group", "members.type", "User Group" },
		{ "Group", "members.$ref", "User Group" },
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct slice rest = slice_of(rows[i].words), word;
		const struct slice *words;
		struct attr_ref ref;
		size_t n = 0, nwords;

		attr_resolve(catalog_find_type(c, slice_of(rows[i].type)),
		    slice_of(rows[i].name), &ref);
		if (ref.sub != NULL)
			ref.attr = ref.sub;
		words = ref.attr->type == ATTR_REFERENCE
		    ? ref.attr->reference_types
		    : ref.attr->canonical_values;
		nwords =
		    ref.attr->nreference_types + ref.attr->ncanonical_values;
		while (rest.len > 0 && slice_next(&rest, ' ', &word))
			if (n < nwords && slice_equal(words[n], word))
				n++;
		tap_ok(n == nwords && rest.len == 0, "%s: %s", rows[i].name,
		    arena_printf(a, "'%s'", rows[i].words));
	}
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
	tap_ok(catalog_schema(c, 5) != NULL && catalog_schema(c, 6) == NULL,
	    "six schemas");
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

/* Common parts of the texts below. */
#define S(attributes) "{\"id\":\"urn:x:S\",\"attributes\":[" attributes "]}"
#define A(members)    S("{\"name\":\"a\"," members "}")
#define C(sub)	      A("\"type\":\"complex\",\"subAttributes\":[" sub "]")

/* clang-format off */
static const struct { const char *text, *detail; } bad_schemas[] = {
	{ "{", "f: JSON, line 1 column 2: a string in double quotes was expected" },
	{ "[]", "f: schema: an object was expected" },
	{ "{}", "f: id: not a URN: ''" },
	{ "{\"id\":\"x:S\"}", "f: id: not a URN: 'x:S'" },
	{ "{\"id\":7}", "f: schema: id must be a string" },
	{ "{\"id\":\"urn:x:S\"}", "f: attributes: a schema needs attributes" },
	{ S(""), "f: attributes: a schema needs attributes" },
	{ "{\"id\":\"urn:x:s\",\"attribute\":[]}",
	  "f: schema: unknown keyword 'attribute'" },
	{ "{\"schemas\":[\"urn:x\"],\"id\":\"urn:x:S\"}",
	  "f: schemas: this file needs '" URN_SCHEMA "'" },
	{ "{\"id\":\"URN:IETF:params:scim:schemas:core:2.0:User\"}",
	  "f: id: a second schema 'URN:IETF:params:scim:schemas:core:2.0:User'" },
	{ S("7"), "f: attributes[0]: not an attribute name: ''" },
	{ S("{\"name\":\"a\"},{\"name\":\"1b\"}"),
	  "f: attributes[1]: not an attribute name: '1b'" },
	{ S("{\"name\":\"a.b\"}"),
	  "f: attributes[0]: not an attribute name: 'a.b'" },
	{ S("{\"name\":\"$id\"}"),
	  "f: attributes[0]: not an attribute name: '$id'" },
	{ S("{\"name\":\"a\"},{\"name\":\"A\"}"),
	  "f: A: this name stands twice" },
	{ C("{\"name\":\"b\"},{\"name\":\"B\"}"),
	  "f: a.B: this name stands twice" },
	{ C("{\"name\":\"b\",\"type\":\"complex\"}"),
	  "f: a.b: a sub-attribute cannot be complex" },
	{ C("{\"name\":\"b c\"}"), "f: a[0]: not an attribute name: 'b c'" },
	{ C(""), "f: a: complex, but without subAttributes" },
	{ A("\"subAttributes\":[{\"name\":\"b\"}]"),
	  "f: a: only a complex one has subAttributes" },
	{ A("\"type\":\"String\""), "f: a: unknown type 'String'" },
	{ A("\"mutability\":\"ReadWrite\""),
	  "f: a: unknown mutability 'ReadWrite'" },
	{ A("\"returned\":\"\""), "f: a: unknown returned ''" },
	{ A("\"uniqueness\":\"yes\""), "f: a: unknown uniqueness 'yes'" },
	{ A("\"mutabilty\":\"readOnly\""), "f: a: unknown keyword 'mutabilty'" },
	{ A("\"multiValued\":\"true\""), "f: a: multiValued must be a boolean" },
	{ A("\"canonicalValues\":[1]"),
	  "f: a: canonicalValues holds strings that are not empty" },
	{ A("\"referenceTypes\":[\"User\"]"),
	  "f: a: only a reference has referenceTypes" },
	{ A("\"mutability\":\"writeOnly\""),
	  "f: a: writeOnly needs returned never" },
	{ A("\"mutability\":\"writeOnly\",\"returned\":\"request\""),
	  "f: a: writeOnly needs returned never" },
	{ A("\"mutability\":\"readOnly\",\"required\":true"),
	  "f: a: readOnly and required, but the server does not compute it" },
	{ A("\"type\":\"boolean\",\"caseExact\":true"),
	  "f: a: a complex or boolean attribute has no caseExact and no "
	  "uniqueness" },
	{ A("\"type\":\"complex\",\"uniqueness\":\"server\""),
	  "f: a: a complex or boolean attribute has no caseExact and no "
	  "uniqueness" },
	{ A("\"type\":\"complex\",\"canonicalValues\":[\"x\"]"),
	  "f: a: a complex attribute has no canonicalValues" },
	{ A("\"type\":\"complex\",\"x-muster-index\":true"),
	  "f: a: a complex attribute has no index" },
	{ A("\"x-muster-default\":true"),
	    "f: a: only a boolean attribute has x-muster-default" },
	{ A("\"x-muster-indx\":true"), "f: a: unknown keyword 'x-muster-indx'" },
	{ A("\"x-muster-store\":\"disk\""), "f: a: unknown x-muster-store 'disk'" },
	{ A("\"x-muster-store\":\"edges\""),
	  "f: a: only a complex multi-valued attribute has edges" },
	{ A("\"type\":\"complex\",\"multiValued\":true,"
	    "\"x-muster-store\":\"edges\",\"subAttributes\":[{\"name\":\"b\"}]"),
	  "f: a: edges need a sub-attribute value" },
};

static const struct { const char *text, *detail; } good_schemas[] = {
	{ S("{\"name\":\"a\"}"), "a string no no false RW default none\n" },
	{ A("\"type\":null,\"required\":null,\"x-other\":1"),
	  "a string no no false RW default none\n" },
	{ A("\"canonicalValues\":[],\"subAttributes\":[]"),
	  "a string no no false RW default none\n" },
	{ A("\"type\":\"decimal\",\"multiValued\":true"),
	  "a decimal yes no false RW default none\n" },
	{ A("\"type\":\"reference\",\"caseExact\":false,"
	    "\"referenceTypes\":[\"uri\"]"),
	  "a reference no no true RW default none\n" },
	{ A("\"type\":\"binary\""), "a binary no no true RW default none\n" },
	{ A("\"type\":\"boolean\",\"caseExact\":false,"
	    "\"uniqueness\":\"none\""), "a boolean no no - RW default -\n" },
	{ A("\"uniqueness\":\"global\",\"mutability\":\"immutable\","
	    "\"returned\":\"request\""),
	  "a string no no false IM request global\n" },
	{ A("\"mutability\":\"writeOnly\",\"returned\":\"never\""),
	  "a string no no false WO never none\n" },
	{ A("\"mutability\":\"readOnly\",\"required\":true,"
	    "\"x-muster-store\":\"computed\""),
	  "a string no yes false RO default none\n" },
	{ C("{\"name\":\"$ref\"},{\"name\":\"b-c_1\",\"multiValued\":true}"),
	  "a complex no no - RW default -\n"
	  "a.$ref string no no false RW default none\n"
	  "a.b-c_1 string yes no false RW default none\n" },
};

#define T(members)	"{\"schema\":\"" URN_GROUP "\"," members "}"
#define N(members)	T("\"name\":\"n\",\"endpoint\":\"ns\"," members)

static const struct { const char *text, *detail; } bad_types[] = {
	{ "null", "f: resource type: an object was expected" },
	{ "{}", "f: name: a resource type needs a name" },
	{ T("\"name\":\"User\""), "f: name: a second type 'User'" },
	{ T("\"name\":\"n\""), "f: endpoint: not one path segment: ''" },
	{ T("\"name\":\"n\",\"endpoint\":\"/a/b\""),
	  "f: endpoint: not one path segment: 'a/b'" },
	{ T("\"name\":\"n\",\"endpoint\":\"Groups\""),
	  "f: endpoint: a second endpoint 'Groups'" },
	{ "{\"name\":\"n\",\"endpoint\":\"/ns\",\"schema\":\"urn:x\"}",
	  "f: schema: unknown schema 'urn:x'" },
	{ N("\"schemaExtensions\":[{\"schema\":\"urn:x\"}]"),
	  "f: schemaExtensions[0]: unknown schema 'urn:x'" },
	{ N("\"schemaExtensions\":[{\"schema\":\"" URN_GROUP "\"}]"),
	  "f: schemaExtensions[0]: used twice: '" URN_GROUP "'" },
	{ N("\"schemaExtensions\":[{\"schema\":\"" URN_USER "\"},"
	    "{\"schema\":\"" URN_USER "\"}]"),
	  "f: schemaExtensions[1]: used twice: '" URN_USER "'" },
	{ N("\"schemaExtensions\":[{\"schema\":\"" URN_USER "\","
	    "\"required\":1}]"),
	  "f: schemaExtensions[0]: required must be a boolean" },
	{ N("\"schemaExtensions\":{}"),
	  "f: resource type: schemaExtensions must be an array" },
	{ N("\"schemas\":[\"" URN_SCHEMA "\"]"),
	  "f: schemas: this file needs '" URN_RESOURCE_TYPE "'" },
	{ N("\"extensions\":[]"),
	  "f: resource type: unknown keyword 'extensions'" },
};

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

static void
test_good_schemas(struct arena *a)
{
	for (size_t i = 0; i < NELEM(good_schemas); i++) {
		struct catalog *c = catalog_new(a);
		struct error err = { 0 };

		if (catalog_add_schema(
			c, "f", slice_of(good_schemas[i].text), &err) == -1)
			tap_ok(false, "%s", err.detail);
		else
			is_table(catalog_schema(c, 0)->attrs, 1,
			    put_characteristics, good_schemas[i].detail);
	}
}

static void
test_bad_files(struct catalog *c)
{
	struct error err = { 0 };

	for (size_t i = 0; i < NELEM(bad_schemas); i++) {
		int rc = catalog_add_schema(
		    c, "f", slice_of(bad_schemas[i].text), &err);

		tap_ok(rc == -1 &&
			strcmp(err.detail, bad_schemas[i].detail) == 0 &&
			err.code ==
			    (i == 0 ? ERR_INVALID_SYNTAX : ERR_INVALID_VALUE),
		    "%s", err.detail);
	}
	for (size_t i = 0; i < NELEM(bad_types); i++) {
		int rc =
		    catalog_add_type(c, "f", slice_of(bad_types[i].text), &err);

		tap_ok(rc == -1 && strcmp(err.detail, bad_types[i].detail) == 0,
		    "%s", err.detail);
	}
	tap_ok(catalog_schema(c, 6) == NULL && catalog_type(c, 2) == NULL,
	    "what was refused is not there");
}

/* A type with two extensions that both have a department. */
static void
add_two(struct catalog *c)
{
	struct error err = { 0 };
	int rc = 0;

	rc |= catalog_add_schema(c, "E",
	    SLICE("{\"id\":\"urn:x:2.0:E\","
		  "\"attributes\":[{\"name\":\"department\"},"
		  "{\"name\":\"displayName\"}]}"),
	    &err);
	rc |= catalog_add_schema(c, "L",
	    SLICE("{\"id\":\"urn:x:2.0:E:Longer\","
		  "\"attributes\":[{\"name\":\"longer\"}]}"),
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

/* V without the members that are not printed. */
static void
strip_hints(struct json_object *v)
{
	struct json_member m = json_first(v);

	for (size_t i = 0; json_kind(v) == JSON_ARRAY && i < json_len(v); i++)
		strip_hints(json_at(v, i));
	for (; m.entry != NULL; json_next(&m))
		strip_hints(m.value);
	json_delete(v, SLICE("x-muster-default"));
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
	strip_hints(source);
	json_set(source, SLICE("meta"), wanted);
	tap_ok(json_equal(printed, source), "%s: printed as it stands", file);
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
	test_tables(c);
	test_words(a, c);
	test_lookup(c);
	test_good_schemas(a);
	test_bad_files(c);
	test_print(a, c, dir);
	add_two(c);
	test_resolve(a, c);
	arena_free(a);
	return tap_done();
}
