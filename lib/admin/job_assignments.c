/*
 * job_assignments.c: /admin/v1/jobs/JOB/assignments: who is assigned.
 */
#include "admin/admin.h"
#include "admin/jobs.h"

enum { BATCH_MAX = 1000 };

static struct json_object *
show(struct arena *a, const struct assignment *one)
{
	struct json_object *v = json_new_object(a);
	char id[UUID_TEXT_SIZE];

	uuid_format(&one->id, id);
	json_set(v, SLICE("value"), json_new_string(a, slice_of(id)));
	json_set(v, SLICE("type"), json_new_string(a, one->type));
	json_set(v, SLICE("role"), json_new_string(a, one->role));
	return v;
}

/* ?after= and ?afterRole=, what the page before ended with. */
static int
read_after(const struct call *call, struct assignment *after, bool *is_given,
    struct error *err)
{
	struct slice id;

	if (call_parameter(call, "after", &id, err) == -1 ||
	    call_parameter(call, "afterRole", &after->role, err) == -1)
		return -1;
	*is_given = id.data != NULL;
	if (*is_given &&
	    (uuid_parse(id, &after->id) == -1 ||
		after->role.len > ASSIGNMENT_ROLE_MAX))
		return error_set(err, ERR_INVALID_VALUE,
		    "'after' is the 'value' of an assignment, and 'afterRole' "
		    "its 'role'");
	return 0;
}

/* By the ids of resources: how many there are in all is not counted. */
int
admin_list_job_assignments(struct call *call, struct error *err)
{
	struct json_object *v = json_new_object(call->arena),
			   *list = json_new_array(call->arena);
	struct assignment after = { .role = SLICE("") }, *assignments;
	int64_t count = PAGE_SIZE_DEFAULT;
	struct jobs j;
	bool is_given;
	size_t n;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_after(call, &after, &is_given, err) == -1 ||
	    answer_read_number(call, "count", PAGE_SIZE_MAX, &count, err) ==
		-1 ||
	    jobs_assignments(&j, call->id, is_given ? &after : NULL,
		(size_t)count, &assignments, &n, err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		json_append(list, show(call->arena, &assignments[i]));
	json_set(v, SLICE("itemsPerPage"),
	    json_new_integer(call->arena, (int64_t)n));
	json_set(v, SLICE("Resources"), list);
	return answer_object(call, 200, v);
}

static int
wrong(struct error *err)
{
	return error_set(err, ERR_INVALID_VALUE,
	    "'assignments' must be a list of at most %d objects with a "
	    "'value', the id of a user or group, and a 'role' or none",
	    BATCH_MAX);
}

static int
read_one(const struct json_object *v, struct assignment *one, struct error *err)
{
	const struct json_object *role = json_get(v, "role");
	size_t known = 1 + (json_has(v, SLICE("role")) ? 1 : 0);

	if (json_kind(v) != JSON_OBJECT || json_len(v) != known ||
	    (role != NULL && json_kind(role) != JSON_STRING) ||
	    uuid_parse(json_string(json_get(v, "value")), &one->id) == -1)
		return wrong(err);
	one->role = json_string(role);
	if (one->role.data == NULL)
		one->role = SLICE("");
	return 0;
}

static int
read_list(const struct call *call, struct assignment **list, size_t *n,
    struct error *err)
{
	const struct json_object *v = json_get(call->body, "assignments");

	*n = json_len(v);
	if (json_kind(v) != JSON_ARRAY || json_len(call->body) != 1 ||
	    *n == 0 || *n > BATCH_MAX)
		return wrong(err);
	*list = arena_calloc(call->arena, *n, sizeof(**list));
	for (size_t i = 0; i < *n; i++)
		if (read_one(json_at(v, i), &(*list)[i], err) == -1)
			return -1;
	return 0;
}

static int
answer_changed(struct call *call, size_t changed)
{
	struct json_object *v = json_new_object(call->arena);

	json_set(v, SLICE("changed"),
	    json_new_integer(call->arena, (int64_t)changed));
	return answer_object(call, 200, v);
}

int
admin_assign_job(struct call *call, struct error *err)
{
	struct assignment *list;
	struct jobs j;
	size_t n, changed;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_list(call, &list, &n, err) == -1 ||
	    jobs_assign(&j, call->id, list, n, &changed, err) == -1)
		return -1;
	return answer_changed(call, changed);
}

int
admin_unassign_job(struct call *call, struct error *err)
{
	struct assignment *list;
	struct jobs j;
	size_t n, changed;

	if (jobs_visit(call, &j, err) == -1 ||
	    read_list(call, &list, &n, err) == -1 ||
	    jobs_unassign(&j, call->id, list, n, &changed, err) == -1)
		return -1;
	return answer_changed(call, changed);
}
