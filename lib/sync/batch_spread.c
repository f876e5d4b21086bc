/*
 * batch_spread.c: who is in a group that was assigned, or flattened, and who was.
 */
#include "identity/descend.h"
#include "store/assignments.h"
#include "sync/batch_private.h"

enum { SPREAD_MAX = 1000 }; /* rows of a transaction */

static const struct slice group_type = { "Group", 5 };
static const struct slice user_type = { "User", 4 };

struct spreading {
	const struct batch *batch;
	struct slice type;
	struct id_list ids;
	size_t at;
};

static int
descend_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct spreading *s = arg;
	const struct agenda *a = &s->batch->agenda;
	struct id_list found = { .n = 0 };

	(void)err;
	s->ids.n = 0;
	for (size_t i = 0; i < a->nspread; i++)
		if (descend(txn, s->batch->run.key.tenant, &a->spread[i],
			s->type, &found) == -1)
			return -1;
	for (size_t i = 0; i < found.n; i++)
		id_list_add(&s->ids, s->batch->run.arena, &found.ids[i]);
	return 0;
}

static int
due_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct spreading *s = arg;

	(void)err;
	for (size_t i = s->at; i < s->ids.n && i < s->at + SPREAD_MAX; i++) {
		struct due due = { s->batch->run.now + 1, s->ids.ids[i],
			DUE_OBJECT };

		if (due_put(txn, &s->batch->run.key, &due, s->type) ==
		    STORE_FAIL)
			return -1;
	}
	return 0;
}

static int
spread(struct batch *b, struct slice type, struct error *err)
{
	struct spreading s = { .batch = b, .type = type };
	struct store *store = b->run.identity->store;

	if (store_view(store, descend_body, &s, err) == -1)
		return -1;
	for (; s.at < s.ids.n; s.at += SPREAD_MAX)
		if (store_txn(store, due_body, &s, err) == -1)
			return -1;
	return 0;
}

static int
left_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct spreading *s = arg;
	const struct agenda *a = &s->batch->agenda;

	(void)err;
	for (size_t i = s->at; i < a->nleft && i < s->at + SPREAD_MAX; i++) {
		struct due due = { s->batch->run.now + 1, a->left[i].id,
			DUE_OBJECT };

		if (due_put(txn, &s->batch->run.key, &due,
			a->left[i].rule->source_name) == STORE_FAIL)
			return -1;
	}
	return 0;
}

/* Those who left, and are no members to descend to any more. */
static int
spread_left(struct batch *b, struct error *err)
{
	struct spreading s = { .batch = b };

	for (; s.at < b->agenda.nleft; s.at += SPREAD_MAX)
		if (store_txn(b->run.identity->store, left_body, &s, err) == -1)
			return -1;
	return 0;
}

int
batch_spread(struct batch *b, struct error *err)
{
	if (b->progress.is_initial)
		return 0;
	if (spread_left(b, err) == -1)
		return -1;
	if (b->agenda.nspread == 0)
		return 0;
	if (spread(b, user_type, err) == -1)
		return -1;
	return spread(b, group_type, err);
}

/* The groups that MEMBER is in, and those that they are in. */
static int
groups_above(struct kv_txn *txn, const struct batch *b,
    const struct uuid *member, const struct membership **list, size_t *n)
{
	struct caller all = { .tenant = b->run.key.tenant };
	struct groups *groups = groups_new(txn, &all,
	    catalog_find_type(b->run.identity->catalog, group_type), false);

	return groups_of(groups, member, list, n);
}

int
batch_forget_memberships(
    struct kv_txn *txn, const struct batch *b, const struct uuid *member)
{
	const struct membership *list;
	size_t n;

	if (groups_above(txn, b, member, &list, &n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (edge_delete(txn, &b->run.key, &list[i].group->id, member) ==
		    STORE_FAIL)
			return -1;
	return 0;
}

int
batch_add_ancestors(
    struct kv_txn *txn, struct batch *b, const struct uuid *member)
{
	const struct membership *list;
	size_t n;

	if (groups_above(txn, b, member, &list, &n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		agenda_add_pair(
		    &b->run, &b->agenda, &list[i].group->id, member);
	return 0;
}
