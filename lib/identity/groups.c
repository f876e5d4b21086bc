/*
 * groups.c: every group a resource is in.
 *
 * Breadth first over the reverse edges; the list of what was found is the
 * queue of what is still to be asked.
 */
#include "identity/bound.h"
#include "identity/breaker.h"
#include "identity/groups.h"
#include "identity/idmap.h"
#include "identity/record.h"
#include "store/members.h"

struct groups {
	struct kv_txn *txn;
	struct arena *a;
	const struct caller *caller;
	const struct resource_type *type;
	bool names_wanted;
	struct kv_range *range; /* over the groups of one after another */
	struct idmap *known;	/* struct group */
	uint64_t walk;		/* the number of this one */
	struct membership *list;
	size_t n;
	size_t size;
};

struct groups *
groups_new(struct kv_txn *txn, const struct caller *caller,
    const struct resource_type *group_type, bool names_wanted)
{
	struct groups *g = arena_calloc(store_arena(txn), 1, sizeof(*g));

	*g = (struct groups){ .txn = txn,
		.a = store_arena(txn),
		.caller = caller,
		.type = group_type,
		.names_wanted = names_wanted,
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
		groups_seek(g->range, g->caller->tenant, member);
	else if (groups_open(g->txn, g->caller->tenant, member, &g->range) !=
	    STORE_OK)
		return -1;
	return 0;
}

/* The next group of MEMBER that it has not left for who asks. */
static enum store_status
next_group(struct groups *g, const struct uuid *member, struct uuid *id)
{
	enum store_status status;
	int has_left = 1;

	while (has_left == 1) {
		status = groups_next(g->range, id);
		if (status != STORE_OK)
			return status;
		has_left = breaker_has_left(g->txn, g->caller->tenant,
		    bound_quarantine(g->caller->bound), id, member);
	}
	return has_left == 0 ? STORE_OK : STORE_FAIL;
}

static int
add_direct(struct groups *g, const struct uuid *member)
{
	struct uuid id;
	enum store_status status;

	if (turn_to(g, member) == -1)
		return -1;
	while ((status = next_group(g, member, &id)) == STORE_OK)
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
	while ((status = next_group(g, &group->id, &id)) == STORE_OK) {
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

/* What RECORD says of GROUP, as who asks sees it. */
static int
read_record(struct groups *g, struct group *group, const struct record *record)
{
	int admitted = 1;

	if (g->caller->bound != NULL)
		admitted = bound_admits(
		    g->txn, g->a, g->caller, g->type, &group->id, record);
	group->is_hidden = admitted == 0;
	group->display = record_display(g->a, record->body);
	return admitted == -1 ? -1 : 0;
}

static int
get_record(struct groups *g, struct group *group)
{
	struct record record;

	switch (resource_get(g->txn, g->caller->tenant, g->type->name,
	    &group->id, false, &record)) {
	case STORE_OK:
		return read_record(g, group, &record);
	case STORE_NOTFOUND:
		group->is_hidden = g->caller->bound != NULL;
		return 0;
	default:
		return -1;
	}
}

static int
read_group(struct groups *g, struct group *group)
{
	if (group->is_read)
		return 0;
	if ((g->names_wanted || g->caller->bound != NULL) &&
	    get_record(g, group) == -1)
		return -1;
	group->is_read = true;
	return group->is_hidden ? 0 : read_parents(g, group);
}

/* Those that are there, in the order in which they were found. */
static size_t
leave_out_hidden(struct groups *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		if (!g->list[i].group->is_hidden)
			g->list[n++] = g->list[i];
	return n;
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
	*n = leave_out_hidden(g);
	*out = g->list;
	return 0;
}
