/*
 * descend.c: who is in a group, in the groups within it too.
 *
 * Breadth first over the edges; each group is asked once, so that a circle
 * of an older store ends.
 */
#include "identity/descend.h"
#include "identity/idmap.h"
#include "store/members.h"
#include "store/store.h"

struct descent {
	struct kv_txn *txn;
	uint32_t tenant;
	struct slice type;
	struct id_list *out;
	struct id_list groups; /* found; the queue of what is to be asked */
	struct idmap *known;   /* of the same */
};

static void
add_group(struct descent *d, const struct uuid *id)
{
	void **at = idmap_at(d->known, id);

	if (*at != NULL)
		return;
	*at = d;
	id_list_add(&d->groups, store_arena(d->txn), id);
}

/* Whatever is no user may have members of its own. */
static int
ask(struct descent *d, const struct uuid *group)
{
	enum store_status status;
	struct kv_range *range;
	struct slice type;
	struct uuid id;

	if (members_open(d->txn, d->tenant, group, NULL, true, &range) !=
	    STORE_OK)
		return -1;
	while ((status = members_next(range, &id, &type)) == STORE_OK) {
		if (slice_equal(type, d->type))
			id_list_add(d->out, store_arena(d->txn), &id);
		if (!slice_equal(type, SLICE("User")))
			add_group(d, &id);
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? 0 : -1;
}

int
descend(struct kv_txn *txn, uint32_t tenant, const struct uuid *group,
    struct slice type, struct id_list *out)
{
	struct descent d = { .txn = txn,
		.tenant = tenant,
		.type = type,
		.out = out,
		.known = idmap_new(store_arena(txn)) };

	add_group(&d, group);
	for (size_t i = 0; i < d.groups.n; i++) {
		struct uuid next = d.groups.ids[i];

		if (ask(&d, &next) == -1)
			return -1;
	}
	return 0;
}
