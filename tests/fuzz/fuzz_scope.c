/*
 * fuzz_scope.c: any JSON as scoping filters, evaluated for a person: who
 * looks on changes nothing, and "not" turns one filter round.
 */
#include <stdint.h>

#include "person.h"
#include "require.h"
#include "sync/scope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
is_member(void *arg, struct slice group, struct error *err)
{
	(void)arg;
	if (group.len > 8)
		return error_set(err, ERR_BUSY, "not to be told");
	return group.len % 2 == 0;
}

static void
saw(void *arg, const struct scope_step *step)
{
	(void)arg;
	require(step->op.len > 0 && step->met >= -1 && step->met <= 1);
}

static int
evaluate(struct arena *a, const struct scoping *s, bool seen)
{
	struct expression_world expressions = person_world();
	struct scope_world world = {
		.expressions = &expressions,
		.is_member = is_member,
		.saw = seen ? saw : NULL,
	};
	struct error err = { .code = ERR_NONE };
	int met = scope_evaluate(a, s, person_tree(a), &world, &err);

	require((met == -1) == (err.code != ERR_NONE));
	return met;
}

/* The only filter of TEXT with the other "not". */
static void
check_not(struct arena *a, struct json_object *text, int met)
{
	struct expression_environment env = person_environment();
	struct json_object *filter =
	    json_at(json_attr(text, SLICE("filters")), 0);
	bool negated = json_boolean(json_attr(filter, SLICE("not")));
	struct scoping *s;
	struct error err;

	json_delete(filter, SLICE("not"));
	json_set(filter, SLICE("not"), json_new_boolean(a, !negated));
	require(scope_compile(a, text, &env, &s, &err) == 0);
	require(evaluate(a, s, false) == (met == -1 ? -1 : !met));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct expression_environment env = person_environment();
	struct json_object *json;
	struct scoping *s;
	struct error err;
	int met;

	if (json_parse(a, text, &json, &err) == 0 &&
	    scope_compile(a, json, &env, &s, &err) == 0) {
		met = evaluate(a, s, false);
		require(met >= -1 && met <= 1 && evaluate(a, s, true) == met);
		if (json_len(json_attr(json, SLICE("filters"))) == 1)
			check_not(a, json, met);
	}
	arena_free(a);
	return 0;
}
