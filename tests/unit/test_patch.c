/*
 * test_patch.c: PATCH on the tree of a user: the vectors of spec scim.md
 * section 13.5 in the profile "strict", what "tolerant" does otherwise
 * (spec clients.md section 4), and the syntax of paths.
 */
#include <string.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "scim/patch.h"
#include "scim/validate.h"
#include "tap.h"

#define ENT URN_ENTERPRISE
#define W   "{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true}"
#define H   "{\"value\":\"h@x\",\"type\":\"home\"}"

static const char start[] =
    "{\"schemas\":[\"" URN_USER "\"],\"userName\":\"bj\","
    "\"name\":{\"givenName\":\"B\",\"familyName\":\"J\"},"
    "\"emails\":[" W "," H "]}";

/* clang-format off */
static const struct {
	const char	*id;
	const char	*profile;
	const char	*ops;		/* inside the array */
	const char	*attribute;	/* of the result, that is compared */
	const char	*want;		/* JSON; NULL: absent */
	enum error_code	 error;		/* instead */
} rows[] = {
	{ "V01", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"n@x\",\"type\":\"other\"}]}",
	  "emails", "[" W "," H ",{\"value\":\"n@x\",\"type\":\"other\"}]", ERR_NONE },
	{ "V02", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":{\"value\":\"n@x\",\"primary\":true}}",
	  "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false}," H ",{\"value\":\"n@x\",\"primary\":true}]", ERR_NONE },
	{ "V03", "strict", "{\"op\":\"add\",\"value\":{\"emails\":[" H "],\"nickName\":\"Babs\"}}",
	  "emails", "[" W "," H "]", ERR_NONE },
	{ "V03", "strict", "{\"op\":\"add\",\"value\":{\"emails\":[" H "],\"nickName\":\"Babs\"}}",
	  "nickName", "\"Babs\"", ERR_NONE },
	{ "V04", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"z@x\"}",
	  "emails", "[{\"value\":\"z@x\",\"type\":\"work\",\"primary\":true}," H "]", ERR_NONE },
	{ "V05", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"]\",\"value\":{\"value\":\"z@x\",\"type\":\"work\"}}",
	  "emails", "[{\"value\":\"z@x\",\"type\":\"work\"}," H "]", ERR_NONE },
	{ "V06", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"fax\\\"].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "V07", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"other\\\"].value\",\"value\":\"z@x\"}",
	  "emails", "[" W "," H ",{\"type\":\"other\",\"value\":\"z@x\"}]", ERR_NONE },
	{ "V08", "strict", "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"home\\\"]\"}", "emails", "[" W "]", ERR_NONE },
	{ "V09", "strict", "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"fax\\\"]\"}", "emails", "[" W "," H "]", ERR_NONE },
	{ "V10", "strict", "{\"op\":\"remove\",\"path\":\"emails\"}", "emails", NULL, ERR_NONE },
	{ "V11", "strict", "{\"op\":\"remove\"}", "", NULL, ERR_NO_TARGET },
	{ "V12", "strict", "{\"op\":\"remove\",\"path\":\"userName\"}", "", NULL, ERR_MUTABILITY },
	{ "V13", "strict", "{\"op\":\"replace\",\"path\":\"id\",\"value\":\"x\"}", "", NULL, ERR_MUTABILITY },
	{ "V13", "strict", "{\"op\":\"replace\",\"path\":\"groups\",\"value\":\"x\"}", "", NULL, ERR_MUTABILITY },
	{ "V13", "strict", "{\"op\":\"replace\",\"path\":\"meta.created\",\"value\":\"x\"}", "", NULL, ERR_MUTABILITY },
	{ "V14", "strict", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"givenName\":\"C\"}}",
	  "name", "{\"givenName\":\"C\",\"familyName\":\"J\"}", ERR_NONE },
	{ "V15", "strict", "{\"op\":\"replace\",\"path\":\"name.middleName\",\"value\":\"M\"}",
	  "name", "{\"givenName\":\"B\",\"familyName\":\"J\",\"middleName\":\"M\"}", ERR_NONE },
	{ "V16", "strict", "{\"op\":\"replace\",\"path\":\"emails[1].value\",\"value\":\"x\"}", "", NULL, ERR_INVALID_PATH },
	{ "V17", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":employeeNumber\",\"value\":\"7\"}",
	  ENT, "{\"employeeNumber\":\"7\"}", ERR_NONE },
	{ "V17", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":employeeNumber\",\"value\":\"7\"}",
	  "schemas", "[\"" URN_USER "\",\"" ENT "\"]", ERR_NONE },
	{ "V18", "strict", "{\"op\":\"replace\",\"path\":\"active\",\"value\":\"yes\"}", "", NULL, ERR_INVALID_VALUE },
	{ "V19", "strict", "{\"op\":\"replace\",\"path\":\"title\",\"value\":\"T\"},{\"op\":\"remove\"}", "", NULL, ERR_NO_TARGET },
	{ "V20", "strict", "{\"op\":\"replace\",\"path\":\"emails\",\"value\":[]}", "emails", NULL, ERR_NONE },
	{ "V21", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"].primary\",\"value\":true}",
	  "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false},{\"value\":\"h@x\",\"type\":\"home\",\"primary\":true}]", ERR_NONE },
	{ "V22", "strict", "{\"op\":\"add\",\"path\":\"nosuch\",\"value\":1}", "", NULL, ERR_INVALID_PATH },
	{ "V23", "strict", "{\"op\":\"add\",\"path\":\"password\",\"value\":\"s3cret\"}", "password", "\"s3cret\"", ERR_NONE },
	{ "V26", "strict", "{\"op\":\"add\",\"path\":\"nickName\",\"value\":\"x\"},{\"op\":\"replace\",\"path\":\"nickName\",\"value\":null}",
	  "nickName", NULL, ERR_NONE },
	{ "PATCH-04", "strict", "{\"op\":\"test\",\"path\":\"title\",\"value\":1}", "", NULL, ERR_INVALID_SYNTAX },
	{ "PATCH-04", "strict", "{\"path\":\"title\",\"value\":1}", "", NULL, ERR_INVALID_SYNTAX },
	{ "PATCH-04", "strict", "7", "", NULL, ERR_INVALID_SYNTAX },
	{ "PATCH-05", "strict", "{\"op\":\"add\",\"path\":\"\",\"value\":1}", "", NULL, ERR_INVALID_PATH },
	{ "PATCH-05", "strict", "{\"op\":\"add\",\"path\":7,\"value\":1}", "", NULL, ERR_INVALID_PATH },
	{ "PATCH-07", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq]\",\"value\":1}", "", NULL, ERR_INVALID_FILTER },
	{ "PATCH-16", "strict", "{\"op\":\"replace\",\"value\":{\"id\":\"u1\",\"title\":\"T\"}}", "title", "\"T\"", ERR_NONE },
	{ "PATCH-16", "strict", "{\"op\":\"replace\",\"value\":{\"id\":\"u2\",\"title\":\"T\"}}", "", NULL, ERR_MUTABILITY },
	{ "PATCH-18", "strict", "{\"op\":\"replace\",\"path\":\"userName\",\"value\":null}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"title\"}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-30", "strict", "{\"op\":\"add\",\"value\":\"x\"}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-31", "strict", "{\"op\":\"add\",\"value\":{\"name.givenName\":\"G\",\"" ENT "\":{\"division\":\"D\"},\"" ENT ":costCenter\":\"C\"}}",
	  ENT, "{\"division\":\"D\",\"costCenter\":\"C\"}", ERR_NONE },
	{ "PATCH-38", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{\"display\":\"D\"}}",
	  "emails", "[" W ",{\"value\":\"h@x\",\"type\":\"home\",\"display\":\"D\"}]", ERR_NONE },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type ne \\\"work\\\" and type ne \\\"home\\\"].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-41", "strict", "{\"op\":\"add\",\"path\":\"emails.display\",\"value\":\"D\"}",
	  "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true,\"display\":\"D\"},{\"value\":\"h@x\",\"type\":\"home\",\"display\":\"D\"}]", ERR_NONE },
	{ "PATCH-52", "strict", "{\"op\":\"remove\",\"path\":\"name.givenName\"},{\"op\":\"remove\",\"path\":\"name.familyName\"}", "name", NULL, ERR_NONE },
	{ "PATCH-56", "strict", "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"home\\\"].value\"}", "emails", "[" W "]", ERR_NONE },
	{ "PATCH-57", "strict", "{\"op\":\"remove\",\"path\":\"emails.primary\"}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\"}," H "]", ERR_NONE },
	{ "PATCH-58", "strict", "{\"op\":\"remove\",\"path\":\"emails\",\"value\":[{\"value\":\"h@x\"}]}", "emails", "[" W "]", ERR_NONE },
	{ "PATCH-59", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"remove\",\"path\":\"" ENT "\"}", ENT, NULL, ERR_NONE },
	{ "PRIM-04", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"a\",\"primary\":true},{\"value\":\"b\",\"primary\":true}]}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-81", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"add\",\"path\":\"" ENT "\",\"value\":[1]}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-81", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"add\",\"value\":{\"" ENT "\":\"x\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"add\",\"path\":\"" ENT "\",\"value\":null}", ENT, "{\"division\":\"D\"}", ERR_NONE },
	{ "PATCH-59", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"remove\",\"path\":\"" ENT "\",\"value\":{\"division\":\"D\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-38", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{}}", "emails", "[" W "," H "]", ERR_NONE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"name.givenName\",\"value\":null}", "name", "{\"givenName\":\"B\",\"familyName\":\"J\"}", ERR_NONE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"name\",\"value\":{\"givenName\":null}}", "name", "{\"givenName\":\"B\",\"familyName\":\"J\"}", ERR_NONE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":null}", "emails", "[" W "," H "]", ERR_NONE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"name.givenName\",\"value\":null}", "name", "{\"familyName\":\"J\"}", ERR_NONE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"},{\"op\":\"add\",\"path\":\"title\",\"value\":null}", "title", NULL, ERR_NONE },
	{ "PATCH-41", "strict", "{\"op\":\"remove\",\"path\":\"emails\"},{\"op\":\"add\",\"path\":\"emails.display\",\"value\":\"D\"}", "", NULL, ERR_NO_TARGET },
	{ "FILTER-16", "strict", "{\"op\":\"remove\",\"path\":\"name[familyName eq \\\"X\\\"]\"}", "name", "{\"givenName\":\"B\",\"familyName\":\"J\"}", ERR_NONE },
	{ "FILTER-16", "strict", "{\"op\":\"remove\",\"path\":\"name[familyName eq \\\"j\\\"]\"}", "name", NULL, ERR_NONE },
	{ "FILTER-16", "strict", "{\"op\":\"remove\",\"path\":\"name[familyName eq \\\"X\\\"].givenName\"}", "name", "{\"givenName\":\"B\",\"familyName\":\"J\"}", ERR_NONE },
	{ "PATCH-78", "tolerant", "{\"op\":\"replace\",\"path\":\"name[familyName eq \\\"X\\\"].givenName\",\"value\":\"Z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-77", "strict", "{\"op\":\"replace\",\"path\":\"name[familyName eq \\\"J\\\"].givenName\",\"value\":\"Z\"}", "name", "{\"givenName\":\"Z\",\"familyName\":\"J\"}", ERR_NONE },
	{ "PATCH-06", "strict", "{\"op\":\"replace\",\"path\":\"title[value eq \\\"x\\\"]\",\"value\":\"Z\"}", "", NULL, ERR_INVALID_PATH },
	{ "TYPE-07", "tolerant", "{\"op\":\"add\",\"path\":\"x509Certificates\",\"value\":[{\"value\":\"MAYwADAAAwA=\"},{\"value\":\"MAYwADAAAwA\"}]}", "x509Certificates", "[{\"value\":\"MAYwADAAAwA=\"}]", ERR_NONE },
	{ "PD-04", "tolerant", "{\"op\":\"Replace\",\"path\":\"emails[type eq \\\"fax\\\"].value\",\"value\":\"z\"}",
	  "emails", "[" W "," H ",{\"type\":\"fax\",\"value\":\"z\"}]", ERR_NONE },
	{ "PD-20", "tolerant", "{\"op\":\"add\",\"path\":\"title\",\"value\":[{\"value\":\"T\"}]}", "title", "\"T\"", ERR_NONE },
	{ "PD-17", "tolerant", "{\"op\":\"replace\",\"value\":{\"meta\":{\"version\":\"1\"},\"title\":\"T\"}}", "title", "\"T\"", ERR_NONE },
	{ "PD-17", "strict", "{\"op\":\"replace\",\"value\":{\"meta\":{\"version\":\"1\"},\"title\":\"T\"}}", "", NULL, ERR_MUTABILITY },
	{ "PD-20", "strict", "{\"op\":\"add\",\"path\":\"title\",\"value\":[\"T\"]}", "", NULL, ERR_INVALID_VALUE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"},{\"op\":\"replace\",\"path\":\"title\",\"value\":\"\"}", "title", NULL, ERR_NONE },
	{ "PD-24", "strict", "{\"op\":\"replace\",\"path\":\"title\",\"value\":\"\"}", "title", "\"\"", ERR_NONE },
	{ "PD-27", "tolerant", "{\"op\":\"add\",\"path\":\"nosuch\",\"value\":1},{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"}", "title", "\"T\"", ERR_NONE },
	{ "ENTRA-G09", "tolerant", "{\"op\":\"replace\",\"path\":\"emails[value co \\\"x\\\"].display\",\"value\":\"D\"}",
	  "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true,\"display\":\"D\"}," H "]", ERR_NONE },
	{ "ENTRA-G09", "strict", "{\"op\":\"replace\",\"path\":\"emails[value co \\\"x\\\"].display\",\"value\":\"D\"}",
	  "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true,\"display\":\"D\"},{\"value\":\"h@x\",\"type\":\"home\",\"display\":\"D\"}]", ERR_NONE },
	{ "ENTRA-14", "tolerant", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"givenName\":\"\"}}", "name", "{\"familyName\":\"J\"}", ERR_NONE },
	{ "ENTRA-19", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":\"m\"},{\"op\":\"replace\",\"path\":\"" ENT ":manager\",\"value\":\"\"}", ENT, NULL, ERR_NONE },
	{ "ENTRA-48", "tolerant", "{\"op\":\"add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]}",
	  "roles", "[{\"value\":\"A\",\"display\":\"AA\"}]", ERR_NONE },
	{ "ENTRA-48", "strict", "{\"op\":\"add\",\"path\":\"roles\",\"value\":[{\"value\":\"{}\"}]}", "roles", "[{\"value\":\"{}\"}]", ERR_NONE },
	{ "ENTRA-16", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":\"m\"}", "", NULL, ERR_INVALID_VALUE },
	{ "PATCH-21", "strict", "{\"op\":\"remove\",\"path\":\"schemas\"}", "", NULL, ERR_MUTABILITY },
	{ "PATCH-76", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"fax\\\"]\",\"value\":{\"value\":\"z\"}}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-10", "strict", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"},{\"op\":\"remove\",\"path\":\"title\"}", "title", NULL, ERR_NONE },
	{ "PATCH-23", "strict", "{\"op\":\"add\",\"path\":\"title\",\"value\":\"T\"},{\"op\":\"add\",\"path\":\"title\",\"value\":null}", "title", "\"T\"", ERR_NONE },
	{ "PD-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ".division\",\"value\":\"D\"}", "", NULL, ERR_INVALID_PATH },
	{ "PD-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ".division\",\"value\":\"D\"}", ENT, "{\"division\":\"D\"}", ERR_NONE },
	{ "PD-16", "strict", "{\"op\":\"replace\",\"value\":{\"emails[type eq \\\"work\\\"].value\":\"z@x\"}}", "", NULL, ERR_INVALID_PATH },
	{ "PATCH-04", "strict", "{\"op\":\"Add\",\"path\":\"title\",\"value\":\"T\"}", "title", "\"T\"", ERR_NONE },
	{ "PATCH-79", "strict", "{\"op\":\"remove\",\"path\":\"emails\"},{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"D\"}", "", NULL, ERR_NO_TARGET },	{ "CORE-25", "strict", "{\"op\":\"replace\",\"path\":\"title\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{\"op\":\"add\",\"path\":\"title\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{\"op\":\"replace\",\"path\":\"name\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{\"op\":\"add\",\"path\":\"name\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{\"op\":\"replace\",\"path\":\"title\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{\"op\":\"add\",\"path\":\"active\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{\"op\":\"replace\",\"path\":\"name.givenName\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"givenName\":[]}}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CANON-05", "strict", "{\"op\":\"add\",\"path\":\"addresses[country eq \\\"USA\\\"].locality\",\"value\":\"x\"}", "", NULL, ERR_INVALID_VALUE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"emails\",\"value\":\"\"}", "emails", "[" W "," H "]", ERR_NONE },
	{ "CORE-24", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"]\",\"value\":{\"value\":null}}", "emails", "[" H "]", ERR_NONE },
	{ "CORE-24", "strict", "{\"op\":\"replace\",\"path\":\"emails[value pr]\",\"value\":{\"value\":null}}", "emails", NULL, ERR_NONE },
	{ "PATCH-76", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"work\\\"]\",\"value\":{\"type\":\"home\"}}", "emails", "[{\"type\":\"home\"}," H "]", ERR_NONE },
	{ "CORE-24", "strict", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{}}", "name", NULL, ERR_NONE },
	{ "CORE-24", "strict", "{\"op\":\"replace\",\"path\":\"emails\",\"value\":{}}", "emails", NULL, ERR_NONE },
	{ "CORE-25", "tolerant", "{\"op\":\"replace\",\"path\":\"title\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "tolerant", "{\"op\":\"add\",\"path\":\"title\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "tolerant", "{\"op\":\"replace\",\"path\":\"name\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "tolerant", "{\"op\":\"add\",\"path\":\"name\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "tolerant", "{\"op\":\"replace\",\"path\":\"title\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "tolerant", "{\"op\":\"add\",\"path\":\"active\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "tolerant", "{\"op\":\"replace\",\"path\":\"name.givenName\",\"value\":{}}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "tolerant", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{\"givenName\":[]}}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-25", "tolerant", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"].value\",\"value\":[]}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-24", "tolerant", "{\"op\":\"replace\",\"path\":\"name\",\"value\":{}}", "name", NULL, ERR_NONE },
	{ "CORE-24", "tolerant", "{\"op\":\"replace\",\"path\":\"emails\",\"value\":{}}", "emails", NULL, ERR_NONE },
	{ "TYPE-11", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":\"z@x\"}", "", NULL, ERR_INVALID_VALUE },
	{ "TYPE-11", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":[{\"value\":\"z@x\"}]}", "", NULL, ERR_INVALID_VALUE },
	{ "PD-19", "tolerant", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":\"z@x\"}", "emails", "[" W ",{\"value\":\"z@x\"}]", ERR_NONE },
	{ "PD-20", "tolerant", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":[{\"value\":\"z@x\",\"type\":\"home\",\"display\":\"D\"}]}", "emails", "[" W ",{\"value\":\"z@x\",\"type\":\"home\",\"display\":\"D\"}]", ERR_NONE },
	{ "CORE-23", "strict", "{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"\"}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-23", "strict", "{\"op\":\"add\",\"value\":{\"externalId\":\"\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"externalId\",\"value\":\"x\"},{\"op\":\"replace\",\"path\":\"externalId\",\"value\":\"\"}", "externalId", NULL, ERR_NONE },
	{ "POST-07", "strict", "{\"op\":\"replace\",\"path\":\"userName\",\"value\":\"  \"}", "", NULL, ERR_INVALID_VALUE },
	{ "CORE-23", "strict", "{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"\"}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true,\"display\":\"\"},{\"value\":\"h@x\",\"type\":\"home\",\"display\":\"\"}]", ERR_NONE },
	{ "PD-24", "tolerant", "{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"D\"},{\"op\":\"replace\",\"path\":\"emails.display\",\"value\":\"\"}", "emails", "[" W "," H "]", ERR_NONE },
	{ "PATCH-58", "strict", "{\"op\":\"remove\",\"path\":\"emails\",\"value\":[{\"value\":\"h@x\",\"type\":\"work\"}]}", "emails", "[" W "," H "]", ERR_NONE },
	{ "PATCH-58", "strict", "{\"op\":\"remove\",\"path\":\"emails\",\"value\":[{\"value\":\"h@x\",\"type\":\"home\",\"display\":\"?\"}]}", "emails", "[" W "]", ERR_NONE },
	{ "PATCH-58", "strict", "{\"op\":\"remove\",\"path\":\"emails\",\"value\":\"h@x\"}", "emails", "[" W "]", ERR_NONE },
	{ "PD-15", "strict", "{\"op\":\"add\",\"value\":{\"" URN_USER "\":{\"title\":\"T\"}}}", "title", "\"T\"", ERR_NONE },
	{ "PD-11", "strict", "{\"op\":\"add\",\"path\":\"" URN_USER "\",\"value\":{\"title\":\"T\"}}", "title", "\"T\"", ERR_NONE },
	{ "PD-10", "strict", "{\"op\":\"add\",\"path\":\"" URN_USER ":title\",\"value\":\"T\"}", "title", "\"T\"", ERR_NONE },
	{ "PD-15", "tolerant", "{\"op\":\"add\",\"value\":{\"" URN_USER "\":{\"title\":\"T\"}}}", "title", "\"T\"", ERR_NONE },
	{ "PD-11", "tolerant", "{\"op\":\"add\",\"path\":\"" URN_USER "\",\"value\":{\"title\":\"T\"}}", "title", "\"T\"", ERR_NONE },
	{ "PD-10", "tolerant", "{\"op\":\"add\",\"path\":\"" URN_USER ":title\",\"value\":\"T\"}", "title", "\"T\"", ERR_NONE },
	{ "PATCH-08", "strict", "{\"op\":\"remove\",\"path\":\"" URN_USER "\"}", "", NULL, ERR_INVALID_PATH },
	{ "ENTRA-48", "tolerant", "{\"op\":\"Add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\",\"type\":\"T\",\"primary\":\"True\"}]}", "roles", "[{\"type\":\"T\",\"primary\":true,\"value\":\"A\",\"display\":\"AA\"}]", ERR_NONE },
	{ "ENTRA-48", "tolerant", "{\"op\":\"Add\",\"path\":\"roles[primary eq \\\"True\\\"].value\",\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}", "roles", "[{\"primary\":true,\"value\":\"A\",\"display\":\"AA\"}]", ERR_NONE },
	{ "ENTRA-48", "tolerant", "{\"op\":\"Add\",\"path\":\"roles\",\"value\":[{\"value\":\"A\"},{\"value\":\"B\"}]},{\"op\":\"Remove\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]}", "roles", "[{\"value\":\"B\"}]", ERR_NONE },
	{ "ENTRA-48", "tolerant", "{\"op\":\"Add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\"}\"}]}", "roles", "[{\"value\":\"{\\\"id\\\":\\\"1\\\"}\"}]", ERR_NONE },
	{ "ENTRA-48", "strict", "{\"op\":\"add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]}", "roles", "[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]", ERR_NONE },
	{ "ENTRA-48", "tolerant", "{\"op\":\"Add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]},{\"op\":\"Add\",\"path\":\"roles\",\"value\":[{\"value\":\"{\\\"id\\\":\\\"1\\\",\\\"value\\\":\\\"A\\\",\\\"displayName\\\":\\\"AA\\\"}\"}]}", "roles", "[{\"value\":\"A\",\"display\":\"AA\"}]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"replace\",\"path\":\"emails.type\",\"value\":\"work\"},{\"op\":\"replace\",\"path\":\"emails.value\",\"value\":\"z\"}", "emails", "[{\"value\":\"z\",\"type\":\"work\",\"primary\":true}]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"replace\",\"path\":\"emails.value\",\"value\":\"z\"}", "emails", "[{\"value\":\"z\",\"type\":\"work\",\"primary\":true},{\"value\":\"z\",\"type\":\"home\"}]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{\"value\":\"W@X\",\"type\":\"work\",\"display\":\"D\"}}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":true,\"display\":\"D\"}]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{\"value\":\"w@x\",\"type\":\"work\"}}", "emails", "[" W "]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":{\"value\":\"w@x\",\"type\":\"home\"}},{\"op\":\"remove\",\"path\":\"emails.type\"}", "emails", "[{\"value\":\"w@x\",\"primary\":true},{\"value\":\"h@x\"}]", ERR_NONE },
	{ "CANON-01", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":[{\"value\":\"a\",\"type\":\"x\"},{\"value\":\"a\",\"type\":\"x\",\"display\":\"D\"}]},{\"op\":\"remove\",\"path\":\"emails[type ne \\\"x\\\"]\"}", "emails", "[{\"value\":\"a\",\"type\":\"x\",\"display\":\"D\"}]", ERR_NONE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"https://h/scim/v2/Users/m1\"}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"value\":{\"" ENT "\":{\"manager\":{\"$ref\":\"../Users/m1\"}}}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager.value\",\"value\":\"m\"},{\"op\":\"replace\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"../Users/m1\"}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":5}}", "", NULL, ERR_INVALID_VALUE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"/\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":{}}}", "", NULL, ERR_INVALID_VALUE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"value\":null,\"$ref\":\"../Users/m1\"}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "ENTRA-G08", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":null,\"value\":\"m\"}}", ENT, "{\"manager\":{\"value\":\"m\"}}", ERR_NONE },
	{ "POST-12", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"../Users/m1\",\"value\":\"m2\"}}", ENT, "{\"manager\":{\"value\":\"m2\"}}", ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"https://h/scim/v2/Users/m1\"}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"value\":{\"" ENT "\":{\"manager\":{\"$ref\":\"../Users/m1\"}}}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager.value\",\"value\":\"m\"},{\"op\":\"replace\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"../Users/m1\"}}", ENT, "{\"manager\":{\"value\":\"m1\"}}", ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":5}}", "", NULL, ERR_INVALID_VALUE },
	{ "PD-24", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"\"}}", ENT, NULL, ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"/\"}}", "", NULL, ERR_INVALID_VALUE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":{}}}", "", NULL, ERR_INVALID_VALUE },
	{ "ENTRA-G08", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":null,\"value\":\"m\"}}", ENT, "{\"manager\":{\"value\":\"m\"}}", ERR_NONE },
	{ "POST-12", "tolerant", "{\"op\":\"add\",\"path\":\"" ENT ":manager\",\"value\":{\"$ref\":\"../Users/m1\",\"value\":\"m2\"}}", ENT, "{\"manager\":{\"value\":\"m2\"}}", ERR_NONE },
	{ "PATCH-19", "strict", "{\"op\":\"add\",\"path\":\"emails\",\"value\":{\"value\":\"n\",\"primary\":true}},{\"op\":\"add\",\"path\":\"emails\",\"value\":{\"value\":\"m\",\"primary\":true}}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false}," H ",{\"value\":\"n\",\"primary\":false},{\"value\":\"m\",\"primary\":true}]", ERR_NONE },
	{ "PATCH-19", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{\"primary\":true}}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false},{\"value\":\"h@x\",\"type\":\"home\",\"primary\":true}]", ERR_NONE },
	{ "PATCH-19", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"home\\\"]\",\"value\":{\"primary\":true,\"value\":\"n\"}}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false},{\"value\":\"n\",\"primary\":true}]", ERR_NONE },
	{ "PATCH-19", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"fax\\\" and primary eq true].value\",\"value\":\"n\"}", "emails", "[{\"value\":\"w@x\",\"type\":\"work\",\"primary\":false}," H ",{\"type\":\"fax\",\"primary\":true,\"value\":\"n\"}]", ERR_NONE },
	{ "PRIM-04", "strict", "{\"op\":\"replace\",\"path\":\"emails.primary\",\"value\":true}", "", NULL, ERR_INVALID_VALUE },
	{ "PRIM-04", "strict", "{\"op\":\"replace\",\"path\":\"emails[value ew \\\"x\\\"].primary\",\"value\":true}", "", NULL, ERR_INVALID_VALUE },
	{ "PRIM-05", "strict", "{\"op\":\"remove\",\"path\":\"emails[primary eq true]\"}", "emails", "[" H "]", ERR_NONE },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"a\\\" or type eq \\\"b\\\"].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"a\\\" and type eq \\\"b\\\"].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[not (value pr)].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq null].value\",\"value\":\"z\"}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type co \\\"a\\\"]\",\"value\":{\"value\":\"z\"}}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-40", "strict", "{\"op\":\"add\",\"path\":\"emails[type eq \\\"fax\\\"]\",\"value\":{\"value\":\"z\"}}", "emails", "[" W "," H ",{\"type\":\"fax\",\"value\":\"z\"}]", ERR_NONE },
	{ "PATCH-78", "strict", "{\"op\":\"replace\",\"path\":\"emails[type eq \\\"fax\\\"].primary\",\"value\":true}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-55", "strict", "{\"op\":\"remove\",\"path\":\"emails[type eq \\\"fax\\\"].value\"}", "emails", "[" W "," H "]", ERR_NONE },
	{ "PATCH-50", "tolerant", "{\"op\":\"Remove\",\"value\":{\"title\":\"T\"}}", "", NULL, ERR_NO_TARGET },
	{ "PATCH-20", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":division\",\"value\":\"D\"},{\"op\":\"replace\",\"value\":{\"" ENT "\":{\"division\":null}}}", "schemas", "[\"" URN_USER "\"]", ERR_NONE },
	{ "PATCH-20", "strict", "{\"op\":\"add\",\"path\":\"" ENT ":manager.value\",\"value\":\"m\"},{\"op\":\"remove\",\"path\":\"" ENT ":manager.value\"}", "schemas", "[\"" URN_USER "\"]", ERR_NONE },
	{ "PATCH-20", "strict", "{\"op\":\"add\",\"path\":\"" ENT "\",\"value\":{}}", "schemas", "[\"" URN_USER "\"]", ERR_NONE },
};

static const struct {
	const char	*text;
	enum error_code	 error;
	bool		 unknown;
} paths[] = {
	{ "title", ERR_NONE, false },
	{ "Name.GivenName", ERR_NONE, false },
	{ "emails[type eq \"work\"]", ERR_NONE, false },
	{ "emails[type eq \"work\"].$ref", ERR_NONE, true },
	{ "emails[type eq \"a]b\"].value", ERR_NONE, false },
	{ ENT ":manager.value", ERR_NONE, false },
	{ ENT ".department", ERR_NONE, true },
	{ ENT, ERR_NONE, false },
	{ "nosuch", ERR_NONE, true },
	{ "urn:x:y:z", ERR_NONE, true },
	{ "", ERR_INVALID_PATH, false },
	{ "emails[0].value", ERR_INVALID_PATH, false },
	{ "/emails/0", ERR_INVALID_PATH, false },
	{ "name.a.b", ERR_INVALID_PATH, false },
	{ "emails[type eq \"x\"]y", ERR_INVALID_PATH, false },
	{ "emails[type eq \"x\"].", ERR_INVALID_PATH, false },
	{ "emails[type eq \"x\"].a.b", ERR_INVALID_PATH, false },
	{ "nosuch[a eq \"x\"].b", ERR_NONE, true },
	{ "nosuch[a eq \"x\"]b", ERR_INVALID_PATH, false },
	{ "nosuch[1a eq \"x\"]", ERR_INVALID_FILTER, false },
	{ "emails[type pr].$REF", ERR_NONE, true },
	{ "name.givenName[type pr]", ERR_INVALID_PATH, false },
	{ "emails[type eq \"x\"", ERR_INVALID_FILTER, false },
	{ "emails[]", ERR_INVALID_FILTER, false },
	{ "emails[emails[type pr]]", ERR_INVALID_FILTER, false },
};
/* clang-format on */

static struct json_object *
parse(struct arena *a, const char *text)
{
	struct json_object *v;
	struct error err;

	if (json_parse(a, slice_of(text), &v, &err) == -1) {
		printf("not ok - %s: %s\n", err.detail, text);
		exit(1);
	}
	return v;
}

static int
apply(struct arena *a, const struct resource_type *type, const char *profile,
    const char *ops, struct json_object **out, struct error *err)
{
	const struct profile *p = fixture_profile(profile);
	struct patch patch;

	*out = parse(a, start);
	*err = (struct error){ .code = ERR_NONE };
	if (patch_parse(a, type, p, SLICE("u1"),
		parse(a,
		    arena_printf(a,
			"{\"schemas\":[\"" URN_PATCH "\"],\"Operations\":[%s]}",
			ops)),
		&patch, err) == -1 ||
	    patch_apply(a, type, p, NULL, &patch, *out, err) == -1)
		return -1;
	return 0;
}

static void
test_row(struct arena *a, const struct resource_type *type, size_t i)
{
	struct json_object *tree, *got, *want;
	struct error err;

	apply(a, type, rows[i].profile, rows[i].ops, &tree, &err);
	if (rows[i].error != ERR_NONE || err.code != ERR_NONE) {
		tap_ok(err.code == rows[i].error, "%s %s %s: %s", rows[i].id,
		    rows[i].profile, rows[i].ops, err.detail);
		return;
	}
	got = json_get(tree, rows[i].attribute);
	want = rows[i].want == NULL ? NULL : parse(a, rows[i].want);
	tap_ok(json_equal(got, want), "%s %s %s", rows[i].id, rows[i].profile,
	    rows[i].ops);
	if (!json_equal(got, want))
		printf("# got %.*s\n", SLICE_ARG(json_text(a, got)));
}

static void
test_paths(struct arena *a, const struct resource_type *type)
{
	for (size_t i = 0; i < NELEM(paths); i++) {
		struct error err = { .code = ERR_NONE };
		struct path path = { .unknown = false };

		path_parse(a, type, fixture_profile("strict"),
		    slice_of(paths[i].text), &path, &err);
		tap_ok(err.code == paths[i].error &&
			(err.code != ERR_NONE ||
			    path.unknown == paths[i].unknown),
		    "PATCH-06 path '%s' %s", paths[i].text, err.detail);
	}
}

int
main(void)
{
	struct arena *a = arena_new();
	const struct resource_type *type =
	    catalog_find_type(fixture_catalog(a), SLICE("User"));
	struct json_object *tree;
	struct error err;

	for (size_t i = 0; i < NELEM(rows); i++)
		test_row(a, type, i);
	test_paths(a, type);
	apply(a, type, "strict",
	    "{\"op\":\"replace\",\"path\":\"title\","
	    "\"value\":\"T\"},{\"op\":\"remove\"}",
	    &tree, &err);
	tap_ok(strncmp(err.detail, "operation 1: ", 13) == 0,
	    "V19 the failing operation is named: %s", err.detail);
	arena_free(a);
	return tap_done();
}
