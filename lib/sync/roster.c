/*
 * roster.c: the members of one group, and what the target knows of them.
 */
#include <stdlib.h>

#include "identity/descend.h"
#include "identity/groups.h"
#include "store/members.h"
#include "store/resources.h"
#include "sync/roster.h"

/* The type whose members of members a flat roster has. */
static const struct slice user_type = { "User", 4 };

static struct roster_edge *
add(const struct run *run, struct roster *r, const struct uuid *member,
    struct slice target, bool is_added)
{
	size_t size = r->size == 0 ? 64 : r->size * 2;

	if (r->nedges == r->size) {
		r->edges = arena_grow(run->arena, r->edges,
		    r->size * sizeof(*r->edges), size * sizeof(*r->edges));
		r->size = size;
	}
	r->edges[r->nedges] = (struct roster_edge){ .member = *member,
		.target = arena_slice(run->arena, target),
		.is_added = is_added };
	return &r->edges[r->nedges++];
}

int
roster_begin(struct kv_txn *txn, const struct run *run,
    const struct uuid *group, const struct job_rule *rule, struct roster *out,
    struct error *err)
{
	struct intent *intent = &out->intent;

	*out = (struct roster){ .intent = { .action = "update" } };
	intent->subject = (struct subject){
		.id = *group, .type = rule->source_name, .rule = rule
	};
	if (!rule->enabled || !rule->mapping.members)
		return 0;
	if (link_load(txn, run->arena, &run->key, group, &intent->link, err) ==
	    -1)
		return -1;
	return intent->link.state == LINK_ACTIVE;
}

/* MEMBER is in the group, or not; the target was told TOLD, or nothing. */
static int
compare(struct kv_txn *txn, const struct run *run, struct roster *r,
    const struct uuid *member, bool is_member, struct slice told,
    struct error *err)
{
	struct slice target = SLICE("");
	bool is_active;

	if (is_member &&
	    link_target(txn, &run->key, member, &target, &is_active, err) == -1)
		return -1;
	if (target.len > 0 && !is_active)
		target = SLICE("");
	if (slice_equal(target, told))
		return 0;
	if (told.len > 0)
		add(run, r, member, told, false);
	if (target.len > 0)
		add(run, r, member, target, true);
	return 0;
}

/* Is MEMBER a user who is in the group, or in one within it? */
static int
is_below(struct kv_txn *txn, const struct run *run, const struct roster *r,
    const struct uuid *member, bool *is)
{
	uint32_t tenant = run->key.tenant;
	const struct caller all = { .tenant = tenant };
	const struct membership *list;
	struct groups *groups;
	struct record record;
	size_t n;

	*is = false;
	switch (resource_get(txn, tenant, user_type, member, false, &record)) {
	case STORE_OK:
		break;
	case STORE_NOTFOUND:
		return 0;
	default:
		return -1;
	}
	groups = groups_new(txn, &all,
	    catalog_find_type(run->identity->catalog, r->intent.subject.type),
	    false);
	if (groups_of(groups, member, &list, &n) == -1)
		return -1;
	for (size_t i = 0; i < n && !*is; i++)
		*is = uuid_compare(&list[i].group->id, &r->intent.subject.id) ==
		    0;
	return 0;
}

/* Is MEMBER in the group, in a group of it where the roster is flat? */
static int
is_member(struct kv_txn *txn, const struct run *run, const struct roster *r,
    const struct uuid *member, bool *is)
{
	enum store_status status;

	if (run->job->scope.flatten)
		return is_below(txn, run, r, member, is);
	status =
	    member_get(txn, run->key.tenant, &r->intent.subject.id, member);
	*is = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

int
roster_check(struct kv_txn *txn, const struct run *run, struct roster *r,
    const struct uuid *member, struct error *err)
{
	struct slice told = SLICE("");
	bool is;

	if (is_member(txn, run, r, member, &is) == -1 ||
	    edge_get(txn, &run->key, &r->intent.subject.id, member, &told) ==
		STORE_FAIL)
		return -1;
	return compare(txn, run, r, member, is, told, err);
}

/* ---- a walk through both sides, in the order of ids ---- */

struct side {
	struct kv_range *range; /* or ids */
	const struct id_list *list;
	size_t at;
	bool is_there;
	struct uuid id;
	struct slice value;
};

static int
compare_ids(const void *v, const void *w)
{
	return uuid_compare(v, w);
}

/* All members of members, each once, behind AFTER. */
static int
open_flat(struct kv_txn *txn, const struct run *run, const struct roster *r,
    const struct uuid *after, struct side *side)
{
	struct id_list *list = arena_calloc(run->arena, 1, sizeof(*list));

	if (descend(txn, run->key.tenant, &r->intent.subject.id, user_type,
		list) == -1)
		return -1;
	if (list->n > 0)
		qsort(list->ids, list->n, sizeof(*list->ids), compare_ids);
	side->list = list;
	while (after != NULL && side->at < list->n &&
	    uuid_compare(&list->ids[side->at], after) <= 0)
		side->at++;
	return 0;
}

static int
step_list(struct side *s)
{
	while (s->at < s->list->n && s->is_there &&
	    uuid_compare(&s->list->ids[s->at], &s->id) == 0)
		s->at++;
	s->is_there = s->at < s->list->n;
	if (s->is_there)
		s->id = s->list->ids[s->at];
	return 0;
}

static int
step(struct side *s,
    enum store_status (*next)(
	struct kv_range *range, struct uuid *id, struct slice *value))
{
	enum store_status status;

	if (s->list != NULL)
		return step_list(s);
	status = next(s->range, &s->id, &s->value);
	s->is_there = status == STORE_OK;
	return status == STORE_FAIL ? -1 : 0;
}

/* The lower of the two ids that come next, and on which sides it is. */
static struct uuid
lowest(const struct side *is, const struct side *told, bool *is_member,
    bool *was_told)
{
	int order = !is->is_there ? 1
	    : !told->is_there	  ? -1
				  : uuid_compare(&is->id, &told->id);

	*is_member = order <= 0;
	*was_told = order >= 0;
	return order <= 0 ? is->id : told->id;
}

static int
walk(struct kv_txn *txn, const struct run *run, struct roster *r,
    struct side *is, struct side *told, struct uuid *last, struct error *err)
{
	bool is_member, was_told;

	if (step(is, members_next) == -1 || step(told, edges_next) == -1)
		return -1;
	for (size_t n = 0; is->is_there || told->is_there; n++) {
		if (n == ROSTER_WALK_MAX || r->nedges >= ROSTER_EDGES_MAX)
			return 1;
		*last = lowest(is, told, &is_member, &was_told);
		if (compare(txn, run, r, last, is_member,
			was_told ? told->value : SLICE(""), err) == -1 ||
		    (is_member && step(is, members_next) == -1) ||
		    (was_told && step(told, edges_next) == -1))
			return -1;
	}
	return 0;
}

int
roster_compare(struct kv_txn *txn, const struct run *run, struct roster *r,
    const struct uuid *after, struct uuid *last, struct error *err)
{
	const struct uuid *group = &r->intent.subject.id;
	struct side is = { .range = NULL }, told = { .range = NULL };
	int rc = 0;

	if (run->job->scope.flatten)
		rc = open_flat(txn, run, r, after, &is);
	else if (members_open(txn, run->key.tenant, group, after, true,
		     &is.range) != STORE_OK)
		rc = -1;
	if (rc == 0 &&
	    edges_open(txn, &run->key, group, after, &told.range) != STORE_OK)
		rc = -1;
	if (rc == 0)
		rc = walk(txn, run, r, &is, &told, last, err);
	if (is.range != NULL)
		kv_range_close(is.range);
	if (told.range != NULL)
		kv_range_close(told.range);
	return rc;
}

int
roster_save(struct kv_txn *txn, const struct run *run, const struct roster *r)
{
	const struct uuid *group = &r->intent.subject.id;
	enum store_status status;

	for (size_t i = 0; i < r->nedges; i++) {
		const struct roster_edge *e = &r->edges[i];

		if (!e->was_told)
			continue;
		status = e->is_added
		    ? edge_insert(txn, &run->key, group, &e->member, e->target)
		    : edge_delete(txn, &run->key, group, &e->member);
		if (status == STORE_FAIL)
			return -1;
	}
	return 0;
}
