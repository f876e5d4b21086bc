/*
 * drift_members.c: whom a group has at the target, and whom it was told of.
 */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "store/dues.h"
#include "store/resources.h"
#include "sync/drift_private.h"

enum { EDGES_MAX = 1000 }; /* of one transaction */

/* A member that the target shows. */
struct shown {
	struct slice id;
	struct slice display; /* or "" */
	bool was_told;
};

/* A membership that is written otherwise than it is there. */
struct edge {
	struct uuid member;
	struct slice target;
	struct slice name;
	bool is_there; /* and was not told, else told and not there */
};

struct comparing {
	struct drift_walk *w;
	struct arena *arena; /* of this group */
	const struct uuid *group;
	struct drift *drift;
	struct shown *shown;
	size_t nshown;

	/* Edges that are walked, or members that are shown, from AT on. */
	bool has_after;
	struct uuid after;
	struct uuid last;
	bool more;
	size_t at;
	size_t next;

	struct edge edges[EDGES_MAX]; /* that one step found */
	size_t nedges;
};

/* ---- whom the target shows ---- */

static int
compare_shown(const void *v, const void *w)
{
	const struct shown *x = v, *y = w;

	return slice_compare(x->id, y->id);
}

static void
read_shown(struct comparing *c, const struct json_object *group)
{
	const struct json_object *members = json_attr(group, SLICE("members"));
	size_t n = json_len(members), kept = 0;

	c->shown = arena_calloc(c->arena, n + 1, sizeof(*c->shown));
	for (size_t i = 0; i < n; i++) {
		const struct json_object *m = json_at(members, i);

		c->shown[i].id = json_string(json_attr(m, SLICE("value")));
		c->shown[i].display =
		    json_string(json_attr(m, SLICE("display")));
	}
	if (n > 0)
		qsort(c->shown, n, sizeof(*c->shown), compare_shown);
	for (size_t i = 0; i < n; i++)
		if (c->shown[i].id.len > 0 &&
		    (kept == 0 ||
			compare_shown(&c->shown[kept - 1], &c->shown[i]) != 0))
			c->shown[kept++] = c->shown[i];
	c->nshown = kept;
}

static struct shown *
find_shown(const struct comparing *c, struct slice id)
{
	struct shown key = { .id = id };

	return c->nshown == 0 ? NULL
			      : bsearch(&key, c->shown, c->nshown,
				    sizeof(*c->shown), compare_shown);
}

/* ---- names ---- */

static void
add_name(struct comparing *c, struct drift_members *m, struct slice name)
{
	struct arena *a = c->w->p->run.arena;

	if (m->names == NULL)
		m->names = json_new_array(a);
	if (json_len(m->names) < DRIFT_NAMES_MAX)
		json_append(m->names, json_new_string(a, name));
}

/* What MEMBER is called here; its id TARGET there when it is gone. */
static int
name_of(struct kv_txn *txn, const struct comparing *c,
    const struct uuid *member, struct slice target, struct slice *name,
    struct error *err)
{
	const struct run *run = &c->w->p->run;
	struct json_object *v = NULL;
	struct record record;
	struct link link;

	*name = target;
	if (link_load(txn, c->arena, &run->key, member, &link, err) == -1)
		return -1;
	if (link.type.len == 0)
		return 0;
	switch (resource_get(
	    txn, run->key.tenant, link.type, member, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	if (json_load(c->arena, record.body, &v, err) == -1)
		return -1;
	if (drift_name(v).len > 0)
		*name = drift_name(v);
	return 0;
}

/* ---- who was told, and is not there ---- */

static void
add_edge(struct comparing *c, const struct uuid *member, struct slice target,
    bool is_there)
{
	c->edges[c->nedges++] = (struct edge){ .member = *member,
		.target = arena_slice(c->arena, target),
		.is_there = is_there };
}

static int
told_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct comparing *c = arg;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice target;
	struct shown *shown;
	struct uuid member;

	(void)err;
	kv_read_briefly(txn, true);
	c->nedges = 0;
	if (edges_open(txn, &c->w->p->run.key, c->group,
		c->has_after ? &c->after : NULL, &range) != STORE_OK)
		return -1;
	while (c->nedges < EDGES_MAX &&
	    (status = edges_next(range, &member, &target)) == STORE_OK) {
		shown = find_shown(c, target);
		if (shown != NULL)
			shown->was_told = true;
		else
			add_edge(c, &member, target, false);
		c->last = member;
	}
	kv_range_close(range);
	c->more = c->nedges == EDGES_MAX;
	return status == STORE_FAIL ? -1 : 0;
}

/* ---- who is there, and was not told ---- */

/* Whose object of any type is TARGET?  *IS: somebody of ours. */
static int
find_source(struct kv_txn *txn, const struct comparing *c, struct slice target,
    struct uuid *source, bool *is)
{
	const struct run *run = &c->w->p->run;

	*is = false;
	for (size_t i = 0; i < run->job->nrules && !*is; i++)
		switch (link_find(txn, &run->key,
		    run->job->rules[i].target_name, target, source)) {
		case STORE_OK:
			*is = true;
			break;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	return 0;
}

static int
shown_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct comparing *c = arg;
	struct uuid source;
	bool is;

	(void)err;
	kv_read_briefly(txn, true);
	c->nedges = 0;
	c->next = c->at;
	for (; c->next < c->nshown && c->nedges < EDGES_MAX; c->next++) {
		const struct shown *s = &c->shown[c->next];

		if (s->was_told)
			continue;
		if (find_source(txn, c, s->id, &source, &is) == -1)
			return -1;
		if (is)
			add_edge(c, &source, s->id, true);
	}
	return 0;
}

/* ---- what was found ---- */

static int
names_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct comparing *c = arg;

	for (size_t i = 0; i < c->nedges && i < DRIFT_NAMES_MAX; i++) {
		struct edge *e = &c->edges[i];

		if (name_of(txn, c, &e->member, e->target, &e->name, err) == -1)
			return -1;
	}
	return 0;
}

static int
add_names(struct comparing *c, struct drift_members *m, struct error *err)
{
	if (json_len(m->names) == DRIFT_NAMES_MAX)
		return 0;
	if (store_view(c->w->p->run.identity->store, names_body, c, err) == -1)
		return -1;
	for (size_t i = 0; i < c->nedges && i < DRIFT_NAMES_MAX; i++)
		add_name(c, m, c->edges[i].name);
	return 0;
}

/* What the target has is written down; the members are compared again. */
static int
repair_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct comparing *c = arg;
	const struct run *run = &c->w->p->run;
	struct due due = { run->now, *c->group, DUE_MEMBERS };
	enum store_status status = STORE_OK;

	(void)err;
	for (size_t i = 0; i < c->nedges && status != STORE_FAIL; i++) {
		const struct edge *e = &c->edges[i];

		status = e->is_there
		    ? edge_insert(
			  txn, &run->key, c->group, &e->member, e->target)
		    : edge_delete(txn, &run->key, c->group, &e->member);
	}
	if (status == STORE_FAIL)
		return -1;
	return due_put(txn, &run->key, &due, SLICE("")) == STORE_OK ? 0 : -1;
}

/* The edges that one step found. */
static int
take_edges(struct comparing *c, struct error *err)
{
	struct drift_members *m = c->nedges > 0 && c->edges[0].is_there
	    ? &c->drift->extra
	    : &c->drift->lost;

	if (c->nedges == 0)
		return 0;
	if (add_names(c, m, err) == -1)
		return -1;
	m->n += (int64_t)c->nedges;
	if (!c->w->repairs)
		return 0;
	c->drift->is_repaired = true;
	return store_txn(c->w->p->run.identity->store, repair_body, c, err);
}

static int
compare_told(struct comparing *c, struct error *err)
{
	do {
		if (store_view(c->w->p->run.identity->store, told_body, c,
			err) == -1 ||
		    take_edges(c, err) == -1)
			return -1;
		c->has_after = true;
		c->after = c->last;
	} while (c->more);
	return 0;
}

/* Those of a step whom nobody knows by a link. */
static void
take_strangers(struct comparing *c)
{
	struct drift_members *m = &c->drift->strangers;
	size_t edge = 0;

	for (size_t i = c->at; i < c->next; i++) {
		const struct shown *s = &c->shown[i];

		if (s->was_told)
			continue;
		if (edge < c->nedges &&
		    slice_equal(c->edges[edge].target, s->id)) {
			edge++;
			continue;
		}
		m->n++;
		add_name(c, m, s->display.len > 0 ? s->display : s->id);
	}
}

static int
compare_shown_members(struct comparing *c, struct error *err)
{
	while (c->at < c->nshown) {
		if (store_view(
			c->w->p->run.identity->store, shown_body, c, err) == -1)
			return -1;
		take_strangers(c);
		if (take_edges(c, err) == -1)
			return -1;
		c->at = c->next;
	}
	return 0;
}

/* ---- is nobody in it, or does the target not show members? ---- */

struct first_edge {
	const struct drift_walk *w;
	struct arena *arena;
	const struct uuid *group;
	struct slice target; /* of a member that was told; or "" */
};

static int
first_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct first_edge *f = arg;
	enum store_status status;
	struct kv_range *range;
	struct slice target;
	struct uuid member;

	(void)err;
	f->target = SLICE("");
	if (edges_open(txn, &f->w->p->run.key, f->group, NULL, &range) !=
	    STORE_OK)
		return -1;
	status = edges_next(range, &member, &target);
	if (status == STORE_OK)
		f->target = arena_slice(f->arena, target);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* Does the target find GROUP, an id there, by a member that it was told of? */
static int
hides_members(struct comparing *c, const struct job_rule *rule,
    struct slice group, bool *hides, struct error *err)
{
	struct first_edge f = {
		.w = c->w, .arena = c->arena, .group = c->group
	};
	struct drift_get get;
	struct error said;
	size_t running = 0;

	*hides = false;
	if (store_view(c->w->p->run.identity->store, first_body, &f, err) == -1)
		return -1;
	if (f.target.len == 0)
		return 0;
	drift_get_start(c->w, &get, c->arena,
	    dialect_query(c->arena, rule->endpoint,
		ARENA_JOIN(c->arena,
		    dialect_filter(c->arena, SLICE("id"), group),
		    SLICE(" and "),
		    dialect_filter(
			c->arena, SLICE("members.value"), f.target))),
	    &running);
	drift_get_wait(c->w, &running);
	*hides = drift_get_end(&get, &said) == 1 &&
	    json_len(json_attr(get.answer, SLICE("Resources"))) == 1;
	return 0;
}

/* ---- */

/* RESOURCE is the group there, of RULE. */
static int
compare(struct comparing *c, const struct job_rule *rule,
    const struct json_object *resource, struct error *err)
{
	struct drift_walk *w = c->w;
	struct drift *d = c->drift;
	bool hides = false;

	d->name = arena_slice(w->p->run.arena, drift_name(resource));
	if (!json_has(resource, SLICE("members")) &&
	    hides_members(c, rule, d->target, &hides, err) == -1)
		return -1;
	if (hides) {
		d->kind = DRIFT_FAILED;
		d->detail =
		    SLICE("the target does not show the members of groups");
		return drift_tell(w, d, err);
	}
	read_shown(c, resource);
	if (compare_told(c, err) == -1 || compare_shown_members(c, err) == -1)
		return -1;
	return d->lost.n + d->extra.n + d->strangers.n > 0
	    ? drift_tell(w, d, err)
	    : 0;
}

int
drift_members(struct drift_walk *w, const struct job_rule *rule,
    const struct uuid *source, struct slice target, struct error *err)
{
	struct drift d = { .kind = DRIFT_MEMBERS,
		.type = rule->target_name,
		.target = target,
		.source = source };
	struct arena *a = arena_new();
	struct comparing *c = arena_calloc(a, 1, sizeof(*c));
	struct drift_get get;
	size_t running = 0;
	int rc;

	c->w = w;
	c->arena = a;
	c->group = source;
	c->drift = &d;
	drift_get_start(w, &get, a, drift_path(a, rule, target), &running);
	drift_get_wait(w, &running);
	rc = drift_get_end(&get, err);
	if (rc == 1)
		rc = compare(c, rule, get.answer, err);
	arena_free(a);
	return rc;
}
