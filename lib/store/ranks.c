/*
 * ranks.c: how many resources of a type stand before another.
 *
 * key:   tenant "rank" NUL type NUL, the first id of the block with all bits
 *        turned round: keys are only walked upwards, and the block of an id
 *        is then the first one from its key on
 * value: 8 bytes, big-endian
 *
 * The last block, which ids arrive in, has no row: where it begins and what
 * it counts stands in the tally.
 */
#include "base/clock.h"
#include "store/key.h"
#include "store/ranks.h"
#include "store/resources.h"
#include "store/tally.h"

/*
 * An id of that much before now was just made; and of so much after it, by a
 * process that has made more than a millisecond has room for.
 */
enum { AROUND_NOW_MS = 60 * 1000, AHEAD_MS = 20 };

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

/* The block with a row that ID is in, the last for NULL; or NOTFOUND. */
static enum store_status
find_block(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, struct block *block)
{
	struct kv_range *range;
	enum store_status status = blocks_open(txn, tenant, type, id, &range);

	*block = (struct block){ .count = 0 };
	if (status == STORE_OK)
		status = blocks_next(range, block);
	kv_range_close(range);
	return status;
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

static struct block
open_block(const struct tally_type *t)
{
	return (struct block){ t->open, t->total - t->closed };
}

/* The resource from FIRST on that N others from there stand before. */
static enum store_status
find_nth(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *first, int64_t n, struct uuid *id)
{
	struct kv_range *range;
	struct record record;
	enum store_status status =
	    resources_open(txn, tenant, type, NULL, first, &range);

	for (int64_t i = 0; i <= n && status == STORE_OK; i++)
		status = resources_next(range, id, &record);
	kv_range_close(range);
	return status;
}

/*
 * Where the block behind ID may begin.  Ids are made in the order of time,
 * but those that are made together arrive in any order: behind a new one
 * others may stand that arrived before it and are counted.  So a block ends a
 * moment from now, where mostly nobody is yet; one that ID is far from, which
 * somebody else has made, ends at ID.
 */
static struct uuid
end_of_block(const struct uuid *id)
{
	int64_t now = clock_now_ms(), at = uuid_time(id);
	struct uuid end = { { 0 } };

	if (at < now - AROUND_NOW_MS || at > now + AHEAD_MS)
		return *id;
	for (int i = 0; i < 6; i++)
		end.bytes[i] =
		    (unsigned char)((now + AHEAD_MS + 1) >> (40 - 8 * i));
	return end;
}

/*
 * Where the open block, which ID just came into, ends, and what it counts
 * then.  Where others than ID stand behind that end, as after an import of
 * ids in any order, it is cut in the middle, at what is really there.
 */
static enum store_status
find_end(struct kv_txn *txn, uint32_t tenant, const struct tally_type *t,
    const struct uuid *id, struct uuid *end, int64_t *count)
{
	struct block block = open_block(t);
	struct uuid other;
	enum store_status status;
	bool is_behind;

	*end = end_of_block(id);
	is_behind = uuid_compare(id, end) >= 0;
	*count = block.count + !is_behind;
	status = find_nth(txn, tenant, t->name, end, is_behind, &other);
	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? STORE_OK : status;
	*count = block.count / 2;
	return find_nth(txn, tenant, t->name, &block.first, *count, end);
}

/* A full block gets a row; one that does not count what is there stays. */
static enum store_status
close_block(struct kv_txn *txn, uint32_t tenant, struct tally_type *t,
    const struct uuid *id)
{
	struct block block = open_block(t);
	struct uuid end;
	enum store_status status =
	    find_end(txn, tenant, t, id, &end, &block.count);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? STORE_OK : status;
	t->open = end;
	t->closed += block.count;
	return put_block(txn, tenant, t->name, &block);
}

/* A closed block that has grown to two becomes two. */
static enum store_status
cut_block(
    struct kv_txn *txn, uint32_t tenant, struct slice type, struct block *block)
{
	struct block upper = { .count = block->count - RANK_BLOCK };
	enum store_status status = find_nth(
	    txn, tenant, type, &block->first, RANK_BLOCK, &upper.first);

	if (status != STORE_OK)
		return status == STORE_NOTFOUND ? STORE_OK : status;
	block->count = RANK_BLOCK;
	return put_block(txn, tenant, type, &upper);
}

static enum store_status
add_to_closed(struct kv_txn *txn, uint32_t tenant, struct tally_type *t,
    const struct uuid *id, int64_t delta)
{
	struct block block;

	if (find_block(txn, tenant, t->name, id, &block) == STORE_FAIL)
		return STORE_FAIL;
	block.count += delta;
	t->closed += delta;
	if (delta > 0 && block.count >= 2 * RANK_BLOCK &&
	    cut_block(txn, tenant, t->name, &block) != STORE_OK)
		return STORE_FAIL;
	return put_block(txn, tenant, t->name, &block);
}

enum store_status
rank_add(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *id, int64_t delta)
{
	enum store_status status = STORE_OK;
	struct tally *tally;
	struct tally_type *t;

	if (tally_edit(txn, tenant, &tally) != STORE_OK)
		return STORE_FAIL;
	t = tally_take(txn, tally, type);
	if (uuid_compare(id, &t->open) < 0)
		status = add_to_closed(txn, tenant, t, id, delta);
	else if (delta > 0 && open_block(t).count >= RANK_BLOCK)
		status = close_block(txn, tenant, t, id);
	t->total += delta;
	return status;
}

enum store_status
rank_put(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *first, int64_t count)
{
	struct block block = { *first, count };

	return put_block(txn, tenant, type, &block);
}

/* Read all closed blocks, the last first; SUM gets what they count. */
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
rank_set(struct kv_txn *txn, uint32_t tenant, struct slice type, int64_t total)
{
	struct block last;
	struct tally *tally;
	struct tally_type *t;
	struct key k;
	enum store_status found = find_block(txn, tenant, type, NULL, &last);

	if (found == STORE_FAIL || tally_edit(txn, tenant, &tally) != STORE_OK)
		return STORE_FAIL;
	if (total == 0 && found != STORE_OK && !tally_find(tally, type))
		return STORE_OK;
	t = tally_take(txn, tally, type);
	t->total = total;
	t->closed = found == STORE_OK ? total - last.count : 0;
	t->open = last.first;
	if (found != STORE_OK)
		return STORE_OK;
	return kv_delete(
	    txn, KV_COUNTERS, make_key(&k, tenant, type, &last.first));
}

static enum store_status
get_open(
    struct kv_txn *txn, uint32_t tenant, struct slice type, struct block *block)
{
	struct tally tally;
	const struct tally_type *t;
	enum store_status status = tally_get(txn, tenant, &tally);

	t = status == STORE_OK ? tally_find(&tally, type) : NULL;
	if (t != NULL)
		*block = open_block(t);
	return status;
}

static enum store_status
get_closed(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *behind, struct block *block)
{
	struct kv_range *range;
	enum store_status status =
	    blocks_open(txn, tenant, type, behind, &range);

	if (status == STORE_OK)
		status = blocks_next(range, block);
	if (status == STORE_OK && uuid_compare(&block->first, behind) == 0)
		status = blocks_next(range, block);
	kv_range_close(range);
	if (status == STORE_NOTFOUND)
		*block = (struct block){ .count = 0 };
	return status == STORE_FAIL ? STORE_FAIL : STORE_OK;
}

enum store_status
rank_block(struct kv_txn *txn, uint32_t tenant, struct slice type,
    const struct uuid *behind, struct uuid *first, int64_t *count)
{
	struct block block = { .count = 0 };
	enum store_status status = behind == NULL
	    ? get_open(txn, tenant, type, &block)
	    : get_closed(txn, tenant, type, behind, &block);

	*first = block.first;
	*count = block.count;
	return status;
}

/*
 * Of the blocks, the last first, the one that *SKIP ends in, when BEFORE stand
 * in all of them.
 */
static enum store_status
find_among(const struct block *blocks, size_t n, int64_t before, int64_t *skip,
    struct uuid *from)
{
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

enum store_status
rank_find(struct kv_txn *txn, uint32_t tenant, struct slice type, int64_t total,
    int64_t *skip, struct uuid *from)
{
	struct block *blocks, open;
	struct tally tally;
	const struct tally_type *t;
	size_t n;
	int64_t before;

	if (tally_get(txn, tenant, &tally) != STORE_OK)
		return STORE_FAIL;
	t = tally_find(&tally, type);
	if (t == NULL || t->total != total)
		return STORE_NOTFOUND;
	open = open_block(t);
	if (*skip >= t->closed)
		return find_among(&open, 1, total, skip, from);
	if (read_blocks(txn, tenant, type, &blocks, &n, &before) != STORE_OK)
		return STORE_FAIL;
	if (before != t->closed)
		return STORE_NOTFOUND;
	return find_among(blocks, n, before, skip, from);
}
