/*
 * scope.c: filters of a scope: what they say together.
 */
#include "json/json.h"
#include "sync/clause.h"

struct filter_group {
	struct slice title;
	bool negated;
	struct clause *clauses;
	size_t nclauses;
};

struct scoping {
	struct filter_group *groups;
	size_t ngroups;
};

static int
compile_clauses(struct arena *a, struct json_object *clauses,
    const struct expression_environment *env, struct filter_group *g,
    struct error *err)
{
	size_t n = json_len(clauses);

	if (json_kind(clauses) != JSON_ARRAY || n == 0 || n > SCOPE_CLAUSES_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "an array of 1 to %d clauses expected", SCOPE_CLAUSES_MAX);
	g->clauses = arena_calloc(a, n, sizeof(*g->clauses));
	for (; g->nclauses < n; g->nclauses++)
		if (clause_compile(a, json_at(clauses, g->nclauses), env,
			&g->clauses[g->nclauses], err) == -1)
			return error_prefix(
			    err, "clause %zu: ", g->nclauses + 1);
	return 0;
}

static int
compile_group(struct arena *a, const struct json_object *text,
    const struct expression_environment *env, struct filter_group *g,
    struct error *err)
{
	struct json_object *negated = json_attr(text, SLICE("not"));

	if (json_kind(negated) != JSON_NULL &&
	    json_kind(negated) != JSON_BOOLEAN)
		return error_set(
		    err, ERR_INVALID_VALUE, "\"not\" is true or false");
	g->negated = json_boolean(negated);
	g->title = json_string(json_attr(text, SLICE("title")));
	return compile_clauses(
	    a, json_attr(text, SLICE("clauses")), env, g, err);
}

int
scope_compile(struct arena *a, const struct json_object *text,
    const struct expression_environment *env, struct scoping **out,
    struct error *err)
{
	struct json_object *filters = json_attr(text, SLICE("filters"));
	struct scoping *s = arena_calloc(a, 1, sizeof(*s));
	size_t n = json_len(filters);

	if (json_kind(filters) != JSON_ARRAY || n > SCOPE_FILTERS_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "\"filters\" is an array of at most %d", SCOPE_FILTERS_MAX);
	s->groups = arena_calloc(a, n + 1, sizeof(*s->groups));
	for (; s->ngroups < n; s->ngroups++)
		if (compile_group(a, json_at(filters, s->ngroups), env,
			&s->groups[s->ngroups], err) == -1)
			return error_prefix(
			    err, "filter %zu, ", s->ngroups + 1);
	*out = s;
	return 0;
}

/*
 * All clauses: a 0 decides, else one that could not be told makes it so.  ERR
 * is that of the first of those.
 */
static int
evaluate_group(struct arena *a, const struct filter_group *g,
    const struct json_object *person, const struct scope_world *world,
    struct error *err)
{
	int result = 1;

	for (size_t i = 0; i < g->nclauses; i++) {
		struct scope_step step = { .title = g->title,
			.negated = g->negated };
		struct error inner;
		int met = clause_evaluate(
		    a, &g->clauses[i], person, world, &step, &inner);

		if (world->saw != NULL)
			world->saw(world->arg, &step);
		if (met == -1 && result == 1)
			*err = inner;
		if (met == 0 || result == 1)
			result = met;
		if (result == 0 && world->saw == NULL)
			break;
	}
	return result == -1 || !g->negated ? result : !result;
}

int
scope_evaluate(struct arena *a, const struct scoping *s,
    const struct json_object *person, const struct scope_world *world,
    struct error *err)
{
	int result = s->ngroups == 0;
	struct error unknown = { .code = ERR_NONE };

	for (size_t i = 0; i < s->ngroups; i++) {
		struct error inner;
		int met =
		    evaluate_group(a, &s->groups[i], person, world, &inner);

		if (met == -1 && result == 0)
			unknown = inner;
		if (met == 1 || result == 0)
			result = met;
		if (result == 1 && world->saw == NULL)
			break;
	}
	if (result == -1)
		*err = unknown;
	return result;
}

bool
scope_asks_groups(const struct scoping *s)
{
	for (size_t i = 0; i < s->ngroups; i++)
		for (size_t k = 0; k < s->groups[i].nclauses; k++)
			if (s->groups[i].clauses[k].op->needs == NEEDS_GROUP)
				return true;
	return false;
}
