/*
 * job_test.c: the tests that are stored with a job (spec provisioning.md
 * section 8, row 22): a definition whose tests do not hold is not saved.
 */
#include "json/json.h"
#include "sync/expression_test.h"
#include "sync/job_part.h"

static int
lookup(void *arg, struct slice table, struct slice key, struct slice *out,
    struct error *err)
{
	(void)err;
	return job_lookup(arg, table, key, out);
}

/* In tests no value is taken, and random bytes are always the same. */
static int
is_taken(void *arg, struct slice candidate, struct error *err)
{
	(void)arg;
	(void)candidate;
	(void)err;
	return 0;
}

static void
same_bytes(void *arg, unsigned char *bytes, size_t len)
{
	(void)arg;
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)(i * 37 + 11);
}

/* The expression that TEST is of. */
static int
find(struct arena *a, const struct job *job, const struct json_object *test,
    const struct mapping_row **out, struct error *err)
{
	struct slice type = json_string(json_attr(test, SLICE("rule")));
	struct slice target = json_string(json_attr(test, SLICE("target")));
	const struct job_rule *rule =
	    job_rule_of(job, type.len == 0 ? SLICE("User") : type);

	if (rule == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "rule: there is none for '%.*s'", SLICE_ARG(type));
	*out = mapping_find(a, &rule->mapping, target);
	if (*out == NULL || (*out)->expression == NULL)
		return error_set(err, ERR_INVALID_VALUE,
		    "target: no expression is mapped to '%.*s'",
		    SLICE_ARG(target));
	return 0;
}

static int
run(struct arena *a, struct json_object *test, const struct job *job,
    const struct expression_world *world, struct error *err)
{
	const struct mapping_row *row = NULL;
	struct json_object *alone = json_new_array(a);

	if (find(a, job, test, &row, err) == -1)
		return -1;
	json_append(alone, test);
	return expression_test(a, row->expression, alone, world, err);
}

int
job_run_tests(struct arena *a, const struct json_object *json, struct job *job,
    struct error *err)
{
	const struct expression_world world = { .default_domain =
						    SLICE("example.com"),
		.lookup = lookup,
		.is_taken = is_taken,
		.random = same_bytes,
		.arg = job };

	if (json_len(json) > JOB_TESTS_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "tests: at most %d expected", JOB_TESTS_MAX);
	for (size_t i = 0; i < json_len(json); i++)
		if (run(a, json_at(json, i), job, &world, err) == -1)
			return error_prefix(err, "tests[%zu].", i);
	return 0;
}
