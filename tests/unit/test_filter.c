/*
 * test_filter.c: the vectors of spec scim.md sections 8.3 and 8.4, the
 * matrix of operators and types of section 8.2, and references.
 */
#include <string.h>

#include "base/find.h"
#include "base/nelem.h"
#include "fixture.h"
#include "scim/match.h"
#include "scim/sieve.h"
#include "scim/uri.h"
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
	{ "P15", "members[$ref eq \"https://h/v2/Users/u1\"]", true, true },
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
	{ "FILTER-03", "USERNAME Eq \"x\" AND NOT (Title PR) Or title Pr", true, true },
	{ "FILTER-05", "not  (title pr)", true, true },
	{ "FILTER-06", "emails[(type eq \"a\" or not (value pr)) and primary eq true]", true, true },
	{ "FILTER-06", "emails[type eq \"a\" and emails[value pr]]", false, false },
	{ "FILTER-07", "emails [ type eq \"work\" ]", true, true },
	{ "FILTER-07", "( title pr ) and ( userName pr )", true, true },
	{ "FILTER-07", "userName eq \"x\"\nand title pr", false, false },
	{ "FILTER-08", "displayName eq \"\\ud83d\\ude00\"", true, true },
	{ "FILTER-08", "displayName eq \"\\ud83d\"", false, false },
	{ "FILTER-08", "displayName eq \"\\u0000\"", false, false },
	{ "FILTER-08", "meta.resourceType eq User", false, true },
	{ "FILTER-09", "active eq FALSE", false, true },
	{ "FILTER-09", "title eq NULL", false, true },
	{ "FILTER-12", "URN:ietf:params:scim:schemas:core:2.0:user:NAME.givenname eq \"x\"", true, true },
	{ "FILTER-13", "department eq \"x\"", true, true },
	{ "FILTER-07", "userName eq\"x\"", true, true },
	{ "FILTER-07", "  userName  eq  \"x\"  and  title  pr ", true, true },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", true, true },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq \"x\"", false, false },
	{ "FILTER-17", "name eq \"x\"", false, false },
	{ "FILTER-17", "addresses eq \"x\"", false, false },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:core:2.0:User eq \"x\"", true, true },
	{ "FILTER-17", "name sw \"x\"", false, false },
	{ "FILTER-18", "schemas[value eq \"x\"]", true, true },
	{ "FILTER-19", "emails[type eq \"work\"].value eq \"x\"", true, true },
	{ "FILTER-19", "emails[type eq \"work\"].value pr", true, true },
	{ "FILTER-19", "emails[type eq \"work\"]. eq \"x\"", false, false },
	{ "FILTER-19", "emails[type eq \"work\"].a.b eq \"x\"", false, false },
	{ "FILTER-19", "emails[type eq \"work\"].primary gt true", false, false },
	{ "FILTER-22", "meta.created gt 2011-05-13T04:42:34Z", false, true },
	{ "FILTER-22", "meta.created gt \"2011-05-13\"", false, false },
	{ "FILTER-22", "meta.created gt \"2011-05-13T04:42:34.1234567890123456789+01:00\"", true, true },
	{ "FILTER-29", "password pr", false, false },
	{ "FILTER-29", "password[value eq \"x\"]", false, false },
	{ "P30", "emails[1a eq \"x\"]", false, false },
	{ "P30", "nosuch[1a eq \"x\"]", false, false },
	{ "P30", "nosuch[a.b eq \"x\"]", false, false },
	{ "P30", "emails[type.x eq \"x\"]", false, false },
	{ "P30", "x[type pr]. eq \"x\"", false, false },
	{ "TYPE-07", "x509Certificates.value eq \"A*\"", false, false },
	{ "TYPE-04", "x eq 1e", false, true },
	{ "FILTER-22", "meta.created gt \"yesterday\"", false, false },
	{ "FILTER-23", "title gt null", false, false },
	{ "FILTER-29", "password eq \"x\"", false, false },
	{ "FILTER-33", "userName eq 5", false, true },
	{ "FILTER-33", "active eq \"true\"", false, true },
	{ "ENTRA-10", "manager eq \"x\"", false, true },
	{ "G10", "userName eq \"\xff\"", false, false },
};

/*
 * Which of U1, U2, U3, G1 a filter matches, as bits 1, 2, 4, 8; G1 is only
 * asked at the root.
 */
enum { ROOT = 16 };

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
	{ "E19", "displayName co \"tour\"", ROOT | 8 },
	{ "E20", "userName pr", ROOT | 7 },
	{ "E21", "not (userName pr)", ROOT | 8 },
	{ "E22", "meta.resourceType eq \"Group\" or userName eq \"alice\"", ROOT | 10 },
	{ "E23", "title pr or active eq false and userName sw \"z\"", 1 },
	{ "E24", "(title pr or active eq false) and userName sw \"a\"", 2 },
	{ "E25", "unknownAttr eq \"x\"", 0 },
	{ "E25", "not (unknownAttr eq \"x\")", 7 },
	{ "FILTER-23", "title ne null", 1 },
	{ "FILTER-23", "emails.type eq null and emails pr", 0 },
	{ "FILTER-23", "emails.primary ne null or emails.primary eq null", 7 },
	{ "FILTER-23", "emails.primary ne null and emails.primary eq null", 0 },
	{ "CORE-15", "schemas eq \"URN:ietf:params:scim:schemas:extension:Enterprise:2.0:User\"", 1 },
	{ "FILTER-26", "title co \"\"", 1 },
	{ "FILTER-30", "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"", 1 },
	{ "FILTER-14", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr", 1 },
	{ "FILTER-19", "emails[type eq \"home\"].value ew \"jensen.org\"", 1 },
	{ "FILTER-32", "externalId eq \"ABC\"", 1 },
	{ "FILTER-32", "externalId sw \"a\" or externalId co \"b\" or externalId ew \"c\"", 0 },
	{ "FILTER-03", "TITLE CO \"gUIDE\"", 1 },
	{ "FILTER-04", "not (title pr) and active eq false", 2 },
	{ "FILTER-04", "userName eq \"alice\" or title pr and active eq false", 2 },
	{ "FILTER-12", "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName eq \"jensen\"", 1 },
	{ "FILTER-13", "employeeNumber eq \"701984\"", 1 },
	{ "FILTER-14", "not (urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr)", 6 },
	{ "FILTER-15", "emails.type eq \"work\" and emails.type eq \"home\"", 1 },
	{ "FILTER-16", "name[familyName eq \"jensen\"]", 1 },
	{ "FILTER-16", "emails[type eq \"work\" and type eq \"home\"]", 0 },
	{ "FILTER-18", "schemas[value eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"]", 1 },
	{ "FILTER-19", "emails[type eq \"home\"].value eq \"b@example.com\"", 0 },
	{ "FILTER-19", "emails[type eq \"home\"].value pr and userName sw \"a\"", 2 },
	{ "FILTER-22", "meta.lastModified lt \"2011-05-13T04:42:34.0000000000000001Z\"", 4 },
	{ "FILTER-23", "nickName eq null", 7 },
	{ "FILTER-23", "unknownAttr eq null", 7 },
	{ "FILTER-23", "unknownAttr ne null", 0 },
	{ "FILTER-24", "unknownAttr ne \"x\"", 7 },
	{ "FILTER-25", "title gt \"\" or title co \"\" or title le \"zzz\"", 1 },
	{ "FILTER-26", "emails.value sw \"\"", 3 },
	{ "FILTER-28", "emails[primary ne true]", 3 },
	{ "FILTER-28", "emails.primary eq false", 3 },
	{ "FILTER-28", "ims[primary eq false]", 0 },
	{ "PRIM-02", "emails.primary pr", 1 },
	{ "FILTER-31", "active pr", 3 },
	{ "FILTER-31", "emails pr", 3 },
	{ "FILTER-31", "name pr", 1 },
	{ "FILTER-31", "photos pr", 0 },
	{ "FILTER-31", "addresses pr", 0 },
	{ "FILTER-38", "meta.resourceType eq \"User\"", ROOT | 7 },
	{ "FILTER-38", "meta.resourceType eq \"user\"", ROOT | 0 },
	{ "STR-02", "userName eq \"\xef\xbd\x81lice\"", 2 },
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
	 "\"photos\":[],\"addresses\":[{}],"
	 "\"emails\":[{\"value\":\"alice@example.org\",\"type\":\"home\"}]}"),
	("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
	 "\"userName\":\"zo\xc3\xab\",\"nickName\":\"\"}"),
	("{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],"
	 "\"displayName\":\"Tour Guides\"}"),
};

static const char *const metas[] = {
	"{\"resourceType\":\"User\","
	"\"lastModified\":\"2011-05-13T04:42:34Z\"}",
	"{\"resourceType\":\"User\","
	"\"lastModified\":\"2020-01-01T00:00:00+02:00\"}",
	"{\"resourceType\":\"User\","
	"\"lastModified\":\"2001-01-01T00:00:00Z\"}",
	"{\"resourceType\":\"Group\","
	"\"lastModified\":\"2001-01-01T00:00:00Z\"}",
};

/* One attribute of each type that section 8.2 names. */
static const char all_schema[] =
    "{\"schemas\":[\"" URN_SCHEMA "\"],\"id\":\"urn:t\",\"name\":\"T\","
    "\"attributes\":["
    "{\"name\":\"s\",\"type\":\"string\",\"multiValued\":false},"
    "{\"name\":\"x\",\"type\":\"string\",\"multiValued\":false,"
    "\"caseExact\":true},"
    "{\"name\":\"y\",\"type\":\"boolean\",\"multiValued\":false},"
    "{\"name\":\"i\",\"type\":\"integer\",\"multiValued\":false},"
    "{\"name\":\"d\",\"type\":\"decimal\",\"multiValued\":false},"
    "{\"name\":\"t\",\"type\":\"dateTime\",\"multiValued\":false},"
    "{\"name\":\"b\",\"type\":\"binary\",\"multiValued\":false},"
    "{\"name\":\"r\",\"type\":\"reference\",\"multiValued\":false,"
    "\"referenceTypes\":[\"external\"],\"caseExact\":false},"
    "{\"name\":\"w\",\"type\":\"string\",\"multiValued\":false,"
    "\"mutability\":\"writeOnly\",\"returned\":\"never\"},"
    "{\"name\":\"l\",\"type\":\"string\",\"multiValued\":true},"
    "{\"name\":\"n\",\"type\":\"integer\",\"multiValued\":true},"
    "{\"name\":\"c\",\"type\":\"complex\",\"multiValued\":false,"
    "\"subAttributes\":["
    "{\"name\":\"value\",\"type\":\"string\",\"multiValued\":false}]},"
    "{\"name\":\"m\",\"type\":\"complex\",\"multiValued\":true,"
    "\"subAttributes\":["
    "{\"name\":\"value\",\"type\":\"string\",\"multiValued\":false},"
    "{\"name\":\"$ref\",\"type\":\"reference\",\"multiValued\":false,"
    "\"referenceTypes\":[\"User\"]}]},"
    "{\"name\":\"k\",\"type\":\"complex\",\"multiValued\":true,"
    "\"subAttributes\":["
    "{\"name\":\"a\",\"type\":\"string\",\"multiValued\":false}]}]}";

static const char all_type[] =
    "{\"schemas\":[\"" URN_RESOURCE_TYPE "\"],\"id\":\"T\",\"name\":\"T\","
    "\"endpoint\":\"/Ts\",\"schema\":\"urn:t\"}";

static const char all_body[] =
    "{\"schemas\":[\"urn:t\"],\"s\":\"Zo\xc3\xab\",\"x\":\"Abc\",\"y\":false,"
    "\"i\":9007199254740993,\"d\":0.1,"
    "\"t\":\"2020-01-01T00:00:00.123456789Z\",\"b\":\"QUI=\","
    "\"r\":\"https://example.test/a/b?q=A\",\"l\":[\"one\",\"two\"],"
    "\"n\":[0],\"c\":{\"value\":\"v\"},\"m\":[{\"value\":\"1\","
    "\"$ref\":\"https://h.test/scim/v2/Users/u1\"},{\"value\":\"2\"}],"
    "\"k\":[{\"a\":\"1\"}]}";

/* Section 8.2: which groups of operators an attribute takes; all take pr. */
static const struct {
	const char *attr;
	const char *literal;
	bool eq; /* eq ne */
	bool co; /* co sw ew */
	bool gt; /* gt ge lt le */
} matrix[] = {
	{ "s", "\"a\"", true, true, true },
	{ "x", "\"a\"", true, true, true },
	{ "y", "true", true, false, false },
	{ "i", "5", true, false, true },
	{ "i", "5.0", true, false, true },
	{ "d", "-1.5e3", true, false, true },
	{ "t", "\"2020-01-01T00:00:00Z\"", true, false, true },
	{ "b", "\"QUI=\"", true, false, false },
	{ "r", "\"https://x.test/\"", true, true, true },
	{ "l", "\"a\"", true, true, true },
	{ "n", "1", true, false, true },
	{ "c", "\"a\"", false, false, false },
	{ "c.value", "\"a\"", true, true, true },
	{ "m", "\"a\"", true, true, true },
	{ "m.value", "\"a\"", true, true, true },
	{ "m.$ref", "\"a\"", true, true, true },
	{ "k", "\"a\"", false, false, false },
	{ "s", "null", true, false, false },
	{ "y", "null", true, false, false },
	{ "i", "null", true, false, false },
	{ "t", "null", true, false, false },
	{ "b", "null", true, false, false },
	{ "m", "null", true, false, false },
	{ "s", "5", false, false, false },
	{ "s", "true", false, false, false },
	{ "y", "\"true\"", false, false, false },
	{ "y", "1", false, false, false },
	{ "i", "\"5\"", false, false, false },
	{ "t", "5", false, false, false },
	{ "b", "5", false, false, false },
};

/* What they make of the body above. */
static const struct {
	const char *id;
	const char *text;
	bool matches;
} compared[] = {
	{ "TYPE-01", "s eq \"ZO\xc3\x8b\"", true },
	{ "STR-01", "x eq \"abc\"", false },
	{ "STR-01", "x gt \"ABC\"", true },
	{ "FILTER-20", "s gt \"a\" and s lt \"\xc3\xa9\"", true },
	{ "TYPE-02", "y eq false and y ne true", true },
	{ "FILTER-31", "y pr and n pr", true },
	{ "TYPE-04", "i eq 9007199254740993", true },
	{ "TYPE-04", "i eq 9007199254740992", false },
	{ "TYPE-04", "i gt 9007199254740992 and i lt 9007199254740994", true },
	{ "TYPE-04", "i eq 9007199254740993.0", true },
	{ "TYPE-04", "i lt 9007199254740993.00000000000000000001", true },
	{ "TYPE-04", "i gt -9223372036854775808", true },
	{ "TYPE-03", "d eq 0.1", true },
	{ "TYPE-03", "d eq 1e-1", true },
	{ "TYPE-03", "d eq 0.1000000000000000055511151231257827", false },
	{ "TYPE-03", "d lt 0.1000000000000000055511151231257827", true },
	{ "TYPE-03", "n eq 0 and n eq -0.0", true },
	{ "TYPE-05", "t eq \"2020-01-01T02:00:00.123456789+02:00\"", true },
	{ "TYPE-05", "t eq \"2020-01-01T00:00:00.123456788Z\"", false },
	{ "TYPE-05", "t gt \"2020-01-01T00:00:00.1Z\"", true },
	{ "TYPE-05", "t ge \"2020-01-01T00:00:00.12345678900000000000000Z\"",
	    true },
	{ "TYPE-06", "t lt \"2020-01-01T00:00:00.2\"", true },
	{ "TYPE-07", "b eq \"QUI\"", true },
	{ "TYPE-07", "b eq \"QUJ=\"", true },
	{ "TYPE-07", "b eq \"qui=\"", false },
	{ "TYPE-07", "b ne \"QUIA\"", true },
	{ "TYPE-08", "r eq \"HTTPS://Example.test:443/x/../a/%62?q=A\"", true },
	{ "TYPE-08", "r eq \"https://example.test/a/B?q=A\"", false },
	{ "TYPE-08", "r eq \"a/b?q=A\"", false },
	{ "TYPE-08", "r ne \"https://example.test/a/b?q=A\"", false },
	{ "TYPE-08", "r sw \"https://example\"", true },
	{ "TYPE-08", "r sw \"https://Example\"", false },
	{ "FILTER-36", "m[$ref eq \"../Users/u1\"]", true },
	{ "FILTER-36", "m[$ref eq \"Users/u1\" and value eq \"1\"]", true },
	{ "FILTER-36", "m.$ref eq \"https://h.test/scim/v2/Users/u1\"", true },
	{ "FILTER-36", "m[$ref eq \"../Users/u2\"]", false },
	{ "FILTER-36", "m[$ref eq \"../Groups/u1\"]", false },
	{ "FILTER-36", "m[$ref eq \"u1\"]", false },
	{ "TYPE-09", "m[$ref eq \"/Users/u1\"] and m[$ref eq \"/v2/Users/u1\"]",
	    true },
	{ "TYPE-09", "m[$ref eq \"https://h.test/scim/Users/u1\"]", true },
	{ "TYPE-09", "m[$ref eq \"https://h.test/scim/v1/Users/u1\"]", true },
	{ "TYPE-09", "m[$ref eq \"https://other.test/scim/v2/Users/u1\"]",
	    false },
	{ "TYPE-09", "m[$ref co \"/v2/\"]", true },
	{ "FILTER-15", "l eq \"two\" and not (l eq \"three\")", true },
	{ "FILTER-18", "l[value eq \"two\"]", true },
	{ "FILTER-18", "l[nosuch eq \"two\"]", false },
	{ "FILTER-17", "m eq \"2\" and m.value eq \"2\"", true },
	{ "FILTER-24", "m ne \"1\"", true },
};

/* RFC 3986 section 6.2.2 and 5.2.4. */
static const struct {
	const char *text;
	const char *normal;
} uris[] = {
	{ "HTTP://User@EXAMPLE.com:80", "http://User@example.com/" },
	{ "http://h:80:80/", "http://h:80:80/" },
	{ "http://[::1]:80/", "http://[::1]/" },
	{ "/.//x", "/.//x" },
	{ "x:/a/..//b", "x:/.//b" },
	{ "https://h:8443/a", "https://h:8443/a" },
	{ "http://h/a/b/c/./../../g", "http://h/a/g" },
	{ "http://h/../../g/..", "http://h/" },
	{ "http://h/%7Efoo%2f%e9%zz", "http://h/~foo%2F%E9%25zz" },
	{ "http://h/%%3444", "http://h/%25444" },
	{ "urn:ietf:params:x:2.0:User", "urn:ietf:params:x:2.0:User" },
	{ "../Users/1", "../Users/1" },
	{ "", "" },
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

/* What a filter asks of the members of a group. */
struct asked {
	size_t whole; /* for all of them */
	size_t one;
	size_t any;
};

static bool
get_members(
    void *arg, const struct attr *attr, struct slice *value, bool *failed)
{
	struct asked *asked = arg;

	(void)failed;
	asked->whole++;
	*value = SLICE("[{\"value\":\"m\",\"type\":\"User\"}]");
	return slice_equal(attr->name, SLICE("members"));
}

static bool
has_member(void *arg, const struct attr *attr, struct slice id, bool *failed)
{
	struct asked *asked = arg;

	(void)failed;
	asked->one += id.len > 0;
	asked->any += id.len == 0;
	return slice_equal(attr->name, SLICE("members")) &&
	    (id.len == 0 || slice_equal(id, SLICE("m")));
}

static const struct {
	const char *filter;
	struct asked asked;
	int met;
} edges[] = {
	{ "members eq \"m\"", { 0, 1, 0 }, 1 },
	{ "members eq \"n\"", { 0, 1, 0 }, 0 },
	{ "members.value eq \"m\"", { 0, 1, 0 }, 1 },
	{ "not (members.value eq \"m\")", { 0, 1, 0 }, 0 },
	{ "members[value eq \"m\"]", { 0, 1, 0 }, 1 },
	{ "members[value eq \"n\"]", { 0, 1, 0 }, 0 },
	{ "id eq \"m\" or members eq \"n\" or members eq \"m\"", { 1, 2, 0 },
	    1 },
	{ "members pr", { 0, 0, 1 }, 1 },
	{ "members.value pr", { 0, 0, 1 }, 1 },
	{ "members[value pr]", { 0, 0, 1 }, 1 },
	{ "members.type eq \"User\"", { 1, 0, 0 }, 1 },
	{ "members[value eq \"m\" and type eq \"Group\"]", { 1, 0, 0 }, 0 },
	{ "members ne \"m\"", { 1, 0, 0 }, 0 },
	{ "members sw \"m\"", { 1, 0, 0 }, 1 },
	{ "members eq null", { 1, 0, 0 }, 0 },
	{ "members eq \"\"", { 1, 0, 0 }, 0 },
};

/* One member of a million is asked for alone. */
static void
test_edges(struct arena *a, const struct catalog *c)
{
	const struct resource_type *type = catalog_find_type(c, SLICE("Group"));

	for (size_t i = 0; i < NELEM(edges); i++) {
		struct asked asked = { 0, 0, 0 };
		struct match_source source = { get_members, &asked,
			has_member };
		struct filter *f;
		struct error err;
		int met = -1;

		if (filter_parse(a, slice_of(edges[i].filter), &f, &err) == 0 &&
		    filter_bind(a, type, fixture_profile("strict"), f, &err) ==
			0)
			met = filter_match(a, f, SLICE("{}"), &source);
		tap_ok(met == edges[i].met &&
			asked.whole == edges[i].asked.whole &&
			asked.one == edges[i].asked.one &&
			asked.any == edges[i].asked.any,
		    "%s: %d, asks for all %zu, for one %zu, for any %zu times",
		    edges[i].filter, met, asked.whole, asked.one, asked.any);
	}
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

/* Would a scan read BODY for F? */
static bool
passes(const struct filter *f, const char *body)
{
	struct slice text = sieve_text(f);

	return text.len == 0 || find_may_hold(slice_of(body), text);
}

static int
matches(struct arena *a, const struct catalog *c, const char *text, bool root)
{
	struct error err;
	int bits = 0;

	for (size_t i = 0; i < NELEM(bodies) - !root; i++) {
		struct slice name = i < 3 ? SLICE("User") : SLICE("Group");
		struct match_source source = { .get = get_meta, .arg = &i };
		struct filter *f;

		if (filter_parse(a, slice_of(text), &f, &err) == -1 ||
		    filter_bind(a, catalog_find_type(c, name),
			fixture_profile("strict"), f, &err) == -1)
			return -1;
		if (filter_match(a, f, slice_of(bodies[i]), &source) != 1)
			continue;
		bits |= 1 << i;
		if (!passes(f, bodies[i]))
			return -2;
	}
	return bits;
}

static const struct resource_type *
type_of_all(struct arena *a)
{
	struct catalog *c = catalog_new(a);
	struct error err;

	if (catalog_add_schema(c, "t.json", slice_of(all_schema), &err) == -1 ||
	    catalog_add_type(c, "T.json", slice_of(all_type), &err) == -1) {
		printf("not ok - %s\n", err.detail);
		exit(1);
	}
	return catalog_find_type(c, SLICE("T"));
}

static void
test_matrix(struct arena *a, const struct resource_type *type, size_t row)
{
	for (int op = FILTER_EQ; op <= FILTER_LE; op++) {
		const char *word = filter_op_word((enum filter_op)op);
		const char *text = arena_printf(
		    a, "%s %s %s", matrix[row].attr, word, matrix[row].literal);
		bool want = op <= FILTER_NE ? matrix[row].eq
		    : op <= FILTER_EW	    ? matrix[row].co
					    : matrix[row].gt;

		tap_ok(accepts(a, type, "strict", text) == want, "FILTER-21 %s",
		    text);
	}
	tap_ok(accepts(a, type, "strict",
		   arena_printf(a, "%s pr", matrix[row].attr)),
	    "FILTER-31 %s pr", matrix[row].attr);
}

static void
test_compared(struct arena *a, const struct resource_type *type, size_t row)
{
	struct filter *f;
	struct error err;
	int got = -1;

	if (filter_parse(a, slice_of(compared[row].text), &f, &err) == 0 &&
	    filter_bind(a, type, fixture_profile("strict"), f, &err) == 0)
		got = filter_match(a, f, slice_of(all_body), NULL);
	tap_ok(
	    got == compared[row].matches && (got != 1 || passes(f, all_body)),
	    "%s %s: %d", compared[row].id, compared[row].text, got);
}

/* What a scan passes over unread, and what it must read. */
static const struct {
	const char *text;
	const char *body;
	bool passes;
} sieved[] = {
	{ "s eq \"needle\"", "{\"s\":\"a haystack, longer than a block\"}",
	    false },
	{ "s eq \"needle\"", "{\"s\":\"a haystack, longer NEEDLE block\"}",
	    true },
	{ "s eq \"needle\"", "{\"s\":\"nee\"}", false },
	{ "s sw \"n\"",
	    "{\"x\":\"a haystack, which is all of it\",\"s\":\"N\"}", true },
	{ "s eq \"needle\"", "{\"s\":\"\\u006eeedle\"}", true },
	{ "s eq \"kelvin\"",
	    "{\"s\":\"\xe2\x84\xaa"
	    "elvin, longer than a block\"}",
	    true },
	{ "s eq \"needle\" and i eq 5", "{\"s\":\"x\"}", false },
	{ "i eq 5 and s co \"needle\"", "{\"s\":\"x\"}", false },
	{ "s eq \"needle\" or i eq 5", "{\"s\":\"x\"}", true },
	{ "not (s eq \"needle\")", "{\"s\":\"x\"}", true },
	{ "s ne \"needle\"", "{\"s\":\"x\"}", true },
	{ "s gt \"needle\"", "{\"s\":\"x\"}", true },
	{ "m[value eq \"needle\"]", "{\"s\":\"x\"}", false },
	{ "m.value ew \"needle\"", "{\"s\":\"x\"}", false },
	{ "s co \"\"", "{\"s\":\"x\"}", true },
};

static void
test_sieve(struct arena *a, const struct resource_type *type, size_t row)
{
	struct filter *f;
	struct error err;
	bool ok = filter_parse(a, slice_of(sieved[row].text), &f, &err) == 0 &&
	    filter_bind(a, type, fixture_profile("strict"), f, &err) == 0;

	tap_ok(ok && passes(f, sieved[row].body) == sieved[row].passes,
	    "the sieve of %s and %s", sieved[row].text, sieved[row].body);
}

static void
test_types(struct arena *a)
{
	const struct resource_type *type = type_of_all(a);

	for (size_t i = 0; i < NELEM(sieved); i++)
		test_sieve(a, type, i);

	for (size_t i = 0; i < NELEM(matrix); i++)
		test_matrix(a, type, i);
	for (size_t i = 0; i < NELEM(compared); i++)
		test_compared(a, type, i);
	tap_ok(!accepts(a, type, "strict", "w eq \"a\"") &&
		!accepts(a, type, "strict", "w pr"),
	    "FILTER-29 writeOnly is not searched");
}

static void
test_uris(struct arena *a)
{
	for (size_t i = 0; i < NELEM(uris); i++) {
		struct slice normal = uri_normalise(a, slice_of(uris[i].text));

		tap_ok(slice_equal(normal, slice_of(uris[i].normal)),
		    "TYPE-09 '%s' is '%.*s'", uris[i].text, SLICE_ARG(normal));
	}
	tap_ok(slice_equal(
		   uri_resource_id(a, SLICE("https://h/v2/Users/a%2Db/?x=/y")),
		   SLICE("a-b")) &&
		slice_equal(uri_resource_id(a, SLICE("u1")), SLICE("u1")) &&
		uri_resource_id(a, SLICE("/")).len == 0,
	    "POST-12 the id in a reference");
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
	const struct catalog *catalog = fixture_catalog(a);
	const struct resource_type *type =
	    catalog_find_type(catalog, SLICE("User"));

	for (size_t i = 0; i < NELEM(parses); i++) {
		tap_ok(accepts(a, type, "strict", parses[i].text) ==
			parses[i].strict_ok,
		    "%s strict: %s", parses[i].id, parses[i].text);
		tap_ok(accepts(a, type, "tolerant", parses[i].text) ==
			parses[i].tolerant_ok,
		    "%s tolerant: %s", parses[i].id, parses[i].text);
	}
	for (size_t i = 0; i < NELEM(evaluations); i++) {
		int want = evaluations[i].matches;
		int got = matches(a, catalog, evaluations[i].text, want & ROOT);

		tap_ok(got == (want & ~ROOT), "%s %s: %d", evaluations[i].id,
		    evaluations[i].text, got);
	}
	tap_ok(accepts(a, catalog_find_type(catalog, SLICE("Group")), "strict",
		   "members[$ref eq \"https://h/v2/Users/u1\"]"),
	    "P15 of a Group");
	test_types(a);
	test_uris(a);
	test_limits(a, type);
	test_edges(a, catalog);
	arena_free(a);
	return tap_done();
}
