/*
 * test_dialect.c: what is sent to a target: creations, PATCH in each style,
 * PUT, members, queries (CLI of spec scim.md; the ENTRA shapes of spec
 * clients.md).
 */
#include "base/nelem.h"
#include "rule.h"
#include "scim/patch.h"
#include "sync/dialect.h"
#include "tap.h"

#define ENT  URN_ENTERPRISE
#define WORK "emails[type eq \\'work\\']"
#define POST \
	"[{'target':'addresses[type eq \\'work\\'].locality','source':'title','nulls':'clear'},{'target':'addresses[type eq \\'work\\'].region','source':'locale','nulls':'clear'}]"
#define TITLE "[{'target':'title','source':'title','nulls':'clear'}]"
#define MAIL                                                         \
	"[{'target':'" WORK                                          \
	".value','source':'title','nulls':'clear'},{'target':'" WORK \
	".primary','constant':true}]"
#define ACTIVE	"[{'target':'active','source':'active'}]"
#define MANAGER "[{'target':'manager','source':'title','nulls':'clear'}]"
#define NAMES                                                                                                     \
	"[{'target':'displayName','source':'title'},{'target':'name.givenName','source':'title'},{'target':'" ENT \
	":department','source':'title'},{'target':'" WORK                                                         \
	".value','source':'title'}]"
#define NO_NAMES                                         \
	"{'displayName':null,'name.givenName':'z','" ENT \
	":department':'z','" WORK ".value':'z'}"
#define ROLES(f) \
	"[{'target':'roles','expression':'" f "([appRoleAssignments])'}]"
#define ROLE \
	"{'primary':false,'type':'WindowsAzureActiveDirectoryRole','display':'A','value':'A'}"
#define ADMIN "{'appRoleAssignments':[{'value':'A'}]}"
/* clang-format off */

/* What was exported, and the operations of the PATCH that follows. */
static const struct {
	const char *id, *dialect, *mappings, *person, *exported, *want;
} patches[] = {
	{ "CLI-10 paths", "{}", TITLE, "{'title':'x'}", "{'title':'y'}", "[{'op':'replace','path':'title','value':'x'}]" },
	{ "CLI-10 nothing changes", "{}", TITLE, "{'title':'x'}", "{'title':'x'}", "null" },
	{ "CLI-10 paths, remove", "{}", TITLE, "{}", "{'title':'y'}", "[{'op':'remove','path':'title'}]" },
	{ "CLI-10 paths, names of extensions", "{}", NAMES, "{'title':'x'}", NO_NAMES, "[{'op':'replace','path':'displayName','value':'x'},{'op':'replace','path':'name.givenName','value':'x'},{'op':'replace','path':'" ENT ":department','value':'x'},{'op':'replace','path':'" WORK ".value','value':'x'}]" },
	{ "CLI-11 paths, a new element", "{}", MAIL, "{'title':'x'}", "{'" WORK ".value':null,'" WORK ".primary':null}", "[{'op':'add','path':'emails','value':[{'type':'work','value':'x','primary':true}]}]" },
	{ "CLI-11 paths, an element that is there", "{}", MAIL, "{'title':'x'}", "{'" WORK ".value':'y','" WORK ".primary':true}", "[{'op':'replace','path':'" WORK ".value','value':'x'}]" },
	{ "CLI-11 paths, a new part of an element", "{}", POST, "{'title':'x','locale':'r'}", "{'addresses[type eq \\'work\\'].locality':'x','addresses[type eq \\'work\\'].region':null}", "[{'op':'replace','path':'addresses[type eq \\'work\\'].region','value':'r'}]" },
	{ "CLI-10 paths, an element goes whole", "{}", MAIL, "{}", "{'" WORK ".value':'y','" WORK ".primary':true}", "[{'op':'remove','path':'" WORK "'}]" },
	{ "CLI-10 paths, a part of an element goes", "{}", POST, "{'title':'x'}", "{'addresses[type eq \\'work\\'].locality':'x','addresses[type eq \\'work\\'].region':'r'}", "[{'op':'remove','path':'addresses[type eq \\'work\\'].region'}]" },
	{ "ENTRA-18 paths, manager", "{}", MANAGER, "{'title':'m'}", "{'" ENT ":manager':'n'}", "[{'op':'replace','path':'" ENT ":manager','value':{'value':'m'}}]" },
	{ "CLI-10 paths, booleans are JSON", "{}", ACTIVE, "{'active':false}", "{'active':true}", "[{'op':'replace','path':'active','value':false}]" },
	{ "ENTRA-20 booleans as text", "{'booleans':'text'}", ACTIVE, "{'active':false}", "{'active':true}", "[{'op':'replace','path':'active','value':'False'}]" },
	{ "ENTRA-49 paths, all roles", "{}", ROLES("AssertiveAppRoleAssignmentsComplex"), ADMIN, "{'roles':[{'value':'B'}]}", "[{'op':'replace','path':'roles','value':[" ROLE "]}]" },
	{ "PS-056 paths, one more role", "{}", ROLES("AppRoleAssignmentsComplex"), ADMIN, "{'roles':[{'value':'B'}]}", "[{'op':'add','path':'roles','value':[" ROLE "]}]" },
	{ "ENTRA-12 merged", "{'patch':'merged'}", NAMES, "{'title':'x'}", NO_NAMES, "[{'op':'replace','path':'" WORK ".value','value':'x'},{'op':'replace','value':{'displayName':'x','name.givenName':'x','" ENT ":department':'x'}}]" },
	{ "ENTRA-12 merged, remove", "{'patch':'merged'}", TITLE, "{}", "{'title':'y'}", "[{'op':'remove','path':'title'}]" },
	{ "PD-05 merged, a new element", "{'patch':'merged'}", MAIL, "{'title':'x'}", "{'" WORK ".value':null,'" WORK ".primary':null}", "[{'op':'add','path':'" WORK ".value','value':'x'},{'op':'add','path':'" WORK ".primary','value':true}]" },
	{ "ENTRA-16 merged, manager", "{'patch':'merged'}", MANAGER, "{'title':'m'}", "{'" ENT ":manager':null}", "[{'op':'add','path':'" ENT ":manager','value':'m'}]" },
	{ "ENTRA-21 merged, disable", "{'patch':'merged'}", ACTIVE, "{'active':false}", "{'active':true}", "[{'op':'replace','value':{'active':false}}]" },
	{ "ENTRA-49 merged, all roles", "{'patch':'merged'}", ROLES("AssertiveAppRoleAssignmentsComplex"), ADMIN, "{'roles':[{'value':'B'}]}", "[{'op':'replace','path':'roles','value':[" ROLE "]}]" },
	{ "ENTRA-50 merged, the primary role", "{'patch':'merged'}", "[{'target':'roles[primary eq true].value','source':'title'}]", "{'title':'x'}", "{'roles[primary eq true].value':'y'}", "[{'op':'replace','path':'roles[primary eq \\'True\\'].value','value':'x'}]" },
	{ "ENTRA-11 legacy", "{'patch':'legacy'}", NAMES, "{'title':'x'}", NO_NAMES, "[{'op':'Add','path':'displayName','value':'x'},{'op':'Replace','path':'name.givenName','value':'x'},{'op':'Replace','path':'" ENT ":department','value':'x'},{'op':'Replace','path':'" WORK ".value','value':'x'}]" },
	{ "ENTRA-14 legacy, remove", "{'patch':'legacy'}", MAIL, "{}", "{'" WORK ".value':'y','" WORK ".primary':null}", "[{'op':'Remove','path':'" WORK ".value'}]" },
	{ "ENTRA-16 legacy, manager", "{'patch':'legacy'}", MANAGER, "{'title':'m'}", "{'" ENT ":manager':null}", "[{'op':'Add','path':'" ENT ":manager','value':'m'}]" },
	{ "ENTRA-19 legacy, no manager", "{'patch':'legacy'}", MANAGER, "{}", "{'" ENT ":manager':'m'}", "[{'op':'Remove','path':'" ENT ":manager'}]" },
	{ "ENTRA-20 legacy, disable", "{'patch':'legacy','booleans':'text'}", ACTIVE, "{'active':false}", "{'active':true}", "[{'op':'Replace','path':'active','value':'False'}]" },
	{ "ENTRA-48 legacy, one more role", "{'patch':'legacy'}", ROLES("AppRoleAssignmentsComplex"), ADMIN, "{'roles':[{'value':'B'}]}", "[{'op':'Add','path':'roles','value':[{'value':'{\\'id\\':\\'A\\',\\'value\\':\\'A\\',\\'displayName\\':\\'A\\'}'}]}]" },
};

static const struct {
	const char *id, *dialect, *mappings, *person, *want;
} creations[] = {
	{ "CLI-06 externalId", "{}", TITLE, "{'title':'x'}", "{'schemas':['" URN_USER "'],'title':'x','externalId':'s0'}" },
	{ "CLI-06 a mapped externalId", "{}", "[{'target':'externalId','source':'title'}]", "{'title':'x'}", "{'schemas':['" URN_USER "'],'externalId':'x'}" },
	{ "CLI-06 a target without externalId", "{'externalId':false}", TITLE, "{'title':'x'}", "{'schemas':['" URN_USER "'],'title':'x'}" },
	{ "ENTRA-06 extensions and elements", "{'externalId':false}", NAMES, "{'title':'x'}", "{'schemas':['" URN_USER "','" ENT "'],'displayName':'x','name':{'givenName':'x'},'" ENT "':{'department':'x'},'emails':[{'type':'work','value':'x'}]}" },
	{ "PS-053 null is not sent", "{'externalId':false}", MAIL, "{}", "{'schemas':['" URN_USER "']}" },
	{ "ENTRA-16 manager", "{'externalId':false}", MANAGER, "{'title':'m'}", "{'schemas':['" URN_USER "','" ENT "'],'" ENT "':{'manager':{'value':'m'}}}" },
	{ "PS-055 a reference that waits", "{'externalId':false}", "[{'target':'manager','source':'title','reference':'User'}]", "{'title':'s2'}", "{'schemas':['" URN_USER "']}" },
	{ "booleans as text", "{'externalId':false,'booleans':'text'}", ACTIVE, "{'active':true}", "{'schemas':['" URN_USER "'],'active':'True'}" },
	{ "ENTRA-46 one role", "{'externalId':false}", ROLES("SingleAppRoleAssignment"), ADMIN, "{'schemas':['" URN_USER "'],'roles':[{'primary':true,'type':'WindowsAzureActiveDirectoryRole','value':'A'}]}" },
};

static const struct {
	const char *id, *mappings, *person, *resource, *want;
} puts_[] = {
	{ "CLI-09 what is there stays", TITLE, "{'title':'x'}", "{'id':'1','userName':'u','Title':'y','x':[1]}", "{'id':'1','userName':'u','Title':'x','x':[1]}" },
	{ "CLI-09 clear", TITLE, "{}", "{'userName':'u','title':'y'}", "{'userName':'u'}" },
	{ "CLI-23 no groups", TITLE, "{'title':'x'}", "{'groups':[{'value':'g'}]}", "{'title':'x'}" },
	{ "CLI-23 no groups, in any case", TITLE, "{'title':'x'}", "{'Groups':[{'value':'g'}],'x':1}", "{'title':'x','x':1}" },
	{ "CLI-09 an extension", "[{'target':'department','source':'title'}]", "{'title':'x'}", "{'schemas':['" URN_USER "']}", "{'schemas':['" URN_USER "','" ENT "'],'" ENT "':{'department':'x'}}" },
	{ "CLI-09 a list that grows", ROLES("AppRoleAssignmentsComplex"), ADMIN, "{'roles':[{'value':'B'}]}", "{'roles':[{'value':'B'}," ROLE "]}" },
};

static const struct {
	const char *id, *dialect;
	const char *adds, *removes;	/* a character each */
	const char *want;		/* the operations of all bodies */
} members[] = {
	{ "ENTRA-31 add", "{}", "ab", "", "[[{'op':'add','path':'members','value':[{'value':'a'},{'value':'b'}]}]]" },
	{ "ENTRA-36 remove by filter", "{}", "", "ab", "[[{'op':'remove','path':'members[value eq \\'a\\']'},{'op':'remove','path':'members[value eq \\'b\\']'}]]" },
	{ "ENTRA-35 remove by value", "{'patch':'legacy'}", "", "ab", "[[{'op':'Remove','path':'members','value':[{'value':'a'},{'value':'b'}]}]]" },
	{ "ENTRA-35 remove by value, not legacy", "{'removeMembers':'value'}", "", "a", "[[{'op':'remove','path':'members','value':[{'value':'a'}]}]]" },
	{ "CLI-10 both", "{}", "a", "b", "[[{'op':'remove','path':'members[value eq \\'b\\']'},{'op':'add','path':'members','value':[{'value':'a'}]}]]" },
	{ "CLI-10 chunks", "{'memberBatch':2}", "abc", "", "[[{'op':'add','path':'members','value':[{'value':'a'},{'value':'b'}]}],[{'op':'add','path':'members','value':[{'value':'c'}]}]]" },
	{ "CLI-10 chunks of both", "{'memberBatch':2,'removeMembers':'value'}", "ab", "c", "[[{'op':'remove','path':'members','value':[{'value':'c'}]},{'op':'add','path':'members','value':[{'value':'a'}]}],[{'op':'add','path':'members','value':[{'value':'b'}]}]]" },
	{ "CLI-10 nobody", "{}", "", "", "[]" },
};

static const struct {
	const char *id, *dialect, *mappings, *person, *want;
} matches[] = {
	{ "CLI-07 userName", "{}", "[{'target':'userName','source':'userName','match':1}]", "{'userName':'a+b@c'}", "/Users?filter=userName%20eq%20%22a%2Bb%40c%22" },
	{ "PS-046 quotes and backslashes", "{}", "[{'target':'userName','source':'userName','match':1}]", "{'userName':'\\\\\\'&#\xc3\xa9'}", "/Users?filter=userName%20eq%20%22%5C%5C%5C%22%26%23%C3%A9%22" },
	{ "PS-040 a composite key", "{}", "[{'target':'title','source':'title','match':1},{'target':'locale','source':'locale','match':1}]", "{'title':'a','locale':'b'}", "/Users?filter=title%20eq%20%22a%22%20and%20locale%20eq%20%22b%22" },
	{ "PS-042 no value", "{}", "[{'target':'title','source':'title','match':1},{'target':'locale','source':'locale','match':1}]", "{'title':'a'}", "" },
	{ "CLI-07 an element", "{}", "[{'target':'" WORK ".value','source':'title','match':1}]", "{'title':'a'}", "/Users?filter=emails%5Btype%20eq%20%22work%22%20and%20value%20eq%20%22a%22%5D" },
	{ "ENTRA-05 an element, as Entra asks", "{'patch':'merged'}", "[{'target':'" WORK ".value','source':'title','match':1}]", "{'title':'a'}", "/Users?filter=emails%5Btype%20eq%20%22work%22%5D.value%20eq%20%22a%22" },
	{ "CLI-07 an extension", "{}", "[{'target':'employeeNumber','source':'title','match':1}]", "{'title':'7'}", "/Users?filter=urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Aextension%3Aenterprise%3A2.0%3AUser%3AemployeeNumber%20eq%20%227%22" },
	{ "PS-041 a computed value", "{}", "[{'target':'userName','expression':'Append([title], \\'@x\\')','match':1}]", "{'title':'a'}", "/Users?filter=userName%20eq%20%22a%40x%22" },
	{ "PS-040 created only", "{}", "[{'target':'userName','source':'title','flow':'create','match':1}]", "{'title':'a'}", "/Users?filter=userName%20eq%20%22a%22" },
};

static const struct {
	const char *json, *want;
} refused[] = {
	{ "{'patch':'path'}", "patch: one of" },
	{ "{'booleans':true}", "booleans: one of" },
	{ "{'concurrency':0}", "concurrency: an integer from 1 to 256" },
	{ "{'timeoutSeconds':601}", "timeoutSeconds: an integer" },
	{ "{'rate':1}", "rate: nothing has this name" },
	{ "{'etag':1}", "etag: true or false" },
};
/* clang-format on */

static struct dialect
dialect_of(struct arena *a, const char *json)
{
	struct dialect d;
	struct error err;

	if (dialect_read(rule_json(a, json), &d, &err) == -1) {
		printf("not ok - %s: %s\n", json, err.detail);
		exit(1);
	}
	return d;
}

static struct flow *
flows_of(struct arena *a, const struct mapping *m, const char *person,
    bool creates, size_t *n)
{
	struct flow *flows = NULL;
	struct error err;
	int count = rule_flows(a, m, person, creates, &flows, &err);

	if (count == -1) {
		printf("not ok - %s: %s\n", person, err.detail);
		exit(1);
	}
	*n = (size_t)count;
	return flows;
}

static struct change *
changes_of(struct arena *a, const char *mappings, const char *person,
    const struct known *known, size_t *n)
{
	size_t nflows;
	struct flow *flows =
	    flows_of(a, rule_mapping(a, mappings), person, false, &nflows);
	struct change *changes;

	difference(a, flows, nflows, known, &changes, n);
	return changes;
}

static struct json_object *
operations(const struct json_object *body)
{
	return json_attr(body, SLICE("Operations"));
}

static void
test_patches(struct arena *a)
{
	for (size_t i = 0; i < NELEM(patches); i++) {
		struct dialect d = dialect_of(a, patches[i].dialect);
		const struct known known = { .exported = rule_json(
						 a, patches[i].exported) };
		size_t n;
		struct change *changes = changes_of(
		    a, patches[i].mappings, patches[i].person, &known, &n);
		struct json_object *got =
		    operations(dialect_patch(a, &d, changes, n));

		tap_ok(json_equal(got, rule_json(a, patches[i].want)),
		    "%s: %.*s", patches[i].id, SLICE_ARG(json_text(a, got)));
	}
}

/* A user with what EXPORTED has for the rows of FLOWS. */
static struct json_object *
stored(struct arena *a, const struct flow *flows, size_t n,
    const struct json_object *exported)
{
	struct json_object *user = rule_json(
	    a, "{'schemas':['" URN_USER "','" ENT "'],'userName':'u'}");

	for (size_t i = 0; i < n; i++)
		place_put(a, &flows[i].row->place, user,
		    json_attr(exported, flows[i].row->key));
	return user;
}

static int
apply(struct arena *a, struct json_object *body, struct json_object *user,
    bool strict, struct error *err)
{
	const struct resource_type *type =
	    catalog_find_type(fixture_catalog(a), SLICE("User"));
	const struct profile *profile =
	    fixture_profile(strict ? "strict" : "tolerant");
	struct patch patch;

	if (patch_parse(a, type, profile, SLICE("1"), body, &patch, err) == -1)
		return -1;
	return patch_apply(a, type, profile, NULL, &patch, user, err);
}

/*
 * Our own server is a target, too: after each PATCH it has what flows.  Paths
 * are what the RFC has, so the strict profile takes them.
 */
static void
test_applied(struct arena *a)
{
	for (size_t i = 0; i < NELEM(patches); i++) {
		struct dialect d = dialect_of(a, patches[i].dialect);
		struct known known = { .exported =
					   rule_json(a, patches[i].exported) };
		struct mapping *m = rule_mapping(a, patches[i].mappings);
		struct error err = { .code = ERR_NONE };
		size_t n, nflows;
		struct flow *flows =
		    flows_of(a, m, patches[i].person, false, &nflows);
		struct change *changes;
		struct json_object *body, *user;

		difference(a, flows, nflows, &known, &changes, &n);
		body = dialect_patch(a, &d, changes, n);
		user = stored(a, flows, nflows, known.exported);
		if (body != NULL)
			apply(a, body, user,
			    d.patch == DIALECT_PATHS && !d.text_booleans, &err);
		known.resource = user;
		difference(a, flows, nflows, &known, &changes, &n);
		tap_ok(err.code == ERR_NONE && n == 0,
		    "CLI-10 applied: %s: %.*s %s", patches[i].id,
		    SLICE_ARG(json_text(a, user)), err.detail);
	}
}

static void
test_creations(struct arena *a)
{
	for (size_t i = 0; i < NELEM(creations); i++) {
		struct dialect d = dialect_of(a, creations[i].dialect);
		size_t n;
		struct flow *flows =
		    flows_of(a, rule_mapping(a, creations[i].mappings),
			creations[i].person, true, &n);
		struct json_object *got = dialect_create(
		    a, &d, SLICE(URN_USER), flows, n, SLICE("s0"));

		tap_ok(json_equal(got, rule_json(a, creations[i].want)),
		    "%s: %.*s", creations[i].id, SLICE_ARG(json_text(a, got)));
	}
}

static void
test_puts(struct arena *a)
{
	struct dialect d = dialect_of(a, "{'patch':'put'}");

	for (size_t i = 0; i < NELEM(puts_); i++) {
		const struct known known = { .resource = rule_json(
						 a, puts_[i].resource) };
		size_t n;
		struct change *changes = changes_of(
		    a, puts_[i].mappings, puts_[i].person, &known, &n);
		struct json_object *got =
		    dialect_put(a, &d, known.resource, changes, n);

		tap_ok(json_equal(got, rule_json(a, puts_[i].want)) &&
			json_equal(
			    known.resource, rule_json(a, puts_[i].resource)),
		    "%s: %.*s", puts_[i].id, SLICE_ARG(json_text(a, got)));
	}
}

static size_t
ids_of(const char *text, struct slice *ids)
{
	size_t n = 0;

	for (; text[n] != '\0'; n++)
		ids[n] = (struct slice){ text + n, 1 };
	return n;
}

static void
test_members(struct arena *a)
{
	for (size_t i = 0; i < NELEM(members); i++) {
		struct dialect d = dialect_of(a, members[i].dialect);
		struct slice adds[8], removes[8];
		size_t nadds = ids_of(members[i].adds, adds), n;
		size_t nremoves = ids_of(members[i].removes, removes);
		struct json_object **bodies, *got = json_new_array(a);

		dialect_members(
		    a, &d, NULL, adds, nadds, removes, nremoves, &bodies, &n);
		for (size_t k = 0; k < n; k++)
			json_append(got, operations(bodies[k]));
		tap_ok(json_equal(got, rule_json(a, members[i].want)),
		    "%s: %.*s", members[i].id, SLICE_ARG(json_text(a, got)));
	}
}

/* CLI-08: who has no PATCH gets them all. */
static void
test_put_members(struct arena *a)
{
	struct dialect d = dialect_of(a, "{'patch':'put'}");
	const struct json_object *group = rule_json(a,
	    "{'displayName':'g','members':[{'value':'a','display':'A'},"
	    "{'value':'b'}]}");
	const struct slice adds[] = { SLICE("b"), SLICE("c") };
	const struct slice removes[] = { SLICE("a"), SLICE("x") };
	struct json_object **bodies;
	size_t n;

	dialect_members(a, &d, group, adds, 2, removes, 2, &bodies, &n);
	tap_ok(n == 1 &&
		json_equal(bodies[0],
		    rule_json(a,
			"{'displayName':'g','members':[{'value':'b'},"
			"{'value':'c'}]}")),
	    "CLI-08 members by PUT");
}

static void
test_matches(struct arena *a)
{
	for (size_t i = 0; i < NELEM(matches); i++) {
		struct dialect d = dialect_of(a, matches[i].dialect);
		struct mapping *m = rule_mapping(a, matches[i].mappings);
		size_t n;
		struct flow *flows =
		    flows_of(a, m, matches[i].person, true, &n);
		struct slice filter = dialect_match_filter(
				 a, &d, &m->matches[0], flows, n),
			     got = SLICE("");

		if (filter.data != NULL)
			got = dialect_query(a, SLICE("/Users"), filter);
		tap_ok(slice_equal(got, slice_of(matches[i].want)), "%s: %.*s",
		    matches[i].id, SLICE_ARG(got));
	}
}

static void
test_queries(struct arena *a)
{
	struct slice filter =
	    dialect_filter(a, SLICE("displayName"), SLICE("a\"b"));
	struct slice query = dialect_query(a, SLICE("/Groups"), filter);

	tap_ok(slice_equal(filter, SLICE("displayName eq \"a\\\"b\"")),
	    "PS-046 a value is escaped");
	tap_ok(slice_has_prefix_nocase(
		   query, SLICE("/Groups?excludedAttributes=members&filter=")),
	    "ENTRA-28 groups without members");
	tap_ok(json_equal(dialect_search(a, SLICE("/Groups"), filter),
		   rule_json(a,
		       "{'schemas':['" URN_SEARCH "'],'filter':"
		       "'displayName eq \\'a\\\\\\'b\\'',"
		       "'excludedAttributes':['members']}")),
	    "CLI-20 the same by POST");
}

static void
test_refused(struct arena *a)
{
	struct dialect d;
	struct error err;

	for (size_t i = 0; i < NELEM(refused); i++)
		tap_ok(dialect_read(rule_json(a, refused[i].json), &d, &err) ==
			    -1 &&
			strstr(err.detail, refused[i].want) == err.detail,
		    "PS-024 %s: %s", refused[i].json, err.detail);
}

int
main(void)
{
	struct arena *a = arena_new();

	test_patches(a);
	test_applied(a);
	test_creations(a);
	test_puts(a);
	test_members(a);
	test_put_members(a);
	test_matches(a);
	test_queries(a);
	test_refused(a);
	arena_free(a);
	return tap_done();
}
