/*
 * engine.c: all jobs of a store at work.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/compat.h"
#include "base/log.h"
#include "store/jobs.h"
#include "store/tenants.h"
#include "sync/alert.h"
#include "sync/engine.h"
#include "sync/work.h"

enum {
	LOOK_MS = 1000,		    /* for new jobs */
	KEPT_LEN = 16 * 1024 * 1024 /* what a batch frees, the next one takes */
};

struct engine {
	struct work_world world;
	struct lines_writer journal;
	const char *store;
	char dir[4096];
	struct work **works;
	size_t nworks;
	size_t size;
	int64_t looked_at; /* monotonic ms */
	bool has_looked;
	bool is_idle;
};

struct engine *
engine_open(const struct identity *identity, const char *store,
    int64_t log_age_ms, uint64_t log_len_max)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (e == NULL)
		fatal("out of memory");
	compat_keep_memory(KEPT_LEN);
	e->store = store;
	snprintf(e->dir, sizeof(e->dir), "%s/" JOURNAL_DIR, store);
	e->journal = (struct lines_writer){
		.above = e->dir, .age_ms = log_age_ms, .len_max = log_len_max
	};
	e->world = (struct work_world){ .identity = identity,
		.pool = http_pool_open(""),
		.journal = &e->journal };
	e->world.alerts = alerts_open(e->world.pool);
	return e;
}

void
engine_close(struct engine *e)
{
	for (size_t i = 0; i < e->nworks; i++)
		work_close(e->works[i]);
	alerts_close(e->world.alerts);
	http_pool_close(e->world.pool);
	lines_writer_close(&e->journal);
	free(e->works);
	free(e);
}

static bool
has(const struct engine *e, const struct job_key *key)
{
	for (size_t i = 0; i < e->nworks; i++) {
		const struct job_key *other = work_key(e->works[i]);

		if (other->tenant == key->tenant &&
		    uuid_compare(&other->id, &key->id) == 0)
			return true;
	}
	return false;
}

static void
add(struct engine *e, const struct job_key *key)
{
	size_t size = e->size == 0 ? 16 : e->size * 2;

	if (has(e, key))
		return;
	if (e->nworks == e->size) {
		e->works = realloc(e->works, size * sizeof(struct work *));
		if (e->works == NULL)
			fatal("out of memory");
		e->size = size;
	}
	e->works[e->nworks++] = work_open(&e->world, key);
}

static int
find_jobs(struct kv_txn *txn, struct engine *e, uint32_t tenant)
{
	struct job_key key = { .tenant = tenant };
	enum store_status status;
	struct kv_range *range;
	struct slice head;

	if (jobs_open(txn, tenant, &range) != STORE_OK)
		return -1;
	while ((status = jobs_next(range, &key.id, &head)) == STORE_OK)
		add(e, &key);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct engine *e = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice name;
	uint32_t tenant;

	(void)err;
	if (tenants_open(txn, &range) != STORE_OK)
		return -1;
	while ((status = tenants_next(range, &name, &tenant)) == STORE_OK)
		if (find_jobs(txn, e, tenant) == -1)
			return -1;
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static void
look(struct engine *e)
{
	int64_t now = clock_monotonic_ms();
	struct error err;

	if (e->has_looked && now - e->looked_at < LOOK_MS)
		return;
	e->looked_at = now;
	e->has_looked = true;
	if (store_view(e->world.identity->store, look_body, e, &err) == -1)
		log_warning("provisioning: %s", err.detail);
}

/* All jobs go on; how long may be waited then, up to WAIT_MS. */
static int
turn_works(struct engine *e, int wait_ms)
{
	int ms;

	look(e);
	e->is_idle = true;
	for (size_t i = 0; i < e->nworks;) {
		ms = work_turn(e->works[i]);
		if (ms == -1) {
			work_close(e->works[i]);
			e->works[i] = e->works[--e->nworks];
			continue;
		}
		if (ms < wait_ms)
			wait_ms = ms;
		e->is_idle = e->is_idle && ms > 0 && work_is_idle(e->works[i]);
		i++;
	}
	return wait_ms;
}

void
engine_turn(struct engine *e, int wait_ms)
{
	http_pool_turn(e->world.pool, turn_works(e, wait_ms));
}

void
engine_turn_once(struct engine *e, int wait_ms)
{
	wait_ms = turn_works(e, wait_ms);
	if (e->is_idle && http_pool_running(e->world.pool) == 0)
		return;
	http_pool_turn(e->world.pool, wait_ms);
}

bool
engine_is_idle(const struct engine *e)
{
	return e->is_idle;
}

void
engine_prune(struct engine *e)
{
	journal_prune(
	    e->store, clock_now_ms(), e->journal.age_ms, e->journal.len_max);
}
