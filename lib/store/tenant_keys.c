/*
 * tenant_keys.c: what stands under the number of a tenant, in every table.
 */
#include "base/nelem.h"
#include "store/key.h"
#include "store/requests.h"
#include "store/store.h"
#include "store/tally.h"
#include "store/tenant_keys.h"

/* What a tenant that is deleted leaves in a table. */
enum stay {
	STAY_NOTHING,
	STAY_SEQUENCE, /* the number of its last change */
	STAY_ALL       /* its history, or keys that begin otherwise */
};

/* clang-format off */
static const struct {
	enum kv_table	table;
	enum stay	stay;
} tables[] = {
	{ KV_META,		STAY_NOTHING },
	{ KV_TENANTS,		STAY_ALL },
	{ KV_CREDENTIALS,	STAY_ALL },
	{ KV_COUNTERS,		STAY_SEQUENCE },
	{ KV_RESOURCES,		STAY_NOTHING },
	{ KV_UNIQUES,		STAY_NOTHING },
	{ KV_INDEXES,		STAY_NOTHING },
	{ KV_MEMBERS,		STAY_NOTHING },
	{ KV_GROUPS,		STAY_NOTHING },
	{ KV_CHANGES,		STAY_ALL },
	{ KV_STREAMS,		STAY_NOTHING },
	{ KV_REQUESTS,		STAY_NOTHING },
	{ KV_BREAKERS,		STAY_NOTHING },
	{ KV_LINKS,		STAY_NOTHING },
	{ KV_JOBS,		STAY_NOTHING },
};
/* clang-format on */
_Static_assert(NELEM(tables) == KV_TABLE_MAX, "every table");

struct sweep {
	struct kv_txn *txn;
	uint32_t tenant;
	struct key prefix;
	struct key tally;
	struct slice *keys; /* room for MAX */
	size_t n;
	size_t max;
};

/* At most as many as there is room for; N of them. */
static enum store_status
collect(struct sweep *s, enum kv_table table, enum stay stay)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice key, value;

	s->n = 0;
	if (kv_range_open(s->txn, table, key_slice(&s->prefix), SLICE(""), true,
		&range) != STORE_OK)
		return STORE_FAIL;
	while (s->n < s->max &&
	    (status = kv_range_next(range, &key, &value)) == STORE_OK)
		if (stay != STAY_SEQUENCE ||
		    !slice_equal(key, key_slice(&s->tally)))
			s->keys[s->n++] = arena_slice(store_arena(s->txn), key);
	kv_range_close(range);
	return status == STORE_FAIL ? STORE_FAIL : STORE_OK;
}

/* A request also stands in the queue, which is of no tenant. */
static enum store_status
remove_key(struct sweep *s, enum kv_table table, struct slice key)
{
	struct uuid id;

	if (table != KV_REQUESTS)
		return kv_delete(s->txn, table, key);
	id = key_last_uuid(key);
	return request_withdraw(s->txn, s->tenant, &id);
}

static enum store_status
remove_from(struct sweep *s, enum kv_table table, enum stay stay)
{
	if (collect(s, table, stay) != STORE_OK)
		return STORE_FAIL;
	for (size_t i = 0; i < s->n; i++)
		/* Another deletion of the same tenant may have been first. */
		if (remove_key(s, table, s->keys[i]) == STORE_FAIL)
			return STORE_FAIL;
	return STORE_OK;
}

/* Of the tally only the number of the last change stays. */
static enum store_status
forget_types(struct kv_txn *txn, uint32_t tenant)
{
	struct tally *tally, kept;

	if (tally_get(txn, tenant, &kept) != STORE_OK)
		return STORE_FAIL;
	if (kept.ntypes == 0)
		return STORE_OK;
	if (tally_edit(txn, tenant, &tally) != STORE_OK)
		return STORE_FAIL;
	tally->ntypes = 0;
	return STORE_OK;
}

enum store_status
tenant_keys_remove(
    struct kv_txn *txn, uint32_t tenant, size_t max, size_t *removed)
{
	struct sweep s = { .txn = txn,
		.tenant = tenant,
		.keys =
		    arena_calloc(store_arena(txn), max, sizeof(struct slice)) };

	*removed = 0;
	key_init(&s.prefix, tenant);
	s.tally = s.prefix;
	key_add_text(&s.tally, TALLY_NAME);
	if (forget_types(txn, tenant) != STORE_OK)
		return STORE_FAIL;
	for (size_t i = 0; i < NELEM(tables) && *removed < max; i++) {
		if (tables[i].stay == STAY_ALL)
			continue;
		s.max = max - *removed;
		if (remove_from(&s, tables[i].table, tables[i].stay) !=
		    STORE_OK)
			return STORE_FAIL;
		*removed += s.n;
	}
	return STORE_OK;
}
