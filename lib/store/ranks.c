/*
 * ranks.c: how many resources of a type stand before another.
 *
 * key:   tenant "rank" NUL type NUL, the first id of the block with all bits
 *        turned round: keys are only walked upwards, and the block of an id
 *        is then the first one from its key on
 * value: 8 bytes, big-endian
 */
#include "store/key.h"
#include "store/ranks.h"

struct block {
	struct uuid first;
	int64_t count;
};

static struct uuid
turned(const struct uuid *id)
{
	struct uuid out = { { 0 } };

	for (size_t i = 0; i < sizeof(out.bytes); i++)
		out.bytes[i] = (unsigned char)~id->bytes[i];
	return out;
}

static struct slice
make_key(
    struct key *k, uint32_t tenant, struct slice type, const struct uuid *first)
{
	struct uuid id;

	key_init(k, tenant);
	key_add_text(k, SLICE("rank"));
	key_add_text(k, type);
	if (first != NULL) {
		id = turned(first);
		key_add_uuid(k, &id);
	}
	return key_slice(k);
}

/* Walk the blocks downwards, from the one that ID is in; NULL: the last. */
static enum store_status
blocks_open(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, struct kv_range **out)
{
	struct key prefix, from;

	return kv_range_open(txn, KV_COUNTERS,
	    make_key(&prefix, tenant, type, NULL),
	    make_key(&from, tenant, type, id), true, out);
}

static enum store_status
blocks_next(struct kv_range *range, struct block *block)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);
	struct uuid id;

	if (status != STORE_OK)
		return status;
	id = key_last_uuid(key);
	block->first = turned(&id);
	block->count = (int64_t)key_last_u64(value);
	return STORE_OK;
}

/* The block that ID is in, or the last; an empty one at 0 if none is there. */
static enum store_status
find_block(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, struct block *block)
{
	struct kv_range *range;
	enum store_status status;

	*block = (struct block){ .count = 0 };
	status = blocks_open(txn, tenant, type, id, &range);
	if (status == STORE_OK)
		status = blocks_next(range, block);
	kv_range_close(range);
	return status == STORE_NOTFOUND ? STORE_OK : status;
}

static enum store_status
put_block(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct block *block)
{
	unsigned char bytes[8];
	struct key k;

	key_put_u64(bytes, (uint64_t)block->count);
	return kv_put(txn, KV_COUNTERS,
	    make_key(&k, tenant, type, &block->first),
	    (struct slice){ (const char *)bytes, sizeof(bytes) });
}

enum store_status
rank_add(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, int64_t delta)
{
	struct block block;
	enum store_status status = find_block(txn, tenant, type, NULL, &block);

	if (status != STORE_OK)
		return status;
	if (uuid_compare(id, &block.first) < 0)
		status = find_block(txn, tenant, type, id, &block);
	else if (delta > 0 && block.count >= RANK_BLOCK)
		block = (struct block){ .first = *id, .count = 0 };
	if (status != STORE_OK)
		return status;
	block.count += delta;
	return put_block(txn, tenant, type, &block);
}

enum store_status
rank_put(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *first, int64_t count)
{
	struct block block = { *first, count };

	return put_block(txn, tenant, type, &block);
}

/*
 * Read all blocks, the last first; SUM gets what they count.  The caller goes
 * back from the end to where it wants to be.
 */
static enum store_status
read_blocks(struct kv_txn *txn, uint32_t tenant, struct slice type,
    struct block **blocks, size_t *n, int64_t *sum)
{
	struct arena *a = kv_txn_arena(txn);
	size_t size = 64;
	struct kv_range *range;
	enum store_status status = blocks_open(txn, tenant, type, NULL, &range);

	*blocks = arena_alloc(a, size * sizeof(**blocks));
	*sum = 0;
	for (*n = 0; status == STORE_OK; ++*n) {
		if (*n == size) {
			*blocks =
			    arena_grow(a, *blocks, size * sizeof(**blocks),
				2 * size * sizeof(**blocks));
			size *= 2;
		}
		status = blocks_next(range, &(*blocks)[*n]);
		if (status != STORE_OK)
			break;
		*sum += (*blocks)[*n].count;
	}
	kv_range_close(range);
	return status == STORE_NOTFOUND ? STORE_OK : status;
}

enum store_status
rank_clear(struct kv_txn *txn, uint32_t tenant, struct slice type)
{
	struct block *blocks;
	size_t n;
	int64_t sum;
	struct key k;
	enum store_status status =
	    read_blocks(txn, tenant, type, &blocks, &n, &sum);

	for (size_t i = 0; i < n && status == STORE_OK; i++)
		status = kv_delete(txn, KV_COUNTERS,
		    make_key(&k, tenant, type, &blocks[i].first));
	return status;
}

enum store_status
rank_sum(struct kv_txn *txn, uint32_t tenant, struct slice type, int64_t *sum)
{
	struct block *blocks;
	size_t n;

	return read_blocks(txn, tenant, type, &blocks, &n, sum);
}

enum store_status
rank_find(struct kv_txn *txn, uint32_t tenant, struct slice type, int64_t total,
    int64_t *skip, struct uuid *from)
{
	struct block *blocks;
	size_t n;
	int64_t before;
	enum store_status status =
	    read_blocks(txn, tenant, type, &blocks, &n, &before);

	if (status != STORE_OK)
		return status;
	if (n == 0 || before != total)
		return STORE_NOTFOUND;
	for (size_t i = 0; i < n; i++) {
		before -= blocks[i].count;
		if (before <= *skip) {
			*skip -= before;
			*from = blocks[i].first;
			return STORE_OK;
		}
	}
	return STORE_NOTFOUND;
}
