/*
 * groups.c: every group a resource is in.
 *
 * Breadth first over the reverse edges; the list of what was found is the
 * queue of what is still to be asked.
 */
#include "identity/groups.h"
#include "identity/idset.h"
#include "identity/record.h"
#include "store/members.h"

struct walker {
	struct kv_txn *txn;
	struct arena *a;
	uint32_t tenant;
	struct idset *seen;
	struct membership *list;
	size_t n;
	size_t size;
};

static void
add(struct walker *w, const struct uuid *group, bool is_direct)
{
	size_t size = w->size == 0 ? 8 : w->size * 2;

	if (w->n == GROUPS_MAX || !idset_add(w->seen, group))
		return;
	if (w->n == w->size) {
		w->list = arena_grow(w->a, w->list, w->n * sizeof(*w->list),
		    size * sizeof(*w->list));
		w->size = size;
	}
	w->list[w->n++] = (struct membership){ *group, { NULL, 0 }, is_direct };
}

static int
add_groups(struct walker *w, const struct uuid *member, bool is_direct)
{
	struct kv_range *range;
	struct uuid group;
	enum store_status status;

	if (groups_open(w->txn, w->tenant, member, &range) != STORE_OK)
		return -1;
	while ((status = groups_next(range, &group)) == STORE_OK)
		add(w, &group, is_direct);
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

int
groups_of(struct kv_txn *txn, uint32_t tenant, struct slice group_type,
    const struct uuid *member, struct membership **out, size_t *n)
{
	struct walker w = {
		.txn = txn, .a = store_arena(txn), .tenant = tenant
	};
	struct record record;

	w.seen = idset_new(w.a);
	if (add_groups(&w, member, true) == -1)
		return -1;
	for (size_t i = 0; i < w.n; i++) {
		struct uuid group = w.list[i].group;

		if (add_groups(&w, &group, false) == -1)
			return -1;
		switch (resource_get(
		    txn, tenant, group_type, &group, false, &record)) {
		case STORE_OK:
			w.list[i].display = record_display(w.a, record.body);
			break;
		case STORE_NOTFOUND:
			break;
		default:
			return -1;
		}
	}
	*out = w.list;
	*n = w.n;
	return 0;
}
