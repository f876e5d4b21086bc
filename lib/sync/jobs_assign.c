/*
 * jobs_assign.c: who is assigned to a job (PS-031, PS-032, PS-056).
 */
#include "base/text.h"
#include "sync/jobs_private.h"

struct assigning {
	const struct jobs *j;
	struct slice which;
	struct assignment *list;
	size_t n;
	size_t changed;
	bool is_over; /* take it back */
};

/* 1 when that was not so yet, 0, or -1. */
static int
assign_one(struct kv_txn *txn, const struct assigning *as,
    const struct uuid *job, struct assignment *one, struct error *err)
{
	enum store_status status;

	if (as->is_over) {
		status = assignment_delete(txn, as->j->tenant, job, one);
		return status == STORE_FAIL ? -1 : status == STORE_OK;
	}
	if (jobs_find_type(txn, as->j, &one->id, &one->type, err) == -1)
		return -1;
	status = assignment_insert(txn, as->j->tenant, job, one);
	return status == STORE_FAIL ? -1 : status == STORE_OK;
}

static struct json_object *
show(struct arena *a, const struct assignment *one)
{
	struct json_object *v = json_new_object(a);
	char id[UUID_TEXT_SIZE];

	uuid_format(&one->id, id);
	json_set(v, SLICE("value"), json_new_string(a, slice_of(id)));
	if (one->role.len > 0)
		json_set(v, SLICE("role"), json_new_string(a, one->role));
	return v;
}

static int
note_assigned(struct kv_txn *txn, const struct assigning *as,
    const struct job_info *info, struct json_object *list)
{
	struct json_object *v = json_new_object(store_arena(txn));

	json_set(v, SLICE("assignments"), list);
	return as->is_over ? jobs_note(txn, as->j, "unassign", info, v, NULL)
			   : jobs_note(txn, as->j, "assign", info, NULL, v);
}

static int
assign_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct assigning *as = arg;
	struct arena *a = store_arena(txn);
	struct json_object *noted = json_new_array(a);
	struct job_info info;

	as->changed = 0;
	if (jobs_enter(txn, as->j, as->which, &info, err) == -1)
		return -1;
	for (size_t i = 0; i < as->n; i++)
		switch (assign_one(txn, as, &info.id, &as->list[i], err)) {
		case 1:
			as->changed++;
			json_append(noted, show(a, &as->list[i]));
			break;
		case 0:
			break;
		default:
			return -1;
		}
	return as->changed > 0 ? note_assigned(txn, as, &info, noted) : 0;
}

static int
check_roles(const struct assignment *list, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].role.len > ASSIGNMENT_ROLE_MAX ||
		    !text_is_utf8(list[i].role) ||
		    memchr(list[i].role.data == NULL ? "" : list[i].role.data,
			'\0', list[i].role.len) != NULL)
			return error_set(err, ERR_INVALID_VALUE,
			    "a role has at most %d bytes of UTF-8",
			    ASSIGNMENT_ROLE_MAX);
	return 0;
}

int
jobs_assign(const struct jobs *j, struct slice which, struct assignment *list,
    size_t n, size_t *changed, struct error *err)
{
	struct assigning as = { .j = j, .which = which, .list = list, .n = n };

	if (check_roles(list, n, err) == -1 ||
	    store_txn(j->store, assign_body, &as, err) == -1)
		return -1;
	*changed = as.changed;
	return 0;
}

int
jobs_unassign(const struct jobs *j, struct slice which,
    const struct assignment *list, size_t n, size_t *changed, struct error *err)
{
	struct assigning as = { .j = j,
		.which = which,
		.list = arena_calloc(j->arena, n + 1, sizeof(*as.list)),
		.n = n,
		.is_over = true };

	for (size_t i = 0; i < n; i++)
		as.list[i] = list[i];
	if (check_roles(list, n, err) == -1 ||
	    store_txn(j->store, assign_body, &as, err) == -1)
		return -1;
	*changed = as.changed;
	return 0;
}

struct listing {
	const struct jobs *j;
	struct slice which;
	const struct assignment *after;
	size_t max;
	struct assignment *list;
	size_t n;
};

static int
list_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct listing *l = arg;
	struct arena *a = l->j->arena;
	enum store_status status = STORE_OK;
	struct assignment one;
	struct kv_range *range;
	struct job_info info;
	struct uuid id;

	if (jobs_find_id(txn, l->j->tenant, l->which, &id, err) == -1 ||
	    job_load(txn, l->j->tenant, &id, &info, err) == -1)
		return -1;
	if (assignments_open(txn, l->j->tenant, &id, NULL, l->after, &range) !=
	    STORE_OK)
		return -1;
	for (l->n = 0; l->n < l->max; l->n++) {
		status = assignments_next(range, &one);
		if (status != STORE_OK)
			break;
		l->list[l->n] = (struct assignment){ .id = one.id,
			.role = arena_slice(a, one.role),
			.type = arena_slice(a, one.type) };
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

int
jobs_assignments(const struct jobs *j, struct slice which,
    const struct assignment *after, size_t max, struct assignment **list,
    size_t *n, struct error *err)
{
	struct listing l = { .j = j,
		.which = which,
		.after = after,
		.max = max,
		.list = arena_calloc(j->arena, max + 1, sizeof(**list)) };

	if (store_view(j->store, list_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}
