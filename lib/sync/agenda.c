/*
 * agenda.c: what a job has to look at next.
 */
#include <stdlib.h>

#include "json/walk.h"
#include "store/assignments.h"
#include "store/changes.h"
#include "store/resources.h"
#include "sync/agenda_private.h"
#include "sync/link.h"

enum { CHANGES_MAX = 2000 }; /* that one agenda reads */

static void *
grow(const struct run *run, void *list, size_t n, size_t *size, size_t len)
{
	size_t old = *size;

	if (n < old)
		return list;
	*size = old == 0 ? 64 : old * 2;
	return arena_grow(run->arena, list, old * len, *size * len);
}

void
agenda_add_object(
    struct agenda_draft *d, const struct uuid *id, const struct job_rule *rule)
{
	struct agenda *a = d->agenda;

	if (rule == NULL)
		return;
	a->objects = grow(
	    d->run, a->objects, a->nobjects, &d->size, sizeof(*a->objects));
	a->objects[a->nobjects++] = (struct agenda_object){ *id, rule };
}

void
agenda_add_pair(const struct run *run, struct agenda *agenda,
    const struct uuid *group, const struct uuid *member)
{
	agenda->pairs = grow(run, agenda->pairs, agenda->npairs,
	    &agenda->pairs_size, sizeof(*agenda->pairs));
	agenda->pairs[agenda->npairs++] =
	    (struct agenda_pair){ *group, *member };
}

static bool
is_full(const struct agenda_draft *d)
{
	return d->agenda->nobjects >= AGENDA_MAX ||
	    d->agenda->npairs >= AGENDA_PAIRS_MAX;
}

void
agenda_append(
    const struct run *run, struct uuid **list, size_t *n, const struct uuid *id)
{
	*list = arena_grow(
	    run->arena, *list, *n * sizeof(*id), (*n + 1) * sizeof(*id));
	(*list)[(*n)++] = *id;
}

/* ---- what is due ---- */

static void
add_due(struct agenda_draft *d, const struct due *due)
{
	struct agenda *a = d->agenda;

	a->dues = arena_grow(d->run->arena, a->dues, a->ndues * sizeof(*due),
	    (a->ndues + 1) * sizeof(*due));
	a->dues[a->ndues++] = *due;
}

static struct agenda_roster *
roster_of(const struct agenda *a, const struct uuid *group)
{
	for (size_t i = 0; i < a->nrosters; i++)
		if (uuid_compare(&a->rosters[i].due.subject, group) == 0)
			return &a->rosters[i];
	return NULL;
}

/* A group is compared once in a batch, from where the first wants it. */
static void
join_roster(struct agenda_draft *d, struct agenda_roster *r,
    const struct due *due, struct slice text)
{
	struct uuid after;
	bool has_after = uuid_parse(text, &after) == 0;

	add_due(d, due);
	r->has_after = r->has_after && has_after;
	if (r->has_after && uuid_compare(&after, &r->after) < 0)
		r->after = after;
}

void
agenda_take_roster(
    struct agenda_draft *d, const struct due *due, struct slice text)
{
	struct agenda *a = d->agenda;
	struct agenda_roster *r = roster_of(a, &due->subject);

	if (r != NULL) {
		join_roster(d, r, due, text);
		return;
	}
	a->rosters = arena_grow(d->run->arena, a->rosters,
	    a->nrosters * sizeof(*r), (a->nrosters + 1) * sizeof(*r));
	r = &a->rosters[a->nrosters++];
	*r = (struct agenda_roster){ .due = *due };
	r->has_after = uuid_parse(text, &r->after) == 0;
}

static void
take_due(struct agenda_draft *d, const struct due *due, struct slice text)
{
	struct agenda *a = d->agenda;

	if (due->kind == DUE_MEMBERS) {
		if (a->nrosters < AGENDA_ROSTERS_MAX)
			agenda_take_roster(d, due, text);
		else
			a->is_full = true;
		return;
	}
	agenda_add_object(d, &due->subject, job_rule_of(d->run->job, text));
	add_due(d, due);
}

static int
read_dues(struct agenda_draft *d)
{
	enum store_status status;
	struct kv_range *range;
	struct slice text;
	struct due due;

	if (dues_open(d->txn, &d->run->key, &range) != STORE_OK)
		return -1;
	while ((status = dues_next(range, &due, &text)) == STORE_OK) {
		if (d->only != NULL && uuid_compare(d->only, &due.subject) != 0)
			continue;
		if (due.at > d->run->now) {
			d->agenda->next_due_at = due.at;
			break;
		}
		if (is_full(d)) {
			d->agenda->is_full = true;
			break;
		}
		take_due(d, &due, text);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* ---- who was assigned, or is no more ---- */

static int
read_touched(struct agenda_draft *d)
{
	struct agenda *a = d->agenda;
	const struct job_rule *rule;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice type;
	struct uuid id;

	if (touched_open(d->txn, d->run->key.tenant, &d->run->key.id, &range) !=
	    STORE_OK)
		return -1;
	while (!is_full(d) &&
	    (status = touched_next(range, &id, &type)) == STORE_OK) {
		rule = job_rule_of(d->run->job, type);
		agenda_add_object(d, &id, rule);
		agenda_append(d->run, &a->touched, &a->ntouched, &id);
		if (slice_equal(type, SLICE("Group")))
			agenda_append(d->run, &a->spread, &a->nspread, &id);
	}
	a->is_full = a->is_full || is_full(d);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* ---- the walk of an initial cycle ---- */

static int
walk_rule(struct agenda_draft *d, const struct job_rule *rule)
{
	struct progress *p = d->p;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct record record;
	struct uuid id;

	if (resources_open(d->txn, d->run->key.tenant, rule->source_name,
		p->has_after ? &p->after : NULL, NULL, &range) != STORE_OK)
		return -1;
	while (!is_full(d) &&
	    (status = resources_next(range, &id, &record)) == STORE_OK) {
		agenda_add_object(d, &id, rule);
		p->after = id;
		p->has_after = true;
		p->walked++;
	}
	kv_range_close(range);
	if (status == STORE_NOTFOUND) {
		p->rule++;
		p->has_after = false;
	}
	return status == STORE_FAIL ? -1 : 0;
}

/* A link whose object is gone. */
static int
take_orphan(struct agenda_draft *d, const struct uuid *id, struct slice row)
{
	struct slice type = link_type(d->run->arena, row);
	const struct job_rule *rule = job_rule_of(d->run->job, type);
	struct record record;

	switch (resource_get(
	    d->txn, d->run->key.tenant, type, id, false, &record)) {
	case STORE_OK:
		return 0;
	case STORE_NOTFOUND:
		agenda_add_object(d, id, rule);
		return 0;
	default:
		return -1;
	}
}

static int
walk_links(struct agenda_draft *d)
{
	struct progress *p = d->p;
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice row;
	struct uuid id;
	int rc = 0;

	if (links_open(d->txn, &d->run->key, p->has_after ? &p->after : NULL,
		&range) != STORE_OK)
		return -1;
	for (size_t n = 0; rc == 0 && n < CHANGES_MAX && !is_full(d) &&
	     (status = links_next(range, &id, &row)) == STORE_OK;
	     n++) {
		rc = take_orphan(d, &id, row);
		p->after = id;
		p->has_after = true;
	}
	kv_range_close(range);
	if (status == STORE_NOTFOUND) {
		p->is_initial = false;
		p->has_after = false;
		p->cycle_ended_at = d->run->now;
	}
	return status == STORE_FAIL ? -1 : rc;
}

static int
read_walk(struct agenda_draft *d)
{
	const struct job *job = d->run->job;

	d->agenda->is_full = true;
	while (d->p->rule < (int64_t)job->nrules && !is_full(d))
		if (walk_rule(d, &job->rules[d->p->rule]) == -1)
			return -1;
	if (is_full(d))
		return 0;
	return walk_links(d);
}

/* ---- the change log ---- */

static struct slice
text_of(const struct agenda_draft *d, struct slice change, struct slice name)
{
	struct slice value;

	if (!walk_find(change, name, &value))
		return SLICE("");
	return walk_string(d->run->arena, value);
}

static int
take_change(struct agenda_draft *d, struct slice change)
{
	const struct job_rule *rule =
	    job_rule_of(d->run->job, text_of(d, change, SLICE("type")));
	struct uuid id;

	if (uuid_parse(text_of(d, change, SLICE("id")), &id) == -1)
		return 0;
	agenda_add_object(d, &id, rule);
	if (agenda_take_members(d, &id, change, SLICE("membersAdded")) == -1)
		return -1;
	return agenda_take_members(d, &id, change, SLICE("membersRemoved"));
}

static int
read_changes(struct agenda_draft *d)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice change;
	uint64_t sequence;
	int rc = 0;

	if (changes_open(d->txn, d->run->key.tenant, (uint64_t)d->p->watermark,
		&range) != STORE_OK)
		return -1;
	for (size_t n = 0; rc == 0 && n < CHANGES_MAX && !is_full(d) &&
	     (status = changes_next(range, &sequence, &change)) == STORE_OK;
	     n++) {
		rc = take_change(d, change);
		d->p->watermark = (int64_t)sequence;
	}
	d->agenda->is_full = d->agenda->is_full || status == STORE_OK;
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : rc;
}

/* ---- */

static int
compare_objects(const void *v, const void *w)
{
	const struct agenda_object *x = v, *y = w;

	return uuid_compare(&x->id, &y->id);
}

static void
drop_doubles(struct agenda *a)
{
	size_t n = 0;

	if (a->nobjects > 0)
		qsort(a->objects, a->nobjects, sizeof(*a->objects),
		    compare_objects);
	for (size_t i = 0; i < a->nobjects; i++)
		if (n == 0 ||
		    uuid_compare(&a->objects[n - 1].id, &a->objects[i].id) != 0)
			a->objects[n++] = a->objects[i];
	a->nobjects = n;
}

int
agenda_read(struct kv_txn *txn, const struct run *run, struct progress *p,
    struct agenda *out)
{
	struct agenda_draft d = { .txn = txn,
		.run = run,
		.p = p,
		.agenda = out,
		.all = { .tenant = run->key.tenant } };
	int rc;

	*out = (struct agenda){ .nobjects = 0 };
	if (read_dues(&d) == -1 || read_touched(&d) == -1)
		return -1;
	rc = p->is_initial ? read_walk(&d) : read_changes(&d);
	drop_doubles(out);
	return rc;
}

int
agenda_read_one(struct kv_txn *txn, const struct run *run,
    const struct uuid *subject, struct agenda *out)
{
	struct agenda_draft d = {
		.txn = txn, .run = run, .agenda = out, .only = subject
	};

	*out = (struct agenda){ .nobjects = 0 };
	if (read_dues(&d) == -1)
		return -1;
	drop_doubles(out);
	return 0;
}
