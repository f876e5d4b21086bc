/*
 * verify_ranks.c: does each block of ranks.h count the resources that stand
 * in it?
 *
 * The blocks are walked downwards, one in a transaction: others may close or
 * cut a block meanwhile, but where one begins one begins for good.
 */
#include "identity/verify_private.h"
#include "store/key.h"
#include "store/ranks.h"
#include "store/tenants.h"

/*
 * No block grows so big (one is cut at twice RANK_BLOCK): it is wrong, and to
 * walk it all would lock too much.
 */
enum { BIG_BLOCK = 8 * RANK_BLOCK };

struct ranks {
	struct verify_run *run;
	const struct verify_tenant *tenant;
	const struct resource_type *type;
	const struct uuid *behind; /* the end of the block; NULL: the last */
	uint64_t wrong;
	struct uuid example; /* where one that is wrong begins */

	/* One block; begun anew by each run of its body. */
	struct uuid first;
	int64_t count;
	int64_t there;
};

static int
read_block(struct kv_txn *txn, struct ranks *r)
{
	return rank_block(txn, r->tenant->number, r->type->name, r->behind,
		   &r->first, &r->count) == STORE_OK
	    ? 0
	    : -1;
}

/* What is walked stays locked. */
static int
count_there(struct kv_txn *txn, struct ranks *r)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice key, value;
	struct key prefix, from;
	struct uuid id;

	key_init(&prefix, r->tenant->number);
	key_add_text(&prefix, r->type->name);
	from = prefix;
	key_add_uuid(&from, &r->first);
	if (kv_range_open(txn, KV_RESOURCES, key_slice(&prefix),
		key_slice(&from), false, &range) != STORE_OK)
		return -1;
	for (r->there = 0; r->there <= BIG_BLOCK; r->there++) {
		status = kv_range_next(range, &key, &value);
		if (status != STORE_OK)
			break;
		id = key_last_uuid(key);
		if (r->behind != NULL && uuid_compare(&id, r->behind) >= 0)
			break;
	}
	kv_range_close(range);
	return status == STORE_FAIL ? -1 : 0;
}

/*
 * Writers lock a resource before what counts it, so the resources are locked
 * first here, too; the block may have become a smaller one until then.
 */
static int
block_body(struct kv_txn *txn, void *arg, struct error *err)
{
	struct ranks *r = arg;
	struct uuid first;

	(void)err;
	kv_read_briefly(txn, true);
	if (read_block(txn, r) == -1)
		return -1;
	kv_read_briefly(txn, false);
	do {
		first = r->first;
		if (count_there(txn, r) == -1 || read_block(txn, r) == -1)
			return -1;
	} while (uuid_compare(&first, &r->first) != 0);
	return 0;
}

static int
tell_body(struct kv_txn *txn, void *arg, struct error *err)
{
	const struct ranks *r = arg;
	char id[UUID_TEXT_SIZE];
	int gone = tenant_is_gone(txn, r->tenant->number);

	(void)err;
	/* What is counted goes: the numbers need not agree. */
	if (gone != 0)
		return gone == 1 ? 0 : -1;
	uuid_format(&r->example, id);
	verify_problem(r->run,
	    "%s: %llu blocks in counters.db do not count the resources of "
	    "type %.*s that are there, the first one from %s on; " DO_RECOUNT,
	    r->tenant->name.data, (unsigned long long)r->wrong,
	    SLICE_ARG(r->type->name), id);
	return 0;
}

int
verify_ranks(struct verify_run *v, const struct verify_tenant *tenant,
    const struct resource_type *type, struct error *err)
{
	const struct uuid zero = { { 0 } };
	struct ranks r = { .run = v, .tenant = tenant, .type = type };
	struct uuid behind;

	do {
		if (verify_view(v, block_body, &r, err) == -1)
			return -1;
		if (r.count != r.there) {
			r.wrong++;
			r.example = r.first;
		}
		behind = r.first;
		r.behind = &behind;
	} while (uuid_compare(&behind, &zero) != 0);
	return r.wrong == 0 ? 0 : verify_view(v, tell_body, &r, err);
}
