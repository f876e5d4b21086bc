/*
 * preview_all.c: what a job would do with all objects, batch by batch.
 */
#include "base/clock.h"
#include "json/json.h"
#include "store/resources.h"
#include "store/tally.h"
#include "sync/preview.h"
#include "sync/reserved.h"

/* Where the walk is: in a rule, or behind the last in the links. */
struct place_in_walk {
	size_t rule;
	bool has_after;
	struct uuid after;
	bool is_over;
};

struct preview_object {
	struct uuid id;
	struct slice type;
};

struct walk_all {
	struct preview *p;
	struct place_in_walk at;   /* the batch begins */
	struct place_in_walk next; /* it ends */
	struct preview_object objects[PREVIEW_BATCH_MAX];
	size_t nobjects;
	struct intent *intents;
	int64_t links; /* that there would be */
	size_t n;
};

static void
add(struct walk_all *w, const struct uuid *id, struct slice type)
{
	w->objects[w->nobjects++] = (struct preview_object){ *id, type };
}

static void
move(struct walk_all *w, const struct uuid *id)
{
	w->next.has_after = true;
	w->next.after = *id;
}

static const struct uuid *
after(const struct walk_all *w)
{
	return w->next.has_after ? &w->next.after : NULL;
}

static int
walk_rule(struct kv_txn *txn, struct walk_all *w, const struct job_rule *rule)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct record record;
	struct uuid id;

	if (resources_open(txn, w->p->run.key.tenant, rule->source_name,
		after(w), NULL, &range) != STORE_OK)
		return -1;
	while (w->nobjects < PREVIEW_BATCH_MAX &&
	    (status = resources_next(range, &id, &record)) == STORE_OK) {
		add(w, &id, rule->source_name);
		move(w, &id);
	}
	kv_range_close(range);
	if (status == STORE_NOTFOUND) {
		w->next.rule++;
		w->next.has_after = false;
	}
	return status == STORE_FAIL ? -1 : 0;
}

/* A link whose object is gone. */
static int
take_orphan(struct kv_txn *txn, struct walk_all *w, const struct uuid *id,
    struct slice row, struct error *err)
{
	const struct run *run = &w->p->run;
	struct link link = { .source = *id };
	const struct job_rule *rule;
	struct record record;

	if (link_read(run->arena, row, &link, err) == -1)
		return -1;
	rule = job_rule_of(run->job, link.type);
	if (rule == NULL)
		return 0;
	switch (
	    resource_get(txn, run->key.tenant, link.type, id, false, &record)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		add(w, id, rule->source_name);
		return 0;
	default:
		return -1;
	}
}

static int
walk_links(struct kv_txn *txn, struct walk_all *w, struct error *err)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice row;
	struct uuid id;
	int rc = 0;

	if (links_open(txn, &w->p->run.key, after(w), &range) != STORE_OK)
		return -1;
	for (size_t n = 0; rc == 0 && n < 8 * PREVIEW_BATCH_MAX &&
	     w->nobjects < PREVIEW_BATCH_MAX &&
	     (status = links_next(range, &id, &row)) == STORE_OK;
	     n++) {
		rc = take_orphan(txn, w, &id, row, err);
		move(w, &id);
	}
	kv_range_close(range);
	w->next.is_over = status == STORE_NOTFOUND;
	return status == STORE_FAIL ? -1 : rc;
}

static int
collect(struct kv_txn *txn, struct walk_all *w, struct error *err)
{
	const struct job *job = w->p->run.job;

	w->next = w->at;
	w->nobjects = 0;
	while (w->next.rule < job->nrules && w->nobjects < PREVIEW_BATCH_MAX)
		if (walk_rule(txn, w, &job->rules[w->next.rule]) == -1)
			return -1;
	if (w->nobjects == PREVIEW_BATCH_MAX)
		return 0;
	return walk_links(txn, w, err);
}

static int
batch_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct walk_all *w = arg;
	struct run *run = &w->p->run;

	kv_read_briefly(txn, true);
	if (collect(txn, w, err) == -1)
		return -1;
	w->intents =
	    arena_calloc(run->arena, w->nobjects + 1, sizeof(*w->intents));
	for (w->n = 0; w->n < w->nobjects; w->n++)
		if (intent_make(txn, run, &w->objects[w->n].id,
			w->objects[w->n].type, &w->intents[w->n], err) == -1)
			return -1;
	return 0;
}

/* PS-089: what the guard would hold for an administrator. */
static void
guard_intents(struct walk_all *w)
{
	struct preview *p = w->p;
	const struct job_guard *limits = &p->run.job->guard;

	for (size_t i = 0; i < w->n; i++) {
		struct intent *intent = &w->intents[i];

		if (!intent_takes_away(intent) || intent->link.is_released)
			continue;
		if (!intent->link.is_held &&
		    guard_admits(&p->guard, limits, p->links, p->run.now)) {
			guard_take(&p->guard, limits, p->run.now);
			continue;
		}
		intent_skip(&p->run, intent, "TooManyDeletes",
		    SLICE("the guard against accidental deletions holds it"));
		intent->action = "stageddelete";
	}
}

/* A staged rollout has so many objects for now. */
static void
stage_intents(struct walk_all *w)
{
	int64_t max = w->p->run.job->rollout.objects;

	for (size_t i = 0; i < w->n && max > 0; i++) {
		struct intent *intent = &w->intents[i];

		if (intent->act == ACT_PROVISION &&
		    intent->link.state == LINK_NONE && w->links++ >= max)
			intent_skip(&w->p->run, intent, "ImportSkipped",
			    SLICE("the staged rollout has not come to it yet"));
	}
}

/* A target that answers nothing is not asked about everybody. */
static int
check_target(const struct preview *p, struct error *err)
{
	if (!p->was_refused && (p->nanswered > 0 || p->nunreached == 0))
		return 0;
	return error_set(err, ERR_BUSY, "the target %s: %s",
	    p->was_refused ? "refuses the credentials" : "cannot be reached",
	    p->problem);
}

int
preview_all(struct preview *p, preview_fn *fn, void *arg, struct error *err)
{
	struct walk_all w = { .p = p, .links = p->links };

	while (!w.at.is_over) {
		arena_reset(p->run.arena);
		reserved_clear(p->run.claimed);
		p->run.now = clock_now_ms();
		if (store_view(p->run.identity->store, batch_body, &w, err) ==
		    -1)
			return -1;
		guard_intents(&w);
		stage_intents(&w);
		preview_ask(p, w.intents, w.n);
		if (check_target(p, err) == -1)
			return -1;
		for (size_t i = 0; i < w.n; i++)
			if (fn(p, &w.intents[i], arg, err) == -1)
				return -1;
		w.at = w.next;
		/* Another process may want to recover the store. */
		store_idle(p->run.identity->store);
	}
	return 0;
}

struct counting {
	const struct preview *p;
	int64_t total;
};

static int
total_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct counting *c = arg;
	const struct job *job = c->p->run.job;
	int64_t n;

	(void)err;
	c->total = 0;
	for (size_t i = 0; i < job->nrules; i++)
		switch (tally_total(
		    txn, c->p->run.key.tenant, job->rules[i].source_name, &n)) {
		case STORE_OK:
			c->total += n;
			break;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	return 0;
}

int
preview_total(struct preview *p, int64_t *total, struct error *err)
{
	struct counting c = { .p = p };

	if (store_view(p->run.identity->store, total_body, &c, err) == -1)
		return -1;
	*total = c.total;
	return 0;
}
