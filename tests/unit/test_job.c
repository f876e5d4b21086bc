/*
 * test_job.c: definitions of provisioning jobs: what is compiled, what is
 * refused and where, the templates, the tests that are stored with them.
 */
#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "sync/job.h"
#include "tap.h"

static const struct catalog *catalog;

/* JSON that is written with ' for ". */
static struct json_object *
parse(struct arena *a, const char *text)
{
	char *json = arena_strdup(a, text);
	struct json_object *out;
	struct error err;

	for (char *p = json; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	if (json_parse(a, slice_of(json), &out, &err) == -1) {
		printf("not ok - %s: %s\n", text, err.detail);
		exit(1);
	}
	return out;
}

static struct job *
compile(struct arena *a, const struct json_object *json, struct error *err)
{
	struct job *job;

	*err = (struct error){ .code = ERR_NONE };
	return job_compile(a, json, catalog, fixture_profile("tolerant"), &job,
		   err) == 0
	    ? job
	    : NULL;
}

/* clang-format off */
#define TARGET "'name':'j','target':{'url':'https://h/scim/v2','authentication':'none'}"
#define KEY "{'target':'userName','source':'userName','match':1}"
#define RULE(mappings) "{'source':'User','mappings':[" KEY mappings "]}"
#define JOB(more) "{" TARGET ",'rules':[" RULE("") "]" more "}"
#define MAPPINGS(m) "{" TARGET ",'rules':[" RULE("," m) "]}"

static const struct {
	const char *id, *json;
} good[] = {
	{ "PS-012 a rule", JOB("") },
	{ "PS-020 client credentials", "{'name':'j','target':{'url':'https://h/','authentication':'client','clientId':'c','tokenUrl':'https://h/t?x=1','credentialLocation':'body','oauthScope':'scim'},'rules':[" RULE("") "]}" },
	{ "PS-020 basic", "{'name':'j','target':{'url':'http://127.0.0.1:80','authentication':'basic','clientId':'u','secret':'p'},'rules':[" RULE("") "]}" },
	{ "the limits of a dialect", "{'name':'j','target':{'url':'https://h','dialect':{'memberBatch':10000,'concurrency':1}},'rules':[" RULE("") "]}" },
	{ "PS-030 everybody", JOB(",'scope':{'mode':'all','nested':false,'flatten':true,'disabledUsers':true}") },
	{ "PS-060 a table", JOB(",'tables':{'t':{'a':'b'}}") },
	{ "PS-041 a computed match", MAPPINGS("{'target':'externalId','expression':'ToLower([userName], )','match':2}") },
	{ "PS-057 an attribute in a schema of the target's own", MAPPINGS("{'target':'urn:x:y:2.0:User:badge','source':'title'}") },
	{ "PS-057 a declared attribute", MAPPINGS("{'target':'badge','source':'title','type':'string'}") },
	{ "PS-054 a complex attribute as a whole", MAPPINGS("{'target':'addresses','source':'addresses'}") },
	{ "PS-062 a password at creation", MAPPINGS("{'target':'password','expression':'Redact(RandomString(16, 1, 1, 1, 1, \\'\\'))','flow':'create'}") },
	{ "a type of the target's own", "{" TARGET ",'rules':[{'source':'User','target':'Badge','endpoint':'/Badges','schema':'urn:x:Badge','mappings':[" KEY "]}]}" },
};

static const struct {
	const char *id, *json, *want;
} bad[] = {
	{ "not an object", "[]", "a job is an object" },
	{ "no name", "{}", "name: 1 to 64 letters" },
	{ "a name that is a path", "{'name':'a/b'}", "name: 1 to 64 letters" },
	{ "an unknown member", "{'name':'j','tagret':{}}", "tagret: nothing has this name here; did you mean target?" },
	{ "no target", "{'name':'j'}", "target: an object is needed" },
	{ "CLI-30 a user in the URL", "{'name':'j','target':{'url':'https://u:p@h/'}}", "target.url: a URL" },
	{ "CLI-30 a query in the URL", "{'name':'j','target':{'url':'https://h/?aadOptscim062020'}}", "target.url: a URL" },
	{ "no scheme", "{'name':'j','target':{'url':'h/scim'}}", "target.url: a URL" },
	{ "an unknown word", "{'name':'j','target':{'url':'https://h','authentication':'baerer'}}", "target.authentication: one of \"bearer\", \"client\", \"assertion\", \"basic\", \"none\" expected; did you mean bearer?" },
	{ "PS-020 no client", "{'name':'j','target':{'url':'https://h','authentication':'client'}}", "target.clientId: needed" },
	{ "PS-020 no token URL", "{'name':'j','target':{'url':'https://h','authentication':'assertion','clientId':'c'}}", "target.tokenUrl: needed" },
	{ "a limit of a dialect, above", "{'name':'j','target':{'url':'https://h','dialect':{'memberBatch':10001}}}", "target.dialect.memberBatch: an integer from 1 to 10000 expected" },
	{ "a limit of a dialect", "{'name':'j','target':{'url':'https://h','dialect':{'memberBatch':0}}}", "target.dialect.memberBatch: an integer from 1 to 10000 expected" },
	{ "no rules", "{" TARGET "}", "rules: an array" },
	{ "an unknown type", "{" TARGET ",'rules':[{'source':'Usr'}]}", "rules[0].source: no type 'Usr'; did you mean User?" },
	{ "a type without endpoint", "{" TARGET ",'rules':[{'source':'User','target':'Badge','mappings':[]}]}", "rules[0].target: no type 'Badge'" },
	{ "an unknown action", "{" TARGET ",'rules':[{'source':'User','actions':['erase']}]}", "rules[0].actions[0]: " },
	{ "two rules of a type", "{" TARGET ",'rules':[" RULE("") "," RULE("") "]}", "rules[1].source: another rule" },
	{ "PS-040 nothing to match by", "{" TARGET ",'rules':[{'source':'User','mappings':[{'target':'userName','source':'userName'}]}]}", "rules[0].mappings: one must have a \"match\"" },
	{ "PS-035 a bad filter", "{" TARGET ",'rules':[{'source':'User','filters':[{'clauses':[{'attribute':'titel','operator':'EQUALS','value':'x'}]}],'mappings':[" KEY "]}]}", "rules[0].filters: filter 1, clause 1: " },
	{ "no target of a mapping", MAPPINGS("{'source':'title'}"), "rules[0].mappings[1].target: a path is needed" },
	{ "PS-050 two values", MAPPINGS("{'target':'title','source':'title','constant':1}"), "rules[0].mappings[1].source: only one of" },
	{ "an unknown source", MAPPINGS("{'target':'title','source':'titel'}"), "rules[0].mappings[1].source: no attribute [titel]; did you mean title?" },
	{ "an unknown target", MAPPINGS("{'target':'titel','source':'title'}"), "rules[0].mappings[1].target: no attribute [titel]; did you mean title?" },
	{ "an unknown sub-attribute", MAPPINGS("{'target':'name.given','source':'title'}"), "rules[0].mappings[1].target: no attribute [name.given]; did you mean name." },
	{ "an unknown attribute of an extension", MAPPINGS("{'target':'" URN_ENTERPRISE ":departmnt','source':'title'}"), "rules[0].mappings[1].target: no attribute [" URN_ENTERPRISE ":departmnt]" },
	{ "an unknown sub-attribute of an element", MAPPINGS("{'target':'emails[type eq \\'work\\'].vlaue','source':'title'}"), "has no sub-attribute 'vlaue'" },
	{ "a condition of the element", MAPPINGS("{'target':'emails[type eq \\'work\\'].type','source':'title'}"), "the filter of the path says that already" },
	{ "no element is named", MAPPINGS("{'target':'emails.value','source':'title'}"), "which element?" },
	{ "a required attribute that clears", MAPPINGS("{'target':'displayName','source':'title'}]},{'source':'Group','mappings':[{'target':'displayName','source':'displayName','match':1,'nulls':'clear'}"), "rules[1].mappings[0].nulls: a target needs" },
	{ "a reference that is a constant", MAPPINGS("{'target':'manager','constant':'x','reference':'User'}"), "rules[0].mappings[1].reference: " },
	{ "PS-061 a word for caseExact", MAPPINGS("{'target':'title','source':'title','caseExact':'no'}"), "rules[0].mappings[1].caseExact: " },
	{ "PS-052 an unknown flow", MAPPINGS("{'target':'title','source':'title','flow':'allways'}"), "did you mean always?" },
	{ "a constant of another type", MAPPINGS("{'target':'active','constant':'perhaps'}"), "rules[0].mappings[1].constant: not of the attribute's type" },
	{ "a constant that is an object", MAPPINGS("{'target':'title','constant':{'a':1}}"), "rules[0].mappings[1].constant: not of the attribute's type" },
	{ "a constant that is no object", MAPPINGS("{'target':'addresses','constant':['a']}"), "rules[0].mappings[1].constant: not of the attribute's type" },
	{ "a default that is a list", MAPPINGS("{'target':'title','source':'title','default':['a','b']}"), "rules[0].mappings[1].default: one value" },
	{ "a filter that names no element", MAPPINGS("{'target':'emails[type ne \\'work\\'].value','source':'title'}"), "an element is named by" },
	{ "an unknown function", MAPPINGS("{'target':'title','expression':'ToLowr([title])'}"), "rules[0].mappings[1].expression: expression, byte 0: no function ToLowr; did you mean ToLower?" },
	{ "PS-050 the same target twice", MAPPINGS("{'target':'USERNAME','source':'title'}"), "rules[0].mappings[1].target: mappings[0] writes 'userName' already" },
	{ "the whole and a part", MAPPINGS("{'target':'emails[type eq \\'work\\'].value','source':'title'},{'target':'emails','source':'emails'}"), "rules[0].mappings[2].target: mappings[1] writes" },
	{ "an object and a part", MAPPINGS("{'target':'name.givenName','source':'title'},{'target':'name','source':'name'}"), "rules[0].mappings[2].target: mappings[1] writes" },
	{ "CLI-23 groups", MAPPINGS("{'target':'groups','source':'title'}"), "nobody but the target writes 'groups'" },
	{ "CLI-06 id", MAPPINGS("{'target':'id','source':'id'}"), "nobody but the target writes 'id'" },
	{ "CLI-24 a password at any time", MAPPINGS("{'target':'password','constant':'x'}"), "a password flows with" },
	{ "PS-040 matching by what nobody has", MAPPINGS("{'target':'nickName','expression':'SelectUniqueValue([userName], [title])','match':2}"), "rules[0].mappings[1].match: a value that nobody has" },
	{ "matching by a list", MAPPINGS("{'target':'emails','source':'emails','match':2}"), "rules[0].mappings[1].match: one value" },
	{ "matching without a value", MAPPINGS("{'target':'title','default':'x','match':2}"), "rules[0].mappings[1].match: there is no value" },
	{ "PS-056 roles of everybody", "{" TARGET ",'scope':{'mode':'all'},'rules':[" RULE(",{'target':'roles','expression':'AppRoleAssignmentsComplex([appRoleAssignments])'}") "]}", "roles come with assignments" },
	{ "an unknown table", MAPPINGS("{'target':'title','expression':'Lookup(\\'t\\', [title])'}"), "rules[0].mappings[1].expression: " },
	{ "a table of numbers", JOB(",'tables':{'t':{'a':1}}"), "tables.t.a: a string expected" },
	{ "days of escrow", JOB(",'escrowDays':0"), "escrowDays: an integer from 1" },
	{ "a limit of the guard", JOB(",'guard':{'percent':101}"), "guard.percent: an integer from 0 to 100" },
	{ "an event", JOB(",'deprovision':{'deleted':'drop'}"), "deprovision.deleted: one of" },
	{ "PS-109 a webhook that is no URL", JOB(",'alerts':{'webhook':'mail'}"), "alerts.webhook: a URL" },
	{ "a test of no mapping", JOB(",'tests':[{'target':'title','want':'x'}]"), "tests[0].target: no expression" },
	{ "a test of no rule", JOB(",'tests':[{'rule':'Group','target':'title','want':'x'}]"), "tests[0].rule: " },
};
/* clang-format on */

static void
test_good(struct arena *a)
{
	struct error err;

	for (size_t i = 0; i < NELEM(good); i++) {
		bool ok = compile(a, parse(a, good[i].json), &err) != NULL;

		tap_ok(ok, "%s %s", good[i].id, ok ? "" : err.detail);
	}
}

static void
test_bad(struct arena *a)
{
	struct error err;

	for (size_t i = 0; i < NELEM(bad); i++) {
		bool refused = compile(a, parse(a, bad[i].json), &err) == NULL;

		tap_ok(refused && err.code == ERR_INVALID_VALUE &&
			strstr(err.detail, bad[i].want) != NULL,
		    "%s: %s", bad[i].id, err.detail);
	}
}

/* What is not said is as the head of job.h has it. */
static void
test_defaults(struct arena *a)
{
	struct error err;
	const struct job *job = compile(a, parse(a, JOB("")), &err);

	tap_ok(job->scope.nested && !job->scope.all && job->rules[0].enabled &&
		job->rules[0].creates && job->rules[0].updates &&
		job->rules[0].deletes,
	    "PS-030 PS-012 assigned, nested, all actions");
	tap_ok(job->deprovision.out_of_scope == JOB_DISABLE &&
		job->deprovision.disabled == JOB_DISABLE &&
		job->deprovision.deleted == JOB_DELETE &&
		job->deprovision.grace_days == 30 && job->escrow_days == 28,
	    "PS-080 who is gone is disabled, then deleted");
	tap_ok(job->guard.count == 500 && job->guard.percent == 10,
	    "PS-089 there is a guard");
	tap_ok(job->target.dialect.member_batch == 100 &&
		job->target.dialect.rate_per_second == 25 &&
		job->target.dialect.external_id,
	    "GAL-01 25 requests a second");
	tap_ok(slice_equal(job->rules[0].endpoint, SLICE("/Users")) &&
		slice_equal(job->rules[0].schema, SLICE(URN_USER)),
	    "the type says endpoint and schema");
}

/* Each template compiles, once it has a name and a URL. */
static void
test_templates(struct arena *a)
{
	const char *name;
	struct error err;

	for (size_t i = 0; (name = job_template_name(i)) != NULL; i++) {
		struct json_object *json = job_template(a, slice_of(name));
		const struct job *job;

		json_set(json, SLICE("name"), json_new_string(a, SLICE("j")));
		json_set(json_get(json, "target"), SLICE("url"),
		    json_new_string(a, SLICE("https://h")));
		job = compile(a, json, &err);
		tap_ok(job != NULL && job->nrules == 2 &&
			!job->rules[0].mapping.rows[0].clears &&
			job->rules[0].mapping.rows[4].clears ==
			    (strncmp(name, "entra", 5) != 0) &&
			job->rules[0].mapping.active != NULL &&
			job->rules[1].mapping.members,
		    "PS-009 template %s %s", name, err.detail);
	}
	tap_ok(job_template(a, SLICE("nosuch")) == NULL,
	    "PS-009 another template is none");
}

/* PS-072: users, then groups, however they are written. */
static void
test_order(struct arena *a)
{
	struct error err;
	const struct job *job = compile(a,
	    parse(a,
		"{" TARGET ",'rules':[{'source':'Group','mappings':["
		"{'target':'displayName','source':'displayName','match':1},"
		"{'target':'members','source':'members'}]}," RULE("") "]}"),
	    &err);

	tap_ok(job != NULL && job->rules[1].mapping.members &&
		job_rule_of(job, SLICE("User")) == &job->rules[0],
	    "PS-072 groups behind users %s", err.detail);
}

/* A definition whose tests are red is not compiled. */
static void
test_tests(struct arena *a)
{
	static const char job[] =
	    "{" TARGET ",'tables':{'t':{'OSL':'Oslo'}},"
	    "'rules':[" RULE(
		",{'target':'title','expression':"
		"'Append(Lookup(\\'t\\', [title]), \\'!\\')'}") "],"
								"'tests':[{'target':'title','person':{'title':'OSL'},"
								"'want':'%s'}]}";
	struct error err;

	tap_ok(
	    compile(a, parse(a, arena_printf(a, job, "Oslo!")), &err) != NULL,
	    "PS-059 a test that holds");
	tap_ok(compile(a, parse(a, arena_printf(a, job, "Bergen!")), &err) ==
		    NULL &&
		strstr(err.detail, "tests[0].") != NULL &&
		strstr(err.detail, "\"Oslo!\"") != NULL,
	    "PS-059 one that does not: %s", err.detail);
}

int
main(void)
{
	struct arena *a = arena_new();

	catalog = fixture_catalog(a);
	test_good(a);
	test_bad(a);
	test_defaults(a);
	test_templates(a);
	test_order(a);
	test_tests(a);
	arena_free(a);
	return tap_done();
}
