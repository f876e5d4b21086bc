/*
 * batch_members.c: the memberships of a batch: groups that are compared, and
 * pairs of a group and a member, one group after the other.
 */
#include <stdlib.h>

#include "sync/batch_private.h"

/* So many memberships are as much to note as an object. */
enum { EDGES_AN_OBJECT = 10 };

static int
compare_pairs(const void *v, const void *w)
{
	const struct agenda_pair *x = v, *y = w;
	int order = uuid_compare(&x->group, &y->group);

	return order != 0 ? order : uuid_compare(&x->member, &y->member);
}

/* Whoever was looked at may be, or be no longer, in the groups it is in. */
static int
add_pairs_of(struct kv_txn *txn, struct batch *b, const struct uuid *member)
{
	enum store_status status;
	struct kv_range *range;
	struct uuid group;

	if (b->run.job->scope.flatten)
		return batch_add_ancestors(txn, b, member);
	if (groups_open(txn, b->run.key.tenant, member, &range) != STORE_OK)
		return -1;
	while ((status = groups_next(range, &group)) == STORE_OK)
		agenda_add_pair(&b->run, &b->agenda, &group, member);
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/* The rule that provisions groups, and their members. */
static const struct job_rule *
members_rule(const struct job *job)
{
	for (size_t i = 0; i < job->nrules; i++)
		if (job->rules[i].mapping.members)
			return &job->rules[i];
	return NULL;
}

/*
 * Is the walk of an initial cycle still to come to all groups?  Each of them is
 * then compared as a whole, behind everybody in this batch.
 */
static bool
walks_groups_later(const struct batch *b)
{
	const struct progress *p = &b->progress;
	int64_t at = members_rule(b->run.job) - b->run.job->rules;

	/* A batch of one object walks nothing. */
	return b->only == NULL &&
	    (p->rule < at || (p->rule == at && !p->has_after));
}

/*
 * An initial cycle walks everybody: there it is enough to look at who came or
 * left, once it is past some groups; groups that come are compared as a whole.
 */
static int
collect_pairs(struct kv_txn *txn, struct batch *b)
{
	b->agenda.npairs = b->npairs_told;
	for (size_t i = 0; i < b->agenda.nobjects && !b->progress.is_initial;
	     i++)
		if (add_pairs_of(txn, b, &b->agenda.objects[i].id) == -1)
			return -1;
	for (size_t i = 0;
	     i < b->nmoved && b->progress.is_initial && !walks_groups_later(b);
	     i++)
		if (add_pairs_of(txn, b, &b->moved[i]) == -1)
			return -1;
	if (b->agenda.npairs > 0)
		qsort(b->agenda.pairs, b->agenda.npairs,
		    sizeof(*b->agenda.pairs), compare_pairs);
	return 0;
}

/* Are the members of GROUP compared in this batch? */
static bool
is_compared(const struct batch *b, const struct uuid *group)
{
	for (size_t i = 0; i < b->agenda.nrosters; i++)
		if (uuid_compare(&b->agenda.rosters[i].due.subject, group) == 0)
			return true;
	return false;
}

/*
 * The pairs of one group, from *I on.  Of one that is compared nothing: two
 * that tell of a group at the same time would tell the same twice.
 */
static int
roster_of_pairs(struct kv_txn *txn, struct batch *b,
    const struct job_rule *rule, size_t *i, struct error *err)
{
	const struct agenda_pair *pairs = b->agenda.pairs;
	struct roster *r = &b->rosters[b->nrosters];
	size_t first = *i;
	int rc = roster_begin(txn, &b->run, &pairs[first].group, rule, r, err);

	if (rc == 1 && is_compared(b, &pairs[first].group))
		rc = 0;
	for (; *i < b->agenda.npairs &&
	     uuid_compare(&pairs[*i].group, &pairs[first].group) == 0;
	     ++*i) {
		if (rc != 1 ||
		    (*i > first &&
			compare_pairs(&pairs[*i], &pairs[*i - 1]) == 0))
			continue;
		if (roster_check(txn, &b->run, r, &pairs[*i].member, err) == -1)
			rc = -1;
	}
	if (rc == 1 && r->nedges > 0)
		b->nrosters++;
	return rc == -1 ? -1 : 0;
}

/* Pairs of the group of R that its comparison, behind AFTER, does not see. */
static int
check_before(struct kv_txn *txn, struct batch *b, struct roster *r,
    const struct uuid *after, struct error *err)
{
	const struct agenda_pair *pairs = b->agenda.pairs;

	for (size_t i = 0; i < b->agenda.npairs; i++) {
		if (uuid_compare(&pairs[i].group, &r->intent.subject.id) != 0 ||
		    uuid_compare(&pairs[i].member, after) > 0 ||
		    (i > 0 && compare_pairs(&pairs[i], &pairs[i - 1]) == 0))
			continue;
		if (roster_check(txn, &b->run, r, &pairs[i].member, err) == -1)
			return -1;
	}
	return 0;
}

/* One long comparison; what is left of it is due later. */
static int
roster_of_group(struct kv_txn *txn, struct batch *b,
    const struct job_rule *rule, struct agenda_roster *a, struct error *err)
{
	struct roster *r = &b->rosters[b->nrosters];
	int rc = roster_begin(txn, &b->run, &a->due.subject, rule, r, err);

	a->is_more = false;
	if (rc == 1) {
		rc = roster_compare(txn, &b->run, r,
		    a->has_after ? &a->after : NULL, &a->last, err);
		a->is_more = rc == 1;
		if (rc != -1 && a->has_after)
			rc = check_before(txn, b, r, &a->after, err);
		r->agenda = a;
		b->nrosters++;
	}
	return rc == -1 ? -1 : 0;
}

/* How many groups the pairs, in their order, are about. */
static size_t
count_groups(const struct agenda *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->npairs; i++)
		n += i == 0 ||
		    uuid_compare(&a->pairs[i].group, &a->pairs[i - 1].group) !=
			0;
	return n;
}

/* A group that is being planned. */
struct planning {
	struct batch *batch;
	size_t first; /* its roster */
	size_t at;    /* the roster of the agenda that comes next */
	size_t pair;  /* the same */
};

/* The next one that has something to tell. */
static int
roster_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct planning *p = arg;
	struct batch *b = p->batch;
	const struct job_rule *rule = members_rule(b->run.job);
	int rc = 0;

	kv_read_briefly(txn, true);
	b->nrosters = p->first;
	p->at = b->nplanned;
	p->pair = b->npairs_planned;
	while (rc == 0 && b->nrosters == p->first && p->at < b->agenda.nrosters)
		rc = roster_of_group(
		    txn, b, rule, &b->agenda.rosters[p->at++], err);
	while (rc == 0 && b->nrosters == p->first && p->pair < b->agenda.npairs)
		rc = roster_of_pairs(txn, b, rule, &p->pair, err);
	return rc;
}

static void
on_told(struct task *t, void *arg)
{
	struct batch *b = arg;

	batch_count_answer(b, t);
	t->roster->is_done = true;
	b->nready += 1 + t->roster->nedges / EDGES_AN_OBJECT;
}

static int
plan_roster(struct batch *b, struct error *err)
{
	struct planning p = { .batch = b, .first = b->nrosters };
	struct roster *r = &b->rosters[p.first];

	if (store_view(b->run.identity->store, roster_body, &p, err) == -1) {
		b->nrosters = p.first;
		return -1;
	}
	b->nplanned = p.at;
	b->npairs_planned = p.pair;
	if (b->nrosters == p.first) {
		b->plan = NULL;
		return 0;
	}
	batch_rest_edges(b, r);
	r->task = (struct task){
		.run = &b->run, .target = b->target, .done = on_told, .arg = b
	};
	b->running++;
	roster_start(r);
	return 0;
}

static int
pairs_body(struct kv_txn *txn, void *arg, struct error *err)
{
	(void)err;
	kv_read_briefly(txn, true);
	return collect_pairs(txn, arg);
}

int
batch_start_rosters(struct batch *b, struct error *err)
{
	b->nrosters = b->nplanned = b->npairs_planned = 0;
	if (members_rule(b->run.job) == NULL)
		return 0;
	if (store_view(b->run.identity->store, pairs_body, b, err) == -1)
		return -1;
	b->rosters = arena_calloc(b->run.arena,
	    count_groups(&b->agenda) + b->agenda.nrosters + 1,
	    sizeof(*b->rosters));
	b->plan = plan_roster;
	return 0;
}
