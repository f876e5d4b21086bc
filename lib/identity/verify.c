/*
 * verify.c: walk every table a batch at a time and have each key checked.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/nelem.h"
#include "identity/verify_private.h"
#include "store/scan.h"
#include "store/tenants.h"

enum { BATCH_MAX = 100, TEXT_MAX = 1000 };

/* A walk through one table. */
struct pass {
	const char *what;
	enum kv_table table;
	verify_key_fn *check;
};

/* clang-format off */
static const struct pass passes[] = {
	{ "credentials",	KV_CREDENTIALS,	verify_credential },
	{ "resources",		KV_RESOURCES,	verify_resource },
	{ "unique values",	KV_UNIQUES,	verify_unique },
	{ "index keys",		KV_INDEXES,	verify_index },
	{ "members",		KV_MEMBERS,	verify_member },
	{ "memberships",	KV_GROUPS,	verify_group },
};
/* clang-format on */

struct walk_state {
	struct verify_run *run;
	const struct pass *pass;
	struct slice from;
	struct slice last; /* in arena NEXT */
	struct arena *next;
	size_t n;
};

void
verify_problem(struct verify_run *v, const char *fmt, ...)
{
	size_t size = v->nproblems * sizeof(*v->problems);
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	v->problems = arena_grow(
	    v->found, v->problems, size, size + sizeof(*v->problems));
	v->problems[v->nproblems++] = arena_strdup(v->found, text);
}

/* A body may run twice, and so may what it finds. */
struct fresh {
	struct verify_run *run;
	store_body *body;
	void *arg;
};

static int
fresh_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct fresh *f = arg;

	arena_reset(f->run->found);
	f->run->problems = NULL;
	f->run->nproblems = 0;
	return f->body(txn, f->arg, err);
}

int
verify_view(
    struct verify_run *v, store_body *body, void *arg, struct error *err)
{
	struct fresh f = { v, body, arg };

	if (store_view(v->order->identity->store, fresh_body, &f, err) == -1)
		return -1;
	for (size_t i = 0; i < v->nproblems; i++)
		v->order->problem(v->order->arg, v->problems[i]);
	v->result->problems += v->nproblems;
	return 0;
}

const char *
verify_tenant_name(const struct verify_run *v, uint32_t tenant)
{
	for (size_t i = 0; i < v->ntenants; i++)
		if (v->tenants[i].number == tenant)
			return v->tenants[i].name.data;
	return NULL;
}

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_state *w = arg;
	struct slice keys[BATCH_MAX];

	(void)err;
	if (scan_keys(txn, w->pass->table, w->from, BATCH_MAX, keys, &w->n) !=
	    STORE_OK)
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (w->pass->check(w->run, txn, keys[i]) == -1)
			return -1;
	arena_reset(w->next);
	if (w->n > 0)
		w->last = scan_behind(w->next, keys[w->n - 1]);
	return 0;
}

/* *FROM and its arena change places with where the next batch begins. */
static int
walk_batches(struct walk_state *w, struct arena **from, struct error *err)
{
	struct verify_run *v = w->run;
	struct arena *before;
	uint64_t done = 0;

	do {
		if (verify_view(v, batch_body, w, err) == -1)
			return -1;
		done += w->n;
		v->result->keys += w->n;
		v->order->progress(v->order->arg, w->pass->what, done);
		before = *from;
		*from = w->next;
		w->next = before;
		w->from = w->last;
	} while (w->n == BATCH_MAX);
	return 0;
}

static int
walk_table(struct verify_run *v, const struct pass *pass, struct error *err)
{
	struct walk_state w = {
		.run = v, .pass = pass, .from = SLICE(""), .next = arena_new()
	};
	struct arena *from = arena_new();
	int rc = walk_batches(&w, &from, err);

	arena_free(from);
	arena_free(w.next);
	return rc;
}

static int
tenants_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct verify_run *v = arg;
	struct arena *a = v->order->caller->arena;
	struct verify_tenant t;
	struct kv_range *range;
	enum store_status status;
	size_t size;

	(void)err;
	v->ntenants = 0;
	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = tenants_next(range, &t.name, &t.number)) == STORE_OK) {
		size = v->ntenants * sizeof(t);
		t.name = arena_slice(a, t.name);
		v->tenants = arena_grow(a, v->tenants, size, size + sizeof(t));
		v->tenants[v->ntenants++] = t;
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

static int
verify_all(struct verify_run *v, struct error *err)
{
	if (verify_view(v, tenants_body, v, err) == -1)
		return -1;
	for (size_t i = 0; i < NELEM(passes); i++)
		if (walk_table(v, &passes[i], err) == -1)
			return -1;
	if (verify_counts(v, err) == -1)
		return -1;
	return verify_changes(v, err);
}

int
identity_verify(const struct verify *verify, struct verify_result *result,
    struct error *err)
{
	struct verify_run v = {
		.order = verify, .result = result, .found = arena_new()
	};
	int rc;

	*result = (struct verify_result){ .keys = 0 };
	rc = verify_all(&v, err);
	arena_free(v.found);
	return rc;
}
