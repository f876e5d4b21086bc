/*
 * test_filter.c: the vectors of spec scim.md sections 8.3 and 8.4.
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "scim/match.h"
#include "tap.h"

/* clang-format off */
static const struct {
	const char	*id;
	const char	*text;
	bool		 strict_ok;
	bool		 tolerant_ok;
} parses[] = {
	{ "P01", "userName eq \"bjensen\"", true, true },
	{ "P02", "Username EQ \"john\"", true, true },
	{ "P03", "title pr and userType eq \"Employee\"", true, true },
	{ "P04", "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")", true, true },
	{ "P05", "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")", true, true },
	{ "P06", "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]", true, true },
	{ "P07", "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", true, true },
	{ "P08", "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", true, true },
	{ "P09", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName co \"x\"", true, true },
	{ "P10", "meta.lastModified gt \"2011-05-13T04:42:34Z\"", true, true },
	{ "P11", "not(title pr)", true, true },
	{ "P11", "not (title pr)", true, true },
	{ "P12", "((title pr))", true, true },
	{ "P13", "emails[type eq \"work\" or (type eq \"home\" and value ew \"@example.com\")]", true, true },
	{ "P14", "emails[not (type eq \"work\")]", true, true },
	{ "P16", "name.familyName co \"O'Malley\"", true, true },
	{ "P17", "displayName eq \"a\\\"b\\\\c\\u00e9\"", true, true },
	{ "P18", "active eq true", true, true },
	{ "P18", "x eq null", true, true },
	{ "P18", "x eq -1.5e3", true, true },
	{ "P19", "", false, false },
	{ "P19", "   ", false, false },
	{ "P20", "userName", false, false },
	{ "P20", "userName eq", false, false },
	{ "P20", "eq \"x\"", false, false },
	{ "P20", "userName \"x\"", false, false },
	{ "P21", "userName eq bjensen", false, true },
	{ "P21", "userName eq 'bjensen'", false, true },
	{ "P22", "userName eq \"a\" and", false, false },
	{ "P22", "and userName pr", false, false },
	{ "P22", "userName pr or or title pr", false, false },
	{ "P23", "(userName pr", false, false },
	{ "P23", "userName pr)", false, false },
	{ "P23", "emails[type eq \"work\"", false, false },
	{ "P23", "emails[]", false, false },
	{ "P24", "emails[type eq \"a\" and addresses[type eq \"b\"]]", false, false },
	{ "P25", "not userName pr", false, false },
	{ "P26", "userName regex \"x\"", false, false },
	{ "P26", "userName = \"x\"", false, false },
	{ "P26", "userName == \"x\"", false, false },
	{ "P27", "active eq True", false, true },
	{ "P27", "active eq TRUE", false, true },
	{ "P28", "active gt false", false, false },
	{ "P28", "x509Certificates.value lt \"AA==\"", false, false },
	{ "P29", "userName eq \"unterminated", false, false },
	{ "P29", "userName eq \"bad\\q\"", false, false },
	{ "P30", "a.b.c eq \"x\"", false, false },
	{ "P30", ".a eq \"x\"", false, false },
	{ "P30", "a. eq \"x\"", false, false },
	{ "P30", "1a eq \"x\"", false, false },
	{ "P31", "userName pr \"x\"", false, false },
	{ "FILTER-07", "userName\teq \"x\"", false, false },
	{ "FILTER-07", "userName eq\"x\"", true, true },
	{ "FILTER-07", "  userName  eq  \"x\"  and  title  pr ", true, true },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", true, true },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq \"x\"", false, false },
	{ "FILTER-17", "name eq \"x\"", false, false },
	{ "FILTER-17", "addresses eq \"x\"", false, false },
	{ "FILTER-19", "emails[type eq \"work\"].value eq \"x\"", true, true },
	{ "FILTER-22", "meta.created gt \"yesterday\"", false, false },
	{ "FILTER-23", "title gt null", false, false },
	{ "FILTER-29", "password eq \"x\"", false, false },
	{ "FILTER-33", "userName eq 5", false, true },
	{ "FILTER-33", "active eq \"true\"", false, true },
	{ "ENTRA-10", "manager eq \"x\"", false, true },
	{ "G10", "userName eq \"\xff\"", false, false },
};

/* Which of U1, U2, U3 a filter matches, as bits 1, 2, 4. */
static const struct {
	const char	*id;
	const char	*text;
	int		 matches;
} evaluations[] = {
	{ "E01", "userName eq \"BJENSEN\"", 1 },
	{ "E02", "externalId eq \"abc\"", 0 },
	{ "E03", "title pr", 1 },
	{ "E03", "not (title pr)", 6 },
	{ "E03", "title eq null", 6 },
	{ "E04", "nickName pr", 0 },
	{ "E05", "title ne \"Tour Guide\"", 6 },
	{ "E06", "not (title eq \"x\")", 7 },
	{ "E07", "emails.type eq \"work\" and emails.value ew \"jensen.org\"", 1 },
	{ "E08", "emails[type eq \"work\" and value ew \"jensen.org\"]", 0 },
	{ "E09", "emails.type ne \"work\"", 7 },
	{ "E10", "not (emails.type eq \"work\")", 6 },
	{ "E11", "emails[primary eq false]", 3 },
	{ "E12", "emails co \"example\"", 3 },
	{ "E13", "active eq false", 2 },
	{ "E14", "meta.lastModified eq \"2019-12-31T22:00:00Z\"", 2 },
	{ "E15", "meta.lastModified ge \"2011-05-13T06:42:34+02:00\"", 3 },
	{ "E16", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq \"701984\"", 1 },
	{ "E17", "userName sw \"ZO\xc3\x8b\"", 4 },
	{ "E17", "userName sw \"ZOE\xcc\x88\"", 4 },
	{ "E18", "userName gt \"b\"", 5 },
	{ "E23", "title pr or active eq false and userName sw \"z\"", 1 },
	{ "E24", "(title pr or active eq false) and userName sw \"a\"", 2 },
	{ "E25", "unknownAttr eq \"x\"", 0 },
	{ "E25", "not (unknownAttr eq \"x\")", 7 },
	{ "FILTER-23", "title ne null", 1 },
	{ "FILTER-26", "title co \"\"", 1 },
	{ "FILTER-30", "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", 1 },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", 1 },
	{ "FILTER-19", "emails[type eq \"home\"].value ew \"jensen.org\"", 1 },
	{ "FILTER-32", "externalId eq \"ABC\"", 1 },
};
/* clang-format on */

static const char *const bodies[] = {
	("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\","
	 "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"],"
	 "\"userName\":\"bjensen\",\"active\":true,\"title\":\"Tour Guide\","
	 "\"name\":{\"familyName\":\"Jensen\"},\"externalId\":\"ABC\","
	 "\"emails\":[{\"value\":\"b@example.com\",\"type\":\"work\","
	 "\"primary\":true},{\"value\":\"babs@jensen.org\","
	 "\"type\":\"home\"}],"
	 "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":"
	 "{\"employeeNumber\":\"701984\"}}"),
	("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
	 "\"userName\":\"Alice\",\"active\":false,"
	 "\"emails\":[{\"value\":\"alice@example.org\",\"type\":\"home\"}]}"),
	("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
	 "\"userName\":\"zo\xc3\xab\",\"nickName\":\"\"}"),
};

static const char *const metas[] = {
	"{\"lastModified\":\"2011-05-13T04:42:34Z\"}",
	"{\"lastModified\":\"2020-01-01T00:00:00+02:00\"}",
	"{\"lastModified\":\"2001-01-01T00:00:00Z\"}",
};

static bool
get_meta(void *arg, const struct attr *attr, struct slice *value, bool *failed)
{
	const size_t *i = arg;

	(void)failed;
	if (!slice_equal(attr->name, SLICE("meta")))
		return false;
	*value = slice_of(metas[*i]);
	return true;
}

static bool
accepts(struct arena *a, const struct resource_type *type, const char *profile,
    const char *text)
{
	struct filter *f;
	struct error err;

	if (filter_parse(a, slice_of(text), &f, &err) == -1 ||
	    filter_bind(a, type, fixture_profile(profile), f, &err) == -1)
		return err.code != ERR_INVALID_FILTER;
	return true;
}

static int
matches(struct arena *a, const struct resource_type *type, const char *text)
{
	struct filter *f;
	struct error err;
	int bits = 0;

	if (filter_parse(a, slice_of(text), &f, &err) == -1 ||
	    filter_bind(a, type, fixture_profile("strict"), f, &err) == -1)
		return -1;
	for (size_t i = 0; i < NELEM(bodies); i++) {
		struct match_source source = { get_meta, &i };

		if (filter_match(a, f, slice_of(bodies[i]), &source) == 1)
			bits |= 1 << i;
	}
	return bits;
}

/* A text of N times OPEN, MIDDLE, N times CLOSE. */
static char *
nest(struct arena *a, size_t n, const char *open, const char *middle,
    const char *close)
{
	char *text = arena_strdup(a, middle);

	for (size_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s", open, text, close);
	return text;
}

static void
test_limits(struct arena *a, const struct resource_type *type)
{
	tap_ok(accepts(a, type, "strict",
		   nest(a, FILTER_DEPTH_MAX, "(", "title pr", ")")),
	    "P32 as deep as allowed");
	tap_ok(!accepts(a, type, "strict", nest(a, 100, "(", "title pr", ")")),
	    "P32 100 nested parentheses");
	tap_ok(!accepts(
		   a, type, "strict", nest(a, 3000, "not (", "title pr", ")")),
	    "FILTER-34 3000 nested not");
	tap_ok(!accepts(a, type, "strict",
		   nest(a, FILTER_TERMS_MAX, "", "title pr", " or title pr")),
	    "FILTER-34 too many terms");
	tap_ok(!accepts(a, type, "strict",
		   nest(a, FILTER_LEN_MAX, "", "title pr", " ")),
	    "FILTER-34 too long");
}

int
main(void)
{
	struct arena *a = arena_new();
	const struct resource_type *type =
	    catalog_find_type(fixture_catalog(a), SLICE("User"));

	for (size_t i = 0; i < NELEM(parses); i++) {
		tap_ok(accepts(a, type, "strict", parses[i].text) ==
			parses[i].strict_ok,
		    "%s strict: %s", parses[i].id, parses[i].text);
		tap_ok(accepts(a, type, "tolerant", parses[i].text) ==
			parses[i].tolerant_ok,
		    "%s tolerant: %s", parses[i].id, parses[i].text);
	}
	for (size_t i = 0; i < NELEM(evaluations); i++) {
		int got = matches(a, type, evaluations[i].text);

		tap_ok(got == evaluations[i].matches, "%s %s: %d",
		    evaluations[i].id, evaluations[i].text, got);
	}
	test_limits(a, type);
	arena_free(a);
	return tap_done();
}
