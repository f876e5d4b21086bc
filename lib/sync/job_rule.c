/*
 * job_rule.c: "rules" of a job: which objects flow, and what of them.
 */
#include <stddef.h>

#include "base/nelem.h"
#include "json/json.h"
#include "sync/job_part.h"
#include "sync/nearest.h"
#include "sync/property.h"

struct written {
	struct slice source, target, endpoint, schema;
	bool enabled;
	struct json_object *actions, *filters, *mappings;
};

#define AT(member) offsetof(struct written, member)
/* clang-format off */
static const struct property properties[] = {
	{ "source",   PROPERTY_TEXT,  AT(source),   0, 0, NULL },
	{ "target",   PROPERTY_TEXT,  AT(target),   0, 0, NULL },
	{ "endpoint", PROPERTY_TEXT,  AT(endpoint), 0, 0, NULL },
	{ "schema",   PROPERTY_TEXT,  AT(schema),   0, 0, NULL },
	{ "enabled",  PROPERTY_FLAG,  AT(enabled),  0, 0, NULL },
	{ "actions",  PROPERTY_ARRAY, AT(actions),  0, 0, NULL },
	{ "filters",  PROPERTY_ARRAY, AT(filters),  0, 0, NULL },
	{ "mappings", PROPERTY_ARRAY, AT(mappings), 0, 0, NULL },
};
/* clang-format on */
#undef AT

/* What a person has beside the attributes of its type. */
static const struct expression_attribute assigned[] = {
	{ { "isSoftDeleted", 13 }, DATUM_BOOLEAN, false },
	{ { "appRoleAssignments", 18 }, DATUM_OBJECT, true },
};

static int
refuse(struct error *err, const char *name, const char *why)
{
	return error_set(err, ERR_INVALID_VALUE, "%s: %s", name, why);
}

static int
find_source(const struct job_names *names, struct slice name,
    struct job_rule *rule, struct error *err)
{
	struct nearest n = NEAREST_NONE;
	const struct resource_type *type;

	if (name.data == NULL)
		return refuse(err, "source", "the name of a type is needed");
	for (size_t i = 0; (type = catalog_type(names->catalog, i)) != NULL;
	     i++)
		nearest_try(&n, name, type->name);
	rule->source_name = name;
	rule->source = catalog_find_type(names->catalog, name);
	if (rule->source == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "source: no type '%.*s'%s%.*s%s", SLICE_ARG(name),
		    NEAREST_ARG(n));
	return 0;
}

/* Where the target has objects of the rule, and what it calls them. */
static int
find_target(const struct job_names *names, const struct written *w,
    struct job_rule *rule, struct error *err)
{
	rule->target_name = w->target.data == NULL ? w->source : w->target;
	rule->target = catalog_find_type(names->catalog, rule->target_name);
	rule->endpoint = w->endpoint;
	rule->schema = w->schema;
	if (rule->target != NULL && rule->endpoint.data == NULL)
		rule->endpoint = rule->target->endpoint;
	if (rule->target != NULL && rule->schema.data == NULL)
		rule->schema = rule->target->schema->id;
	if (rule->endpoint.data == NULL || rule->schema.data == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "target: no type '%.*s' here: one of the target's own "
		    "needs \"endpoint\" and \"schema\"",
		    SLICE_ARG(rule->target_name));
	if (rule->endpoint.len < 2 || rule->endpoint.data[0] != '/' ||
	    memchr(rule->endpoint.data, '?', rule->endpoint.len) != NULL)
		return refuse(
		    err, "endpoint", "a path such as \"/Users\" expected");
	return 0;
}

static int
read_actions(
    const struct json_object *actions, struct job_rule *rule, struct error *err)
{
	const struct {
		struct slice word;
		bool *flag;
	} words[] = { { SLICE("create"), &rule->creates },
		{ SLICE("update"), &rule->updates },
		{ SLICE("delete"), &rule->deletes } };

	for (size_t k = 0; k < NELEM(words); k++)
		*words[k].flag = actions == NULL;
	for (size_t i = 0; i < json_len(actions); i++) {
		size_t k = 0;

		while (k < NELEM(words) &&
		    !slice_equal(
			words[k].word, json_string(json_at(actions, i))))
			k++;
		if (k == NELEM(words))
			return error_set(err, ERR_INVALID_VALUE,
			    "actions[%zu]: \"create\", \"update\" or "
			    "\"delete\" expected",
			    i);
		*words[k].flag = true;
	}
	return 0;
}

static int
compile_filters(struct arena *a, struct json_object *filters,
    struct job_rule *rule, struct error *err)
{
	struct json_object *scope = json_new_object(a);

	json_set(scope, SLICE("filters"),
	    filters != NULL ? filters : json_new_array(a));
	if (scope_compile(a, scope, &rule->environment, &rule->filters, err) ==
	    -1) {
		err->code = ERR_INVALID_VALUE;
		return error_prefix(err, "filters: ");
	}
	return 0;
}

/* PS-056: who has no assignment has no role. */
static int
check_roles(
    const struct job *job, const struct job_rule *rule, struct error *err)
{
	for (size_t i = 0; i < rule->mapping.nrows; i++)
		if (rule->mapping.rows[i].roles != ROLES_NONE && job->scope.all)
			return error_set(err, ERR_INVALID_VALUE,
			    "mappings[%zu].expression: roles come with "
			    "assignments, not with \"mode\": \"all\"",
			    rule->mapping.rows[i].number);
	return 0;
}

static int
compile_mappings(struct arena *a, const struct written *w,
    const struct job *job, struct job_rule *rule, struct error *err)
{
	const struct mapping_types types = { .source = &rule->environment,
		.target = rule->target };

	if (w->mappings == NULL)
		return refuse(err, "mappings", "an array is needed");
	if (mapping_compile(a, w->mappings, &types, &rule->mapping, err) == -1)
		return -1;
	if (rule->mapping.nmatches == 0 && rule->enabled)
		return refuse(err, "mappings",
		    "one must have a \"match\": by what is an object found "
		    "in the target?");
	return check_roles(job, rule, err);
}

static int
compile_rule(struct arena *a, const struct json_object *json,
    const struct job_names *names, struct job *job, struct job_rule *rule,
    struct error *err)
{
	struct written w = { .enabled = true };

	if (property_read(json, properties, NELEM(properties), &w, err) == -1 ||
	    find_source(names, w.source, rule, err) == -1 ||
	    find_target(names, &w, rule, err) == -1 ||
	    read_actions(w.actions, rule, err) == -1)
		return -1;
	if (job_rule_of(job, w.source) != NULL)
		return refuse(err, "source", "another rule has it already");
	rule->enabled = w.enabled;
	rule->environment.type = rule->source;
	rule->environment.profile = names->profile;
	rule->environment.attributes = assigned;
	rule->environment.nattributes = NELEM(assigned);
	if (compile_filters(a, w.filters, rule, err) == -1)
		return -1;
	return compile_mappings(a, &w, job, rule, err);
}

/* PS-072: who is a member of others comes before them. */
static void
put_members_last(struct arena *a, struct job *job)
{
	struct job_rule *sorted = arena_calloc(a, job->nrules, sizeof(*sorted));
	size_t n = 0;

	for (int members = 0; members < 2; members++)
		for (size_t i = 0; i < job->nrules; i++)
			if (job->rules[i].mapping.members == members)
				sorted[n++] = job->rules[i];
	job->rules = sorted;
}

/* The names that Lookup may use. */
static void
list_tables(
    struct arena *a, const struct job *job, struct job_rule *rules, size_t n)
{
	struct slice *tables =
	    arena_calloc(a, json_len(job->tables) + 1, sizeof(*tables));
	size_t count = 0;

	for (struct json_member m = json_first(job->tables); m.entry != NULL;
	     json_next(&m))
		tables[count++] = m.name;
	for (size_t i = 0; i < n; i++) {
		rules[i].environment.tables = tables;
		rules[i].environment.ntables = count;
	}
}

int
job_compile_rules(struct arena *a, const struct json_object *json,
    const struct job_names *names, struct job *job, struct error *err)
{
	size_t n = json_len(json);

	if (json == NULL || n == 0 || n > JOB_RULES_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "rules: an array of 1 to %d expected", JOB_RULES_MAX);
	job->rules = arena_calloc(a, n, sizeof(*job->rules));
	list_tables(a, job, job->rules, n);
	for (; job->nrules < n; job->nrules++)
		if (compile_rule(a, json_at(json, job->nrules), names, job,
			&job->rules[job->nrules], err) == -1)
			return error_prefix(err, "rules[%zu].", job->nrules);
	put_members_last(a, job);
	return 0;
}
