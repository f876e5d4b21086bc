/*
 * scan.c: walk a whole table by its keys.
 */
#include "store/scan.h"
#include "store/store.h"

enum store_status
scan_keys(struct kv_txn *txn, enum kv_table table, struct slice from,
    size_t max, struct slice *keys, size_t *n)
{
	enum store_status status = STORE_OK;
	struct kv_range *range;
	struct slice value;

	*n = 0;
	if (kv_range_open(txn, table, SLICE(""), from, true, &range) !=
	    STORE_OK)
		return STORE_FAIL;
	for (; *n < max; (*n)++) {
		status = kv_range_next(range, &keys[*n], &value);
		if (status != STORE_OK)
			break;
		keys[*n] = arena_slice(store_arena(txn), keys[*n]);
	}
	kv_range_close(range);
	return status == STORE_FAIL ? STORE_FAIL : STORE_OK;
}

struct slice
scan_behind(struct arena *a, struct slice key)
{
	/* With a NUL behind it, which the arena writes. */
	struct slice behind = arena_slice(a, key);

	behind.len++;
	return behind;
}
