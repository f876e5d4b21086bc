/*
 * job_versions.c: /admin/v1/jobs/JOB/versions: what a job has been.
 */
#include "admin/admin.h"
#include "admin/jobs.h"
#include "base/number.h"
#include "json/diff.h"

static struct json_object *
show(struct arena *a, const struct job_version *version)
{
	struct json_object *v = json_new_object(a);

	json_set(
	    v, SLICE("number"), json_new_integer(a, (int64_t)version->number));
	json_set(v, SLICE("at"), json_new_string(a, version->at));
	json_set(v, SLICE("by"), json_new_string(a, version->by));
	json_set(v, SLICE("why"), json_new_string(a, version->why));
	json_set(v, SLICE("secretChanged"),
	    json_new_boolean(a, version->secret_changed));
	return v;
}

/* Page by page, the newest first; it counts backwards from the newest. */
int
admin_list_job_versions(struct call *call, struct error *err)
{
	struct json_object *list = json_new_array(call->arena);
	struct job_version *versions;
	struct job_info info;
	struct page page;
	struct jobs j;
	size_t n = 0;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_find(&j, call->id, &info, err) == -1 ||
	    answer_read_page(call, info.version, &page, err) == -1)
		return -1;
	if (page.end > page.first &&
	    jobs_history(&j, call->id, info.version + 1 - page.first,
		page.end - page.first, &versions, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		json_append(list, show(call->arena, &versions[i]));
	return answer_page(call, &page, list);
}

static int
read_number(struct slice text, uint64_t *out, struct error *err)
{
	int64_t number;

	if (parse_int(text, 1, INT64_MAX, &number, NULL) == -1)
		return error_set(err, ERR_NOT_FOUND,
		    "the job has no version '%.*s'", SLICE_ARG(text));
	*out = (uint64_t)number;
	return 0;
}

/* What it was, and what it changed of the one before it. */
int
admin_show_job_version(struct call *call, struct error *err)
{
	struct job_version version, before;
	struct json_object *v;
	uint64_t number = 0;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_number(call->id, &number, err) == -1 ||
	    jobs_version(&j, call->in, number, &version, err) == -1)
		return -1;
	v = show(call->arena, &version);
	if (number > 1) {
		if (jobs_version(&j, call->in, number - 1, &before, err) == -1)
			return -1;
		json_set(v, SLICE("changes"),
		    json_diff(
			call->arena, before.definition, version.definition));
	}
	json_set(v, SLICE("definition"), version.definition);
	return answer_object(call, 200, v);
}

/* ?from= and ?to=; without, the newest and the one before it. */
int
admin_compare_job(struct call *call, struct error *err)
{
	struct job_version from, to;
	uint64_t a, b;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_ask_version(call, "from", &a, err) == -1 ||
	    jobs_ask_version(call, "to", &b, err) == -1 ||
	    jobs_version(&j, call->id, b, &to, err) == -1)
		return -1;
	if (a == 0)
		a = to.number > 1 ? to.number - 1 : 1;
	if (jobs_version(&j, call->id, a, &from, err) == -1)
		return -1;
	return jobs_answer_diff(call, from.definition, to.definition);
}

/* The job is to be as it was in this version; or, ?dryRun=true, would be. */
int
admin_roll_back_job(struct call *call, struct error *err)
{
	struct json_object *before, *after;
	struct job_info info;
	uint64_t number = 0;
	struct jobs j;
	bool is_trial;

	if (jobs_visit_to_change(call, &j, err) == -1 ||
	    answer_read_flag(call, "dryRun", &is_trial, err) == -1 ||
	    read_number(call->id, &number, err) == -1)
		return -1;
	if (is_trial)
		return jobs_preview_roll_back(
			   &j, call->in, number, &before, &after, err) == -1
		    ? -1
		    : jobs_answer_diff(call, before, after);
	if (jobs_roll_back(&j, call->in, number, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}
