/*
 * jobs_links.c: the links of a job, seen and mended.
 */
#include "json/json.h"
#include "store/dues.h"
#include "sync/jobs_links.h"
#include "sync/jobs_private.h"
#include "sync/progress.h"

enum { LOOKED_MAX = 2000, TARGET_MAX = 1024 };

struct json_object *
jobs_link_show(const struct jobs *j, const struct link *one)
{
	struct json_object *v = link_show(j->arena, one),
			   *out = json_new_object(j->arena);
	char id[UUID_TEXT_SIZE];

	uuid_format(&one->source, id);
	json_set(out, SLICE("source"), json_new_string(j->arena, slice_of(id)));
	json_set(out, SLICE("type"), json_new_string(j->arena, one->type));
	json_set(out, SLICE("link"), v);
	return out;
}

/* ---- seen ---- */

struct looking {
	const struct jobs *j;
	struct slice which;
	const struct links_query *query;
	struct links_page *out;
	struct job_key key;
};

static bool
is_wanted(const struct links_query *q, const struct link *link)
{
	return (q->state == LINK_STATE_MAX || link->state == q->state) &&
	    (!q->is_failing || link->failures > 0) &&
	    (q->target.len == 0 || slice_equal(link->target, q->target));
}

/* ROW, in the arena of J, if it is one of those that are wanted. */
static int
take(struct looking *l, const struct uuid *source, struct slice row,
    struct error *err)
{
	struct link *link = &l->out->list[l->out->n];

	*link = (struct link){ .source = *source };
	if (link_read(l->j->arena, arena_slice(l->j->arena, row), link, err) ==
	    -1)
		return -1;
	l->out->n += is_wanted(l->query, link);
	return 0;
}

static int
take_one(struct kv_txn *txn, struct looking *l, const struct uuid *source,
    struct error *err)
{
	struct slice row;

	switch (link_get(txn, &l->key, source, false, &row)) {
	case STORE_OK:
		return take(l, source, row, err);
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
}

/* What the rules of DEFINITION call the objects that RULE is about there. */
static struct slice
target_type(const struct json_object *rule)
{
	struct slice type = json_string(json_get(rule, "target"));

	return type.data != NULL ? type : json_string(json_get(rule, "source"));
}

/* By the key that leads from an id there to ours. */
static int
take_target(struct kv_txn *txn, struct looking *l,
    const struct json_object *rules, struct error *err)
{
	struct uuid source;

	for (size_t i = 0; i < json_len(rules) && l->out->n == 0; i++)
		switch (link_find(txn, &l->key, target_type(json_at(rules, i)),
		    l->query->target, &source)) {
		case STORE_OK:
			if (take_one(txn, l, &source, err) == -1)
				return -1;
			break;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	return 0;
}

static int
take_range(struct kv_txn *txn, struct looking *l, struct error *err)
{
	const struct links_query *q = l->query;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct uuid source;
	struct slice row;
	int rc = 0;

	if (q->max == 0)
		return 0;
	if (links_open(txn, &l->key, q->has_after ? &q->after : NULL, &range) !=
	    STORE_OK)
		return -1;
	for (size_t looked = 0; rc == 0; looked++) {
		status = links_next(range, &source, &row);
		l->out->is_more = status == STORE_OK;
		if (status != STORE_OK || looked == LOOKED_MAX ||
		    l->out->n == q->max)
			break;
		l->out->last = source;
		rc = take(l, &source, row, err);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : rc;
}

static int
links_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct looking *l = arg;
	struct job_info info;

	l->out->n = 0;
	l->out->is_more = false;
	if (jobs_find_id(txn, l->j->tenant, l->which, &l->key.id, err) == -1 ||
	    job_load(txn, l->j->tenant, &l->key.id, &info, err) == -1)
		return -1;
	if (l->query->source != NULL)
		return take_one(txn, l, l->query->source, err);
	if (l->query->target.len > 0)
		return take_target(
		    txn, l, json_get(info.definition, "rules"), err);
	return take_range(txn, l, err);
}

int
jobs_links(const struct jobs *j, struct slice which,
    const struct links_query *query, struct links_page *out, struct error *err)
{
	struct looking l = { .j = j,
		.which = which,
		.query = query,
		.out = out,
		.key = { .tenant = j->tenant } };

	out->list = arena_calloc(j->arena, query->max + 1, sizeof(*out->list));
	return store_view(j->store, links_body, &l, err);
}

/* ---- mended ---- */

struct mending {
	const struct jobs *j;
	struct slice which;
	const struct uuid *source;
	struct slice target; /* "": none */
	struct link *out;    /* or NULL */

	/* Its own. */
	struct job_info info;
	struct job_key key;
	struct link link;
	bool is_more; /* members of it, as a group, are left to forget */
};

/* The engine writes the links of a job that goes on. */
static int
enter(struct kv_txn *txn, struct mending *m, struct error *err)
{
	if (jobs_enter(txn, m->j, m->which, &m->info, err) == -1)
		return -1;
	if (job_runs(m->info.state))
		return error_set(err, ERR_INVALID_VALUE,
		    "the job '%.*s' runs: pause it first",
		    SLICE_ARG(m->info.name));
	m->key = (struct job_key){ m->j->tenant, m->info.id };
	return link_load(
	    txn, store_arena(txn), &m->key, m->source, &m->link, err);
}

static int
clear_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct mending *m = arg;

	m->is_more = false;
	if (enter(txn, m, err) == -1)
		return -1;
	return edges_clear(txn, &m->key, m->source, &m->is_more);
}

/* What the source is, here and there. */
static int
find_types(struct kv_txn *txn, struct mending *m, struct error *err)
{
	const struct json_object *rules = json_get(m->info.definition, "rules");
	struct link *link = &m->link;

	if (link->type.len == 0 &&
	    jobs_find_type(txn, m->j, m->source, &link->type, err) == -1)
		return -1;
	if (m->target.len == 0)
		return 0;
	for (size_t i = 0; i < json_len(rules); i++) {
		const struct json_object *rule = json_at(rules, i);

		if (!slice_equal(
			json_string(json_get(rule, "source")), link->type))
			continue;
		link->target_type = target_type(rule);
		return 0;
	}
	return error_set(err, ERR_INVALID_VALUE,
	    "the job has no rule for the type %.*s", SLICE_ARG(link->type));
}

/* What the state counts of links. */
static int
put_counts(struct kv_txn *txn, const struct mending *m)
{
	struct arena *a = store_arena(txn);
	struct progress p;

	progress_read(a, m->info.state, &p);
	p.links -= m->link.stored_state == LINK_ACTIVE;
	p.failing -= m->link.stored_failures > 0;
	progress_write(a, &p, m->info.state);
	return job_state_put(txn, m->j->tenant, &m->info.id, m->info.state);
}

static int
put_due(struct kv_txn *txn, const struct mending *m)
{
	struct due due = { m->j->now, *m->source, DUE_OBJECT };

	return due_put(txn, &m->key, &due, m->link.type) == STORE_OK ? 0 : -1;
}

static int
note(struct kv_txn *txn, const struct mending *m, const struct link *now)
{
	struct jobs j = *m->j;

	j.arena = store_arena(txn);
	return jobs_note(txn, &j, m->target.len > 0 ? "link" : "unlink",
	    &m->info, m->link.is_stored ? jobs_link_show(&j, &m->link) : NULL,
	    now->is_stored ? jobs_link_show(&j, now) : NULL);
}

static int
mend_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct mending *m = arg;
	struct link *link = &m->link, next;

	if (enter(txn, m, err) == -1)
		return -1;
	if (m->target.len == 0 && !link->is_stored)
		return error_set(err, ERR_NOT_FOUND, "it is not linked");
	if (find_types(txn, m, err) == -1)
		return -1;
	next = *link;
	next.state = m->target.len > 0 ? LINK_GIVEN : LINK_NONE;
	next.target = m->target;
	next.etag = next.code = next.detail = SLICE("");
	next.failures = next.failed_at = next.due_at = next.disabled_at = 0;
	next.is_held = next.is_released = false;
	next.exported = NULL;
	if (link_save(txn, &m->key, &next, err) == -1 ||
	    put_due(txn, m) == -1 || put_counts(txn, m) == -1 ||
	    link_load(txn, store_arena(txn), &m->key, m->source, &next, err) ==
		-1 ||
	    note(txn, m, &next) == -1)
		return -1;
	return m->out == NULL
	    ? 0
	    : link_load(txn, m->j->arena, &m->key, m->source, m->out, err);
}

/*
 * What the target was told of members goes first: who is killed in between
 * leaves a link whose members are only told again.
 */
static int
mend(struct mending *m, struct error *err)
{
	do {
		if (store_txn(m->j->store, clear_body, m, err) == -1)
			return -1;
	} while (m->is_more);
	return store_txn(m->j->store, mend_body, m, err);
}

int
jobs_link(const struct jobs *j, struct slice which, const struct uuid *source,
    struct slice target, struct link *out, struct error *err)
{
	struct mending m = { .j = j,
		.which = which,
		.source = source,
		.target = target,
		.out = out };

	if (target.len == 0 || target.len > TARGET_MAX)
		return error_set(err, ERR_INVALID_VALUE,
		    "the id at the target has 1 to %d bytes", TARGET_MAX);
	return mend(&m, err);
}

int
jobs_unlink(const struct jobs *j, struct slice which, const struct uuid *source,
    struct error *err)
{
	struct mending m = { .j = j, .which = which, .source = source };

	return mend(&m, err);
}
