/*
 * tally_gather.c: the rows of a store of format 2 become a tally.
 *
 * key:   tenant "sequence" NUL, or tenant "count TYPE" NUL
 * value: 8 bytes, big-endian
 */
#include "store/key.h"
#include "store/ranks.h"
#include "store/tally.h"
#include "store/tally_gather.h"

/* Rows of one tenant. */
struct old_rows {
	uint32_t tenant;
	struct old_row {
		struct slice key;
		struct slice name;
		int64_t value;
	} * list;
	size_t n;
};

/* The type that "count TYPE" counts; "" if NAME is none of these. */
static struct slice
counted_type(struct slice name)
{
	const struct slice head = SLICE("count ");

	if (name.len <= head.len ||
	    !slice_equal((struct slice){ name.data, head.len }, head))
		return SLICE("");
	return slice_from(name, head.len);
}

static bool
is_old(struct slice name)
{
	return slice_equal(name, SLICE("sequence")) ||
	    counted_type(name).len > 0;
}

static void
note(struct kv_txn *txn, struct old_rows *rows, struct slice key,
    struct slice name, struct slice value)
{
	struct arena *a = kv_txn_arena(txn);
	size_t size = rows->n * sizeof(*rows->list);

	rows->list =
	    arena_grow(a, rows->list, size, size + sizeof(*rows->list));
	rows->list[rows->n++] = (struct old_row){ arena_slice(a, key),
		arena_slice(a, name), (int64_t)key_last_u64(value) };
}

/* The old rows of the first tenant from TENANT on that has any. */
static enum store_status
find_rows(struct kv_txn *txn, uint32_t tenant, struct old_rows *rows)
{
	struct slice key, value, rest, name;
	struct kv_range *range;
	struct key from;
	enum store_status status;

	*rows = (struct old_rows){ .n = 0 };
	key_init(&from, tenant);
	if (kv_range_open(txn, KV_COUNTERS, SLICE(""), key_slice(&from), true,
		&range) != STORE_OK)
		return STORE_FAIL;
	while ((status = kv_range_next(range, &key, &value)) == STORE_OK) {
		rest = key;
		if (!key_take_tenant(&rest, &tenant) ||
		    !key_take_text(&rest, &name) || !is_old(name))
			continue;
		if (rows->n > 0 && tenant != rows->tenant)
			break;
		rows->tenant = tenant;
		note(txn, rows, key, name, value);
	}
	kv_range_close(range);
	return status;
}

static enum store_status
take_row(struct kv_txn *txn, uint32_t tenant, const struct old_row *row)
{
	struct slice type = counted_type(row->name);
	enum store_status status = STORE_OK;
	struct tally *tally;

	if (type.len > 0)
		status = rank_set(txn, tenant, type, row->value);
	else if ((status = tally_edit(txn, tenant, &tally)) == STORE_OK)
		tally->sequence = row->value;
	return status == STORE_OK ? kv_delete(txn, KV_COUNTERS, row->key)
				  : status;
}

enum store_status
tally_gather(struct kv_txn *txn, uint32_t *tenant)
{
	enum store_status status = STORE_OK;
	struct old_rows rows;

	if (find_rows(txn, *tenant, &rows) == STORE_FAIL)
		return STORE_FAIL;
	if (rows.n == 0)
		return STORE_NOTFOUND;
	for (size_t i = 0; i < rows.n && status == STORE_OK; i++)
		status = take_row(txn, rows.tenant, &rows.list[i]);
	*tenant = rows.tenant + 1;
	return status;
}
