/*
 * rule.h: what the tests of mappings have in common: JSON that is written
 * with ' for ", a rule of users, a target that knows some ids.
 */
#ifndef UNIT_RULE_H
#define UNIT_RULE_H

#include "fixture.h"
#include "json/json.h"
#include "sync/job.h"

static inline struct json_object *
rule_json(struct arena *a, const char *text)
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

static const struct expression_attribute rule_attributes[] = {
	{ { "isSoftDeleted", 13 }, DATUM_BOOLEAN, false },
	{ { "appRoleAssignments", 18 }, DATUM_OBJECT, true },
	{ { "level", 5 }, DATUM_TEXT, false },
};

/* MAPPINGS, an array, of users to users; or the test is over. */
static inline struct mapping *
rule_mapping(struct arena *a, const char *mappings)
{
	static struct catalog *catalog;
	struct expression_environment *env = arena_calloc(a, 1, sizeof(*env));
	struct mapping_types types = { .source = env };
	struct mapping *m = arena_calloc(a, 1, sizeof(*m));
	struct error err;

	if (catalog == NULL)
		catalog = fixture_catalog(arena_new());
	env->type = catalog_find_type(catalog, SLICE("User"));
	env->profile = fixture_profile("tolerant");
	env->attributes = rule_attributes;
	env->nattributes = 3;
	types.target = env->type;
	if (mapping_compile(a, rule_json(a, mappings), &types, m, &err) ==
	    -1) {
		printf("not ok - %s: %s\n", mappings, err.detail);
		exit(1);
	}
	return m;
}

/* "s1" of the source is "t1" in the target; "?" cannot be told. */
static inline int
rule_resolve(void *arg, struct slice type, struct slice id,
    struct slice *target, struct error *err)
{
	(void)arg;
	if (slice_equal(id, SLICE("?")))
		return error_set(err, ERR_BUSY, "not to be told");
	*target = SLICE("t1");
	return slice_equal(type, SLICE("User")) &&
	    slice_equal(id, SLICE("s1"));
}

static const struct expression_world rule_expressions = {
	.default_domain = { "contoso.com", 11 }
};

/* What flows from PERSON; the number of flows, or -1. */
static inline int
rule_flows(struct arena *a, const struct mapping *m, const char *person,
    bool creates, struct flow **flows, struct error *err)
{
	const struct mapping_world world = { .expressions = &rule_expressions,
		.resolve = rule_resolve };
	size_t n;

	if (mapping_evaluate(a, m, rule_json(a, person), &world, creates,
		flows, &n, err) == -1)
		return -1;
	return (int)n;
}

#endif
