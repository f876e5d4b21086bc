/*
 * test_expression.c: expressions of attribute mappings (spec provisioning.md
 * section 3): every function with its published examples and its edge cases,
 * what is refused and where, limits.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "sync/expression_test.h"
#include "sync/function.h"
#include "tap.h"

/* 2021-08-25 10:00 UTC: the day of the published examples of DateDiff. */
static const int64_t now_ms = INT64_C(1629885600000);

static const char person[] =
    "{\"userName\":\"John.Doe@contoso.com\",\"active\":true,"
    "\"name\":{\"givenName\":\"John\",\"familyName\":\"Doe\"},"
    "\"emails\":[{\"value\":\"j@work.example\",\"type\":\"work\"},"
    "{\"value\":\"j@home.example\",\"type\":\"home\"}],"
    "\"" URN_ENTERPRISE "\":{\"department\":\"Sales\","
    "\"manager\":{\"value\":\"26118915\"}},"
    "\"hire\":\"2012-03-16-07:00\",\"hired\":\"2012-03-16-08:00\","
    "\"empty\":\"\",\"zero\":0,\"seven\":7,\"no\":false,\"state\":\"QLD\","
    "\"phone\":\"+1 (999) 999-9999\",\"zoe\":\"Zo\xc3\xab\","
    "\"proxies\":[\"a@x\",\"b@x\",\"a@x\"],"
    "\"roles5\":\"role1, role2, role3\",\"stamp\":\"20150123105347.1Z\","
    "\"appRoleAssignments\":[{\"value\":\"Admin\",\"displayName\":\"The "
    "Admin\"},{\"value\":\"User\"}]}";

#define ATTRIBUTE(n, k, many)                             \
	{                                                 \
		{ (n), sizeof(n) - 1 }, DATUM_##k, (many) \
	}
/* clang-format off */
static const struct expression_attribute attributes[] = {
	ATTRIBUTE("hire", TEXT, false),	ATTRIBUTE("hired", TEXT, false),
	ATTRIBUTE("empty", TEXT, false),ATTRIBUTE("zero", INTEGER, false),
	ATTRIBUTE("seven", INTEGER, false), ATTRIBUTE("no", BOOLEAN, false),
	ATTRIBUTE("state", TEXT, false), ATTRIBUTE("phone", TEXT, false),
	ATTRIBUTE("zoe", TEXT, false),	ATTRIBUTE("proxies", TEXT, true),
	ATTRIBUTE("roles5", TEXT, false), ATTRIBUTE("stamp", TEXT, false),
	ATTRIBUTE("absent", TEXT, false), ATTRIBUTE("absents", TEXT, true),
	ATTRIBUTE("unknown", BOOLEAN, false),
	ATTRIBUTE("appRoleAssignments", OBJECT, true),
};
static const struct slice tables[] = { { "countries", 9 } };

#define NIL "(null)"

/* What is shown of a value: text, lists as JSON, NIL. */
static const struct {
	const char *id, *text, *want;
} good[] = {
	/* Constants, attributes, paths. */
	{ "PS-050 text", "\"a\"", "a" },
	{ "PS-050 escapes", "\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d" },
	{ "PS-050 number", "-12", "-12" },
	{ "PS-050 hexadecimal", "&HfF", "255" },
	{ "PS-050 attribute", "[userName]", "John.Doe@contoso.com" },
	{ "PS-050 attribute in any case", "[USERNAME]", "John.Doe@contoso.com" },
	{ "PS-050 boolean", "[active]", "True" },
	{ "PS-054 sub-attribute", "[name.givenName]", "John" },
	{ "PS-054 path with filter", "[emails[type eq \"home\"].value]", "j@home.example" },
	{ "PS-054 nothing meets the filter", "[emails[type eq \"other\"].value]", NIL },
	{ "PS-054 several", "[emails.value]", "[\"j@work.example\",\"j@home.example\"]" },
	{ "PS-054 complex is its value", "[emails]", "[\"j@work.example\",\"j@home.example\"]" },
	{ "PS-054 extension", "[" URN_ENTERPRISE ":department]", "Sales" },
	{ "PS-055 manager", "[" URN_ENTERPRISE ":manager]", "26118915" },
	{ "PS-050 absent", "[title]", NIL },
	{ "PS-050 white space", " Append( [state] ,\t\"x\" ) ", "QLDx" },

	{ "PS-050 Append", "Append([userName], \".test\")", "John.Doe@contoso.com.test" },
	{ "PS-050 Append to null", "Append([absent], \"x\")", NIL },
	{ "PS-050 Append null", "Append(\"x\", [absent])", "x" },

	{ "PS-056 AppRoleAssignmentsComplex", "AppRoleAssignmentsComplex([appRoleAssignments])",
	  "[{\"primary\":false,\"type\":\"WindowsAzureActiveDirectoryRole\",\"display\":\"The Admin\",\"value\":\"Admin\"},"
	  "{\"primary\":false,\"type\":\"WindowsAzureActiveDirectoryRole\",\"display\":\"User\",\"value\":\"User\"}]" },
	{ "PS-056 AssertiveAppRoleAssignmentsComplex", "AssertiveAppRoleAssignmentsComplex([absents])", NIL },
	{ "PS-056 SingleAppRoleAssignment", "SingleAppRoleAssignment([appRoleAssignments])", "Admin" },

	{ "PS-050 BitAnd", "BitAnd(&HF, &HF7)", "7" },
	{ "PS-050 BitAnd of text", "BitAnd(\"6\", 3)", "2" },
	{ "PS-050 BitAnd of null", "BitAnd([absent], 3)", NIL },

	{ "PS-050 CBool", "CBool([state] = \"QLD\")", "True" },
	{ "PS-050 CBool", "CBool([state] = [zoe])", "False" },
	{ "PS-050 CBool of a number", "CBool(12)", "True" },
	{ "PS-050 CBool of 0", "CBool([zero])", "False" },
	{ "PS-050 CBool of text", "CBool(\"true\")", "True" },

	{ "PS-050 CDate", "CDate(\"2020-03-16-07:00\")", "3/16/2020 7:00:00 AM" },
	{ "PS-050 CDate", "CDate(\"2021-06-30+08:00\")", "6/29/2021 4:00:00 PM" },
	{ "PS-050 CDate at noon", "CDate(\"2021-06-30T12:00:00Z\")", "6/30/2021 12:00:00 PM" },
	{ "PS-050 CDate at midnight", "CDate(\"2021-06-30\")", "6/30/2021 12:00:00 AM" },
	{ "PS-050 CDate of its text", "CDate(\"12/31/2021 11:59:59 PM\")", "12/31/2021 11:59:59 PM" },
	{ "PS-050 CDate of null", "CDate([absent])", NIL },

	{ "PS-050 Coalesce", "Coalesce([absent], [state], \"x\")", "QLD" },
	{ "PS-050 Coalesce, empty is not null", "Coalesce([empty], \"x\")", "" },
	{ "PS-050 Coalesce of nulls", "Coalesce([absent], [title])", NIL },

	{ "PS-050 ConvertToBase64", "ConvertToBase64(\"Hello world!\")", "SABlAGwAbABvACAAdwBvAHIAbABkACEA" },
	{ "PS-050 ConvertToBase64 one over", "ConvertToBase64(\"ab\")", "YQBiAA==" },
	{ "PS-050 ConvertToBase64 two over", "ConvertToBase64(\"a\")", "YQA=" },
	{ "PS-050 ConvertToBase64 surrogates", "ConvertToBase64(\"\xf0\x9f\x98\x80\")", "PdgA3g==" },
	{ "PS-050 ConvertToUTF8Hex", "ConvertToUTF8Hex(\"Hello world!\")", "48656C6C6F20776F726C6421" },
	{ "PS-050 ConvertToUTF8Hex", "ConvertToUTF8Hex([zoe])", "5A6FC3AB" },

	{ "PS-050 Count", "Count([proxies])", "3" },
	{ "PS-050 Count of one", "Count([state])", "1" },
	{ "PS-050 Count of null", "Count([absents])", "0" },
	{ "PS-050 CStr", "CStr([seven])", "7" },
	{ "PS-050 CStr of a boolean", "CStr([no])", "False" },
	{ "PS-050 CStr of null", "CStr([absent])", NIL },

	{ "PS-050 DateAdd 7 days before", "DateAdd(\"d\", -7, CDate([hire]))", "3/9/2012 7:00:00 AM" },
	{ "PS-050 DateAdd 10 days after", "DateAdd(\"d\", 10, CDate([hire]))", "3/26/2012 7:00:00 AM" },
	{ "PS-050 DateAdd two weeks before", "DateAdd(\"ww\", -2, CDate([hire]))", "3/2/2012 7:00:00 AM" },
	{ "PS-050 DateAdd two weeks after", "DateAdd(\"ww\", 2, CDate([hire]))", "3/30/2012 7:00:00 AM" },
	{ "PS-050 DateAdd one month before", "DateAdd(\"m\", -1, CDate([hire]))", "2/16/2012 7:00:00 AM" },
	{ "PS-050 DateAdd one month after", "DateAdd(\"m\", 1, CDate([hire]))", "4/16/2012 7:00:00 AM" },
	{ "PS-050 DateAdd two years before", "DateAdd(\"yyyy\", -2, CDate([hire]))", "3/16/2010 7:00:00 AM" },
	{ "PS-050 DateAdd two years after", "DateAdd(\"yyyy\", 2, CDate([hire]))", "3/16/2014 7:00:00 AM" },
	{ "PS-050 DateAdd, a shorter month", "DateAdd(\"m\", 1, \"2024-01-31\")", "2/29/2024 12:00:00 AM" },
	{ "PS-050 DateAdd from a leap day", "DateAdd(\"yyyy\", 1, \"2024-02-29\")", "2/28/2025 12:00:00 AM" },
	{ "PS-050 DateAdd hours", "DateAdd(\"h\", 25, \"2024-02-28\")", "2/29/2024 1:00:00 AM" },
	{ "PS-050 DateAdd minutes", "DateAdd(\"n\", -1, \"2024-03-01\")", "2/29/2024 11:59:00 PM" },
	{ "PS-050 DateAdd seconds", "DateAdd(\"s\", 61, \"2024-03-01\")", "3/1/2024 12:01:01 AM" },

	{ "PS-050 DateDiff weeks", "DateDiff(\"ww\", Now(), CDate([hired]))", "-493" },
	{ "PS-050 DateDiff days", "DateDiff(\"d\", Now(), CDate([hired]))", "-3449" },
	{ "PS-050 DateDiff months", "DateDiff(\"m\", Now(), CDate([hired]))", "-113" },
	{ "PS-050 DateDiff years", "DateDiff(\"yyyy\", Now(), CDate([hired]))", "-9" },
	{ "PS-050 DateDiff hours are cut", "DateDiff(\"h\", \"2024-01-01T00:30:00\", \"2024-01-01T03:29:59\")", "2" },
	{ "PS-050 DateDiff minutes", "DateDiff(\"n\", \"2024-01-01T00:00:59\", \"2024-01-01T00:01:00\")", "0" },
	{ "PS-050 DateDiff seconds", "DateDiff(\"s\", \"2024-01-01T00:00:59\", \"2024-01-01T00:01:00\")", "1" },
	{ "PS-050 DateDiff years of the calendar", "DateDiff(\"yyyy\", \"2023-12-31\", \"2024-01-01\")", "1" },
	{ "PS-050 DateDiff weeks over a Sunday", "DateDiff(\"ww\", \"2024-01-06\", \"2024-01-07\")", "1" },
	{ "PS-050 DateDiff weeks before 1970", "DateDiff(\"ww\", \"1969-12-27\", \"1969-12-28\")", "1" },
	{ "PS-050 DateDiff of null", "DateDiff(\"d\", [absent], Now())", NIL },

	{ "PS-050 DateFromNum", "DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM" },
	{ "PS-050 NumFromDate", "NumFromDate(\"2012-01-01T23:00:00Z\")", "129699324000000000" },
	{ "PS-050 NumFromDate to 100 ns", "NumFromDate(\"2012-01-01T23:00:00.0000001Z\")", "129699324000000001" },
	{ "PS-050 accountExpires", "NumFromDate(Join(\"\", FormatDateTime(\"2020-12-31-08:00\", , \"yyyy-MM-ddzzz\", \"yyyy-MM-dd\"), \" 23:59:59-08:00\"))", "132539615990000000" },
	{ "PS-050 DefaultDomain", "Join(\"@\", [state], DefaultDomain())", "QLD@contoso.com" },

	{ "PS-050 FormatDateTime", "FormatDateTime([stamp], , \"yyyyMMddHHmmss.fZ\", \"yyyy-MM-dd\")", "2015-01-23" },
	{ "PS-050 FormatDateTime without a format to read", "FormatDateTime(\"2012-03-16-07:00\", , , \"yyyy-MM-ddTHH:mm:ssZ\")", "2012-03-16T07:00:00Z" },
	{ "PS-050 FormatDateTime names", "FormatDateTime(\"2015-01-03\", , \"yyyy-MM-dd\", \"dddd ddd d MMMM MMM M yy\")", "Saturday Sat 3 January Jan 1 15" },
	{ "PS-050 FormatDateTime clock", "FormatDateTime(\"1/3/2015 1:05:09 PM\", , \"M/d/yyyy h:mm:ss tt\", \"hh h HH H mm m ss s tt t\")", "01 1 13 13 05 5 09 9 PM P" },
	{ "PS-050 FormatDateTime fractions", "FormatDateTime(\"2015-01-03T00:00:00.1200000\", , \"yyyy-MM-ddTHH:mm:ss.fffffff\", \"s.fff|s.FFF|'q'\\d\")", "0.120|0.12|qd" },
	{ "PS-050 FormatDateTime standard", "FormatDateTime(\"2015-01-03\", \"None\", , \"o\")", "2015-01-03T00:00:00.0000000Z" },
	{ "PS-050 FormatDateTime offsets", "FormatDateTime(\"2015-01-03\", , , \"%z|zz|zzz|K\")", "+0|+00|+00:00|Z" },
	{ "PS-050 FormatDateTime by default takes white space", "FormatDateTime(\" 2015-01-03 \", , \"yyyy-MM-dd\", \"yyyy\")", "2015" },
	{ "PS-050 FormatDateTime of null", "FormatDateTime([absent], , , \"yyyy\")", NIL },

	{ "PS-053 IgnoreFlowIfNullOrEmpty", "IgnoreFlowIfNullOrEmpty([state])", "QLD" },
	{ "PS-053 IgnoreFlowIfNullOrEmpty", "IgnoreFlowIfNullOrEmpty([empty])", "(dropped)" },
	{ "PS-053 IgnoreFlowIfNullOrEmpty inside", "Switch([state], , \"QLD\", IgnoreFlowIfNullOrEmpty([absent]))", "(dropped)" },

	{ "PS-050 IIF", "IIF([state]=\"QLD\",[state],[zoe])", "QLD" },
	{ "PS-050 IIF else", "IIF([state]<>\"QLD\",1,2)", "2" },
	{ "PS-050 IIF case counts", "IIF([state]=\"qld\",1,2)", "2" },
	{ "PS-050 IIF numbers", "IIF([seven] < 10,1,2)", "1" },
	{ "PS-050 IIF numbers in text", "IIF(\"9\" < 10,1,2)", "1" },
	{ "PS-050 IIF text", "IIF(\"9\" < \"10\",1,2)", "2" },
	{ "PS-050 IIF <=", "IIF([seven] <= 7,1,2)", "1" },
	{ "PS-050 IIF >=", "IIF([seven] >= 8,1,2)", "2" },
	{ "PS-050 IIF >", "IIF([seven] > 6,1,2)", "1" },
	{ "PS-050 IIF dates", "IIF(CDate([hire]) < Now(),1,2)", "1" },
	{ "PS-050 IIF a date and text", "IIF(CDate([hire]) = \"2012-03-16T07:00:00\",1,2)", "1" },
	{ "PS-050 IIF boolean and text", "IIF([active]=\"True\",1,2)", "1" },
	{ "PS-050 IIF of null is null-safe", "IIF([absent]=\"a\",1,2)", "2" },
	{ "PS-050 IIF null differs", "IIF([absent]<>\"a\",1,2)", "1" },
	{ "PS-050 IIF null is null", "IIF([absent]=[title],1,2)", "1" },
	{ "PS-050 IIF null is not empty", "IIF([absent]=\"\",1,2)", "2" },
	{ "PS-050 IIF null is not less", "IIF([absent]<1,1,2)", "2" },
	{ "PS-050 IIF null is not at least", "IIF([absent]>=1,1,2)", "2" },
	{ "PS-050 IIF condition null", "IIF([unknown],1,2)", "2" },
	{ "PS-050 IIF IsNullOrEmpty", "IIF(IsNullOrEmpty([absent]),\"none\",[absent])", "none" },
	{ "PS-050 IIF evaluates one branch", "IIF([active],1,Mid(\"a\",0,1))", "1" },
	{ "PS-050 IIF empty branch", "IIF([active],,1)", NIL },

	{ "PS-050 And", "And([active], [seven] = 7)", "True" },
	{ "PS-050 And", "And([active], [no])", "False" },
	{ "PS-050 And of null and False", "And([unknown], [no])", "False" },
	{ "PS-050 And of null and True", "And([unknown], [active])", NIL },
	{ "PS-050 And of three", "IIF(And([active], 1 = 1, 1 = 2),1,2)", "2" },
	{ "PS-050 Or", "Or([no], [seven] = 7)", "True" },
	{ "PS-050 Or", "Or([no], [zero])", "False" },
	{ "PS-050 Or of null and True", "Or([unknown], [active])", "True" },
	{ "PS-050 Or of null and False", "Or([unknown], [no])", NIL },
	{ "PS-050 Not", "Not([active])", "False" },
	{ "PS-050 Not of text", "Not(\"False\")", "True" },
	{ "PS-050 Not of null", "Not([unknown])", NIL },

	{ "PS-050 InStr", "InStr(\"The quick brown fox\",\"quick\")", "5" },
	{ "PS-050 InStr from 3", "InStr(\"repEated\",\"e\",3,vbBinaryCompare)", "7" },
	{ "PS-050 InStr in any case", "InStr(\"repEated\",\"e\",3,vbTextCompare)", "4" },
	{ "PS-050 InStr, positions stay", "InStr(\"\xc3\x9f\xc4\xb0X\",\"x\",,vbTextCompare)", "3" },
	{ "PS-050 InStr nowhere", "InStr(\"abc\",\"d\")", "0" },
	{ "PS-050 InStr of characters", "InStr(\"\xc3\xab\xc3\xabx\",\"x\")", "3" },
	{ "PS-050 InStr behind the end", "InStr(\"abc\",\"c\",9)", "0" },
	{ "PS-050 InStr of null", "InStr([absent],\"c\")", "0" },

	{ "PS-050 IsNull", "IsNull([absent])", "True" },
	{ "PS-050 IsNull of empty", "IsNull([empty])", "False" },
	{ "PS-050 IsNullOrEmpty", "IsNullOrEmpty([empty])", "True" },
	{ "PS-050 IsNullOrEmpty", "IsNullOrEmpty([proxies])", "False" },
	{ "PS-050 IsPresent", "IsPresent([empty])", "False" },
	{ "PS-050 IsPresent", "IsPresent([state])", "True" },
	{ "PS-050 IsString", "IsString([state])", "True" },
	{ "PS-050 IsString of a number", "IsString([seven])", "False" },
	{ "PS-050 IsString of null", "IsString([absent])", "False" },

	{ "PS-050 Item", "Item([proxies], 2)", "b@x" },
	{ "PS-050 Item of one", "Item([state], 1)", "QLD" },
	{ "PS-050 Item 0", "Item([proxies], 0)", NIL },
	{ "PS-050 Item behind the last", "Item([proxies], 4)", NIL },

	{ "PS-050 Join", "Join(\".\", [name.givenName], [name.familyName])", "John.Doe" },
	{ "PS-050 Join of several values", "Join(\",\", [proxies], \"c\")", "a@x,b@x,a@x,c" },
	{ "PS-050 Join without null", "Join(\" \", [absent], \"a\", [title], \"b\")", "a b" },
	{ "PS-050 Join with empty", "Join(\"-\", [empty], \"a\")", "-a" },
	{ "PS-050 Join of nulls", "Join(\"-\", [absent], [title])", NIL },

	{ "PS-050 Left", "Left(\"John Doe\", 3)", "Joh" },
	{ "PS-050 Left 0", "Left(\"John\", 0)", "" },
	{ "PS-050 Left below 0", "Left(\"John\", -1)", "John" },
	{ "PS-050 Left of null", "Left([absent], 3)", "" },
	{ "PS-050 Left beyond", "Left(\"Jo\", 9)", "Jo" },
	{ "PS-050 Left of characters", "Left(\"\xc3\xab" "b\", 1)", "\xc3\xab" },

	{ "PS-050 Lookup", "Lookup(\"countries\", \"NO\")", "Norway" },
	{ "PS-050 Lookup without a row", "Lookup(\"countries\", \"XX\")", NIL },
	{ "PS-050 Lookup default", "Lookup(\"countries\", \"XX\", [state])", "QLD" },
	{ "PS-050 Lookup of null", "Lookup(\"countries\", [absent], \"none\")", "none" },

	{ "PS-050 Mid", "Mid(\"John Doe\", 3, 5)", "hn Do" },
	{ "PS-050 Mid is clipped", "Mid(\"John Doe\", 6, 999)", "Doe" },
	{ "PS-050 Mid behind the end", "Mid(\"John\", 9, 1)", "" },
	{ "PS-050 Mid of null", "Mid([absent], 1, 1)", "" },

	{ "PS-050 NormalizeDiacritics", "NormalizeDiacritics([zoe])", "Zoe" },
	{ "PS-050 NormalizeDiacritics ae", "NormalizeDiacritics(\"\xc3\xa6\xc3\x86\")", "aeAE" },
	{ "PS-050 NormalizeDiacritics oe", "NormalizeDiacritics(\"\xc3\xb8\")", "oe" },
	{ "PS-050 NormalizeDiacritics ss", "NormalizeDiacritics(\"Stra\xc3\x9f" "e\")", "Strasse" },
	{ "PS-050 NormalizeDiacritics l", "NormalizeDiacritics(\"\xc5\x81ukasz \xc5\x82\")", "Lukasz l" },
	{ "PS-050 NormalizeDiacritics two marks", "NormalizeDiacritics(\"\xe1\xba\xbf\")", "e" },
	{ "PS-050 NormalizeDiacritics Cyrillic stays", "NormalizeDiacritics(\"\xd0\xb9\")", "\xd0\xb9" },

	{ "PS-050 Now", "Now()", "8/25/2021 10:00:00 AM" },

	{ "PS-050 PCase", "PCase(\"PINTO-DE'SILVA\", \" '-\")", "Pinto-De'Silva" },
	{ "PS-050 PCase without separators", "PCase(\"PABLO GONSALVES (SECOND)\")", "Pablo Gonsalves (Second)" },
	{ "PS-050 PCase only those", "PCase(\"mary-ann o'neil\", \" \")", "Mary-ann O'neil" },
	{ "PS-050 PCase of Unicode", "PCase(\"\xc3\x89MILE \xc3\x96ST\")", "\xc3\x89mile \xc3\x96st" },

	{ "PS-105 Redact", "Redact([state])", "[Redact]" },
	{ "PS-105 what is made of it", "Append(Redact([state]), \"x\")", "[Redact]" },
	{ "PS-105 what it decides", "IIF(Redact([state])=\"QLD\",1,2)", "[Redact]" },

	{ "PS-050 RemoveDuplicates", "RemoveDuplicates([proxies])", "[\"a@x\",\"b@x\"]" },
	{ "PS-050 RemoveDuplicates of null", "RemoveDuplicates([absents])", NIL },

	{ "PS-050 Replace old", "Replace([userName], \"@contoso.com\", , , \"\", ,)", "John.Doe" },
	{ "PS-050 Replace all", "Replace(\"a.b.c\", \".\", , , \"--\", , )", "a--b--c" },
	{ "PS-050 Replace, case counts", "Replace(\"aA\", \"A\", , , \"x\", , )", "ax" },
	{ "PS-050 Replace template", "Replace([state], \"%s\", , , , , \"in %s, %s\")", "in QLD, QLD" },
	{ "PS-050 Replace regex", "Replace([phone], , \"[()\\\\s-]+\", , \"\", , )", "+19999999999" },
	{ "PS-050 Replace regex, one backslash", "Replace([phone], , \"[()\\s-]+\", , \"\", , )", "+19999999999" },
	{ "PS-050 Replace ${group}", "Replace(\"John Doe\", , \"(?<f>\\w+) (?<l>\\w+)\", , \"${l}, ${f} $1 $$ $x\", , )", "Doe, John John $ $x" },
	{ "PS-050 Replace an empty match", "Replace(\"baaac\", , \"a*\", , \"-\", , )", "-b--c-" },
	{ "PS-050 Replace a group", "Replace(\"joe@contoso.com\", , \"@(?<d>.*)$\", \"d\", \"x.org\", , )", "joe@x.org" },
	{ "PS-050 Replace group, source there", "Replace([state], , \"(?<n>.*)@\", \"n\", , [userName], )", "QLD" },
	{ "PS-050 Replace group of an attribute", "Replace([absent], , \"(?<n>.*)@\", \"n\", , [userName], )", "John.Doe" },
	{ "PS-050 Replace group that is nowhere", "Replace([absent], , \"(?<n>x+)@\", \"n\", , [userName], )", NIL },
	{ "PS-050 Replace in null", "Replace([absent], \"a\", , , \"b\", , )", NIL },

	{ "PS-050 SelectUniqueValue", "SelectUniqueValue(\"john.smith\", \"j.smith\", \"jo.smith\")", "jo.smith" },
	{ "PS-050 SelectUniqueValue, first", "SelectUniqueValue(\"new\", \"j.smith\")", "new" },
	{ "PS-050 UniqueValue inside", "Append(UniqueValue(\"j.smith\", [absent], \"js\"), \"@x\")", "js@x" },

	{ "PS-050 Split", "Split([roles5], \",\")", "[\"role1\",\"role2\",\"role3\"]" },
	{ "PS-050 Split without delimiter", "Split([state], \",\")", "[\"QLD\"]" },
	{ "PS-050 Split of null", "Split([absent], \",\")", NIL },
	{ "PS-050 Split then Item", "Item(Split([roles5], \",\"), 2)", "role2" },

	{ "PS-050 StripSpaces", "StripSpaces(\" J o\tn \")", "Jo\tn" },

	{ "PS-050 Switch", "Switch([state], [zoe], \"NSW\", \"Australia/Sydney\",\"QLD\", \"Australia/Brisbane\", \"SA\", \"Australia/Adelaide\")", "Australia/Brisbane" },
	{ "PS-050 Switch default", "Switch(\"X\", \"none\", \"NSW\", 1)", "none" },
	{ "PS-050 Switch, case counts", "Switch(\"qld\", , \"QLD\", 1)", NIL },
	{ "PS-050 Switch, empty key of null", "Switch([absent], 1, \"\", 2)", "2" },
	{ "PS-050 Switch, active", "Switch([no], , \"False\",\"True\",\"True\",\"False\")", "True" },
	{ "PS-050 enable before hire", "Switch(\"1\", , \"1\", IIF(DateDiff(\"d\", Now(), CDate([hire])) > 5, \"False\",\"True\"), \"0\",\"False\")", "True" },

	{ "PS-050 ToLower", "ToLower([state])", "qld" },
	{ "PS-050 ToLower of Unicode", "ToLower(\"\xc3\x89\")", "\xc3\xa9" },
	{ "PS-050 ToUpper", "ToUpper([zoe], \"en-US\")", "ZO\xc3\x8b" },
	{ "PS-050 ToUpper in Turkish", "ToUpper(\"i\", \"tr-TR\")", "\xc4\xb0" },
	{ "PS-050 ToLower in Turkish", "ToLower(\"I\", \"tr-TR\")", "\xc4\xb1" },
	{ "PS-050 ToLower of null", "ToLower([absent])", NIL },

	{ "PS-050 Word", "Word(\"The quick brown fox\",3,\" \")", "brown" },
	{ "PS-050 Word, any delimiter", "Word(\"This,string!has&many separators\",3,\",!&#\")", "has" },
	{ "PS-050 Word out of range", "Word(\"a b\",3,\" \")", "" },
	{ "PS-050 Word 0", "Word(\"a b\",0,\" \")", "" },
	{ "PS-050 Word of null", "Word([absent],1,\" \")", "" },

	{ "PS-050 user name of a person", "ToLower(Join(\"@\", NormalizeDiacritics(StripSpaces(Join(\".\", [name.givenName], [name.familyName]))), \"contoso.com\"))", "john.doe@contoso.com" },
	{ "PS-050 alias", "Append(Left([name.givenName], 3), Left([name.familyName], 5))", "JohDoe" },
};

/* Refused when it is compiled; a part of the detail. */
static const struct {
	const char *id, *text, *want;
} bad[] = {
	{ "PS-050 nothing", "", "byte 0: function, [attribute]" },
	{ "PS-050 unknown function", "Append(Jion(\"\", \"a\"), \"\")", "byte 7: no function Jion; did you mean Join?" },
	{ "PS-050 names have a case", "append(\"a\", \"b\")", "byte 0: no function append; did you mean Append?" },
	{ "PS-050 function nothing is near", "Frobnicate(1)", "byte 0: no function Frobnicate" },
	{ "PS-059 unknown attribute", "ToLower([usrName])", "byte 8: no attribute [usrName]; did you mean userName?" },
	{ "PS-059 unknown attribute of the source", "[stat]", "byte 0: no attribute [stat]; did you mean state?" },
	{ "PS-059 unknown sub-attribute", "[name.givenNam]", "byte 0: no attribute [name.givenNam]; did you mean name.givenName?" },
	{ "PS-059 unknown attribute of an extension", "[departmnt]", "did you mean department?" },
	{ "PS-059 complex attribute", "[name]", "byte 0: [name] has parts: name one, as in [name." },
	{ "PS-059 bad path", "[emails[type]", "byte 0: attribute without its ']'" },
	{ "PS-059 bad filter", "[emails[type xx 1]]", "byte 0: [emails[type xx 1]]: " },
	{ "PS-050 empty name", "[ ]", "attribute name expected" },
	{ "PS-050 open string", "Append(\"a, 1)", "byte 7: string without an end" },
	{ "PS-050 open call", "Append(\"a\"", "byte 10: ',' or ')' expected" },
	{ "PS-050 more behind it", "\"a\" \"b\"", "byte 4: nothing more expected" },
	{ "PS-050 name alone", "Append", "byte 6: '(' expected" },
	{ "PS-050 number too large", "99999999999999999999", "byte 0: no number" },
	{ "PS-050 no hexadecimal", "&G", "byte 1: 'H' expected" },
	{ "PS-050 not UTF-8", "\"\xff\"", "not UTF-8" },
	{ "PS-050 too few arguments", "Left(\"a\")", "byte 0: 1 arguments: Left(text, number)" },
	{ "PS-050 too many arguments", "Guid(1)", "byte 0: 1 arguments: Guid()" },
	{ "PS-050 an argument that is missing", "Left(, 1)", "byte 5: argument 1 of Left(text, number) is missing" },
	{ "PS-050 key without value", "Switch([state], , \"a\", 1, \"b\")", "byte 0: a key without its value" },
	{ "PS-059 several values for one", "Left([proxies], 1)", "byte 5: Left takes no argument that is several values" },
	{ "PS-059 several values of a function", "ToLower(Split([state], \",\"))", "byte 8: ToLower takes no argument that is several values" },
	{ "PS-059 an object for text", "Append([appRoleAssignments], \"a\")", "takes no argument that is" },
	{ "PS-059 no number", "Left(\"a\", \"b\")", "byte 10: no number" },
	{ "PS-059 no date", "CDate(\"yesterday\")", "byte 6: no date" },
	{ "PS-059 a boolean is no date", "CDate([active])", "byte 6: CDate takes no argument that is True or False" },
	{ "PS-059 no interval", "DateAdd(\"q\", 1, Now())", "byte 8: no interval" },
	{ "PS-059 no format", "FormatDateTime([hire], , , \"'\")", "byte 27: no format of dates" },
	{ "PS-059 no table", "Lookup(\"colours\", \"a\")", "byte 7: no table" },
	{ "PS-059 bad regular expression", "Replace([state], , \"(a\", , \"\", , )", "byte 19: regular expression, byte 2" },
	{ "PS-059 condition expected", "IIF(\"maybe\", 1, 2)", "byte 4: neither True nor False" },
	{ "PS-050 a comparison is no value", "[state] = \"a\"", "a comparison stands in conditions only" },
	{ "PS-050 a comparison is no argument", "Append([state] = 1, \"a\")", "byte 15: a comparison stands in conditions only" },
	{ "PS-050 several values are not compared", "CBool([proxies] = 1)", "byte 6: several values cannot be compared" },
	{ "PS-050 SelectUniqueValue is outermost", "ToLower(SelectUniqueValue(\"a\", \"b\"))", "byte 8: SelectUniqueValue must be the outermost" },
	{ "PS-050 SelectUniqueValue of one", "SelectUniqueValue(\"a\")", "1 arguments" },
	{ "PS-056 roles are an attribute", "SingleAppRoleAssignment(\"a\")", "byte 24: the attribute with the roles expected" },
};

/* Compiled, but it fails for this person. */
static const struct {
	const char *id, *text, *want;
	enum error_code code;
} failing[] = {
	{ "PS-050 text is no number", "Left(\"abc\", [state])", "byte 0: Left: 'QLD' is no number", ERR_INVALID_VALUE },
	{ "PS-050 text is no date", "Append(CStr(CDate([state])), \"\")", "byte 12: CDate: 'QLD' is no date", ERR_INVALID_VALUE },
	{ "PS-105 and is not shown", "CDate(Redact([state]))", "CDate: '[Redact]' is no date", ERR_INVALID_VALUE },
	{ "PS-050 text is no condition", "IIF([state], 1, 2)", "'QLD' is no condition", ERR_INVALID_VALUE },
	{ "PS-050 a long text is cut at a character", "Left(\"a\", Append(\"\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\xc3\xab\", \"\"))", "\xc3\xab' is no number", ERR_INVALID_VALUE },
	{ "PS-050 Mid from 0", "Mid(\"abc\", 0, 1)", "positions begin with 1", ERR_INVALID_VALUE },
	{ "PS-050 Mid of less than nothing", "Mid(\"abc\", 1, -1)", "a length of -1", ERR_INVALID_VALUE },
	{ "PS-050 DateAdd too far", "DateAdd(\"d\", 9999999, Now())", "beyond the year 9999", ERR_INVALID_VALUE },
	{ "PS-050 DateAdd overflow", "DateAdd(\"yyyy\", 9223372036854775807, Now())", "beyond the year 9999", ERR_INVALID_VALUE },
	{ "PS-050 DateFromNum too large", "DateFromNum(9223372036854775807)", "no time since 1601", ERR_INVALID_VALUE },
	{ "PS-050 FormatDateTime of another format", "FormatDateTime([hire], , \"yyyy\", \"yyyy\")", "is no date in that format", ERR_INVALID_VALUE },
	{ "PS-050 FormatDateTime with white space that no style allows", "FormatDateTime(\" 2015\", \"None\", \"yyyy\", \"yyyy\")", "is no date in that format", ERR_INVALID_VALUE },
	{ "PS-050 FormatDateTime in no style", "FormatDateTime([hire], \"Nice\", , \"yyyy\")", "no style Nice", ERR_INVALID_VALUE },
	{ "PS-050 Replace without what", "Replace([state], , , , \"a\", , )", "either an old value or a regular expression", ERR_INVALID_VALUE },
	{ "PS-050 Replace of no group", "Replace([state], , \"Q\", \"g\", \"a\", , )", "has no group g", ERR_INVALID_VALUE },
	{ "PS-050 RandomString too short", "RandomString(2, 1, 1, 1, 1)", "at least the sum", ERR_INVALID_VALUE },
	{ "PS-050 RandomString too long", "RandomString(257, 0, 0, 0, 0)", "1 to 256", ERR_INVALID_VALUE },
	{ "PS-050 all are taken", "SelectUniqueValue(\"j.smith\", \"john.smith\")", "all candidates are taken", ERR_UNIQUENESS },
	{ "PS-050 taken, nobody knows", "SelectUniqueValue(\"?\", \"new\")", "target is away", ERR_BUSY },
	{ "PS-050 too many matches", "Replace(Replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", , \"a\", , \"bbbbbbbbbbbbbbbbbbbbbbbbbb\", , ), , \"b\", , \"c\", , )", "more than 1000 matches", ERR_TOO_MANY },
	{ "PS-050 regular expression without end", "Replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\", , \"^(a+)+$\", , \"\", , )", "tries too much", ERR_TOO_MANY },
};

/* Tests as they are stored with ToUpper([userName]), or one of Now(). */
static const struct {
	const char *text, *tests, *want; /* the error, or NULL */
} stored[] = {
	{ "ToUpper([userName])", "[{'person':{'userName':'bj'},'want':'BJ'},{'person':{},'want':null}]", NULL },
	{ "ToUpper([userName])", "[]", NULL },
	{ "ToUpper([userName])", "[{'person':{'userName':'bj'},'want':'BJ'},{'person':{'userName':'b'},'want':'BJ'}]", "test 2: \"BJ\" wanted, got \"B\"" },
	{ "ToUpper([userName])", "[{'person':{},'want':''}]", "test 1: \"\" wanted, got null" },
	{ "ToUpper([userName])", "[{'person':{'userName':'b'},'fails':true}]", "test 1: an error wanted, got \"B\"" },
	{ "Left(\"a\", [userName])", "[{'person':{'userName':'b'},'fails':true}]", NULL },
	{ "Left(\"a\", [userName])", "[{'person':{'userName':'b'},'want':'a'}]", "test 1: expression, byte 0: Left: 'b' is no number" },
	{ "Now()", "[{'now':'2026-03-01','want':'3/1/2026 12:00:00 AM'}]", NULL },
	{ "Now()", "[{'now':'soon','want':''}]", "test 1: \"now\" is no date" },
	{ "Count([proxies])", "[{'person':{'proxies':['a','b']},'want':2},{'person':{'proxies':['a','b']},'want':'2'}]", NULL },
	{ "RemoveDuplicates([proxies])", "[{'person':{'proxies':['a','a']},'want':['a']}]", NULL },
	{ "RemoveDuplicates([proxies])", "[{'person':{'proxies':['a','b']},'want':['a']}]", "test 1: [\"a\"] wanted" },
	{ "Now()", "{}", "an array of at most 100 tests" },
};
/* clang-format on */

static int
lookup(void *arg, struct slice table, struct slice key, struct slice *out,
    struct error *err)
{
	(void)arg;
	(void)err;
	*out = SLICE("Norway");
	return slice_equal(table, tables[0]) && slice_equal(key, SLICE("NO"));
}

static int
is_taken(void *arg, struct slice candidate, struct error *err)
{
	(void)arg;
	if (slice_equal(candidate, SLICE("?")))
		return error_set(err, ERR_BUSY, "target is away");
	return slice_equal(candidate, SLICE("j.smith")) ||
	    slice_equal(candidate, SLICE("john.smith"));
}

/* Every byte once, then again. */
static void
next_bytes(void *arg, unsigned char *bytes, size_t len)
{
	unsigned char *next = arg;

	while (len-- > 0)
		*bytes++ = (*next)++;
}

static unsigned char next_byte;
static const struct expression_world world = {
	.now_ms = now_ms,
	.default_domain = { "contoso.com", 11 },
	.lookup = lookup,
	.is_taken = is_taken,
	.random = next_bytes,
	.arg = &next_byte,
};
static struct expression_environment environment = {
	.attributes = attributes,
	.nattributes = NELEM(attributes),
	.tables = tables,
	.ntables = NELEM(tables),
};
static struct json_object *tree;

/* TEXT for the person, shown; the detail of an error when it fails. */
static const char *
shown(struct arena *a, const char *text, enum error_code *code)
{
	struct expression *e;
	struct datum v;
	struct error err = { .code = ERR_NONE };
	struct slice s;

	*code = ERR_NONE;
	if (expression_compile(a, slice_of(text), &environment, &e, &err) ==
		-1 ||
	    expression_evaluate(a, e, tree, &world, &v, &err) == -1) {
		*code = err.code;
		return arena_strdup(a, err.detail);
	}
	if (v.dropped)
		return "(dropped)";
	if (v.kind == DATUM_NULL)
		return NIL;
	s = datum_shown(a, &v);
	return arena_strndup(a, s.data, s.len);
}

static void
test_good(struct arena *a)
{
	enum error_code code;

	for (size_t i = 0; i < NELEM(good); i++) {
		const char *got = shown(a, good[i].text, &code);

		tap_ok(code == ERR_NONE && strcmp(got, good[i].want) == 0,
		    "%s: %s is %s", good[i].id, good[i].text, got);
	}
}

static void
test_bad(struct arena *a)
{
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct error err = { .code = ERR_NONE };
		struct expression *e;
		int rc = expression_compile(
		    a, slice_of(bad[i].text), &environment, &e, &err);

		tap_ok(rc == -1 && strstr(err.detail, bad[i].want) != NULL,
		    "%s: %s: %s", bad[i].id, bad[i].text, err.detail);
	}
	for (size_t i = 0; i < NELEM(failing); i++) {
		enum error_code code;
		const char *got = shown(a, failing[i].text, &code);

		tap_ok(code == failing[i].code &&
			strstr(got, failing[i].want) != NULL,
		    "%s: %s: %s", failing[i].id, failing[i].text, got);
	}
}

/* How many of the characters of TEXT are in SET? */
static size_t
count(const char *text, const char *set)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += strchr(set, *text) != NULL;
	return n;
}

static void
test_random(struct arena *a)
{
	enum error_code code;
	const char *text = shown(a, "RandomString(10,2,2,2,1,\"?,\")", &code);
	const char *one, *other;

	tap_ok(code == ERR_NONE && strlen(text) == 10 &&
		count(text, "0123456789") >= 2 &&
		count(text, "!#$%&()*+-.:;=@[]_{}~") >= 2 &&
		count(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") >= 2 &&
		count(text, "abcdefghijklmnopqrstuvwxyz") >= 1,
	    "PS-050 RandomString: %s", text);
	text = shown(a, "RandomString(256,0,0,0,0,\"0123456789\")", &code);
	tap_ok(strlen(text) == 256 && count(text, "0123456789") == 0,
	    "PS-050 RandomString avoids");
	one = shown(a, "Guid()", &code);
	other = shown(a, "Guid()", &code);
	tap_ok(strlen(one) == 36 && one[14] == '4' &&
		strchr("89ab", one[19]) != NULL && strcmp(one, other) != 0,
	    "PS-050 Guid: %s, %s", one, other);
}

/* N times OPEN, MIDDLE, N times CLOSE. */
static const char *
repeated(struct arena *a, const char *open, const char *middle,
    const char *close, size_t n)
{
	struct buf b;
	const char *text;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, open);
	buf_puts(&b, middle);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, close);
	text = arena_strndup(a, b.data, b.len);
	buf_fini(&b);
	return text;
}

static bool
fails(struct arena *a, const char *text, enum error_code want)
{
	enum error_code code;

	shown(a, text, &code);
	return code == want;
}

static void
test_limits(struct arena *a)
{
	const char *doubled = "Replace(\"aa\", \"a\", , , ";
	struct expression_world short_of_steps = world;
	struct expression *e;
	struct error err;
	struct datum v;

	tap_ok(fails(a, repeated(a, "Not(", "1", ")", 60), ERR_NONE),
	    "PS-050 60 calls in calls");
	tap_ok(fails(a, repeated(a, "Not(", "1", ")", 100), ERR_INVALID_SYNTAX),
	    "PS-050 100 are too many");
	tap_ok(fails(a, repeated(a, "\xc3\xab", "", "", 9998) - 0,
		   ERR_INVALID_SYNTAX),
	    "PS-060 no expression");
	tap_ok(fails(a,
		   arena_printf(
		       a, "\"%s\"", repeated(a, "\xc3\xab", "", "", 9998)),
		   ERR_NONE),
	    "PS-060 10000 characters");
	tap_ok(fails(a,
		   arena_printf(
		       a, "\"%s\"", repeated(a, "\xc3\xab", "", "", 9999)),
		   ERR_INVALID_SYNTAX),
	    "PS-060 10001 are too many");
	tap_ok(fails(a, repeated(a, doubled, "\"aa\"", ", , )", 10), ERR_NONE),
	    "PS-050 text that grows");
	tap_ok(
	    fails(a, repeated(a, doubled, "\"aa\"", ", , )", 30), ERR_TOO_MANY),
	    "PS-050 beyond the limit");
	short_of_steps.steps_max = 3;
	tap_ok(expression_compile(
		   a, SLICE("Join(\"\", 1, 2)"), &environment, &e, &err) == 0 &&
		expression_evaluate(a, e, tree, &short_of_steps, &v, &err) ==
		    -1 &&
		err.code == ERR_TOO_MANY,
	    "PS-050 steps are counted");
}

static void
test_questions(struct arena *a)
{
	struct expression *e;
	struct error err;

	if (expression_compile(a, SLICE("Join([state], [Zoe], [state])"),
		&environment, &e, &err) == -1)
		exit(1);
	tap_ok(slice_equal(expression_attribute_name(e, 0), SLICE("state")) &&
		slice_equal(expression_attribute_name(e, 1), SLICE("Zoe")) &&
		expression_attribute_name(e, 2).data == NULL,
	    "PS-059 the attributes that are read");
	tap_ok(!expression_is_unique(e) && expression_roles(e) == ROLES_NONE,
	    "PS-056 neither roles nor unique");
	if (expression_compile(a, SLICE("ToLower(UniqueValue([state]))"),
		&environment, &e, &err) == -1)
		exit(1);
	tap_ok(expression_is_unique(e), "PS-050 a unique value is wanted");
	if (expression_compile(a,
		SLICE(
		    "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"),
		&environment, &e, &err) == -1)
		exit(1);
	tap_ok(
	    expression_roles(e) == ROLES_REPLACE, "PS-056 roles that replace");
}

static void
test_stored(struct arena *a)
{
	for (size_t i = 0; i < NELEM(stored); i++) {
		char *text = arena_strdup(a, stored[i].tests);
		struct error err = { .code = ERR_NONE };
		struct expression *e;
		struct json_object *tests;
		int rc = -1;

		for (char *p = text; *p != '\0'; p++)
			if (*p == '\'')
				*p = '"';
		if (json_parse(a, slice_of(text), &tests, &err) == 0 &&
		    expression_compile(a, slice_of(stored[i].text),
			&environment, &e, &err) == 0)
			rc = expression_test(a, e, tests, &world, &err);
		tap_ok(stored[i].want == NULL ? rc == 0
					      : rc == -1 &&
			    strstr(err.detail, stored[i].want) != NULL,
		    "PS-059 %s: %s", stored[i].text,
		    rc == 0 ? "holds" : err.detail);
	}
}

/* Every row of the table is called by a row of good, and has its help. */
static void
test_table(struct arena *a)
{
	const struct function *f;

	for (size_t i = 0; (f = function_at(i)) != NULL; i++) {
		bool found = slice_equal(f->name, SLICE("Guid")) ||
		    slice_equal(f->name, SLICE("RandomString"));

		for (size_t k = 0; k < NELEM(good) && !found; k++)
			found =
			    strstr(good[k].text,
				arena_printf(a, "%s(", f->name.data)) != NULL;
		tap_ok(found && f->help != NULL &&
			slice_has_prefix_nocase(
			    slice_of(f->signature), f->name),
		    "PS-059 %s", f->signature);
	}
}

int
main(void)
{
	struct arena *a = arena_new();
	struct error err;

	environment.type = catalog_find_type(fixture_catalog(a), SLICE("User"));
	environment.profile = fixture_profile("tolerant");
	if (json_parse(a, SLICE(person), &tree, &err) == -1)
		return 1;
	test_good(a);
	test_bad(a);
	test_random(a);
	test_limits(a);
	test_questions(a);
	test_stored(a);
	test_table(a);
	arena_free(a);
	return tap_done();
}
