/*
 * fuzz_job.c: any JSON as the definition of a job: what is refused says why,
 * what is taken is taken again, and is not changed by that.
 */
#include <stdint.h>

#include "person.h"
#include "require.h"
#include "sync/job.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_rule(const struct job *job, const struct job_rule *rule)
{
	require(rule->source != NULL && rule->filters != NULL);
	require(rule->endpoint.len > 1 && rule->endpoint.data[0] == '/');
	require(rule->schema.len > 0);
	require(!rule->enabled || rule->mapping.nmatches > 0);
	require(job_rule_of(job, rule->source_name) == rule);
	for (size_t i = 0; i < rule->mapping.nrows; i++)
		for (size_t k = 0; k < i; k++)
			require(!place_overlaps(&rule->mapping.rows[i].place,
			    &rule->mapping.rows[k].place));
}

static void
check(struct arena *a, const struct json_object *json)
{
	const struct profile *profile = profile_default(user_catalog());
	struct slice before = json_text(a, json);
	struct error err = { .code = ERR_NONE };
	struct job *job, *again;

	if (job_compile(a, json, user_catalog(), profile, &job, &err) == -1) {
		require(err.code == ERR_INVALID_VALUE);
		require(err.detail[0] != '\0');
		return;
	}
	for (size_t i = 0; i < job->nrules; i++)
		check_rule(job, &job->rules[i]);
	require(slice_equal(before, json_text(a, json)));
	require(
	    job_compile(a, json, user_catalog(), profile, &again, &err) == 0);
	require(again->nrules == job->nrules);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct arena *a = arena_new();
	struct json_object *json;
	struct error err;

	if (json_parse(a, text, &json, &err) == 0)
		check(a, json);
	arena_free(a);
	return 0;
}
