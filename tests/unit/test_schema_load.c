/*
 * test_schema_load.c: what schema and type files must not say, one bad file
 * a rule, and what is meant when they say nothing (SFILE and CHAR of spec
 * scim.md).
 */
#include <string.h>

#include "base/buf.h"
#include "base/nelem.h"
#include "scim/schema.h"
#include "tap.h"

#define S(attributes) "{\"id\":\"urn:x:S\",\"attributes\":[" attributes "]}"
#define N(name, members) \
	"{\"name\":\"" name "\",\"multiValued\":false" members "}"
#define A(members) S(N("a", "," members))
#define M(members) S("{\"name\":\"a\",\"multiValued\":true," members "}")
#define C(sub)	   "\"type\":\"complex\",\"subAttributes\":[" sub "]"
#define HINT(word) ",\"x-muster-store\":\"" word "\""
#define REF(types)                                               \
	N("$ref",                                                \
	    ",\"type\":\"reference\",\"referenceTypes\":[" types \
	    "]" HINT("computed"))
#define VALUE	   N("value", "")
#define EDGES(sub) M(C(sub) HINT("edges"))

#define REQUIRED_RO                                             \
	"f: attributes[0].required: nobody could give what is " \
	"readOnly and not computed"
#define TEXT_INDEX                                                 \
	"f: attributes[0].x-muster-index: only what is stored as " \
	"text and returned has an index"
#define TEXT_UNIQUE                                               \
	"f: attributes[0].uniqueness: cannot be kept: only what " \
	"is stored as text and returned has it"
#define FORM_TYPE                                             \
	"f: attributes[0].x-muster-form: certificate is for " \
	"binary, all others are for a string"
#define FORM_CASE                                                    \
	"f: attributes[0].x-muster-form: email and im change case, " \
	"so caseExact must be false"
#define FORM_INDEX                                                   \
	"f: attributes[0].x-muster-form: phone and im have several " \
	"spellings, so no index and no uniqueness"
#define EDGES_REF                                                     \
	"f: attributes[0].x-muster-store: edges need a string value " \
	"and a computed $ref with referenceTypes"
#define PARTS                                                                  \
	"f: attributes[0].subAttributes: only $ref, type, display and "        \
	"displayName are computed, beside a value, and where $ref is and has " \
	"referenceTypes"
#define GROUPS                                                           \
	"f: attributes[0].x-muster-store: of attributes only groups is " \
	"computed, whose $ref has referenceTypes"
#define TYPES                                                   \
	"string, boolean, decimal, integer, dateTime, binary, " \
	"reference or complex"

struct row {
	const char *id;
	const char *text;
	const char *detail; /* of the error */
};

/* clang-format off */
static const struct row bad_schemas[] = {
	/* The file. */
	{ "SFILE-01", "{", "f: JSON, line 1 column 2: a string in double quotes was expected" },
	{ "SFILE-01", "[]", "f: must be an object, not an array" },
	{ "SFILE-01", "{}", "f: id: not a URN: ''" },
	{ "SFILE-01", "{\"id\":\"x:S\"}", "f: id: not a URN: 'x:S'" },
	{ "SFILE-01", "{\"id\":\"urn:x y\"}", "f: id: not a URN: 'urn:x y'" },
	{ "SFILE-01", "{\"id\":7}", "f: id: must be a string, not an integer" },
	{ "SFILE-01", "{\"id\":\"urn:x:S\"}", "f: attributes: a schema needs some" },
	{ "SFILE-01", S(""), "f: attributes: a schema needs some" },
	{ "SFILE-01", S("7"), "f: attributes[0]: must be an object, not an integer" },
	{ "SFILE-01", "{\"schemas\":[\"urn:x\"],\"id\":\"urn:x:S\"}", "f: schemas: this file needs '" URN_SCHEMA "'" },
	{ "SFILE-01", "{\"id\":\"URN:x:known\"}", "f: id: a second schema 'URN:x:known'" },
	{ "DISC-06", "{\"id\":\"" URN_LIST "\"}", "f: id: messages have no schema file: '" URN_LIST "'" },
	{ "SFILE-03", "{\"id\":\"urn:x:S\",\"attribute\":[]}", "f: unknown keyword 'attribute'" },
	{ "SFILE-03", "{\"id\":\"urn:x:S\",\"x-muster-index\":true}", "f: unknown keyword 'x-muster-index'" },
	/* Names. */
	{ "CORE-04", S(N("a", "") "," N("1b", "")), "f: attributes[1].name: not an attribute name: '1b'" },
	{ "CORE-04", S(N("a.b", "")), "f: attributes[0].name: not an attribute name: 'a.b'" },
	{ "CORE-04", S("{\"multiValued\":false}"), "f: attributes[0].name: not an attribute name: ''" },
	{ "CORE-04", A(C(N("b c", ""))), "f: attributes[0].subAttributes[0].name: not an attribute name: 'b c'" },
	{ "SFILE-05", S(N("$id", "")), "f: attributes[0].name: not an attribute name: '$id'" },
	{ "SFILE-03", S(N("a", "") "," N("A", "")), "f: attributes[1].name: stands twice: 'A'" },
	{ "SFILE-03", A(C(N("b", "") "," N("B", ""))), "f: attributes[0].subAttributes[1].name: stands twice: 'B'" },
	/* Keywords and their values. */
	{ "SFILE-03", A("\"mutabilty\":\"readOnly\""), "f: attributes[0]: unknown keyword 'mutabilty'" },
	{ "SFILE-03", A("\"x-muster-indx\":true"), "f: attributes[0]: unknown keyword 'x-muster-indx'" },
	{ "SFILE-03", A(C(N("b", "") "," N("c", ",\"kind\":1"))), "f: attributes[0].subAttributes[1]: unknown keyword 'kind'" },
	{ "CHAR-01", A("\"type\":\"String\""), "f: attributes[0].type: must be " TYPES ", not 'String'" },
	{ "TYPE-12", A(C(N("b", ",\"type\":\"date\""))), "f: attributes[0].subAttributes[0].type: must be " TYPES ", not 'date'" },
	{ "CHAR-02", S("{\"name\":\"a\"}"), "f: attributes[0].multiValued: must be given" },
	{ "CHAR-02", S("{\"name\":\"a\",\"multiValued\":null}"), "f: attributes[0].multiValued: must be given" },
	{ "CHAR-02", S("{\"name\":\"a\",\"multiValued\":\"true\"}"), "f: attributes[0].multiValued: must be a boolean, not a string" },
	{ "CHAR-03", A("\"required\":1"), "f: attributes[0].required: must be a boolean, not an integer" },
	{ "CHAR-04", A("\"caseExact\":\"no\""), "f: attributes[0].caseExact: must be a boolean, not a string" },
	{ "CHAR-05", A("\"mutability\":\"ReadWrite\""), "f: attributes[0].mutability: must be readWrite, readOnly, immutable or writeOnly, not 'ReadWrite'" },
	{ "CHAR-06", A("\"returned\":\"\""), "f: attributes[0].returned: must be default, always, never or request, not ''" },
	{ "CHAR-07", A("\"uniqueness\":\"yes\""), "f: attributes[0].uniqueness: must be none, server or global, not 'yes'" },
	{ "CHAR-08", A("\"canonicalValues\":\"b\""), "f: attributes[0].canonicalValues: must be an array, not a string" },
	{ "CHAR-08", A("\"canonicalValues\":[\"b\",1]"), "f: attributes[0].canonicalValues[1]: must be a string that is not empty" },
	{ "CHAR-08", A("\"canonicalValues\":[\"b\",\"b\"]"), "f: attributes[0].canonicalValues[1]: stands twice: 'b'" },
	{ "CHAR-09", A("\"type\":\"reference\",\"referenceTypes\":[\"\"]"), "f: attributes[0].referenceTypes[0]: must be a string that is not empty" },
	{ "SFILE-03", A("\"x-muster-store\":\"disk\""), "f: attributes[0].x-muster-store: must be body, edges or computed, not 'disk'" },
	{ "SFILE-03", A("\"x-muster-default\":\"true\""), "f: attributes[0].x-muster-default: must be a boolean, not a string" },
	/* What does not go together. */
	{ "CORE-10", A(C(N("b", "," C(N("c", ""))))), "f: attributes[0].subAttributes[0].type: a sub-attribute cannot be complex" },
	{ "CORE-10", A("\"type\":\"complex\""), "f: attributes[0].subAttributes: a complex attribute needs some" },
	{ "CORE-10", A("\"subAttributes\":[" N("b", "") "]"), "f: attributes[0].subAttributes: only a complex attribute has any" },
	{ "CHAR-12", A("\"caseExact\":true," C(N("b", ""))), "f: attributes[0].caseExact: a complex or boolean attribute has none" },
	{ "CHAR-12", A("\"uniqueness\":\"server\"," C(N("b", ""))), "f: attributes[0].uniqueness: a complex or boolean attribute has none" },
	{ "CHAR-12", A("\"type\":\"boolean\",\"uniqueness\":\"server\""), "f: attributes[0].uniqueness: a complex or boolean attribute has none" },
	{ "CHAR-08", A("\"canonicalValues\":[\"x\"]," C(N("b", ""))), "f: attributes[0].canonicalValues: a complex or boolean attribute has none" },
	{ "CHAR-09", A("\"referenceTypes\":[\"User\"]"), "f: attributes[0].referenceTypes: only a reference has any" },
	{ "CHAR-10", A("\"mutability\":\"writeOnly\""), "f: attributes[0].returned: must be never, for what is writeOnly" },
	{ "CHAR-10", A("\"mutability\":\"writeOnly\",\"returned\":\"request\""), "f: attributes[0].returned: must be never, for what is writeOnly" },
	{ "CHAR-10", A(C(N("b", ",\"mutability\":\"writeOnly\""))), "f: attributes[0].subAttributes[0].returned: must be never, for what is writeOnly" },
	{ "SFILE-03", A("\"mutability\":\"readOnly\",\"required\":true"), REQUIRED_RO },
	/* Hints that would not be kept. */
	{ "SFILE-03", S(N("groups", ",\"required\":true," C(REF("\"Group\"")) HINT("computed"))), "f: attributes[0].required: no client could give what is computed, so it must be readOnly" },
	{ "SFILE-03", A("\"x-muster-form\":\"mail\""), "f: attributes[0].x-muster-form: must be none, country, locale, timezone, email, phone, im or certificate, not 'mail'" },
	{ "SFILE-03", A("\"x-muster-form\":[]"), "f: attributes[0].x-muster-form: must be a string, not an array" },
	{ "SFILE-03", A("\"type\":\"binary\",\"x-muster-form\":\"country\""), FORM_TYPE },
	{ "SFILE-03", A("\"x-muster-form\":\"certificate\""), FORM_TYPE },
	{ "SFILE-03", A("\"x-muster-form\":\"email\"," C(N("b", ""))), FORM_TYPE },
	{ "CHAR-04", A("\"x-muster-form\":\"email\",\"caseExact\":true"), FORM_CASE },
	{ "CHAR-04", A("\"x-muster-form\":\"im\",\"caseExact\":true"), FORM_CASE },
	{ "SFILE-03", A("\"x-muster-form\":\"phone\",\"x-muster-index\":true"), FORM_INDEX },
	{ "SFILE-03", A("\"x-muster-form\":\"im\",\"uniqueness\":\"server\""), FORM_INDEX },
	{ "SFILE-03", A("\"x-muster-default\":true"), "f: attributes[0].x-muster-default: only a single boolean has it" },
	{ "SFILE-03", M("\"type\":\"boolean\",\"x-muster-default\":true"), "f: attributes[0].x-muster-default: only a single boolean has it" },
	{ "SFILE-03", A("\"type\":\"boolean\",\"mutability\":\"readOnly\",\"x-muster-default\":true"), "f: attributes[0].x-muster-default: only what a client may write has it, and no sub-attribute" },
	{ "SFILE-03", A(C(N("b", ",\"type\":\"boolean\",\"x-muster-default\":true"))), "f: attributes[0].subAttributes[0].x-muster-default: only what a client may write has it, and no sub-attribute" },
	{ "SFILE-03", A("\"x-muster-index\":true," C(N("b", ""))), TEXT_INDEX },
	{ "SFILE-03", A("\"type\":\"integer\",\"x-muster-index\":true"), TEXT_INDEX },
	{ "SFILE-03", A("\"returned\":\"never\",\"x-muster-index\":true"), TEXT_INDEX },
	{ "DISC-10", A("\"type\":\"dateTime\",\"uniqueness\":\"server\""), TEXT_UNIQUE },
	{ "DISC-10", A("\"mutability\":\"writeOnly\",\"returned\":\"never\",\"uniqueness\":\"global\""), TEXT_UNIQUE },
	{ "SFILE-03", A("\"x-muster-store\":\"edges\""), "f: attributes[0].x-muster-store: only a complex multi-valued attribute has edges" },
	{ "SFILE-03", A(C(VALUE "," REF("\"User\"")) HINT("edges")), "f: attributes[0].x-muster-store: only a complex multi-valued attribute has edges" },
	{ "SFILE-03", A(C(N("b", HINT("edges")))), "f: attributes[0].subAttributes[0].x-muster-store: a sub-attribute has no edges" },
	{ "SFILE-03", EDGES(REF("\"User\"")), EDGES_REF },
	{ "SFILE-03", EDGES(VALUE), EDGES_REF },
	{ "SFILE-03", EDGES(N("value", ",\"type\":\"integer\"") "," REF("\"User\"")), EDGES_REF },
	{ "SFILE-03", EDGES(VALUE "," REF("")), EDGES_REF },
	{ "SFILE-03", EDGES(VALUE "," REF("\"User\"") "," N("since", "")), "f: attributes[0].x-muster-store: an edge keeps its value; all else must be computed" },
	{ "SFILE-03", S("{\"name\":\"a\",\"multiValued\":true," C(VALUE "," REF("\"User\"")) HINT("edges") "},{\"name\":\"b\",\"multiValued\":true," C(VALUE "," REF("\"User\"")) HINT("edges") "}"), "f: attributes[1].x-muster-store: a schema has edges once" },
	{ "SFILE-03", A("\"x-muster-store\":\"computed\""), GROUPS },
	{ "SFILE-03", S("{\"name\":\"groups\",\"multiValued\":true," C(VALUE) HINT("computed") "}"), GROUPS },
	{ "SFILE-03", A(C(VALUE "," REF(""))), PARTS },
	{ "SFILE-03", A(C(REF("\"User\""))), PARTS },
	{ "SFILE-03", A(C(VALUE "," REF("\"User\"") "," N("since", HINT("computed")))), PARTS },
};

#define T(members)	"{\"schema\":\"urn:x:known\"," members "}"
#define E(members)	T("\"name\":\"n\",\"endpoint\":\"ns\",\"schemaExtensions\":[" members "]")

static const struct row bad_types[] = {
	{ "DISC-03", "null", "f: must be an object, not null" },
	{ "DISC-03", "{}", "f: name: not a name: ''" },
	{ "DISC-03", T("\"name\":\"a b\""), "f: name: not a name: 'a b'" },
	{ "DISC-03", T("\"name\":\"n\",\"id\":\"a/b\""), "f: id: not a name: 'a/b'" },
	{ "DISC-03", T("\"name\":\"Known\""), "f: name: a second type 'Known'" },
	{ "DISC-03", T("\"name\":\"n\",\"id\":\"Known\""), "f: id: a second type 'Known'" },
	{ "DISC-11", T("\"name\":\"n\""), "f: endpoint: not one path segment: ''" },
	{ "DISC-11", T("\"name\":\"n\",\"endpoint\":\"/a/b\""), "f: endpoint: not one path segment: 'a/b'" },
	{ "DISC-11", T("\"name\":\"n\",\"endpoint\":\"/$ref\""), "f: endpoint: not one path segment: '$ref'" },
	{ "DISC-11", T("\"name\":\"n\",\"endpoint\":\"Knowns\""), "f: endpoint: a second endpoint 'Knowns'" },
	{ "DISC-11", T("\"name\":\"n\",\"endpoint\":\"/bulk\""), "f: endpoint: this one is the server's: 'bulk'" },
	{ "DISC-08", "{\"name\":\"n\",\"endpoint\":\"/ns\",\"schema\":\"urn:x\"}", "f: schema: unknown schema 'urn:x'" },
	{ "DISC-08", "{\"name\":\"n\",\"endpoint\":\"/ns\"}", "f: schema: unknown schema ''" },
	{ "DISC-07", "{\"name\":\"n\",\"endpoint\":\"/ns\",\"schema\":\"" URN_SPC "\"}", "f: schema: no resources have the schema '" URN_SPC "'" },
	{ "DISC-08", E("{\"schema\":\"urn:x\"}"), "f: schemaExtensions[0].schema: unknown schema 'urn:x'" },
	{ "CORE-06", E("{\"schema\":\"urn:x:known\"}"), "f: schemaExtensions[0].schema: stands twice: 'urn:x:known'" },
	{ "CORE-06", E("{\"schema\":\"urn:x:e\"},{\"schema\":\"URN:X:E\"}"), "f: schemaExtensions[1].schema: stands twice: 'urn:x:e'" },
	{ "CORE-09", E("{\"schema\":\"urn:x:e\",\"required\":1}"), "f: schemaExtensions[0].required: must be a boolean, not an integer" },
	{ "SFILE-03", E("{\"schema\":\"urn:x:e\",\"requird\":true}"), "f: schemaExtensions[0]: unknown keyword 'requird'" },
	{ "SFILE-03", E("\"urn:x:e\""), "f: schemaExtensions[0]: must be an object, not a string" },
	{ "SFILE-03", T("\"schemaExtensions\":{}"), "f: schemaExtensions: must be an array, not an object" },
	{ "SFILE-03", E("{\"schema\":\"urn:x:edges\"}"), "f: schemaExtensions[0].schema: no extension has edges or what is computed: 'a'" },
	{ "SFILE-03", E("{\"schema\":\"urn:x:default\"}"), "f: schemaExtensions[0].schema: no extension has an x-muster-default: 'a'" },
	{ "SFILE-03", T("\"schemas\":[\"" URN_SCHEMA "\"]"), "f: schemas: this file needs '" URN_RESOURCE_TYPE "'" },
	{ "SFILE-03", T("\"extensions\":[]"), "f: unknown keyword 'extensions'" },
};

/* What the bad types name. */
#define KNOWN(urn, attribute) "{\"id\":\"" urn "\",\"attributes\":[" attribute "]}"
static const char *const known[] = {
	KNOWN("urn:x:known", N("a", "")),
	KNOWN("urn:x:e", N("a", "")),
	KNOWN("urn:x:edges", "{\"name\":\"a\",\"multiValued\":true," C(VALUE "," REF("\"Known\"")) HINT("edges") "}"),
	KNOWN("urn:x:default", N("a", ",\"type\":\"boolean\",\"x-muster-default\":true")),
	KNOWN(URN_SPC, N("a", "")),
};
static const char known_type[] =
	"{\"name\":\"Known\",\"endpoint\":\"Knowns\",\"schema\":\"urn:x:known\"}";

/* name type multiValued required caseExact mutability returned uniqueness */
static const struct row good_schemas[] = {
	{ "SFILE-04", S(N("a", "")), "a string false false false readWrite default none\n" },
	{ "SFILE-01", "\r\n\t " S(N("a", "")) "\n", "a string false false false readWrite default none\n" },
	{ "SFILE-04", S(N("\\u0061", ",\"type\":\"\\u0073tring\"")), "a string false false false readWrite default none\n" },
	{ "SFILE-04", A("\"type\":null,\"required\":null,\"mutability\":null,\"x-other\":1"), "a string false false false readWrite default none\n" },
	{ "SFILE-04", A("\"canonicalValues\":[],\"subAttributes\":[]"), "a string false false false readWrite default none\n" },
	{ "CHAR-01", M("\"type\":\"decimal\""), "a decimal true false false readWrite default none\n" },
	{ "TYPE-08", A("\"type\":\"reference\",\"caseExact\":false,\"referenceTypes\":[\"uri\"]"), "a reference false false true readWrite default none\n" },
	{ "TYPE-07", A("\"type\":\"binary\""), "a binary false false true readWrite default none\n" },
	{ "CHAR-12", A("\"type\":\"boolean\",\"caseExact\":false,\"uniqueness\":\"none\""), "a boolean false false false readWrite default none\n" },
	{ "CHAR-07", A("\"uniqueness\":\"global\",\"mutability\":\"immutable\",\"returned\":\"request\""), "a string false false false immutable request global\n" },
	{ "CHAR-10", A("\"mutability\":\"writeOnly\",\"returned\":\"never\""), "a string false false false writeOnly never none\n" },
	{ "CHAR-05", A("\"mutability\":\"readOnly\",\"required\":false,\"returned\":\"always\""), "a string false false false readOnly always none\n" },
	{ "SFILE-05", A(C(N("$ref", "") ",{\"name\":\"b-c_1\",\"multiValued\":true}")),
	  "a complex false false false readWrite default none\n"
	  ".$ref string false false false readWrite default none\n"
	  ".b-c_1 string true false false readWrite default none\n" },
	{ "CORE-01", S("{\"NAME\":\"a\",\"MultiValued\":true,\"caseexact\":true}"), "a string true false true readWrite default none\n" },
	{ "CORE-14", S(N("id", ",\"required\":true")), "id string false true false readWrite default none\n" },
};

/* A second file, of a type. */
static const struct {
	const char *id;
	const char *text;
	const char *detail; /* or NULL */
} links[] = {
	{ "CHAR-09", S(N("r", ",\"type\":\"reference\",\"referenceTypes\":[\"external\",\"uri\",\"Known\"]")), NULL },
	{ "CHAR-09", S(N("a", "") "," N("r", ",\"type\":\"reference\",\"referenceTypes\":[\"uri\",\"Knwon\"]")),
	  "f: attributes[1].referenceTypes[1]: there is no resource type 'Knwon'" },
	{ "CHAR-09", A(C(N("$ref", ",\"type\":\"reference\",\"referenceTypes\":[\"known\"]"))),
	  "f: attributes[0].subAttributes[0].referenceTypes[0]: there is no resource type 'known'" },
};
/* clang-format on */

static void
add_known(struct catalog *c)
{
	struct error err = { 0 };
	int rc = 0;

	for (size_t i = 0; i < NELEM(known); i++)
		rc |= catalog_add_schema(c, "k", slice_of(known[i]), &err);
	rc |= catalog_add_type(c, "k", SLICE(known_type), &err);
	tap_ok(rc == 0, "what bad files name is there %s", err.detail);
}

typedef int add_fn(
    struct catalog *c, const char *file, struct slice text, struct error *err);

static void
test_bad(struct catalog *c, add_fn *add, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct error err = { .code = ERR_NONE, .detail = "" };
		int rc = add(c, "f", slice_of(rows[i].text), &err);

		tap_ok(rc == -1 && strcmp(err.detail, rows[i].detail) == 0,
		    "%s %s", rows[i].id, err.detail);
		tap_ok(err.code ==
			(strstr(err.detail, "JSON, ") != NULL
				? ERR_INVALID_SYNTAX
				: ERR_INVALID_VALUE),
		    "%s its code", rows[i].id);
	}
}

static void
put_attr(struct buf *b, const struct attr *attr)
{
	buf_printf(b, "%s%.*s %.*s %s %s %s %.*s %.*s %.*s\n",
	    attr->parent == NULL ? "" : ".", SLICE_ARG(attr->name),
	    SLICE_ARG(attr_type_keyword(attr->type)),
	    attr->multi_valued ? "true" : "false",
	    attr->required ? "true" : "false",
	    attr->case_exact ? "true" : "false",
	    SLICE_ARG(attr_mutability_keyword(attr->mutability)),
	    SLICE_ARG(attr_returned_keyword(attr->returned)),
	    SLICE_ARG(attr_uniqueness_keyword(attr->uniqueness)));
	for (size_t i = 0; i < attr->nsub; i++)
		put_attr(b, &attr->sub[i]);
}

static void
test_good(struct arena *a, const struct row *row)
{
	struct catalog *c = catalog_new(a);
	struct error err = { 0 };
	struct buf b;

	if (catalog_add_schema(c, "f", slice_of(row->text), &err) == -1) {
		tap_ok(false, "%s %s", row->id, err.detail);
		return;
	}
	buf_init(&b, 100000);
	put_attr(&b, &catalog_schema(c, 0)->attrs[0]);
	tap_ok(slice_equal(buf_text(&b), slice_of(row->detail)), "%s %s",
	    row->id, row->text);
	buf_fini(&b);
}

static void
test_link(struct arena *a, size_t i)
{
	struct catalog *c = catalog_new(a);
	struct error err = { .code = ERR_NONE, .detail = "" };
	int rc;

	add_known(c);
	if (catalog_add_schema(c, "f", slice_of(links[i].text), &err) == -1) {
		tap_ok(false, "%s %s", links[i].id, err.detail);
		return;
	}
	rc = catalog_link(c, &err);
	tap_ok(links[i].detail == NULL
		? rc == 0
		: rc == -1 && strcmp(err.detail, links[i].detail) == 0,
	    "%s %s", links[i].id, err.detail);
}

int
main(void)
{
	struct arena *a = arena_new();
	struct catalog *c = catalog_new(a);

	add_known(c);
	test_bad(c, catalog_add_schema, bad_schemas, NELEM(bad_schemas));
	test_bad(c, catalog_add_type, bad_types, NELEM(bad_types));
	tap_ok(catalog_schema(c, NELEM(known)) == NULL &&
		catalog_type(c, 1) == NULL,
	    "what was refused is not there");
	for (size_t i = 0; i < NELEM(good_schemas); i++)
		test_good(a, &good_schemas[i]);
	for (size_t i = 0; i < NELEM(links); i++)
		test_link(a, i);
	arena_free(a);
	return tap_done();
}
