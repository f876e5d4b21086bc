/*
 * test_mapping.c: what flows from a person: kinds of mappings, defaults,
 * nulls, flow types, references, roles (PS-050 to 063 of spec
 * provisioning.md); places of a target, read and written.
 */
#include "base/nelem.h"
#include "rule.h"
#include "tap.h"

#define ENT URN_ENTERPRISE
/* clang-format off */

/*
 * WANT: the flows that are set, by the texts of their places; {"pending": IDS}
 * for one that waits.
 */
static const struct {
	const char *id, *mappings, *person;
	bool creates;
	const char *want;
} rows[] = {
	{ "PS-050 direct", "[{'target':'title','source':'title'}]", "{'title':'x'}", false, "{'title':'x'}" },
	{ "PS-050 direct, names in any case", "[{'target':'TITLE','source':'Title'}]", "{'title':'x'}", false, "{'title':'x'}" },
	{ "PS-050 constant", "[{'target':'title','constant':'c'}]", "{}", false, "{'title':'c'}" },
	{ "PS-050 a constant that is false", "[{'target':'active','constant':false}]", "{}", false, "{'active':false}" },
	{ "PS-050 expression", "[{'target':'title','expression':'ToUpper([title], )'}]", "{'title':'x'}", false, "{'title':'X'}" },
	{ "PS-050 none", "[{'target':'title'}]", "{'title':'x'}", true, "{}" },
	{ "PS-050 none, with a default", "[{'target':'title','default':'d'}]", "{'title':'x'}", true, "{'title':'d'}" },
	{ "PS-050 none, with a default of creation", "[{'target':'title','default':'d'}]", "{'title':'x'}", false, "{}" },
	{ "PS-050 none, never clears", "[{'target':'title','nulls':'clear'}]", "{}", false, "{}" },
	{ "PS-051 default at creation", "[{'target':'title','source':'title','default':'d'}]", "{}", true, "{'title':'d'}" },
	{ "PS-051 no default later", "[{'target':'title','source':'title','default':'d'}]", "{}", false, "{}" },
	{ "PS-051 a default always", "[{'target':'title','source':'title','default':'d','defaultOn':'always'}]", "{}", false, "{'title':'d'}" },
	{ "PS-051 no default for a value", "[{'target':'title','source':'title','default':'d','defaultOn':'always'}]", "{'title':'x'}", true, "{'title':'x'}" },
	{ "PS-051 a default for empty text", "[{'target':'title','source':'title','default':'d'}]", "{'title':''}", true, "{'title':'d'}" },
	{ "PS-051 a default before null clears", "[{'target':'title','source':'title','default':'d','nulls':'clear'}]", "{}", true, "{'title':'d'}" },
	{ "PS-052 only at creation", "[{'target':'title','source':'title','flow':'create'}]", "{'title':'x'}", true, "{'title':'x'}" },
	{ "PS-052 not later", "[{'target':'title','source':'title','flow':'create'}]", "{'title':'x'}", false, "{}" },
	{ "PS-053 null keeps", "[{'target':'title','source':'title'}]", "{}", false, "{}" },
	{ "PS-053 null clears", "[{'target':'title','source':'title','nulls':'clear'}]", "{}", false, "{'title':null}" },
	{ "PS-053 null of an expression clears", "[{'target':'title','expression':'ToUpper([title], )','nulls':'clear'}]", "{}", false, "{'title':null}" },
	{ "PS-053 empty text is null", "[{'target':'title','expression':'Left([title], 0)','nulls':'clear'}]", "{'title':'x'}", false, "{'title':null}" },
	{ "PS-053 IgnoreFlowIfNullOrEmpty leaves it", "[{'target':'title','expression':'IgnoreFlowIfNullOrEmpty([title])','nulls':'clear','default':'d'}]", "{}", true, "{}" },
	{ "PS-054 a sub-attribute", "[{'target':'name.givenName','source':'displayName'}]", "{'displayName':'x'}", false, "{'name.givenName':'x'}" },
	{ "PS-054 one element", "[{'target':'emails[type eq \\'work\\'].value','source':'emails[type eq \\'home\\'].value'}]", "{'emails':[{'value':'w','type':'work'},{'value':'h','type':'home'}]}", false, "{'emails[type eq \\'work\\'].value':'h'}" },
	{ "PS-054 the first of several", "[{'target':'title','source':'emails.value'}]", "{'emails':[{'value':'w'},{'value':'h'}]}", false, "{'title':'w'}" },
	{ "PS-054 a list as a whole", "[{'target':'addresses','source':'addresses'}]", "{'addresses':[{'type':'work','locality':'Oslo','region':'O'}]}", false, "{'addresses':[{'type':'work','locality':'Oslo','region':'O'}]}" },
	{ "PS-054 elements out of values", "[{'target':'emails','source':'emails.value'}]", "{'emails':[{'value':'a','type':'work'}]}", false, "{'emails':[{'value':'a'}]}" },
	{ "PS-054 a value out of an object", "[{'target':'title','expression':'Item([appRoleAssignments], 1)'}]", "{'appRoleAssignments':[{'value':'Admin'}]}", false, "{'title':'Admin'}" },
	{ "an object without members is null", "[{'target':'x','type':'complex','constant':{},'nulls':'clear'}]", "{}", false, "{'x':null}" },
	{ "PS-054 an object as a whole", "[{'target':'name','source':'name'}]", "{'name':{'givenName':'B','familyName':'J'}}", false, "{'name':{'givenName':'B','familyName':'J'}}" },
	{ "PS-054 an extension", "[{'target':'" ENT ":department','source':'department'}]", "{'" ENT "':{'department':'S'}}", false, "{'" ENT ":department':'S'}" },
	{ "PS-054 an extension without its URN", "[{'target':'department','source':'title'}]", "{'title':'S'}", false, "{'" ENT ":department':'S'}" },
	{ "PS-057 a schema of the target's own", "[{'target':'urn:x:1.0:User:badge.no','source':'title'}]", "{'title':'7'}", false, "{'urn:x:1.0:User:badge.no':'7'}" },
	{ "PS-057 a declared integer", "[{'target':'grade','type':'integer','source':'level'}]", "{'level':'7'}", false, "{'grade':7}" },
	{ "PS-057 a declared decimal", "[{'target':'grade','type':'decimal','source':'level'}]", "{'level':'7.5'}", false, "{'grade':7.5}" },
	{ "PS-057 a declared list", "[{'target':'tags','type':'string','multiValued':true,'source':'level'}]", "{'level':'7'}", false, "{'tags':['7']}" },
	{ "a boolean out of text", "[{'target':'active','expression':'Switch([isSoftDeleted], , \\'False\\', \\'True\\', \\'True\\', \\'False\\')'}]", "{'isSoftDeleted':true}", false, "{'active':false}" },
	{ "text out of a boolean", "[{'target':'title','source':'active'}]", "{'active':true}", false, "{'title':'True'}" },
	{ "PS-055 a reference", "[{'target':'manager','source':'manager','reference':'User'}]", "{'" ENT "':{'manager':{'value':'s1'}}}", false, "{'" ENT ":manager':'t1'}" },
	{ "PS-055 a reference that waits", "[{'target':'manager','source':'manager','reference':'User','nulls':'clear'}]", "{'" ENT "':{'manager':{'value':'s2'}}}", false, "{'" ENT ":manager':{'pending':['s2']}}" },
	{ "PS-055 no reference", "[{'target':'manager','source':'manager','reference':'User','nulls':'clear'}]", "{}", false, "{'" ENT ":manager':null}" },
	{ "PS-055 several references", "[{'target':'ids','type':'string','multiValued':true,'source':'emails.value','reference':'User'}]", "{'emails':[{'value':'s1'},{'value':'s2'}]}", false, "{'ids':['t1'],'ids ':['s2']}" },
	{ "PS-056 one role", "[{'target':'roles','expression':'SingleAppRoleAssignment([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'Admin'},{'value':'User'}]}", false, "{'roles':[{'primary':true,'type':'WindowsAzureActiveDirectoryRole','value':'Admin'}]}" },
	{ "PS-056 one role, as a place", "[{'target':'roles[primary eq \\'True\\'].value','expression':'SingleAppRoleAssignment([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'Admin'}]}", false, "{'roles[primary eq true].value':'Admin'}" },
	{ "PS-056 all roles", "[{'target':'roles','expression':'AppRoleAssignmentsComplex([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'Admin','displayName':'A'}]}", false, "{'roles':[{'primary':false,'type':'WindowsAzureActiveDirectoryRole','display':'A','value':'Admin'}]}" },
	{ "a label with its value", "[{'target':'emails[type eq \\'work\\'].value','source':'title'},{'target':'emails[type eq \\'work\\'].primary','constant':true}]", "{'title':'x'}", true, "{'emails[type eq \\'work\\'].value':'x','emails[type eq \\'work\\'].primary':true}" },
	{ "no label without a value", "[{'target':'emails[type eq \\'work\\'].primary','constant':true},{'target':'emails[type eq \\'work\\'].value','source':'title'}]", "{}", true, "{}" },
	{ "a label goes with its value", "[{'target':'emails[type eq \\'work\\'].primary','constant':true},{'target':'emails[type eq \\'work\\'].value','source':'title','nulls':'clear'}]", "{}", true, "{'emails[type eq \\'work\\'].value':null,'emails[type eq \\'work\\'].primary':null}" },
	{ "CLI-25 one primary", "[{'target':'emails[type eq \\'work\\'].value','source':'title'},{'target':'emails[type eq \\'work\\'].primary','constant':true},{'target':'emails[type eq \\'home\\'].value','source':'title'},{'target':'emails[type eq \\'home\\'].primary','constant':true}]", "{'title':'x'}", true, "{'emails[type eq \\'work\\'].value':'x','emails[type eq \\'work\\'].primary':true,'emails[type eq \\'home\\'].value':'x','emails[type eq \\'home\\'].primary':false}" },
	{ "CLI-25 the one that is there", "[{'target':'emails[type eq \\'work\\'].value','source':'title'},{'target':'emails[type eq \\'work\\'].primary','constant':true},{'target':'emails[type eq \\'home\\'].value','source':'locale'},{'target':'emails[type eq \\'home\\'].primary','constant':true}]", "{'locale':'x'}", true, "{'emails[type eq \\'home\\'].value':'x','emails[type eq \\'home\\'].primary':true}" },
	{ "CLI-25 of each list", "[{'target':'emails[type eq \\'work\\'].primary','constant':true},{'target':'phoneNumbers[type eq \\'work\\'].primary','constant':true}]", "{}", true, "{'emails[type eq \\'work\\'].primary':true,'phoneNumbers[type eq \\'work\\'].primary':true}" },
	{ "PS-057 a constant of the target's own", "[{'target':'urn:x:1.0:User:badge','constant':{'a':[1]}}]", "{}", true, "{'urn:x:1.0:User:badge':{'a':[1]}}" },
	{ "PS-062 a password", "[{'target':'password','constant':'p','flow':'create'}]", "{}", true, "{'password':'p'}" },
};

/* VALUE put at PATH into RESOURCE; what is read there is VALUE, too. */
static const struct {
	const char *id, *path, *resource, *value, *want;
} places[] = {
	{ "CLI-18 names in any case", "userName", "{'USERNAME':'a'}", "'b'", "{'USERNAME':'b'}" },
	{ "a new object", "name.givenName", "{}", "'b'", "{'name':{'givenName':'b'}}" },
	{ "an object that is there", "name.givenName", "{'name':{'familyName':'f'}}", "'b'", "{'name':{'familyName':'f','givenName':'b'}}" },
	{ "an object that gets empty", "name.givenName", "{'name':{'givenName':'b'}}", "null", "{}" },
	{ "an object that does not", "name.givenName", "{'name':{'givenName':'b','x':'y'}}", "null", "{'name':{'x':'y'}}" },
	{ "a new extension", ENT ":department", "{}", "'d'", "{'" ENT "':{'department':'d'}}" },
	{ "an extension that gets empty", ENT ":department", "{'" ENT "':{'department':'d'}}", "null", "{}" },
	{ "a manager", ENT ":manager", "{}", "'d'", "{'" ENT "':{'manager':{'value':'d'}}}" },
	{ "a manager that was text", ENT ":manager", "{'" ENT "':{'manager':'c'}}", "'d'", "{'" ENT "':{'manager':{'value':'d'}}}" },
	{ "PD-04 a new element", "emails[type eq 'work'].value", "{}", "'b'", "{'emails':[{'type':'work','value':'b'}]}" },
	{ "PD-06 an element that is there", "emails[type eq 'work'].value", "{'emails':[{'type':'home','value':'h'},{'type':'Work','value':'a','x':1}]}", "'b'", "{'emails':[{'type':'home','value':'h'},{'type':'Work','value':'b','x':1}]}" },
	{ "ENTRA-G09 the primary one of several", "emails[type eq 'work'].value", "{'emails':[{'type':'work','value':'a'},{'type':'work','value':'c','primary':true}]}", "'b'", "{'emails':[{'type':'work','value':'a'},{'type':'work','value':'b','primary':true}]}" },
	{ "an element that gets hollow", "emails[type eq 'work'].value", "{'emails':[{'type':'work','value':'a'},{'type':'home','value':'h'}]}", "null", "{'emails':[{'type':'home','value':'h'}]}" },
	{ "the last element", "emails[type eq 'work'].value", "{'emails':[{'type':'work','value':'a'}]}", "null", "{}" },
	{ "nothing is taken from nothing", "emails[type eq 'work'].value", "{'emails':[{'type':'home','value':'h'}]}", "null", "{'emails':[{'type':'home','value':'h'}]}" },
	{ "ENTRA-50 a boolean in quotes", "roles[primary eq 'True'].value", "{'roles':[{'primary':'true','value':'a'}]}", "'b'", "{'roles':[{'primary':'true','value':'b'}]}" },
	{ "ENTRA-50 a boolean in quotes, new", "roles[primary eq 'True'].value", "{}", "'b'", "{'roles':[{'primary':true,'value':'b'}]}" },
	{ "two conditions", "emails[type eq 'work' and primary eq true].value", "{'emails':[{'type':'work','value':'a'}]}", "'b'", "{'emails':[{'type':'work','value':'a'},{'type':'work','primary':true,'value':'b'}]}" },
	{ "a whole element", "emails[type eq 'work']", "{'emails':[{'type':'work','value':'a'}]}", "{'type':'work','value':'b'}", "{'emails':[{'type':'work','value':'b'}]}" },
	{ "a whole element, new", "emails[type eq 'work']", "{'emails':[{'type':'home'}]}", "{'type':'work','value':'b'}", "{'emails':[{'type':'home'},{'type':'work','value':'b'}]}" },
	{ "an attribute nobody knows", "urn:x:2.0:User:badge.no", "{}", "7", "{'urn:x:2.0:User':{'badge':{'no':7}}}" },
	{ "an element nobody knows", "urn:x:2.0:User:cards[kind eq 'a'].no", "{}", "7", "{'urn:x:2.0:User':{'cards':[{'kind':'a','no':7}]}}" },
	{ "CLI-18 empty is nothing", "title", "{'title':''}", "null", "{}" },
};
/* clang-format on */

static struct json_object *
show(struct arena *a, const struct flow *flows, int n)
{
	struct json_object *shown = json_new_object(a);

	for (int i = 0; i < n; i++) {
		struct json_object *pending = json_new_object(a);

		json_set(pending, SLICE("pending"), flows[i].pending);
		if (flows[i].state != FLOW_LEFT)
			json_set(shown, flows[i].row->key,
			    flows[i].state == FLOW_PENDING ? pending
							   : flows[i].value);
		if (flows[i].state == FLOW_SET && flows[i].pending != NULL)
			json_set(shown,
			    ARENA_JOIN(a, flows[i].row->key, SLICE(" ")),
			    flows[i].pending);
	}
	return shown;
}

/* WANT has its keys with ' for ", too. */
static void
test_flows(struct arena *a)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct mapping *m = rule_mapping(a, rows[i].mappings);
		struct error err = { .code = ERR_NONE };
		struct flow *flows = NULL;
		int n = rule_flows(
		    a, m, rows[i].person, rows[i].creates, &flows, &err);
		struct json_object *got = show(a, flows, n);

		tap_ok(json_equal(rule_json(a, rows[i].want), got),
		    "%s: %.*s %s", rows[i].id, SLICE_ARG(json_text(a, got)),
		    err.detail);
	}
}

static void
test_places(struct arena *a)
{
	struct error err;
	const struct resource_type *type =
	    catalog_find_type(fixture_catalog(a), SLICE("User"));

	for (size_t i = 0; i < NELEM(places); i++) {
		char *path = arena_strdup(a, places[i].path);
		struct json_object *r = rule_json(a, places[i].resource);
		struct json_object *v = rule_json(a, places[i].value);
		struct place p;

		for (char *c = path; *c != '\0'; c++)
			if (*c == '\'')
				*c = '"';
		if (place_parse(a, type, slice_of(path), &p, &err) == -1) {
			tap_ok(false, "%s: %s", places[i].id, err.detail);
			continue;
		}
		place_put(a, &p, r, v);
		tap_ok(json_equal(r, rule_json(a, places[i].want)) &&
			json_equal(place_get(&p, r), v),
		    "%s: %.*s", places[i].id, SLICE_ARG(json_text(a, r)));
	}
}

/* What cannot be told is an error with its mapping. */
static void
test_errors(struct arena *a)
{
	struct error err;
	struct flow *flows;
	struct mapping *m = rule_mapping(a,
	    "[{'target':'title','source':'title'},{'target':'manager',"
	    "'source':'title','reference':'User'}]");

	tap_ok(rule_flows(a, m, "{'title':'?'}", false, &flows, &err) == -1 &&
		err.code == ERR_BUSY,
	    "PS-055 who cannot be told: %s", err.detail);
	m = rule_mapping(
	    a, "[{'target':'title','expression':'CDate([title])'}]");
	tap_ok(rule_flows(a, m, "{'title':'x'}", false, &flows, &err) == -1 &&
		strstr(err.detail, "mappings[0] (title): ") != NULL,
	    "PS-090 what fails is named: %s", err.detail);
}

/* Redact() and passwords are marked, for logs. */
static void
test_redacted(struct arena *a)
{
	struct error err;
	struct flow *flows;
	struct mapping *m = rule_mapping(a,
	    "[{'target':'title','expression':'Redact([title])'},"
	    "{'target':'password','constant':'p','flow':'create'},"
	    "{'target':'locale','source':'title'}]");

	tap_ok(rule_flows(a, m, "{'title':'x'}", true, &flows, &err) == 3 &&
		flows[0].redacted && flows[1].redacted && !flows[2].redacted,
	    "PS-105 what no log shows");
}

/* Keys in the order of their numbers, composite ones together. */
static void
test_matches(struct arena *a)
{
	struct mapping *m = rule_mapping(a,
	    "[{'target':'title','source':'title','match':3},"
	    "{'target':'userName','source':'userName','match':1},"
	    "{'target':'locale','source':'locale','match':3},"
	    "{'target':'externalId','source':'id','match':2}]");

	tap_ok(m->nmatches == 3 && m->matches[0].number == 1 &&
		m->matches[1].number == 2 && m->matches[2].nrows == 2,
	    "PS-040 three keys, one of them composite");
	tap_ok(mapping_find(a, m, SLICE("USERNAME")) == &m->rows[1] &&
		mapping_find(a, m, SLICE("name")) == NULL,
	    "a mapping by its target");
}

int
main(void)
{
	struct arena *a = arena_new();

	test_flows(a);
	test_places(a);
	test_errors(a);
	test_redacted(a);
	test_matches(a);
	arena_free(a);
	return tap_done();
}
