/*
 * test_validate.c: bodies of POST and PUT against the schema (spec scim.md
 * sections 1 and 5), and the projection of answers (section 7).
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/project.h"
#include "scim/validate.h"
#include "tap.h"

#define S	    "\"schemas\":[\"" URN_USER "\"],\"userName\":\"u\""
#define OK(members) "{" S ",\"active\":true" members "}"

/* clang-format off */
static const struct {
	const char	*id;
	const char	*profile;
	const char	*body;
	const char	*want;		/* stored; NULL: the error */
	enum error_code	 error;
} rows[] = {
	{ "CORE-01", "strict", "{\"SCHEMAS\":[\"" URN_USER "\"],\"USERNAME\":\"u\"}", OK(""), ERR_NONE },
	{ "CORE-05", "strict", "{\"userName\":\"u\"}", NULL, ERR_INVALID_SYNTAX },
	{ "CORE-05", "strict", "{\"schemas\":[],\"userName\":\"u\"}", NULL, ERR_INVALID_SYNTAX },
	{ "CORE-05", "strict", "{\"schemas\":\"x\",\"userName\":\"u\"}", NULL, ERR_INVALID_SYNTAX },
	{ "CORE-05", "tolerant", "{\"schemas\":[\"" URN_USER "\",5],\"userName\":\"u\"}", NULL, ERR_INVALID_SYNTAX },
	{ "CORE-23", "strict", "{" S ",\"externalId\":\"\"}", NULL, ERR_INVALID_VALUE },
	{ "CORE-23", "tolerant", "{" S ",\"externalId\":\"\"}", OK(""), ERR_NONE },
	{ "CANON-05", "strict", "{" S ",\"addresses\":[{\"country\":\"U1\"}]}", NULL, ERR_INVALID_VALUE },
	{ "CORE-06", "strict", "{\"schemas\":[\"" URN_USER "\",\"urn:x\"],\"userName\":\"u\"}", NULL, ERR_INVALID_VALUE },
	{ "CORE-06", "tolerant", "{\"schemas\":[\"" URN_USER "\",\"urn:x\"],\"userName\":\"u\"}", OK(""), ERR_NONE },
	{ "CORE-07", "strict", "{\"schemas\":[\"" URN_ENTERPRISE "\"],\"userName\":\"u\"}", NULL, ERR_INVALID_VALUE },
	{ "CORE-07", "strict", "{" S ",\"" URN_ENTERPRISE "\":{\"Department\":\"D\"}}",
	  "{\"schemas\":[\"" URN_USER "\",\"" URN_ENTERPRISE "\"],\"userName\":\"u\",\"active\":true,\"" URN_ENTERPRISE "\":{\"department\":\"D\"}}", ERR_NONE },
	{ "CORE-07", "strict", "{" S ",\"" URN_ENTERPRISE "\":7}", NULL, ERR_INVALID_VALUE },
	{ "CORE-13", "strict", "{" S ",\"nosuch\":{\"a\":1}}", OK(""), ERR_NONE },
	{ "CORE-20", "strict", "{" S ",\"nickName\":null,\"emails\":[]}", OK(""), ERR_NONE },
	{ "CORE-23", "strict", "{" S ",\"title\":\"\"}", OK(",\"title\":\"\""), ERR_NONE },
	{ "CORE-24", "strict", "{" S ",\"name\":{\"givenName\":null},\"emails\":[{}]}", OK(""), ERR_NONE },
	{ "CORE-24", "strict", "{" S ",\"emails\":[null]}", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{" S ",\"emails\":{\"value\":\"a\"}}", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{" S ",\"title\":[\"a\"]}", NULL, ERR_INVALID_VALUE },
	{ "ONEL-01", "strict", "{" S ",\"emails\":\"\"}", NULL, ERR_INVALID_VALUE },
	{ "ONEL-01", "tolerant", "{" S ",\"emails\":\"\",\"name\":\"\"}", OK(""), ERR_NONE },
	{ "TYPE-02", "strict", "{" S ",\"active\":\"true\"}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-02", "tolerant", "{" S ",\"active\":\"TRUE\"}", OK(""), ERR_NONE },
	{ "TYPE-02", "tolerant", "{" S ",\"active\":1}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-07", "tolerant", "{" S ",\"x509Certificates\":[{\"value\":\"AAE=\"}]}", OK(",\"x509Certificates\":[{\"value\":\"AAE=\"}]"), ERR_NONE },
	{ "TYPE-07", "tolerant", "{" S ",\"x509Certificates\":[{\"value\":\"AAE\"}]}", OK(",\"x509Certificates\":[{\"value\":\"AAE\"}]"), ERR_NONE },
	{ "TYPE-07", "strict", "{" S ",\"x509Certificates\":[{\"value\":\"A*E=\"}]}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-07", "strict", "{" S ",\"x509Certificates\":[{\"value\":\"AAAAA\"}]}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-08", "strict", "{" S ",\"profileUrl\":\"https://x.test/a b\"}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-10", "strict", "{" S ",\"name\":\"x\"}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{" S ",\"title\":5}", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "[]", NULL, ERR_INVALID_SYNTAX },
	{ "POST-02", "strict", "{" S ",\"id\":\"x\",\"meta\":{},\"groups\":[{\"value\":\"g\"}]}", OK(""), ERR_NONE },
	{ "POST-04", "strict", "{" S ",\"active\":null}", "{" S "}", ERR_NONE },
	{ "POST-07", "strict", "{\"schemas\":[\"" URN_USER "\"]}", NULL, ERR_INVALID_VALUE },
	{ "POST-07", "strict", "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"\"}", NULL, ERR_INVALID_VALUE },
	{ "PRIM-01", "strict", "{" S ",\"emails\":[{\"value\":\"a\",\"primary\":true},{\"value\":\"b\",\"primary\":true}]}", NULL, ERR_INVALID_VALUE },
	{ "CANON-01", "strict", "{" S ",\"emails\":[{\"value\":\"a\"},{\"value\":\"A\"},{\"value\":\"b\"}]}", OK(",\"emails\":[{\"value\":\"a\"},{\"value\":\"b\"}]"), ERR_NONE },
	{ "CANON-05", "strict", "{" S ",\"addresses\":[{\"country\":\"USA\"}]}", NULL, ERR_INVALID_VALUE },
	{ "CANON-05", "tolerant", "{" S ",\"addresses\":[{\"country\":\"USA\"}]}", OK(",\"addresses\":[{\"country\":\"USA\"}]"), ERR_NONE },
	{ "CANON-02", "strict", "{" S ",\"emails\":[{\"value\":\"Bj@EXAMPLE.com\"}]}", OK(",\"emails\":[{\"value\":\"Bj@example.com\"}]"), ERR_NONE },
	{ "ENTRA-G05", "tolerant", "{" S ",\"emails\":[{\"value\":\"Bj@EXAMPLE.com\"}]}", OK(",\"emails\":[{\"value\":\"Bj@EXAMPLE.com\"}]"), ERR_NONE },
	{ "CANON-02", "strict", "{" S ",\"emails\":[{\"value\":\"b@X.test\"},{\"value\":\"b@x.TEST\"}]}", OK(",\"emails\":[{\"value\":\"b@x.test\"}]"), ERR_NONE },
	{ "CANON-03", "strict", "{" S ",\"phoneNumbers\":[{\"value\":\"+1 201 555-0123\"},{\"value\":\"555\"}]}", OK(",\"phoneNumbers\":[{\"value\":\"tel:+1-201-555-0123\"},{\"value\":\"555\"}]"), ERR_NONE },
	{ "ENTRA-G05", "tolerant", "{" S ",\"phoneNumbers\":[{\"value\":\"+1 201 555-0123\"},{\"value\":\"555\"}]}", OK(",\"phoneNumbers\":[{\"value\":\"+1 201 555-0123\"},{\"value\":\"555\"}]"), ERR_NONE },
	{ "CANON-04", "strict", "{" S ",\"ims\":[{\"value\":\" Bj \"}]}", OK(",\"ims\":[{\"value\":\"bj\"}]"), ERR_NONE },
	{ "ENTRA-G05", "tolerant", "{" S ",\"ims\":[{\"value\":\" Bj \"}]}", OK(",\"ims\":[{\"value\":\" Bj \"}]"), ERR_NONE },
	{ "CANON-06", "strict", "{" S ",\"locale\":\"en US\"}", NULL, ERR_INVALID_VALUE },
	{ "CANON-06", "tolerant", "{" S ",\"locale\":\"en US\"}", OK(",\"locale\":\"en US\""), ERR_NONE },
	{ "CANON-07", "strict", "{" S ",\"timezone\":\"Eastern Standard Time\"}", NULL, ERR_INVALID_VALUE },
	{ "CANON-07", "tolerant", "{" S ",\"timezone\":\"Eastern Standard Time\"}", OK(",\"timezone\":\"Eastern Standard Time\""), ERR_NONE },
	{ "CANON-07", "strict", "{" S ",\"timezone\":\"Europe/Oslo\"}", OK(",\"timezone\":\"Europe/Oslo\""), ERR_NONE },
	{ "CANON-08", "strict", "{" S ",\"x509Certificates\":[{\"value\":\"MAYwADAAAwAwBjAAMAADAA==\"}]}", NULL, ERR_INVALID_VALUE },
	{ "CANON-08", "strict", "{" S ",\"x509Certificates\":[{\"value\":\"MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAWEwIBcNMjYxMTIxMTUzNjE2WhgPMjEyNjEwMjgxNTM2MTZaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQCFzORE6LaWauakZ1aZrznk76PLXFwmK7N/uV6PCMyVZzAFBgMrZXADQQDuBsEXmdPthPxp46VT9FPVIlFu+e82hVjnoWkSYMW3E/zQb/9TE+nY3SfVBufzh6YUpX9CvK28rsgw8r5hDMUM\"}]}", OK(",\"x509Certificates\":[{\"value\":\"MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAWEwIBcNMjYxMTIxMTUzNjE2WhgPMjEyNjEwMjgxNTM2MTZaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQCFzORE6LaWauakZ1aZrznk76PLXFwmK7N/uV6PCMyVZzAFBgMrZXADQQDuBsEXmdPthPxp46VT9FPVIlFu+e82hVjnoWkSYMW3E/zQb/9TE+nY3SfVBufzh6YUpX9CvK28rsgw8r5hDMUM\"}]"), ERR_NONE },
	{ "CANON-10", "strict", "{" S ",\"emails\":[{\"value\":\"a\",\"type\":\"Work\"},{\"value\":\"b\",\"type\":\"Boat\"}]}", OK(",\"emails\":[{\"value\":\"a\",\"type\":\"work\"},{\"value\":\"b\",\"type\":\"Boat\"}]"), ERR_NONE },
	{ "ENTRA-G05", "tolerant", "{" S ",\"emails\":[{\"value\":\"a\",\"type\":\"Work\"},{\"value\":\"b\",\"type\":\"Boat\"}]}", OK(",\"emails\":[{\"value\":\"a\",\"type\":\"Work\"},{\"value\":\"b\",\"type\":\"Boat\"}]"), ERR_NONE },
	{ "ENTRA-16", "tolerant", "{" S ",\"" URN_ENTERPRISE "\":{\"manager\":\"m\"}}",
	  "{\"schemas\":[\"" URN_USER "\",\"" URN_ENTERPRISE "\"],\"userName\":\"u\",\"active\":true,\"" URN_ENTERPRISE "\":{\"manager\":{\"value\":\"m\"}}}", ERR_NONE },
	{ "ENTRA-47", "tolerant", "{" S ",\"roles\":[{\"value\":\"v\",\"displayName\":\"D\"}]}", OK(",\"roles\":[{\"value\":\"v\",\"display\":\"D\"}]"), ERR_NONE },
	{ "ENTRA-16", "strict", "{" S ",\"" URN_ENTERPRISE "\":{\"manager\":\"m\"}}", NULL, ERR_INVALID_VALUE },
	{ "ENTRA-47", "strict", "{" S ",\"roles\":[{\"value\":\"v\",\"displayName\":\"D\"}]}", OK(",\"roles\":[{\"value\":\"v\"}]"), ERR_NONE },
	{ "ENTRA-48", "tolerant", "{" S ",\"roles\":[{\"value\":\"{\\\"value\\\":\\\"v\\\"}\"}]}", OK(",\"roles\":[{\"value\":\"v\"}]"), ERR_NONE },
	{ "ENTRA-48", "strict", "{" S ",\"roles\":[{\"value\":\"{\\\"value\\\":\\\"v\\\"}\"}]}", OK(",\"roles\":[{\"value\":\"{\\\"value\\\":\\\"v\\\"}\"}]"), ERR_NONE },
	{ "CORE-06", "strict", "{\"schemas\":[\"" URN_USER "\",\"URN:ietf:params:scim:schemas:core:2.0:USER\"],\"userName\":\"u\"}", OK(""), ERR_NONE },
	{ "CANON-01", "strict", "{" S ",\"emails\":[{\"value\":\"a\",\"type\":\"work\"},{\"value\":\"a\",\"type\":\"home\"}]}", OK(",\"emails\":[{\"value\":\"a\",\"type\":\"work\"},{\"value\":\"a\",\"type\":\"home\"}]"), ERR_NONE },
	{ "TYPE-08", "strict", "{" S ",\"profileUrl\":\"https://x.test/a\"}", OK(",\"profileUrl\":\"https://x.test/a\""), ERR_NONE },
	{ "TYPE-10", "strict", "{" S ",\"name\":{\"givenName\":{\"a\":\"b\"}}}", NULL, ERR_INVALID_VALUE },
	{ "CANON-05", "strict", "{" S ",\"addresses\":[{\"country\":\"US\"}]}", OK(",\"addresses\":[{\"country\":\"US\"}]"), ERR_NONE },
	{ "ENTRA-20", "tolerant", "{" S ",\"emails\":[{\"value\":\"a\",\"primary\":\"True\"}]}", OK(",\"emails\":[{\"value\":\"a\",\"primary\":true}]"), ERR_NONE },
	{ "PRIM-01", "tolerant", "{" S ",\"emails\":[{\"value\":\"a\",\"primary\":\"True\"},{\"value\":\"b\",\"primary\":\"true\"}]}", NULL, ERR_INVALID_VALUE },
	{ "CORE-07", "tolerant", "{\"schemas\":[\"urn:x\"],\"userName\":\"u\"}", NULL, ERR_INVALID_VALUE },
	{ "CORE-07", "strict", "{\"schemas\":[\"" URN_USER "\",\"" URN_ENTERPRISE "\"],\"userName\":\"u\",\"" URN_ENTERPRISE "\":{}}", OK(""), ERR_NONE },
	{ "POST-07", "strict", "{\"schemas\":[\"" URN_USER "\"],\"userName\":null}", NULL, ERR_INVALID_VALUE },
	{ "CORE-24", "strict", "{" S ",\"emails\":[{\"value\":null,\"type\":\"work\"}]}", OK(",\"emails\":[{\"type\":\"work\"}]"), ERR_NONE },
	{ "CORE-12", "strict", "{" S ",\"" URN_ENTERPRISE "\":{\"manager\":{\"value\":\"m\",\"displayName\":\"x\",\"$ref\":\"y\"}}}",
	  "{\"schemas\":[\"" URN_USER "\",\"" URN_ENTERPRISE "\"],\"userName\":\"u\",\"active\":true,\"" URN_ENTERPRISE "\":{\"manager\":{\"value\":\"m\"}}}", ERR_NONE },
};

/* The types that User does not have, by a schema of this test. */
static const char types_schema[] =
    "{\"schemas\":[\"" URN_SCHEMA "\"],\"id\":\"urn:t\",\"name\":\"T\",\"attributes\":["
    "{\"name\":\"i\",\"type\":\"integer\",\"multiValued\":false},"
    "{\"name\":\"d\",\"type\":\"decimal\",\"multiValued\":false},"
    "{\"name\":\"t\",\"type\":\"dateTime\",\"multiValued\":false},"
    "{\"name\":\"b\",\"type\":\"binary\",\"multiValued\":false},"
    "{\"name\":\"s\",\"type\":\"string\",\"multiValued\":true},"
    "{\"name\":\"r\",\"type\":\"string\",\"multiValued\":false,"
    "\"mutability\":\"readOnly\"}]}";

static const char types_type[] =
    "{\"schemas\":[\"" URN_RESOURCE_TYPE "\"],\"id\":\"T\",\"name\":\"T\","
    "\"endpoint\":\"/Ts\",\"schema\":\"urn:t\"}";

static const struct {
	const char	*id;
	const char	*member;	/* as sent */
	const char	*want;		/* as stored; NULL: ERR_INVALID_VALUE */
} types[] = {
	{ "TYPE-03", "\"d\":1.5", "\"d\":1.5" },
	{ "TYPE-03", "\"d\":-1e3", "\"d\":-1000.0" },
	{ "TYPE-03", "\"d\":1", "\"d\":1" },
	{ "TYPE-03", "\"d\":\"1.5\"", NULL },
	{ "TYPE-03", "\"d\":true", NULL },
	{ "TYPE-04", "\"i\":-9223372036854775808", "\"i\":-9223372036854775808" },
	{ "TYPE-04", "\"i\":1.0", NULL },
	{ "TYPE-04", "\"i\":1e3", NULL },
	{ "TYPE-04", "\"i\":\"1\"", NULL },
	{ "TYPE-04", "\"i\":[1]", NULL },
	{ "TYPE-05", "\"t\":\"2020-02-29T00:00:00.123456789012+14:00\"", "\"t\":\"2020-02-28T10:00:00.123456789Z\"" },
	{ "TYPE-06", "\"t\":\"2020-02-29T00:00:00\"", "\"t\":\"2020-02-29T00:00:00.000Z\"" },
	{ "TYPE-05", "\"t\":\"2020-02-29\"", NULL },
	{ "TYPE-05", "\"t\":\"10:00:00Z\"", NULL },
	{ "TYPE-05", "\"t\":\"2019-02-29T00:00:00Z\"", NULL },
	{ "TYPE-05", "\"t\":1577836800", NULL },
	{ "TYPE-07", "\"b\":\"\"", "\"b\":\"\"" },
	{ "TYPE-07", "\"b\":\"_-8=\"", NULL },
	{ "TYPE-07", "\"b\":\"AA\\nAA\"", NULL },
	{ "TYPE-07", "\"b\":\"A===\"", NULL },
	{ "TYPE-07", "\"b\":5", NULL },
	{ "TYPE-11", "\"s\":[\"a\",5]", NULL },
	{ "TYPE-11", "\"s\":[[\"a\"]]", NULL },
	{ "CANON-01", "\"s\":[\"a\",\"b\",\"A\"]", "\"s\":[\"a\",\"b\"]" },
	{ "POST-02", "\"r\":\"x\"", "" },
	{ "POST-02", "\"r\":5", "" },
};

static const struct {
	const char	*id;
	const char	*attributes;
	const char	*excluded;
	const char	*name;		/* "name", "name.givenName" */
	bool		 wanted;
} projections[] = {
	{ "GET-02", "", "", "title", true },
	{ "GET-02", "", "", "password", false },
	{ "PROJ-02", "title", "", "title", true },
	{ "PROJ-02", "title", "", "nickName", false },
	{ "PROJ-02", "title", "", "meta", false },
	{ "PROJ-02", "title", "", "id", true },
	{ "PROJ-03", "", "title,id", "title", false },
	{ "PROJ-03", "", "title,id", "id", true },
	{ "PROJ-03", "", "title,id", "nickName", true },
	{ "PROJ-05", "NAME.GIVENNAME", "", "name.givenName", true },
	{ "PROJ-06", "name.givenName", "", "name.familyName", false },
	{ "PROJ-03", "", "name.givenName", "name.givenName", false },
	{ "PROJ-03", "", "name.givenName", "name.familyName", true },
	{ "PROJ-07", "name", "", "name.familyName", true },
	{ "PROJ-09", " title , nickName ", "", "nickName", true },
	{ "PROJ-10", URN_ENTERPRISE, "", URN_ENTERPRISE ":department", true },
	{ "PROJ-10", "", URN_ENTERPRISE, URN_ENTERPRISE ":department", false },
	{ "PROJ-10", URN_ENTERPRISE ":department", "", URN_ENTERPRISE ":division", false },
	{ "PROJ-02", "nosuch", "", "title", false },
	{ "PROJ-02", "nosuch", "", "id", true },
	{ "PROJ-11", "", "id", "id", true },
	{ "PROJ-11", "password", "", "password", false },
	{ "clients.md 7.3", "emails[type eq \"work, home\"],title", "", "title", true },
	{ "clients.md 7.3", "emails[type eq \"work, home\"],title", "", "emails", true },
};
/* clang-format on */

static void
test_row(struct arena *a, const struct resource_type *type, size_t i)
{
	struct json_object *body, *tree = NULL, *want = NULL;
	struct error err = { .code = ERR_NONE, .detail = "" };
	bool equal;

	if (json_parse(a, slice_of(rows[i].body), &body, &err) == -1 ||
	    (rows[i].want != NULL &&
		json_parse(a, slice_of(rows[i].want), &want, &err) == -1)) {
		tap_ok(false, "row %zu: %s", i, err.detail);
		return;
	}
	validate_body(
	    a, type, fixture_profile(rows[i].profile), body, &tree, &err);
	equal = err.code == rows[i].error &&
	    (want == NULL || json_equal(tree, want));
	tap_ok(equal, "%s %s %s %s", rows[i].id, rows[i].profile, rows[i].body,
	    err.detail);
	if (!equal && err.code == ERR_NONE)
		printf("# got %.*s\n", SLICE_ARG(json_text(a, tree)));
}

/* {"schemas":["urn:t"], and MEMBER, which may be empty. */
static struct json_object *
types_body(struct arena *a, const char *member)
{
	struct json_object *body;
	struct error err;

	if (json_parse(a,
		slice_of(arena_printf(a, "{\"schemas\":[\"urn:t\"]%s%s}",
		    *member == '\0' ? "" : ",", member)),
		&body, &err) == -1) {
		printf("not ok - %s: %s\n", err.detail, member);
		exit(1);
	}
	return body;
}

static void
test_type(struct arena *a, const struct resource_type *type, size_t i)
{
	struct error err = { .code = ERR_NONE, .detail = "" };
	struct json_object *tree = NULL;
	bool passed;

	validate_body(a, type, fixture_profile("strict"),
	    types_body(a, types[i].member), &tree, &err);
	if (types[i].want == NULL)
		passed = err.code == ERR_INVALID_VALUE;
	else
		passed = err.code == ERR_NONE &&
		    json_equal(tree, types_body(a, types[i].want));
	tap_ok(passed, "%s {%s} %s", types[i].id, types[i].member, err.detail);
}

static void
test_types(struct arena *a)
{
	struct catalog *c = catalog_new(a);
	struct error err;

	if (catalog_add_schema(c, "T", SLICE(types_schema), &err) == -1 ||
	    catalog_add_type(c, "T", SLICE(types_type), &err) == -1) {
		tap_ok(false, "the schema of the types: %s", err.detail);
		return;
	}
	for (size_t i = 0; i < NELEM(types); i++)
		test_type(a, catalog_find_type(c, SLICE("T")), i);
}

static void
test_projection(struct arena *a, const struct resource_type *type, size_t i)
{
	struct projection *p;
	struct attr_ref ref;
	struct error err;
	enum want want;
	bool wanted;

	attr_resolve(type, slice_of(projections[i].name), &ref);
	project_parse(a, type, fixture_profile("tolerant"),
	    slice_of(projections[i].attributes),
	    slice_of(projections[i].excluded), &p, &err);
	want = project_wants(p, ref.extension, ref.attr);
	wanted = want == WANT_ALL ||
	    (want == WANT_SOME &&
		(ref.sub == NULL ||
		    project_wants_sub(
			p, WANT_SOME, ref.extension, ref.attr, ref.sub)));
	tap_ok(wanted == projections[i].wanted,
	    "%s attributes='%s' excludedAttributes='%s': %s", projections[i].id,
	    projections[i].attributes, projections[i].excluded,
	    projections[i].name);
}

int
main(void)
{
	struct arena *a = arena_new();
	const struct resource_type *type =
	    catalog_find_type(fixture_catalog(a), SLICE("User"));
	struct projection *p;
	struct error err;

	for (size_t i = 0; i < NELEM(rows); i++)
		test_row(a, type, i);
	test_types(a);
	for (size_t i = 0; i < NELEM(projections); i++)
		test_projection(a, type, i);
	tap_ok(project_parse(a, type, fixture_profile("strict"), SLICE("a"),
		   SLICE("b"), &p, &err) == -1 &&
		err.code == ERR_INVALID_VALUE,
	    "PROJ-04 both at once");
	arena_free(a);
	return tap_done();
}
