/*
 * test_difference.c: what a target must be told (PS-052, 053, 061, 074 of spec
 * provisioning.md; CLI-17 and 18 of spec scim.md), and what is kept of it.
 */
#include "base/nelem.h"
#include "rule.h"
#include "sync/difference.h"
#include "tap.h"

#define TITLE "[{'target':'title','source':'title'}]"
#define CLEAR "[{'target':'title','source':'title','nulls':'clear'}]"
#define WORK  "emails[type eq \\'work\\']"
#define MAIL                                                             \
	"[{'target':'" WORK ".value','source':'title','nulls':'clear'}," \
	"{'target':'" WORK ".primary','constant':true}]"
#define TAGS(more)                                              \
	"[{'target':'tags','type':'string','multiValued':true," \
	"'source':'emails.value'" more "}]"
#define AB "{'emails':[{'value':'a'},{'value':'b'}]}"
/* clang-format off */

/*
 * HAS: what the target has, as what was exported ("e") or its resource ("r").
 * WANT: {"KIND PLACE": VALUE}, with "new " for an element that is not there,
 * "unsure " where nobody knows.
 */
static const struct {
	const char *id, *mappings, *person;
	char known;
	const char *has, *want;
} rows[] = {
	{ "PS-074 nothing to do", TITLE, "{'title':'x'}", 'e', "{'title':'x'}", "{}" },
	{ "PS-074 another value", TITLE, "{'title':'x'}", 'e', "{'title':'y'}", "{'set title':'x'}" },
	{ "PS-074 a new value", TITLE, "{'title':'x'}", 'e', "{'title':null}", "{'set title':'x'}" },
	{ "PS-074 a mapping that is new", TITLE, "{'title':'x'}", 'e', "{}", "{'set title':'x'}" },
	{ "PS-074 a mapping that is new, of an element", MAIL, "{'title':'x'}", 'e', "{}", "{'unsure new set " WORK ".value':'x','unsure new set " WORK ".primary':true}" },
	{ "PS-074 a mapping that is new, of a list", TAGS(""), AB, 'e', "{}", "{'unsure set tags':['a','b']}" },
	{ "PS-052 attributeAdd that is new", "[{'target':'title','source':'title','flow':'attributeAdd'}]", "{'title':'x'}", 'e', "{}", "{'unsure set title':'x'}" },
	{ "PS-074 nothing to do in a resource", TITLE, "{'title':'x'}", 'r', "{'Title':'x'}", "{}" },
	{ "PS-074 another value in a resource", TITLE, "{'title':'x'}", 'r', "{'title':'y'}", "{'set title':'x'}" },
	{ "PS-074 a new value in a resource", TITLE, "{'title':'x'}", 'r', "{}", "{'set title':'x'}" },
	{ "PS-053 null keeps", TITLE, "{}", 'e', "{'title':'x'}", "{}" },
	{ "PS-053 null clears", CLEAR, "{}", 'e', "{'title':'x'}", "{'remove title':null}" },
	{ "PS-053 null clears in a resource", CLEAR, "{}", 'r', "{'title':'x'}", "{'remove title':null}" },
	{ "CLI-18 nothing is cleared of nothing", CLEAR, "{}", 'e', "{'title':null}", "{}" },
	{ "CLI-18 empty text is nothing", CLEAR, "{}", 'r', "{'title':''}", "{}" },
	{ "CLI-18 null is nothing", CLEAR, "{}", 'r', "{'title':null}", "{}" },
	{ "CLI-18 an empty list is nothing", TAGS(",'nulls':'clear'"), "{}", 'r', "{'tags':[]}", "{}" },
	{ "PS-061 case counts in what was sent", TITLE, "{'title':'X'}", 'e', "{'title':'x'}", "{'set title':'X'}" },
	{ "PS-061 not in what a target shows", TITLE, "{'title':'X'}", 'r', "{'title':'x'}", "{}" },
	{ "PS-061 unless its schema says so", "[{'target':'externalId','source':'title'}]", "{'title':'X'}", 'r', "{'externalId':'x'}", "{'set externalId':'X'}" },
	{ "PS-061 caseExact, sent", "[{'target':'title','source':'title','caseExact':false}]", "{'title':'X'}", 'e', "{'title':'x'}", "{}" },
	{ "PS-061 caseExact, shown", "[{'target':'title','source':'title','caseExact':true}]", "{'title':'X'}", 'r', "{'title':'x'}", "{'set title':'X'}" },
	{ "PS-061 not exact, shown", "[{'target':'externalId','source':'title','caseExact':false}]", "{'title':'X'}", 'r', "{'externalId':'x'}", "{}" },
	{ "CLI-17 characters composed otherwise", TITLE, "{'title':'\xc3\xa9'}", 'r', "{'title':'e\xcc\x81'}", "{}" },
	{ "CLI-17 text for a boolean", "[{'target':'active','source':'active'}]", "{'active':true}", 'r', "{'active':'True'}", "{}" },
	{ "CLI-17 another boolean", "[{'target':'active','source':'active'}]", "{'active':true}", 'r', "{'active':'False'}", "{'set active':true}" },
	{ "CLI-17 a telephone number in its form", "[{'target':'phoneNumbers[type eq \\'work\\'].value','source':'title'}]", "{'title':'tel:+47-22-33-44-55'}", 'r', "{'phoneNumbers':[{'type':'work','value':'+47 22334455'}]}", "{}" },
	{ "CLI-17 a manager with a name", "[{'target':'manager','source':'title'}]", "{'title':'t1'}", 'r', "{'" URN_ENTERPRISE "':{'manager':{'value':'t1','displayName':'x'}}}", "{}" },
	{ "CLI-17 a manager as text", "[{'target':'manager','source':'title'}]", "{'title':'t1'}", 'r', "{'" URN_ENTERPRISE "':{'manager':'t1'}}", "{}" },
	{ "PS-052 attributeAdd where nothing is", "[{'target':'title','source':'title','flow':'attributeAdd'}]", "{'title':'x'}", 'r', "{}", "{'set title':'x'}" },
	{ "PS-052 attributeAdd where something is", "[{'target':'title','source':'title','flow':'attributeAdd'}]", "{'title':'x'}", 'r', "{'title':'y'}", "{}" },
	{ "PS-050 none gives way to what is there", "[{'target':'title','default':'d','defaultOn':'always'}]", "{}", 'r', "{'title':'y'}", "{}" },
	{ "PS-050 none, nothing there", "[{'target':'title','default':'d','defaultOn':'always'}]", "{}", 'r', "{}", "{'set title':'d'}" },
	{ "PS-052 valueAdd takes nothing away", "[{'target':'title','source':'title','nulls':'clear','flow':'valueAdd'}]", "{}", 'e', "{'title':'x'}", "{}" },
	{ "PS-052 valueAdd sets", "[{'target':'title','source':'title','flow':'valueAdd'}]", "{'title':'y'}", 'e', "{'title':'x'}", "{'set title':'y'}" },
	{ "a list in another order", TAGS(""), AB, 'e', "{'tags':['b','a']}", "{}" },
	{ "a list that grows", TAGS(""), AB, 'e', "{'tags':['b']}", "{'add tags':['a']}" },
	{ "a list that shrinks", TAGS(""), AB, 'e', "{'tags':['b','a','c']}", "{'set tags':['a','b']}" },
	{ "a list where nothing was", TAGS(""), AB, 'e', "{'tags':null}", "{'set tags':['a','b']}" },
	{ "a list that is cleared", TAGS(",'nulls':'clear'"), "{}", 'e', "{'tags':['a']}", "{'remove tags':null}" },
	{ "PS-052 multiValueAdd grows", TAGS(",'flow':'multiValueAdd'"), AB, 'e', "{'tags':['b','c']}", "{'add tags':['a']}" },
	{ "PS-052 multiValueAdd never shrinks", TAGS(",'flow':'multiValueAdd'"), AB, 'e', "{'tags':['b','c','a']}", "{}" },
	{ "PS-052 multiValueAdd is not cleared", TAGS(",'flow':'multiValueAdd','nulls':'clear'"), "{}", 'e', "{'tags':['b']}", "{}" },
	{ "PS-052 valueAdd of a list", TAGS(",'flow':'valueAdd'"), AB, 'e', "{'tags':['c']}", "{'add tags':['a','b']}" },
	{ "PS-056 roles that are added", "[{'target':'roles','expression':'AppRoleAssignmentsComplex([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'A'}]}", 'r', "{'roles':[{'value':'B'}]}", "{'add roles':[{'primary':false,'type':'WindowsAzureActiveDirectoryRole','display':'A','value':'A'}]}" },
	{ "PS-056 roles that are all", "[{'target':'roles','expression':'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'A'}]}", 'r', "{'roles':[{'value':'B'}]}", "{'set roles':[{'primary':false,'type':'WindowsAzureActiveDirectoryRole','display':'A','value':'A'}]}" },
	{ "PS-056 roles without what says nothing", "[{'target':'roles','expression':'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])'}]", "{'appRoleAssignments':[{'value':'A'}]}", 'r', "{'roles':[{'type':'WindowsAzureActiveDirectoryRole','display':'A','value':'A','$ref':'x'}]}", "{}" },
	{ "CLI-17 whole elements, with what the target added", "[{'target':'addresses','source':'addresses'}]", "{'addresses':[{'type':'work','locality':'Oslo'}]}", 'r', "{'addresses':[{'type':'work','locality':'Oslo','formatted':'x'}]}", "{}" },
	{ "whole elements that lost a part", "[{'target':'addresses','source':'addresses'}]", "{'addresses':[{'type':'work','locality':'Oslo'}]}", 'e', "{'addresses':[{'type':'work','locality':'Oslo','region':'x'}]}", "{'set addresses':[{'type':'work','locality':'Oslo'}]}" },
	{ "PD-04 an element that is not there", MAIL, "{'title':'x'}", 'r', "{'emails':[{'type':'home'}]}", "{'new set " WORK ".value':'x','new set " WORK ".primary':true}" },
	{ "PD-06 one that is", MAIL, "{'title':'x'}", 'r', "{'emails':[{'type':'work','primary':true}]}", "{'set " WORK ".value':'x'}" },
	{ "PD-04 one that was never sent", MAIL, "{'title':'x'}", 'e', "{'" WORK ".value':null,'" WORK ".primary':null}", "{'new set " WORK ".value':'x','new set " WORK ".primary':true}" },
	{ "PD-06 one that was", MAIL, "{'title':'x'}", 'e', "{'" WORK ".value':'y','" WORK ".primary':true}", "{'set " WORK ".value':'x'}" },
	{ "one that goes, with its labels", MAIL, "{}", 'e', "{'" WORK ".value':'y','" WORK ".primary':true}", "{'remove " WORK ".value':null,'remove " WORK ".primary':null}" },
	{ "PS-062 a password is never compared", "[{'target':'password','constant':'p','flow':'create'}]", "{}", 'r', "{'password':'x'}", "{}" },
};

/* WANT: what is known once flows are in the target. */
static const struct {
	const char *id, *mappings, *person;
	char known;
	const char *has, *want;
} exports[] = {
	{ "PS-074 what was sent", TITLE, "{'title':'x'}", 'e', "{'title':'y'}", "{'title':'x'}" },
	{ "PS-074 nothing is known, too", TITLE, "{}", 'e', "{}", "{'title':null}" },
	{ "PS-053 what was kept", TITLE, "{}", 'e', "{'title':'y'}", "{'title':'y'}" },
	{ "PS-053 what was cleared", CLEAR, "{}", 'e', "{'title':'y'}", "{'title':null}" },
	{ "PS-053 what the target keeps", TITLE, "{}", 'r', "{'title':'y'}", "{'title':'y'}" },
	{ "PS-052 attributeAdd that gave way", "[{'target':'title','source':'title','flow':'attributeAdd'}]", "{'title':'x'}", 'r', "{'title':'y'}", "{'title':'y'}" },
	{ "PS-052 multiValueAdd", TAGS(",'flow':'multiValueAdd'"), AB, 'e', "{'tags':['c','b']}", "{'tags':['c','b','a']}" },
	{ "PS-052 valueAdd that was not cleared", "[{'target':'title','source':'title','nulls':'clear','flow':'valueAdd'}]", "{}", 'e', "{'title':'x'}", "{'title':'x'}" },
	{ "PS-055 a reference that waits", "[{'target':'manager','source':'title','reference':'User'}]", "{'title':'s2'}", 'e', "{'" URN_ENTERPRISE ":manager':'t9'}", "{'" URN_ENTERPRISE ":manager':'t9'}" },
	{ "a mapping that is not there any more", TITLE, "{'title':'x'}", 'e', "{'locale':'y'}", "{'title':'x'}" },
	{ "PS-062 no password", "[{'target':'password','constant':'p','flow':'create'}]", "{}", 'e', "{}", "{}" },
};
/* clang-format on */

static struct known
known_of(struct arena *a, char kind, const char *json)
{
	struct known known = { .exported = NULL };

	if (kind == 'e')
		known.exported = rule_json(a, json);
	else
		known.resource = rule_json(a, json);
	return known;
}

static struct flow *
flows_of(struct arena *a, const char *mappings, const char *person, int *n)
{
	struct flow *flows = NULL;
	struct error err;

	*n = rule_flows(
	    a, rule_mapping(a, mappings), person, false, &flows, &err);
	if (*n == -1) {
		printf("not ok - %s: %s\n", mappings, err.detail);
		exit(1);
	}
	return flows;
}

static struct json_object *
show(struct arena *a, const struct change *changes, size_t n)
{
	static const char *const kinds[] = { "set", "add", "remove" };
	struct json_object *shown = json_new_object(a);

	for (size_t i = 0; i < n; i++) {
		const struct change *c = &changes[i];

		json_set(shown,
		    slice_of(arena_printf(a, "%s%s%s %.*s",
			c->is_unsure ? "unsure " : "", c->is_new ? "new " : "",
			kinds[c->kind], SLICE_ARG(c->row->key))),
		    c->kind == CHANGE_REMOVE ? NULL : c->value);
	}
	return shown;
}

static void
test_differences(struct arena *a)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct known known = known_of(a, rows[i].known, rows[i].has);
		struct change *changes;
		struct json_object *got;
		size_t nchanges;
		int n;
		struct flow *flows =
		    flows_of(a, rows[i].mappings, rows[i].person, &n);

		difference(a, flows, (size_t)n, &known, &changes, &nchanges);
		got = show(a, changes, nchanges);
		tap_ok(json_equal(got, rule_json(a, rows[i].want)), "%s: %.*s",
		    rows[i].id, SLICE_ARG(json_text(a, got)));
	}
}

/* What was exported once makes no difference any more. */
static void
test_settled(struct arena *a)
{
	for (size_t i = 0; i < NELEM(rows); i++) {
		struct known known = known_of(a, rows[i].known, rows[i].has);
		struct change *changes;
		size_t nchanges;
		int n;
		struct flow *flows =
		    flows_of(a, rows[i].mappings, rows[i].person, &n);

		known.exported =
		    difference_exported(a, flows, (size_t)n, &known);
		known.resource = NULL;
		difference(a, flows, (size_t)n, &known, &changes, &nchanges);
		tap_ok(nchanges == 0, "PS-074 once, not again: %s", rows[i].id);
	}
}

static void
test_exports(struct arena *a)
{
	for (size_t i = 0; i < NELEM(exports); i++) {
		struct known known =
		    known_of(a, exports[i].known, exports[i].has);
		struct json_object *got;
		int n;
		struct flow *flows =
		    flows_of(a, exports[i].mappings, exports[i].person, &n);

		got = difference_exported(a, flows, (size_t)n, &known);
		tap_ok(json_equal(got, rule_json(a, exports[i].want)) &&
			json_len(got) ==
			    json_len(rule_json(a, exports[i].want)),
		    "%s: %.*s", exports[i].id, SLICE_ARG(json_text(a, got)));
	}
}

static void
test_shown(struct arena *a)
{
	const struct known known = { .exported = rule_json(
					 a, "{'title':'y','locale':null}") };
	struct change *changes;
	size_t nchanges;
	int n;
	struct flow *flows = flows_of(a,
	    "[{'target':'title','expression':'Redact([title])'},"
	    "{'target':'locale','source':'title'}]",
	    "{'title':'x'}", &n);

	difference(a, flows, (size_t)n, &known, &changes, &nchanges);
	tap_ok(json_equal(difference_show(a, changes, nchanges),
		   rule_json(a,
		       "[{'name':'title','old':'[Redact]','new':'[Redact]'},"
		       "{'name':'locale','old':null,'new':'x'}]")),
	    "PS-100 PS-105 old and new, but not what is redacted");
}

int
main(void)
{
	struct arena *a = arena_new();

	test_differences(a);
	test_settled(a);
	test_exports(a);
	test_shown(a);
	arena_free(a);
	return tap_done();
}
