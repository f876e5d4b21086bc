/*
 * verify.c: walk every table a batch at a time and have each key checked.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/nelem.h"
#include "identity/verify_private.h"
#include "store/key.h"
#include "store/scan.h"
#include "store/tenants.h"

enum { BATCH_MAX = 100, TEXT_MAX = 1000, HEAD_LEN = 20 };

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
	{ "event streams",	KV_STREAMS,	verify_stream },
	{ "requests",		KV_REQUESTS,	verify_request },
	{ "breakers",		KV_BREAKERS,	verify_breaker },
	{ "provisioning jobs",	KV_JOBS,	verify_job },
	{ "links of jobs",	KV_LINKS,	verify_link },
};
/* clang-format on */

struct walk_state {
	struct verify_run *run;
	const struct pass *pass;
	struct slice from;
	struct slice last; /* in arena NEXT */
	struct arena *next;
	size_t n;
	bool is_last; /* batch of the table */
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

static bool
is_tenant(const struct verify_tenant *t, uint32_t tenant)
{
	return t->number == tenant && !t->has_log_only;
}

/* Keys of one tenant stand together: mostly it is the one of before. */
const char *
verify_tenant_name(struct verify_run *v, uint32_t tenant)
{
	for (size_t n = v->ntenants, i = v->found_tenant; n > 0; n--, i++) {
		if (i >= v->ntenants)
			i = 0;
		if (!is_tenant(&v->tenants[i], tenant))
			continue;
		v->found_tenant = i;
		return v->tenants[i].name.data;
	}
	return NULL;
}

/* The tenant that KEY of TABLE stands under; false when it says none. */
static bool
tenant_of(enum kv_table table, struct slice key, uint32_t *tenant)
{
	return table != KV_CREDENTIALS && key_take_tenant(&key, tenant);
}

/*
 * Is KEY to be checked?  Not while its tenant is being deleted: then anything
 * may be gone.  *STATE is that of *TENANT, read in TXN.  1, 0 or -1.
 */
static int
is_checked(struct verify_run *v, struct kv_txn *txn, const struct pass *pass,
    struct slice key, uint32_t *tenant, enum tenant_state *state)
{
	struct tenant_row row = { .state = TENANT_ACTIVE };
	uint32_t number;

	if (!tenant_of(pass->table, key, &number))
		return 1;
	if (number != *tenant &&
	    tenant_get(txn, number, false, &row) == STORE_FAIL)
		return -1;
	if (number != *tenant)
		*state = row.state;
	*tenant = number;
	if (*state == TENANT_DELETED)
		verify_problem(v,
		    "a key of %s belongs to tenant %u, which was deleted; " DO_REBUILD,
		    pass->what, number);
	return *state < TENANT_DELETING;
}

static void
tell_misplaced(struct verify_run *v, const struct pass *pass, struct slice key)
{
	char head[2 * HEAD_LEN + 1] = "";

	for (size_t i = 0; i < key.len && i < HEAD_LEN; i++)
		snprintf(head + 2 * i, 3, "%02x", (unsigned char)key.data[i]);
	verify_problem(v,
	    "a key of %s, %s..., stands where it is not looked for; " DO_REBUILD,
	    pass->what, head);
}

/* Does a walk from FROM on meet KEY soon? */
static int
is_met(struct kv_txn *txn, enum kv_table table, struct slice from,
    struct slice key)
{
	struct slice keys[BATCH_MAX];
	size_t n;

	if (scan_keys(txn, table, from, BATCH_MAX, keys, &n) != STORE_OK)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (slice_equal(keys[i], key))
			return 1;
	return 0;
}

/*
 * Is KEY, which stands behind BEFORE, where it is looked for?  One that is
 * not found, and met again by who walks there, was not deleted meanwhile.
 * 1, 0 or -1.
 */
static int
is_placed(struct kv_txn *txn, enum kv_table table, struct slice before,
    struct slice key)
{
	struct slice value;
	int rc;

	switch (kv_get(txn, table, key, false, &value)) {
	case STORE_OK:
		return 1;
	case STORE_NOTFOUND:
		rc = is_met(txn, table, before, key);
		return rc == -1 ? -1 : !rc;
	default:
		return -1;
	}
}

/*
 * How many of the N KEYS are walked: up to the last one in its place, behind
 * which the next batch begins; what is behind that comes again.  PLACED says
 * it of each.
 */
static int
judge_places(struct walk_state *w, struct kv_txn *txn, const struct slice *keys,
    bool *placed, size_t *n)
{
	struct slice before = w->from;
	size_t end = 0;

	for (size_t i = 0; i < *n; i++) {
		int rc = is_placed(txn, w->pass->table, before, keys[i]);

		if (rc == -1)
			return -1;
		placed[i] = rc == 1;
		if (placed[i]) {
			before = keys[i];
			end = i + 1;
		}
	}
	w->is_last = *n < BATCH_MAX || end == 0;
	if (!w->is_last)
		*n = end;
	else if (*n == BATCH_MAX)
		verify_problem(w->run,
		    "so many keys of %s stand where they are not looked for "
		    "that the others were not looked at; " DO_REBUILD,
		    w->pass->what);
	return 0;
}

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_state *w = arg;
	struct slice keys[BATCH_MAX];
	bool placed[BATCH_MAX];
	enum tenant_state state = TENANT_ACTIVE;
	uint32_t tenant = TENANT_STORE;
	int rc;

	(void)err;
	if (scan_keys(txn, w->pass->table, w->from, BATCH_MAX, keys, &w->n) !=
		STORE_OK ||
	    judge_places(w, txn, keys, placed, &w->n) == -1)
		return -1;
	for (size_t i = 0; i < w->n; i++) {
		if (!placed[i]) {
			tell_misplaced(w->run, w->pass, keys[i]);
			continue;
		}
		rc = is_checked(w->run, txn, w->pass, keys[i], &tenant, &state);
		if (rc == 1)
			rc = w->pass->check(w->run, txn, keys[i]);
		if (rc == -1)
			return -1;
	}
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
	} while (!w->is_last);
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

static void
add_tenant(
    struct verify_run *v, struct slice name, uint32_t number, bool has_log_only)
{
	struct arena *a = v->order->caller->arena;
	size_t size = v->ntenants * sizeof(*v->tenants);

	v->tenants =
	    arena_grow(a, v->tenants, size, size + sizeof(*v->tenants));
	v->tenants[v->ntenants++] =
	    (struct verify_tenant){ arena_slice(a, name), number,
		    has_log_only };
}

/* What was deleted left its changes. */
static enum store_status
add_deleted(struct verify_run *v, struct kv_txn *txn)
{
	struct kv_range *range;
	struct tenant_row row;
	enum store_status status;

	if (tenant_rows_open(txn, &range) != STORE_OK)
		return STORE_FAIL;
	while ((status = tenant_rows_next(range, &row)) == STORE_OK)
		if (row.state == TENANT_DELETED)
			add_tenant(v, row.name, row.number, true);
	kv_range_close(range);
	return status;
}

static int
tenants_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct verify_run *v = arg;
	struct kv_range *range;
	struct slice name;
	uint32_t number;
	enum store_status status;

	(void)err;
	v->ntenants = 0;
	add_tenant(v, SLICE("(the store)"), TENANT_STORE, true);
	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = tenants_next(range, &name, &number)) == STORE_OK)
		add_tenant(v, name, number, false);
	kv_range_close(range);
	if (status != STORE_NOTFOUND)
		return -1;
	return add_deleted(v, txn) == STORE_NOTFOUND ? 0 : -1;
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
