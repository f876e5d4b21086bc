/*
 * work_look.c: the rows of a job: what it is now, whether it is to go on, what
 * an administrator wants forgotten (PS-002 to PS-007).
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "json/json.h"
#include "store/dues.h"
#include "store/tally.h"
#include "store/tenants.h"
#include "sync/alert.h"
#include "sync/work_private.h"

enum { LINKS_MAX = 500 }; /* of one transaction */

#define DAY_MS	  ((int64_t)24 * 3600 * 1000)
#define REST_DAYS 28 /* of rest, then it is paused (PS-085) */

/* The words of "restart", in the state. */
enum scope_word {
	FORGET_LINKS,
	FORGET_ESCROWS,
	FORGET_WATERMARK,
	FORGET_HELD,
	FORGET_QUARANTINE,
	SCOPE_WORD_MAX
};

struct look {
	struct work *w;
	struct job_info info;
	struct slice secret;
	bool is_new;	   /* the definition is another */
	bool is_active;	   /* the state says so */
	bool is_restarted; /* an administrator has */
	bool wants[SCOPE_WORD_MAX];
	struct json_object *state; /* as long as the transaction */
};

/* ---- the definition ---- */

static int
compile(struct work *w, const struct look *l, struct error *err)
{
	const struct catalog *catalog = w->world->identity->catalog;
	const struct json_object *definition =
	    json_copy(w->arena, l->info.definition);
	struct job *job;

	if (job_compile(w->arena, definition, catalog, profile_default(catalog),
		&job, err) == -1 ||
	    target_settings_read(w->arena, json_get(definition, "target"),
		arena_slice(w->arena, l->secret), &w->settings, err) == -1 ||
	    target_open(w->world->pool, &w->settings, NULL, &w->target, err) ==
		-1)
		return -1;
	w->batch.run.job = job;
	return 0;
}

static void
close_target(struct work *w)
{
	if (w->target != NULL)
		target_close(w->target);
	w->target = NULL;
	w->batch.target = NULL;
}

/* A definition that was right when it was saved may be wrong by now. */
static void
take_definition(struct work *w, const struct look *l)
{
	struct error err;

	close_target(w);
	arena_reset(w->arena);
	w->version = l->info.version;
	w->is_compiled = compile(w, l, &err) == 0;
	if (!w->is_compiled)
		log_warning(
		    "job %.*s: %s", SLICE_ARG(l->info.name), err.detail);
	w->batch.run.identity = w->world->identity;
	w->batch.run.key = w->key;
	w->batch.run.version = w->version;
	w->batch.target = w->target;
	w->batch.journal = w->world->journal;
	progress_read(w->arena, l->state, &w->batch.progress);
}

/* ---- the state ---- */

static void
read_scopes(struct look *l)
{
	static const struct {
		const char *word;
		bool wants[SCOPE_WORD_MAX];
	} words[] = {
		{ "ConnectorDataStore", { [FORGET_LINKS] = true } },
		{ "Escrows", { [FORGET_ESCROWS] = true } },
		{ "Watermark", { [FORGET_WATERMARK] = true } },
		{ "QuarantineState", { [FORGET_QUARANTINE] = true } },
		{ "ForceDeletes", { [FORGET_HELD] = true } },
		{ "Full",
		    { [FORGET_LINKS] = true,
			[FORGET_ESCROWS] = true,
			[FORGET_QUARANTINE] = true,
			[FORGET_WATERMARK] = true } },
	};
	const struct json_object *list = json_get(l->state, "restart");

	for (size_t i = 0; i < json_len(list); i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (slice_equal(json_string(json_at(list, i)),
				slice_of(words[k].word)))
				for (int j = 0; j < SCOPE_WORD_MAX; j++)
					l->wants[j] =
					    l->wants[j] || words[k].wants[j];
}

static int64_t
time_of(const struct json_object *v, const char *name)
{
	struct instant at;

	if (clock_parse(json_string(json_get(v, name)), &at) == -1)
		return 0;
	return at.seconds * 1000 + at.nanoseconds / 1000000;
}

/*
 * It rested when the process before this one ended.  Who was refused waits for
 * its time; a target that could not be reached may be there by now.
 */
static void
resume(struct work *w, const struct json_object *state)
{
	const struct json_object *v = json_get(state, "quarantine");
	int64_t left = time_of(v, "nextAttempt") - clock_now_ms();

	if (w->has_resumed)
		return;
	w->has_resumed = true;
	w->rests = json_integer(json_get(v, "count"));
	if (left > 0 &&
	    slice_equal(
		json_string(json_get(v, "reason")), SLICE(ALERT_REFUSED)))
		w->rests_until =
		    clock_monotonic_ms() + (left < DAY_MS ? left : DAY_MS);
}

static int
look_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct look *l = arg;
	struct work *w = l->w;
	uint32_t tenant = w->key.tenant;
	int served = tenant_is_served(txn, tenant);

	if (served == -1 ||
	    job_head(txn, tenant, &w->key.id, &l->info, err) == -1 ||
	    job_state_get(txn, tenant, &w->key.id, false, &l->state, err) == -1)
		return -1;
	l->is_new = l->info.version != w->version;
	if (l->is_new &&
	    (job_load(txn, tenant, &w->key.id, &l->info, err) == -1 ||
		job_secret(txn, tenant, &w->key.id, &l->secret, err) == -1))
		return -1;
	l->is_active = served == 1 && job_runs(l->state);
	l->is_restarted = json_get(l->state, "restart") != NULL;
	memset(l->wants, 0, sizeof(l->wants));
	read_scopes(l);
	resume(w, l->state);
	/* Both live in the transaction: they are taken here. */
	if (l->is_new)
		take_definition(w, l);
	return 0;
}

/* ---- what is forgotten ---- */

static int
clear_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct work *w = arg;
	bool more;

	(void)err;
	if (links_clear(txn, &w->key, &more) == -1)
		return -1;
	w->is_clearing = more;
	return 0;
}

static int
forget_links(struct work *w, struct error *err)
{
	w->is_clearing = true;
	while (w->is_clearing)
		if (store_txn(w->world->identity->store, clear_body, w, err) ==
		    -1)
			return -1;
	w->batch.progress.links = w->batch.progress.failing = 0;
	return 0;
}

/* Links are walked; those that waited are due at once. */
struct release {
	struct work *w;
	bool held; /* what the guard held, else what failed */
	bool has_after;
	struct uuid after;
	struct uuid next;
	bool more;
};

static int
release_one(struct kv_txn *txn, const struct release *r, const struct uuid *id,
    struct slice row, struct error *err)
{
	struct link link = { .source = *id };

	if (link_read(store_arena(txn), row, &link, err) == -1)
		return -1;
	if (r->held ? !link.is_held : link.failures == 0)
		return 0;
	link.due_at = r->w->batch.run.now;
	link.is_released = link.is_held && r->held;
	link.is_held = link.is_held && !r->held;
	return link_save(txn, &r->w->key, &link, err);
}

static int
release_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct release *r = arg;
	struct uuid ids[LINKS_MAX];
	struct slice rows[LINKS_MAX];
	enum store_status status;
	struct kv_range *range;
	size_t n = 0;

	if (links_open(txn, &r->w->key, r->has_after ? &r->after : NULL,
		&range) != STORE_OK)
		return -1;
	while (n < LINKS_MAX &&
	    (status = links_next(range, &ids[n], &rows[n])) == STORE_OK) {
		rows[n] = arena_slice(store_arena(txn), rows[n]);
		n++;
	}
	kv_range_close(range);
	for (size_t i = 0; i < n; i++)
		if (release_one(txn, r, &ids[i], rows[i], err) == -1)
			return -1;
	r->more = n == LINKS_MAX;
	if (n > 0)
		r->next = ids[n - 1];
	return 0;
}

static int
release(struct work *w, bool held, struct error *err)
{
	struct release r = { .w = w, .held = held, .more = true };

	w->batch.run.now = clock_now_ms();
	while (r.more) {
		if (store_txn(
			w->world->identity->store, release_body, &r, err) == -1)
			return -1;
		r.has_after = true;
		r.after = r.next;
	}
	return 0;
}

/* ---- a cycle begins ---- */

static int
begin_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct work *w = arg;
	struct progress *p = &w->batch.progress;
	struct json_object *state;
	int64_t sequence, n;

	if (tally_sequence(txn, w->key.tenant, &sequence) != STORE_OK)
		return -1;
	if (w->wants_cycle)
		progress_restart(p, w->arena, clock_now_ms(), sequence);
	p->version = (int64_t)w->version;
	p->total = 0;
	for (size_t i = 0; i < w->batch.run.job->nrules; i++) {
		if (tally_total(txn, w->key.tenant,
			w->batch.run.job->rules[i].source_name, &n) == STORE_OK)
			p->total += n;
	}
	if (job_state_get(txn, w->key.tenant, &w->key.id, true, &state, err) ==
	    -1)
		return -1;
	json_delete(state, SLICE("restart"));
	progress_write(store_arena(txn), p, state);
	return job_state_put(txn, w->key.tenant, &w->key.id, state);
}

/* Nothing rests any more; what was put off is found by a new walk. */
static void
lift(struct work *w)
{
	struct quarantine *q = &w->batch.progress.quarantine;

	for (int i = 0; i < OPERATION_MAX; i++)
		if (q->operations[i].until != 0) {
			w->batch.lifted |= 1U << i;
			w->wants_cycle = true;
		}
	*q = (struct quarantine){ .operations[0].since = 0 };
}

/* Another version of the job walks all: only what it changes is sent. */
static int
prepare(struct work *w, const struct look *l, struct error *err)
{
	struct progress *p = &w->batch.progress;
	bool is_other = p->version != (int64_t)w->version;
	bool any = false;

	for (int i = 0; i < SCOPE_WORD_MAX; i++)
		any = any || l->wants[i];
	if (!any && !is_other && p->watermark != -1 && !l->is_restarted)
		return 0;
	if (l->wants[FORGET_LINKS] && forget_links(w, err) == -1)
		return -1;
	if ((l->wants[FORGET_ESCROWS] || is_other) && p->failing > 0 &&
	    release(w, false, err) == -1)
		return -1;
	if (l->wants[FORGET_HELD] && release(w, true, err) == -1)
		return -1;
	w->wants_cycle = l->wants[FORGET_WATERMARK] || is_other ||
	    p->watermark == -1 || l->wants[FORGET_LINKS];
	if (l->wants[FORGET_QUARANTINE] || is_other)
		lift(w);
	if (l->wants[FORGET_ESCROWS] || is_other) {
		w->rests = w->rests > 0;
		w->rests_until = 0;
	}
	return store_txn(w->world->identity->store, begin_body, w, err);
}

int
work_look(struct work *w, struct error *err)
{
	struct look l = { .w = w };

	if (store_view(w->world->identity->store, look_body, &l, err) == -1) {
		w->is_gone = err->code == ERR_NOT_FOUND;
		return w->is_gone ? 0 : -1;
	}
	w->is_active = l.is_active;
	if (!w->is_active || !w->is_compiled)
		return 0;
	return prepare(w, &l, err);
}

/* ---- rest ---- */

struct resting {
	struct work *w;
	const char *word;
	const char *reason;
	int64_t next;
	bool is_over; /* it rested for too long */
};

static void
put_text(
    struct arena *a, struct json_object *v, const char *name, struct slice text)
{
	json_set(v, slice_of(name), json_new_string(a, text));
}

/* PS-085: an administrator is to look at it, and to start it again. */
static void
give_up(struct arena *a, const struct resting *r, struct json_object *state)
{
	put_text(a, state, "state", SLICE("paused"));
	put_text(a, state, "stopped",
	    slice_of(arena_printf(
		a, "in quarantine for %d days: %s", REST_DAYS, r->reason)));
	json_delete(state, SLICE("quarantine"));
}

static int
rest_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct resting *r = arg;
	struct arena *a = store_arena(txn);
	struct json_object *state, *v = json_new_object(a);
	const struct json_object *old;
	char now[CLOCK_TEXT_SIZE], next[CLOCK_TEXT_SIZE];

	if (job_state_get(
		txn, r->w->key.tenant, &r->w->key.id, true, &state, err) == -1)
		return -1;
	clock_format(clock_now_ms(), now);
	clock_format(r->next, next);
	old = json_get(json_get(state, "quarantine"), "began");
	r->is_over = old != NULL &&
	    clock_now_ms() - time_of(json_get(state, "quarantine"), "began") >=
		REST_DAYS * DAY_MS;
	if (r->is_over) {
		give_up(a, r, state);
		return job_state_put(
		    txn, r->w->key.tenant, &r->w->key.id, state);
	}
	put_text(a, v, "reason", slice_of(r->word));
	put_text(a, v, "began", old != NULL ? json_string(old) : slice_of(now));
	put_text(a, v, "nextAttempt", slice_of(next));
	put_text(a, v, "error", slice_of(r->reason));
	json_set(v, SLICE("count"), json_new_integer(a, r->w->rests));
	/* One that was paused meanwhile stays so. */
	if (job_runs(state))
		put_text(a, state, "state", SLICE("quarantine"));
	json_set(state, SLICE("quarantine"), v);
	return job_state_put(txn, r->w->key.tenant, &r->w->key.id, state);
}

int
work_rest(struct work *w, const char *word, const char *reason, int64_t next,
    struct error *err)
{
	struct resting r = { w, word, reason, next, false };

	if (store_txn(w->world->identity->store, rest_body, &r, err) == -1)
		return -1;
	return r.is_over;
}

static int
wake_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct work *w = arg;
	struct json_object *state;

	if (job_state_get(txn, w->key.tenant, &w->key.id, true, &state, err) ==
	    -1)
		return -1;
	if (json_get(state, "quarantine") == NULL)
		return 0;
	json_delete(state, SLICE("quarantine"));
	if (slice_equal(
		json_string(json_get(state, "state")), SLICE("quarantine")))
		put_text(store_arena(txn), state, "state", SLICE("active"));
	return job_state_put(txn, w->key.tenant, &w->key.id, state);
}

int
work_wake(struct work *w, struct error *err)
{
	return store_txn(w->world->identity->store, wake_body, w, err);
}
