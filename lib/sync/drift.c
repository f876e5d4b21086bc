/*
 * drift.c: the walk through what a target has, and then through the links.
 */
#include <stdlib.h>

#include "http/pool.h"
#include "json/json.h"
#include "sync/drift_private.h"

enum { LINKS_MAX = 256, SEEN_FIRST = 1024 };

static const char *const kinds[DRIFT_MAX] = {
	[DRIFT_CHANGED] = "drifted",
	[DRIFT_MISSING] = "missing",
	[DRIFT_ORPHAN] = "orphan",
	[DRIFT_MEMBERS] = "members",
	[DRIFT_FAILED] = "failed",
};

const char *
drift_kind_name(enum drift_kind kind)
{
	return kinds[kind];
}

struct slice
drift_name(const struct json_object *v)
{
	struct slice name = json_string(json_attr(v, SLICE("userName")));

	return name.len > 0 ? name
			    : json_string(json_attr(v, SLICE("displayName")));
}

struct slice
drift_path(struct arena *a, const struct job_rule *rule, struct slice target)
{
	return ARENA_JOIN(a, rule->endpoint, SLICE("/"), target);
}

int
drift_tell(struct drift_walk *w, const struct drift *d, struct error *err)
{
	w->counts->repaired += d->is_repaired;
	return w->fn(w->p, d, w->arg, err);
}

/* ---- requests ---- */

static void
on_get(struct target_request *r, void *arg)
{
	struct drift_get *get = arg;
	struct error err;

	--*get->running;
	r->problem =
	    r->problem == NULL ? "" : arena_strdup(get->arena, r->problem);
	if (r->outcome != TARGET_ANSWERED || r->status != 200 ||
	    json_parse(get->arena, r->answer, &get->answer, &err) == -1)
		get->answer = NULL;
}

void
drift_get_start(struct drift_walk *w, struct drift_get *get, struct arena *a,
    struct slice path, size_t *running)
{
	*get = (struct drift_get){ .arena = a,
		.running = running,
		.request = { .method = "GET",
		    .path = path,
		    .done = on_get,
		    .arg = get } };
	++*running;
	target_send(w->p->target, &get->request);
}

void
drift_get_wait(struct drift_walk *w, const size_t *running)
{
	while (*running > 0)
		http_pool_turn(w->p->pool, target_turn(w->p->target));
}

int
drift_get_end(const struct drift_get *get, struct error *err)
{
	const struct target_request *r = &get->request;

	if (r->outcome == TARGET_ANSWERED && r->status == 404)
		return 0;
	if (get->answer != NULL)
		return 1;
	return error_set(err, ERR_BUSY, "%.*s: the target answered %d %s",
	    SLICE_ARG(r->path), r->status, r->problem);
}

/* ---- who is there ---- */

static void
keep(struct drift_walk *w, const struct uuid *id)
{
	size_t size = w->seen_size == 0 ? SEEN_FIRST : w->seen_size * 2;

	if (w->nseen == w->seen_size) {
		w->seen = arena_grow(w->arena, w->seen,
		    w->seen_size * sizeof(*w->seen), size * sizeof(*w->seen));
		w->seen_size = size;
	}
	w->seen[w->nseen++] = *id;
}

static int
look(struct preview *p, const struct json_object *resource, struct slice id,
    const struct uuid *source, void *arg, struct error *err)
{
	struct drift_walk *w = arg;
	struct drift d = { .kind = DRIFT_ORPHAN,
		.type = w->rule->target_name,
		.name = drift_name(resource),
		.target = id };

	(void)p;
	w->counts->looked_at++;
	if (source == NULL)
		return drift_tell(w, &d, err);
	keep(w, source);
	return drift_compare(w, source, resource, id, err);
}

/* Does a rule before RULE list the same? */
static bool
is_listed(const struct job *job, const struct job_rule *rule)
{
	for (const struct job_rule *r = job->rules; r < rule; r++)
		if (r->enabled && slice_equal(r->endpoint, rule->endpoint) &&
		    slice_equal(r->target_name, rule->target_name))
			return true;
	return false;
}

static int
walk_target(struct drift_walk *w, struct error *err)
{
	const struct job *job = w->p->run.job;

	for (size_t i = 0; i < job->nrules; i++) {
		w->rule = &job->rules[i];
		if (w->rule->enabled && !is_listed(job, w->rule) &&
		    preview_there(w->p, w->rule, look, w, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- who is linked ---- */

struct linked {
	struct uuid source;
	const struct job_rule *rule;
	struct slice target;
	bool is_there;
	bool is_active;
	struct drift_get get;
};

struct link_walk {
	struct drift_walk *w;
	struct linked *links;
	size_t n;
	bool has_after;
	struct uuid after; /* the batch begins */
	struct uuid last;
	bool more;
};

static int
compare_ids(const void *v, const void *w)
{
	return uuid_compare(v, w);
}

static bool
is_seen(const struct drift_walk *w, const struct uuid *id)
{
	return w->nseen > 0 &&
	    bsearch(id, w->seen, w->nseen, sizeof(*id), compare_ids) != NULL;
}

/* Who has no object there that is known of is neither there nor missing. */
static int
take_link(struct link_walk *l, const struct uuid *id, struct slice row,
    struct error *err)
{
	const struct run *run = &l->w->p->run;
	struct link link = { .source = *id };
	const struct job_rule *rule;

	if (link_read(run->arena, arena_slice(run->arena, row), &link, err) ==
	    -1)
		return -1;
	rule = job_rule_of(run->job, link.type);
	if (rule == NULL || !rule->enabled || link.target.len == 0 ||
	    (link.state != LINK_ACTIVE && link.state != LINK_DISABLED))
		return 0;
	l->links[l->n++] = (struct linked){ .source = *id,
		.rule = rule,
		.target = link.target,
		.is_there = is_seen(l->w, id),
		.is_active = link.state == LINK_ACTIVE };
	return 0;
}

static int
links_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct link_walk *l = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice row;
	struct uuid id;
	int rc = 0;

	l->n = 0;
	kv_read_briefly(txn, true);
	if (links_open(txn, &l->w->p->run.key, l->has_after ? &l->after : NULL,
		&range) != STORE_OK)
		return -1;
	for (size_t i = 0; rc == 0 && i < LINKS_MAX &&
	     (status = links_next(range, &id, &row)) == STORE_OK;
	     i++) {
		rc = take_link(l, &id, row, err);
		l->last = id;
	}
	kv_range_close(range);
	l->more = status == STORE_OK;
	return status == STORE_FAIL ? -1 : rc;
}

/* On no page: those that were made meanwhile, and those that are gone. */
static int
check(struct drift_walk *w, struct linked *l, struct error *err)
{
	struct drift d = { .kind = DRIFT_FAILED,
		.type = l->rule->target_name,
		.target = l->target,
		.source = &l->source };
	struct error said;

	w->counts->looked_at++;
	switch (drift_get_end(&l->get, &said)) {
	case 0:
		return drift_miss(w, l->rule, &l->source, l->target, err);
	case 1:
		l->is_there = true;
		return drift_compare(
		    w, &l->source, l->get.answer, l->target, err);
	default:
		break;
	}
	if (l->get.request.outcome != TARGET_ANSWERED) {
		*err = said;
		return -1;
	}
	d.detail = slice_of(said.detail);
	return drift_tell(w, &d, err);
}

static int
check_links(struct link_walk *l, struct error *err)
{
	struct drift_walk *w = l->w;
	struct arena *a = w->p->run.arena;
	size_t running = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!l->links[i].is_there)
			drift_get_start(w, &l->links[i].get, a,
			    drift_path(a, l->links[i].rule, l->links[i].target),
			    &running);
	drift_get_wait(w, &running);
	for (size_t i = 0; i < l->n; i++)
		if (!l->links[i].is_there && check(w, &l->links[i], err) == -1)
			return -1;
	for (size_t i = 0; i < l->n; i++) {
		struct linked *k = &l->links[i];

		if (k->is_there && k->is_active && k->rule->mapping.members &&
		    drift_members(w, k->rule, &k->source, k->target, err) == -1)
			return -1;
	}
	return 0;
}

static int
walk_links(struct drift_walk *w, struct error *err)
{
	struct run *run = &w->p->run;
	struct link_walk l = { .w = w, .more = true };

	while (l.more) {
		arena_reset(run->arena);
		l.links = arena_calloc(run->arena, LINKS_MAX, sizeof(*l.links));
		if (store_view(run->identity->store, links_body, &l, err) ==
			-1 ||
		    check_links(&l, err) == -1)
			return -1;
		l.has_after = true;
		l.after = l.last;
		store_idle(run->identity->store);
	}
	return 0;
}

int
drift_find(struct preview *p, bool repairs, drift_fn *fn, void *arg,
    struct drift_counts *counts, struct error *err)
{
	struct drift_walk w = { .p = p,
		.repairs = repairs,
		.fn = fn,
		.arg = arg,
		.counts = counts,
		.arena = arena_new() };
	int rc;

	*counts = (struct drift_counts){ .looked_at = 0 };
	rc = walk_target(&w, err);
	if (rc == 0 && w.nseen > 0)
		qsort(w.seen, w.nseen, sizeof(*w.seen), compare_ids);
	if (rc == 0)
		rc = walk_links(&w, err);
	arena_free(w.arena);
	return rc;
}
