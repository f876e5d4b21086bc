/*
 * groups.c: every group a resource is in.
 *
 * Breadth first over the reverse edges; the list of what was found is the
 * queue of what is still to be asked.
 */
#include "identity/groups.h"
#include "identity/idmap.h"
#include "identity/record.h"
#include "store/members.h"

struct groups {
	struct kv_txn *txn;
	struct arena *a;
	uint32_t tenant;
	struct slice type;
	struct kv_range *range; /* over the groups of one after another */
	struct idmap *known;	/* struct group */
	uint64_t walk;		/* the number of this one */
	struct membership *list;
	size_t n;
	size_t size;
};

struct groups *
groups_new(struct kv_txn *txn, uint32_t tenant, struct slice group_type)
{
	struct groups *g = arena_calloc(store_arena(txn), 1, sizeof(*g));

	*g = (struct groups){ .txn = txn,
		.a = store_arena(txn),
		.tenant = tenant,
		.type = group_type,
		.known = idmap_new(store_arena(txn)) };
	return g;
}

static struct group *
know(struct groups *g, const struct uuid *id)
{
	void **at = idmap_at(g->known, id);
	struct group *group = *at;

	if (group == NULL) {
		*at = group = arena_calloc(g->a, 1, sizeof(*group));
		group->id = *id;
	}
	return group;
}

static void
add(struct groups *g, struct group *group, bool is_direct)
{
	size_t size = g->size == 0 ? 8 : g->size * 2;

	if (g->n == GROUPS_MAX || group->walk == g->walk)
		return;
	group->walk = g->walk;
	if (g->n == g->size) {
		g->list = arena_grow(g->a, g->list, g->n * sizeof(*g->list),
		    size * sizeof(*g->list));
		g->size = size;
	}
	g->list[g->n++] = (struct membership){ group, is_direct };
}

/* One cursor serves for all: to open one costs as much as to read a key. */
static int
turn_to(struct groups *g, const struct uuid *member)
{
	if (g->range != NULL)
		groups_seek(g->range, g->tenant, member);
	else if (groups_open(g->txn, g->tenant, member, &g->range) != STORE_OK)
		return -1;
	return 0;
}

static int
add_direct(struct groups *g, const struct uuid *member)
{
	struct uuid id;
	enum store_status status;

	if (turn_to(g, member) == -1)
		return -1;
	while ((status = groups_next(g->range, &id)) == STORE_OK)
		add(g, know(g, &id), true);
	return status == STORE_NOTFOUND ? 0 : -1;
}

static int
read_parents(struct groups *g, struct group *group)
{
	struct uuid id;
	size_t size = 0;
	enum store_status status;

	if (turn_to(g, &group->id) == -1)
		return -1;
	while ((status = groups_next(g->range, &id)) == STORE_OK) {
		if (group->nparents == size) {
			group->parents = arena_grow(g->a, group->parents,
			    size * sizeof(*group->parents),
			    (size + 8) * 2 * sizeof(*group->parents));
			size = (size + 8) * 2;
		}
		group->parents[group->nparents++] = know(g, &id);
	}
	return status == STORE_NOTFOUND ? 0 : -1;
}

static int
read_group(struct groups *g, struct group *group)
{
	struct record record;

	if (group->is_read)
		return 0;
	switch (resource_get(
	    g->txn, g->tenant, g->type, &group->id, false, &record)) {
	case STORE_OK:
		group->display = record_display(g->a, record.body);
		break;
	case STORE_NOTFOUND:
		break;
	default:
		return -1;
	}
	group->is_read = true;
	return read_parents(g, group);
}

int
groups_of(struct groups *g, const struct uuid *member,
    const struct membership **out, size_t *n)
{
	g->n = 0;
	g->walk++;
	if (add_direct(g, member) == -1)
		return -1;
	for (size_t i = 0; i < g->n; i++) {
		struct group *group = g->list[i].group;

		if (read_group(g, group) == -1)
			return -1;
		for (size_t j = 0; j < group->nparents; j++)
			add(g, group->parents[j], false);
	}
	*out = g->list;
	*n = g->n;
	return 0;
}
