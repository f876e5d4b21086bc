/*
 * preview_members.c: of how many members of a group the target would be told.
 */
#include "json/json.h"
#include "sync/preview.h"
#include "sync/roster.h"

struct member_count {
	const struct preview *p;
	const struct intent *intent;
	bool has_after;
	struct uuid after;

	/* What one transaction found. */
	bool is_there;
	bool more;
	struct uuid last;
	int64_t added;
	int64_t removed;
};

static int
count_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct member_count *c = arg;
	const struct run *run = &c->p->run;
	const struct subject *s = &c->intent->subject;
	struct roster r;
	int rc = roster_begin(txn, run, &s->id, s->rule, &r, err);

	c->is_there = rc == 1;
	c->more = false;
	c->added = c->removed = 0;
	if (rc != 1)
		return rc;
	rc = roster_compare(
	    txn, run, &r, c->has_after ? &c->after : NULL, &c->last, err);
	c->more = rc == 1;
	for (size_t i = 0; i < r.nedges; i++)
		*(r.edges[i].is_added ? &c->added : &c->removed) += 1;
	return rc == -1 ? -1 : 0;
}

int
preview_tell_members(struct preview *p, const struct intent *intent,
    struct json_object *told, struct error *err)
{
	struct arena *a = p->run.arena;
	struct member_count c = { .p = p, .intent = intent, .more = true };
	struct json_object *members;
	int64_t added = 0, removed = 0;

	if (!intent->subject.rule->mapping.members)
		return 0;
	while (c.more) {
		if (store_view(p->run.identity->store, count_body, &c, err) ==
		    -1)
			return -1;
		if (!c.is_there)
			return 0;
		added += c.added;
		removed += c.removed;
		c.has_after = true;
		c.after = c.last;
	}
	members = json_new_object(a);
	json_set(members, SLICE("nAdded"), json_new_integer(a, added));
	json_set(members, SLICE("nRemoved"), json_new_integer(a, removed));
	json_set(told, SLICE("members"), members);
	return 0;
}
