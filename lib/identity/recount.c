/*
 * recount.c: what counts resources, made anew.
 */
#include "identity/recount.h"
#include "store/ranks.h"
#include "store/resources.h"

struct recount {
	const struct caller *caller;
	const struct resource_type *type;
	uint64_t counted;
	struct uuid last; /* that was counted */

	/* One block; begun anew by each run of its body. */
	size_t n;
	struct uuid first;
	struct uuid next; /* the last of the block */
};

/* The ids of a block. */
static int
read_block(struct kv_txn *txn, struct recount *r)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct record record;
	struct uuid id;

	if (resources_open(txn, r->caller->tenant, r->type->name,
		r->counted > 0 ? &r->last : NULL, NULL, &range) != STORE_OK)
		return -1;
	for (r->n = 0; r->n < RANK_BLOCK; r->n++) {
		status = resources_next(range, &id, &record);
		if (status != STORE_OK)
			break;
		/* The first block begins before all ids. */
		if (r->n == 0 && r->counted > 0)
			r->first = id;
		r->next = id;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

static int
block_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct recount *r = arg;
	uint32_t tenant = r->caller->tenant;
	struct slice type = r->type->name;

	(void)err;
	if (r->counted == 0 && rank_clear(txn, tenant, type) != STORE_OK)
		return -1;
	if (read_block(txn, r) == -1)
		return -1;
	if (r->n == 0)
		return 0;
	return rank_put(txn, tenant, type, &r->first, (int64_t)r->n) == STORE_OK
	    ? 0
	    : -1;
}

/* The total is what was counted. */
static int
total_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct recount *r = arg;

	(void)err;
	return rank_set(txn, r->caller->tenant, r->type->name,
		   (int64_t)r->counted) == STORE_OK
	    ? 0
	    : -1;
}

int
identity_recount(const struct identity *identity, const struct caller *caller,
    const struct resource_type *type,
    void (*progress)(void *arg, uint64_t counted), void *arg, struct error *err)
{
	struct recount r = { .caller = caller, .type = type };

	do {
		if (store_txn(identity->store, block_body, &r, err) == -1)
			return -1;
		r.counted += r.n;
		r.last = r.next;
		progress(arg, r.counted);
	} while (r.n == RANK_BLOCK);
	return store_txn(identity->store, total_body, &r, err);
}
