/*
 * jobs_delete.c: a job goes: marked at once, and then piece by piece.
 */
#include "store/links.h"
#include "store/tenants.h"
#include "sync/jobs_private.h"

enum { SWEEP_BATCH = 500 };

static int
note_deleted(
    struct kv_txn *txn, const struct jobs *j, const struct job_info *info)
{
	struct arena *a = store_arena(txn);
	struct json_object *before = json_new_object(a);

	json_set(before, SLICE("name"), json_new_string(a, info->name));
	json_set(before, SLICE("version"),
	    json_new_integer(a, (int64_t)info->version));
	return jobs_note(txn, j, "delete", info, before, NULL);
}

struct marking {
	const struct jobs *j;
	struct slice which;
};

/*
 * From here on nobody finds it, and the engine, which changes the state in
 * every transaction, writes nothing more; what it has goes piece by piece.
 */
static int
mark_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct marking *m = arg;
	const struct jobs *j = m->j;
	struct job_info info;

	if (jobs_enter(txn, j, m->which, &info, err) == -1 ||
	    job_name_free(txn, j->tenant, info.name) == STORE_FAIL ||
	    job_put(txn, j->tenant, JOB_HEAD, &info.id, SLICE("{}")) !=
		STORE_OK ||
	    job_delete(txn, j->tenant, JOB_STATE, &info.id) == STORE_FAIL ||
	    jobs_put_secret(txn, j->tenant, &info.id, SLICE("")) == -1)
		return -1;
	return note_deleted(txn, j, &info);
}

struct sweep {
	struct job_key key;
	bool more;
};

static int
links_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct sweep *s = arg;

	(void)err;
	return links_clear(txn, &s->key, &s->more);
}

static int
rows_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct sweep *s = arg;
	size_t n;

	(void)err;
	if (job_keys_remove(txn, s->key.tenant, &s->key.id, SWEEP_BATCH, &n) !=
	    STORE_OK)
		return -1;
	s->more = n == SWEEP_BATCH;
	return 0;
}

/* Those whose deletion has begun. */
struct deleted {
	const struct jobs *j;
	struct uuid *ids;
	size_t n;
};

static int
deleted_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct deleted *d = arg;

	(void)err;
	return jobs_list_ids(txn, d->j, true, &d->ids, &d->n);
}

/* What it knows of its target first: its own rows say that it is there. */
static int
sweep_one(const struct jobs *j, const struct uuid *id, struct error *err)
{
	struct sweep s = { .key = { j->tenant, *id } };

	do
		if (store_txn(j->store, links_body, &s, err) == -1)
			return -1;
	while (s.more);
	do
		if (store_txn(j->store, rows_body, &s, err) == -1)
			return -1;
	while (s.more);
	return 0;
}

int
jobs_sweep(const struct jobs *j, struct error *err)
{
	struct deleted d = { .j = j };

	if (store_view(j->store, deleted_body, &d, err) == -1)
		return -1;
	for (size_t i = 0; i < d.n; i++)
		if (sweep_one(j, &d.ids[i], err) == -1)
			return -1;
	return 0;
}

/* The tenants of a store, also one that is being deleted. */
struct tenants {
	struct arena *a;
	uint32_t *list;
	size_t n;
};

static int
tenants_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct tenants *t = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice name;
	uint32_t tenant;

	(void)err;
	t->list = NULL;
	t->n = 0;
	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = tenants_next(range, &name, &tenant)) == STORE_OK) {
		size_t size = t->n * sizeof(*t->list);

		t->list =
		    arena_grow(t->a, t->list, size, size + sizeof(*t->list));
		t->list[t->n++] = tenant;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

int
jobs_sweep_all(struct store *store, struct error *err)
{
	struct tenants t = { .a = arena_new() };
	int rc = store_view(store, tenants_body, &t, err);

	for (size_t i = 0; rc == 0 && i < t.n; i++) {
		struct jobs j = {
			.store = store, .arena = t.a, .tenant = t.list[i]
		};

		rc = jobs_sweep(&j, err);
	}
	arena_free(t.a);
	return rc;
}

int
jobs_delete(const struct jobs *j, struct slice which, struct error *err)
{
	struct marking m = { j, which };

	if (store_txn(j->store, mark_body, &m, err) == -1)
		return -1;
	return jobs_sweep(j, err);
}
