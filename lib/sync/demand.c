/*
 * demand.c: one object, now.
 */
#include "http/pool.h"
#include "store/dues.h"
#include "sync/batch.h"
#include "sync/demand.h"

struct demand {
	const struct preview *p;
	struct due due;
	struct slice type;
	struct progress progress;
	bool waits;
};

static int
put_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct demand *d = arg;

	(void)err;
	return due_put(txn, &d->p->run.key, &d->due, d->type) == STORE_OK ? 0
									  : -1;
}

int
demand_put(const struct preview *p, const struct uuid *id, struct slice type,
    struct error *err)
{
	struct demand d = {
		.p = p, .due = { 0, *id, DUE_OBJECT }, .type = type
	};

	return store_txn(p->run.identity->store, put_body, &d, err);
}

static int
waits_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct demand *d = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	struct due due;

	(void)err;
	d->waits = false;
	if (dues_open(txn, &d->p->run.key, &range) != STORE_OK)
		return -1;
	while (!d->waits &&
	    (status = dues_next(range, &due, &text)) == STORE_OK && due.at == 0)
		d->waits = due.kind == DUE_OBJECT &&
		    uuid_compare(&due.subject, &d->due.subject) == 0;
	kv_range_close(range);
	return !d->waits && status == STORE_FAIL ? -1 : 0;
}

int
demand_waits(const struct preview *p, const struct uuid *id, struct error *err)
{
	struct demand d = { .p = p, .due = { .subject = *id } };

	if (store_view(p->run.identity->store, waits_body, &d, err) == -1)
		return -1;
	return d.waits;
}

/* How far the job is, now that nobody else goes on with it. */
static int
progress_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct demand *d = arg;
	const struct job_key *key = &d->p->run.key;
	struct json_object *state;

	if (job_state_get(txn, key->tenant, &key->id, false, &state, err) == -1)
		return -1;
	progress_read(d->p->arena, state, &d->progress);
	return 0;
}

static int
go_on(struct batch *b, struct http_pool *pool, struct error *err)
{
	enum batch_end end = BATCH_MORE;

	do {
		if (batch_turn(b, &end, err) == -1)
			return -1;
		if (end == BATCH_REFUSED || end == BATCH_UNREACHED)
			return error_set(err, ERR_BUSY,
			    "the target %s: %s; it stays due",
			    end == BATCH_REFUSED ? "refuses the credentials"
						 : "cannot be reached",
			    b->problem);
		if (end == BATCH_UNDONE)
			return error_set(err, ERR_BUSY,
			    "the store was recovered; it stays due");
		if (!batch_is_idle(b))
			http_pool_turn(pool, target_turn(b->target));
	} while (end == BATCH_MORE || !batch_is_idle(b));
	return 0;
}

int
demand_run(struct preview *p, const struct uuid *id, struct lines_writer *w,
    struct error *err)
{
	struct demand d = { .p = p };
	struct batch b = {
		.run = p->run, .target = p->target, .journal = w, .only = id
	};
	int rc;

	if (store_view(p->run.identity->store, progress_body, &d, err) == -1)
		return -1;
	b.progress = d.progress;
	b.run.arena = arena_new();
	b.run.is_traced = true;
	rc = go_on(&b, p->pool, err);
	batch_close(&b);
	arena_free(b.run.arena);
	return rc;
}
