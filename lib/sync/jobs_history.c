/*
 * jobs_history.c: what a job has been.
 */
#include "sync/jobs_private.h"

struct looking {
	const struct jobs *j;
	struct slice which;
	uint64_t number;
	size_t max;
	struct job_version *list;
	size_t n;
};

/* The job's id, and how many versions it has. */
static int
find(struct kv_txn *txn, const struct looking *l, struct job_info *info,
    struct error *err)
{
	struct uuid id;

	if (jobs_find_id(txn, l->j->tenant, l->which, &id, err) == -1)
		return -1;
	return job_load(txn, l->j->tenant, &id, info, err);
}

static int
history_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looking *l = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct job_info info;
	struct slice text;
	uint64_t number;

	if (find(txn, l, &info, err) == -1)
		return -1;
	number = l->number > 0 ? l->number - 1 : info.version;
	if (job_versions_open(txn, l->j->tenant, &info.id, number, &range) !=
	    STORE_OK)
		return -1;
	for (l->n = 0; l->n < l->max; l->n++) {
		status = job_versions_next(range, &number, &text);
		if (status != STORE_OK)
			break;
		if (jobs_read_version(l->j->arena, number,
			arena_slice(l->j->arena, text), &l->list[l->n],
			err) == -1)
			return -1;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

int
jobs_history(const struct jobs *j, struct slice which, uint64_t before,
    size_t max, struct job_version **list, size_t *n, struct error *err)
{
	struct looking l = { .j = j,
		.which = which,
		.number = before,
		.max = max,
		.list = arena_calloc(j->arena, max, sizeof(**list)) };

	if (store_view(j->store, history_body, &l, err) == -1)
		return -1;
	*list = l.list;
	*n = l.n;
	return 0;
}

static int
version_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looking *l = arg;
	struct job_info info;

	if (find(txn, l, &info, err) == -1)
		return -1;
	return jobs_get_version(txn, l->j->arena, l->j->tenant, &info.id,
	    l->number > 0 ? l->number : info.version, l->list, err);
}

int
jobs_version(const struct jobs *j, struct slice which, uint64_t number,
    struct job_version *out, struct error *err)
{
	struct looking l = {
		.j = j, .which = which, .number = number, .list = out
	};

	return store_view(j->store, version_body, &l, err);
}
