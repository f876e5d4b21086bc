/*
 * test_scope.c: scoping filters (spec provisioning.md section 2.3): each
 * operator, met, not met and of null; AND, OR, NOT; what is refused.
 */
#include "base/nelem.h"
#include "fixture.h"
#include "json/json.h"
#include "sync/scope.h"
#include "tap.h"

static const char person[] =
    "{\"userName\":\"bj\",\"title\":\"Tour Guide\",\"active\":true,"
    "\"name\":{\"givenName\":\"Barbara\"},\"emails\":[{\"value\":\"b@x\"}],"
    "\"level\":7,\"grade\":\"12\",\"empty\":\"\",\"no\":false,"
    "\"hire\":\"2026-03-01\",\"" URN_ENTERPRISE
    "\":{\"department\":\"Sales\"}}";

#define ATTRIBUTE(n, k, many)                             \
	{                                                 \
		{ (n), sizeof(n) - 1 }, DATUM_##k, (many) \
	}
/* clang-format off */
static const struct expression_attribute attributes[] = {
	ATTRIBUTE("level", INTEGER, false), ATTRIBUTE("grade", TEXT, false),
	ATTRIBUTE("empty", TEXT, false), ATTRIBUTE("no", BOOLEAN, false),
	ATTRIBUTE("absent", TEXT, false), ATTRIBUTE("gone", BOOLEAN, false),
	ATTRIBUTE("hire", TEXT, false),
};

/* One clause; WANT: 1, 0, -1. */
static const struct {
	const char *id, *clause;
	int want;
} clauses[] = {
	{ "PS-035 EQUALS", "'attribute':'title','operator':'EQUALS','value':'Tour Guide'", 1 },
	{ "PS-035 EQUALS, case counts", "'attribute':'title','operator':'EQUALS','value':'tour guide'", 0 },
	{ "PS-035 EQUALS of null", "'attribute':'absent','operator':'EQUALS','value':''", 0 },
	{ "PS-035 EQUALS of empty", "'attribute':'empty','operator':'EQUALS','value':''", 0 },
	{ "PS-035 EQUALS of a number", "'attribute':'level','operator':'EQUALS','value':'07'", 1 },
	{ "PS-035 EQUALS of a boolean", "'attribute':'active','operator':'EQUALS','value':true", 1 },
	{ "PS-035 EQUALS in any case", "'attribute':'TITLE','operator':'equals','value':'Tour Guide'", 1 },
	{ "PS-035 EQUALS of an extension", "'attribute':'" URN_ENTERPRISE ":department','operator':'EQUALS','value':'Sales'", 1 },
	{ "PS-035 EQUALS of a sub-attribute", "'attribute':'name.givenName','operator':'EQUALS','value':'Barbara'", 1 },
	{ "PS-035 NOT EQUALS", "'attribute':'title','operator':'NOT EQUALS','value':'x'", 1 },
	{ "PS-035 NOT EQUALS", "'attribute':'title','operator':'NOT EQUALS','value':'Tour Guide'", 0 },
	{ "PS-035 NOT EQUALS of null", "'attribute':'absent','operator':'NOT EQUALS','value':'x'", 0 },
	{ "PS-035 IS TRUE", "'attribute':'active','operator':'IS TRUE'", 1 },
	{ "PS-035 IS TRUE", "'attribute':'no','operator':'IS TRUE'", 0 },
	{ "PS-035 IS TRUE of null", "'attribute':'gone','operator':'IS TRUE'", 0 },
	{ "PS-035 IS TRUE of text", "'attribute':'title','operator':'IS TRUE'", 0 },
	{ "PS-035 IS FALSE", "'attribute':'no','operator':'IS FALSE'", 1 },
	{ "PS-035 IS FALSE", "'attribute':'active','operator':'IS FALSE'", 0 },
	{ "PS-035 IS FALSE of null", "'attribute':'gone','operator':'IS FALSE'", 0 },
	{ "PS-035 IS NULL", "'attribute':'absent','operator':'IS NULL'", 1 },
	{ "PS-035 IS NULL of empty", "'attribute':'empty','operator':'IS NULL'", 1 },
	{ "PS-035 IS NULL", "'attribute':'title','operator':'IS_NULL'", 0 },
	{ "PS-035 IS NOT NULL", "'attribute':'title','operator':'IS NOT NULL'", 1 },
	{ "PS-035 IS NOT NULL of empty", "'attribute':'empty','operator':'IS NOT NULL'", 0 },
	{ "PS-035 IS NOT NULL of several", "'attribute':'emails.value','operator':'IS NOT NULL'", 1 },
	{ "PS-035 REGEX MATCH", "'attribute':'title','operator':'REGEX MATCH','value':'^Tour|x$'", 1 },
	{ "PS-035 REGEX MATCH anywhere", "'attribute':'title','operator':'REGEX MATCH','value':'G.ide'", 1 },
	{ "PS-035 REGEX MATCH", "'attribute':'title','operator':'REGEX MATCH','value':'^Guide'", 0 },
	{ "PS-035 REGEX MATCH of null", "'attribute':'absent','operator':'REGEX MATCH','value':'.*'", 0 },
	{ "PS-035 NOT REGEX MATCH", "'attribute':'title','operator':'NOT REGEX MATCH','value':'^Guide'", 1 },
	{ "PS-035 NOT REGEX MATCH", "'attribute':'title','operator':'NOT REGEX MATCH','value':'Guide'", 0 },
	{ "PS-035 NOT REGEX MATCH of null", "'attribute':'absent','operator':'NOT REGEX MATCH','value':'x'", 0 },
	{ "PS-035 GREATER_THAN", "'attribute':'level','operator':'GREATER_THAN','value':6", 1 },
	{ "PS-035 GREATER_THAN", "'attribute':'level','operator':'GREATER_THAN','value':'7'", 0 },
	{ "PS-035 GREATER_THAN by number", "'attribute':'grade','operator':'GREATER_THAN','value':'9'", 1 },
	{ "PS-035 GREATER_THAN of text", "'attribute':'title','operator':'GREATER_THAN','value':'1'", 0 },
	{ "PS-035 GREATER_THAN of null", "'attribute':'absent','operator':'GREATER_THAN','value':'-1'", 0 },
	{ "PS-035 GREATER_THAN_OR_EQUALS", "'attribute':'level','operator':'GREATER_THAN_OR_EQUALS','value':7", 1 },
	{ "PS-035 GREATER_THAN_OR_EQUALS", "'attribute':'level','operator':'GREATER_THAN_OR_EQUALS','value':8", 0 },
	{ "PS-035 ENDS_WITH", "'attribute':'title','operator':'ENDS_WITH','value':'Guide'", 1 },
	{ "PS-035 ENDS_WITH", "'attribute':'title','operator':'ENDS_WITH','value':'Tour'", 0 },
	{ "PS-035 ENDS_WITH of null", "'attribute':'absent','operator':'ENDS_WITH','value':''", 0 },
	{ "PS-035 INCLUDES", "'attribute':'title','operator':'INCLUDES','value':'r G'", 1 },
	{ "PS-035 INCLUDES, case counts", "'attribute':'title','operator':'INCLUDES','value':'guide'", 0 },
	{ "PS-035 INCLUDES of null", "'attribute':'absent','operator':'INCLUDES','value':''", 0 },
	{ "PS-035 &", "'attribute':'" URN_ENTERPRISE ":department','operator':'&','value':'Legal, Sales'", 1 },
	{ "PS-035 &", "'attribute':'title','operator':'&','value':'Tour'", 0 },
	{ "PS-035 & of null", "'attribute':'absent','operator':'&','value':'x'", 0 },
	{ "PS-035 !&", "'attribute':'title','operator':'!&','value':'Tour'", 1 },
	{ "PS-035 !&", "'attribute':'title','operator':'!&','value':'a Tour Guide'", 0 },
	{ "PS-035 !& of null", "'attribute':'absent','operator':'!&','value':'x'", 0 },
	{ "PS-035 STARTS WITH", "'attribute':'title','operator':'STARTS WITH','value':'Tour'", 1 },
	{ "PS-035 STARTS WITH", "'attribute':'title','operator':'STARTS WITH','value':'Guide'", 0 },
	{ "PS-035 IN", "'attribute':'title','operator':'IN','value':['a','Tour Guide']", 1 },
	{ "PS-035 IN", "'attribute':'title','operator':'IN','value':['a','b']", 0 },
	{ "PS-035 IN of numbers", "'attribute':'level','operator':'IN','value':[6,7]", 1 },
	{ "PS-035 IN of null", "'attribute':'absent','operator':'IN','value':['']", 0 },
	{ "PS-035 IS MEMBER OF", "'operator':'IS MEMBER OF','value':'g1'", 1 },
	{ "PS-035 IS MEMBER OF", "'operator':'IS MEMBER OF','value':'g2'", 0 },
	{ "PS-035 IS MEMBER OF, nobody knows", "'operator':'IS MEMBER OF','value':'?'", -1 },
	{ "PS-035 BEFORE", "'attribute':'hire','operator':'BEFORE','value':'2026-03-02'", 1 },
	{ "PS-035 BEFORE", "'attribute':'hire','operator':'BEFORE','value':'2026-03-01'", 0 },
	{ "PS-035 BEFORE of null", "'attribute':'absent','operator':'BEFORE','value':'2026-03-01'", 0 },
	{ "PS-035 BEFORE of no date", "'attribute':'title','operator':'BEFORE','value':'2026-03-01'", 0 },
	{ "PS-035 BEFORE by an expression", "'attribute':'hire','operator':'BEFORE','value':'DateAdd(\\\"d\\\", 14, Now())'", 1 },
	{ "PS-035 BEFORE by an expression", "'attribute':'hire','operator':'BEFORE','value':'Now()'", 0 },
	{ "PS-035 BEFORE null", "'attribute':'hire','operator':'BEFORE','value':'[absent]'", 0 },
	{ "PS-035 BEFORE no date", "'attribute':'hire','operator':'BEFORE','value':'[title]'", -1 },
	{ "PS-035 ON OR BEFORE", "'attribute':'hire','operator':'ON_OR_BEFORE','value':'2026-03-01'", 1 },
	{ "PS-035 ON OR BEFORE", "'attribute':'hire','operator':'ON_OR_BEFORE','value':'2026-02-28'", 0 },
	{ "PS-035 ON OR BEFORE of no date", "'attribute':'title','operator':'ON_OR_BEFORE','value':'2026-02-28'", 0 },
	{ "PS-035 AFTER", "'attribute':'hire','operator':'AFTER','value':'2026-02-28'", 1 },
	{ "PS-035 AFTER", "'attribute':'hire','operator':'AFTER','value':'2026-03-01'", 0 },
	{ "PS-035 AFTER of no date", "'attribute':'title','operator':'AFTER','value':'2026-02-28'", 0 },
	{ "PS-035 ON OR AFTER", "'attribute':'hire','operator':'ON OR AFTER','value':'2026-03-01'", 1 },
	{ "PS-035 ON OR AFTER", "'attribute':'hire','operator':'ON OR AFTER','value':'2026-03-02'", 0 },
	{ "PS-035 ON OR AFTER of no date", "'attribute':'title','operator':'ON OR AFTER','value':'2026-03-02'", 0 },
};

/* YES, NO and WHO are clauses that are met, are not, and cannot be told. */
#define YES "{'attribute':'title','operator':'IS NOT NULL'}"
#define NO  "{'attribute':'title','operator':'IS NULL'}"
#define WHO "{'operator':'IS MEMBER OF','value':'?'}"
#define FILTER(clauses) "{'title':'f','clauses':[" clauses "]}"
#define NOT(clauses) "{'title':'f','not':true,'clauses':[" clauses "]}"
static const struct {
	const char *id, *filters;
	int want;
} scopes[] = {
	{ "PS-035 no filter", "", 1 },
	{ "PS-035 AND", FILTER(YES "," YES), 1 },
	{ "PS-035 AND", FILTER(YES "," NO), 0 },
	{ "PS-035 AND, unknown", FILTER(YES "," WHO), -1 },
	{ "PS-035 AND, unknown and not met", FILTER(WHO "," NO), 0 },
	{ "PS-035 OR", FILTER(NO) "," FILTER(YES), 1 },
	{ "PS-035 OR", FILTER(NO) "," FILTER(NO), 0 },
	{ "PS-035 OR, unknown", FILTER(NO) "," FILTER(WHO), -1 },
	{ "PS-035 OR, unknown and not met", FILTER(WHO) "," FILTER(NO), -1 },
	{ "PS-035 OR, unknown and met", FILTER(WHO) "," FILTER(YES), 1 },
	{ "PS-035 NOT", NOT(NO), 1 },
	{ "PS-035 NOT", NOT(YES), 0 },
	{ "PS-035 NOT of all together", NOT(YES "," NO), 1 },
	{ "PS-035 NOT, unknown", NOT(WHO), -1 },
	{ "PS-035 NOT beside another", NOT(YES) "," FILTER(YES), 1 },
};

static const struct {
	const char *id, *filters, *want;
} bad[] = {
	{ "PS-035 no clauses", "{'title':'x'}", "filter 1, an array of 1 to 64 clauses expected" },
	{ "PS-035 empty filter", FILTER(""), "an array of 1 to 64" },
	{ "PS-035 not", "{'not':'yes','clauses':[" YES "]}", "\"not\" is true or false" },
	{ "PS-035 the place", FILTER(YES) "," FILTER(YES ",{'attribute':'title','operator':'EQUAL','value':'x'}"), "filter 2, clause 2: no operator EQUAL; did you mean EQUALS?" },
	{ "PS-035 IsMemberOf", FILTER("{'operator':'IsMemberOf','value':'g'}"), "did you mean IS MEMBER OF?" },
	{ "PS-035 no operator", FILTER("{'attribute':'title'}"), "no operator" },
	{ "PS-035 no attribute", FILTER("{'operator':'IS NULL'}"), "no attribute" },
	{ "PS-035 unknown attribute", FILTER("{'attribute':'titel','operator':'IS NULL'}"), "no attribute [titel]; did you mean title?" },
	{ "PS-035 several values", FILTER("{'attribute':'emails','operator':'EQUALS','value':'x'}"), "only IS NULL and IS NOT NULL" },
	{ "PS-035 no value", FILTER("{'attribute':'title','operator':'EQUALS'}"), "a value expected, not null" },
	{ "PS-035 an object", FILTER("{'attribute':'title','operator':'EQUALS','value':{}}"), "a value expected, not an object" },
	{ "PS-035 integers only", FILTER("{'attribute':'level','operator':'GREATER_THAN','value':'x'}"), "'x' is no integer" },
	{ "PS-035 no fraction", FILTER("{'attribute':'level','operator':'GREATER_THAN','value':1.5}"), "'1.5' is no integer" },
	{ "PS-035 no integer", FILTER("{'attribute':'level','operator':'EQUALS','value':'x'}"), "'x' is no integer" },
	{ "PS-035 no boolean", FILTER("{'attribute':'active','operator':'EQUALS','value':'x'}"), "neither True nor False" },
	{ "PS-035 bad regular expression", FILTER("{'attribute':'title','operator':'REGEX MATCH','value':'('}"), "regular expression, byte 1" },
	{ "PS-035 IN takes an array", FILTER("{'attribute':'title','operator':'IN','value':'x'}"), "an array of 1 to 1000" },
	{ "PS-035 IN nothing", FILTER("{'attribute':'title','operator':'IN','value':[]}"), "an array of 1 to 1000" },
	{ "PS-035 a group has no attribute", FILTER("{'attribute':'title','operator':'IS MEMBER OF','value':'x'}"), "IS MEMBER OF has no attribute" },
	{ "PS-035 no date", FILTER("{'attribute':'hire','operator':'BEFORE','value':'soon'}"), "expression, byte 4" },
};
/* clang-format on */

static struct expression_environment environment = {
	.attributes = attributes,
	.nattributes = NELEM(attributes),
};
static struct json_object *tree;

static int
is_member(void *arg, struct slice group, struct error *err)
{
	(void)arg;
	if (slice_equal(group, SLICE("?")))
		return error_set(err, ERR_BUSY, "the store is away");
	return slice_equal(group, SLICE("g1"));
}

/* How often it was told, and the last time. */
struct seen {
	int count;
	struct scope_step step;
};

static void
saw(void *arg, const struct scope_step *step)
{
	struct seen *seen = arg;

	seen->count++;
	seen->step = *step;
}

/* The scope of FILTERS, with ' for "; NULL and ERR when it is refused. */
static struct scoping *
compile(struct arena *a, const char *filters, struct error *err)
{
	char *text = arena_printf(a, "{\"filters\":[%s]}", filters);
	struct json_object *json;
	struct scoping *s;

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	if (json_parse(a, slice_of(text), &json, err) == -1) {
		printf("not ok - %s: %s\n", text, err->detail);
		exit(1);
	}
	return scope_compile(a, json, &environment, &s, err) == 0 ? s : NULL;
}

static int
evaluate(struct arena *a, const char *filters, struct seen *seen)
{
	/* 2026-02-20 */
	const struct expression_world expressions = { .now_ms = INT64_C(
							  1771545600000) };
	struct scope_world world = { .expressions = &expressions,
		.is_member = is_member,
		.saw = seen == NULL ? NULL : saw,
		.arg = seen };
	struct error err = { .code = ERR_NONE };
	struct scoping *s = compile(a, filters, &err);
	int met;

	if (s == NULL) {
		printf("# %s\n", err.detail);
		return -2;
	}
	met = scope_evaluate(a, s, tree, &world, &err);
	return (met == -1) == (err.code != ERR_NONE && err.detail[0] != '\0')
	    ? met
	    : -3;
}

static void
test_steps(struct arena *a)
{
	struct seen seen = { .count = 0 };

	tap_ok(
	    evaluate(a,
		FILTER(NO "," YES) "," FILTER(
		    "{'attribute':'hire','operator':'AFTER','value':'2026-02-28'}"),
		&seen) == 1 &&
		seen.count == 3 && seen.step.met == 1 &&
		slice_equal(seen.step.attribute, SLICE("hire")) &&
		slice_equal(seen.step.op, SLICE("AFTER")) &&
		slice_equal(seen.step.wanted, SLICE("2026-02-28")) &&
		slice_equal(seen.step.value, SLICE("2026-03-01")) &&
		slice_equal(seen.step.title, SLICE("f")),
	    "PS-035 every clause is told with its value");
}

/* Every operator has a row that is met, and one that is not. */
static void
test_table(struct arena *a)
{
	struct slice word;

	for (size_t i = 0; (word = scope_operator(i)).data != NULL; i++) {
		const char *name =
		    arena_printf(a, "'operator':'%.*s'", SLICE_ARG(word));
		bool found[2] = { false, false };

		for (size_t k = 0; k < NELEM(clauses); k++) {
			char *text = arena_strdup(a, clauses[k].clause);

			for (char *p = text; *p != '\0'; p++)
				if (*p == '_')
					*p = ' ';
			if (strstr(text, name) != NULL && clauses[k].want >= 0)
				found[clauses[k].want] = true;
		}
		tap_ok(
		    found[0] && found[1], "PS-035 %s has its tests", word.data);
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
	for (size_t i = 0; i < NELEM(clauses); i++)
		tap_ok(evaluate(a,
			   arena_printf(a, "{'title':'t','clauses':[{%s}]}",
			       clauses[i].clause),
			   NULL) == clauses[i].want,
		    "%s: %s", clauses[i].id, clauses[i].clause);
	for (size_t i = 0; i < NELEM(scopes); i++) {
		struct seen seen = { .count = 0 };

		tap_ok(evaluate(a, scopes[i].filters, NULL) == scopes[i].want &&
			evaluate(a, scopes[i].filters, &seen) == scopes[i].want,
		    "%s: %s", scopes[i].id, scopes[i].filters);
	}
	for (size_t i = 0; i < NELEM(bad); i++)
		tap_ok(compile(a, bad[i].filters, &err) == NULL &&
			strstr(err.detail, bad[i].want) != NULL,
		    "%s: %s", bad[i].id, err.detail);
	test_steps(a);
	test_table(a);
	arena_free(a);
	return tap_done();
}
