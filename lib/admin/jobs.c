/*
 * jobs.c: /admin/v1/jobs: provisioning jobs, as muster job.
 */
#include "admin/admin.h"
#include "admin/field.h"
#include "admin/jobs.h"
#include "admin/listing.h"
#include "base/nelem.h"
#include "json/diff.h"

struct jobs
jobs_of(const struct call *call, const struct tenant *tenant)
{
	struct visit visit = visit_tenant(call, tenant);

	return (struct jobs){ .store = call->identity->store,
		.catalog = visit.identity.catalog,
		.profile = profile_default(call->identity->catalog),
		.arena = call->arena,
		.tenant = tenant->number,
		.actor = call->caller.actor,
		.now = call->caller.now,
		.is_remote = true };
}

int
jobs_visit(const struct call *call, struct jobs *j, struct error *err)
{
	struct tenant tenant;

	if (visit_find_one(call, &tenant, err) == -1)
		return -1;
	*j = jobs_of(call, &tenant);
	return 0;
}

int
jobs_visit_to_change(const struct call *call, struct jobs *j, struct error *err)
{
	return jobs_visit(call, j, err) == -1
	    ? -1
	    : answer_conditions(call, &j->conditions, err);
}

int
jobs_ask_version(
    const struct call *call, const char *name, uint64_t *out, struct error *err)
{
	int64_t number = 0;

	if (answer_read_number(call, name, INT64_MAX, &number, err) == -1)
		return -1;
	*out = (uint64_t)number;
	return 0;
}

static void
set_text(
    struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	json_set(v, slice_of(name), json_new_string(a, text));
}

static struct json_object *
show(struct arena *a, const struct job_info *info)
{
	struct json_object *v = json_new_object(a),
			   *progress = jobs_progress(a, info);
	char id[UUID_TEXT_SIZE];

	uuid_format(&info->id, id);
	set_text(a, v, "id", slice_of(id));
	set_text(a, v, "name", info->name);
	set_text(a, v, "created", info->created);
	set_text(a, v, "modified", info->modified);
	set_text(a, v, "by", info->by);
	json_set(v, SLICE("hasSecret"), json_new_boolean(a, info->has_secret));
	json_set(v, SLICE("state"), json_copy(a, info->state));
	if (progress != NULL)
		json_set(v, SLICE("progress"), progress);
	return v;
}

int
jobs_answer(struct call *call, int status, const struct job_info *info)
{
	struct json_object *v = show(call->arena, info);

	json_set(
	    v, SLICE("definition"), json_copy(call->arena, info->definition));
	return answer_versioned(call, status, v, info->version);
}

int
jobs_answer_diff(struct call *call, const struct json_object *before,
    const struct json_object *after)
{
	struct json_object *v = json_new_object(call->arena);

	json_set(v, SLICE("changes"), json_diff(call->arena, before, after));
	return answer_object(call, 200, v);
}

/* In a list a job is without its definition, but for where it goes. */
static void
add_short(struct arena *a, const struct tenant *tenant,
    const struct job_info *info, struct json_object *list)
{
	struct json_object *v = show(a, info);

	set_text(a, v, "tenant", tenant->name);
	set_text(a, v, "version", etag_of(a, info->version));
	set_text(a, v, "url",
	    json_string(json_get(json_get(info->definition, "target"), "url")));
	json_append(list, v);
}

static int
add_tenant(const struct call *call, const struct tenant *tenant,
    struct json_object *all, struct error *err)
{
	struct jobs j = jobs_of(call, tenant);
	struct job_info *list;
	size_t n;

	if (jobs_list(&j, &list, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		add_short(call->arena, tenant, &list[i], all);
	return 0;
}

static int
show_listed(struct call *call, size_t i, void *arg, struct json_object **out,
    struct error *err)
{
	(void)err;
	*out = json_copy(call->arena, json_at(arg, i));
	return 0;
}

int
admin_list_jobs(struct call *call, struct error *err)
{
	struct json_object *all = json_new_array(call->arena);
	struct tenant tenant, *tenants;
	size_t n;

	if (visit_find(call, &tenant, err) == -1 ||
	    visit_list(call, &tenant, &tenants, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_tenant(call, &tenants[i], all, err) == -1)
			return -1;
	return listing_answer(call, json_len(all), show_listed, all, err);
}

int
admin_create_job(struct call *call, struct error *err)
{
	struct job_info info;
	char id[UUID_TEXT_SIZE];
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_create(&j, call->body, &info, err) == -1)
		return -1;
	uuid_format(&info.id, id);
	answer_location(call, "/jobs", slice_of(arena_strdup(call->arena, id)));
	return jobs_answer(call, 201, &info);
}

int
admin_show_job(struct call *call, struct error *err)
{
	struct job_info info;
	struct jobs j;

	if (jobs_visit(call, &j, err) == -1 ||
	    jobs_find(&j, call->id, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}

/* With ?dryRun=true only what would differ is told. */
static int
change(struct call *call, bool is_whole, struct error *err)
{
	struct json_object *before, *after;
	struct job_info info;
	struct jobs j;
	bool is_trial;

	if (jobs_visit_to_change(call, &j, err) == -1 ||
	    answer_read_flag(call, "dryRun", &is_trial, err) == -1)
		return -1;
	if (is_trial)
		return jobs_preview(&j, call->id, call->body, is_whole, &before,
			   &after, err) == -1
		    ? -1
		    : jobs_answer_diff(call, before, after);
	if ((is_whole ? jobs_replace : jobs_edit)(
		&j, call->id, call->body, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}

int
admin_edit_job(struct call *call, struct error *err)
{
	return change(call, false, err);
}

int
admin_replace_job(struct call *call, struct error *err)
{
	return change(call, true, err);
}

int
admin_delete_job(struct call *call, struct error *err)
{
	struct jobs j;

	if (jobs_visit_to_change(call, &j, err) == -1 ||
	    jobs_delete(&j, call->id, err) == -1)
		return -1;
	call->reply->status = 204;
	return 0;
}

struct form {
	struct slice scopes;
};

static const struct field restart_fields[] = {
	{ "scopes", FIELD_LIST, FIELD_MADE, offsetof(struct form, scopes),
	    ',' },
};

/* Whoever lets a job run or stops it does so whatever its version is. */
static int
read_order(const struct call *call, const struct field *fields, size_t n,
    struct form *form, struct jobs *j, struct error *err)
{
	*form = (struct form){ .scopes = SLICE("") };
	return jobs_visit(call, j, err) == -1
	    ? -1
	    : field_read(
		  call->arena, call->body, fields, n, FIELD_MADE, form, err);
}

int
admin_start_job(struct call *call, struct error *err)
{
	struct job_info info;
	struct form form;
	struct jobs j;

	if (read_order(call, NULL, 0, &form, &j, err) == -1 ||
	    jobs_start(&j, call->id, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}

int
admin_pause_job(struct call *call, struct error *err)
{
	struct job_info info;
	struct form form;
	struct jobs j;

	if (read_order(call, NULL, 0, &form, &j, err) == -1 ||
	    jobs_pause(&j, call->id, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}

int
admin_restart_job(struct call *call, struct error *err)
{
	struct job_info info;
	struct form form;
	struct jobs j;

	if (read_order(call, restart_fields, NELEM(restart_fields), &form, &j,
		err) == -1 ||
	    jobs_restart(&j, call->id, form.scopes, &info, err) == -1)
		return -1;
	return jobs_answer(call, 200, &info);
}
