/*
 * changes.c: the change log.
 *
 * key:   tenant sequence
 * value: the change, JSON
 */
#include "base/buf.h"
#include "store/changes.h"
#include "store/key.h"
#include "store/store.h"
#include "store/tally.h"

enum store_status
change_append(struct kv_txn *txn, uint32_t tenant, struct slice text)
{
	struct buf *rehearsal = store_rehearsal(txn);
	struct tally *tally;
	struct key k;

	if (rehearsal != NULL) {
		buf_slice(rehearsal, text);
		buf_putc(rehearsal, '\n');
	}
	if (tally_edit(txn, tenant, &tally) != STORE_OK)
		return STORE_FAIL;
	key_init(&k, tenant);
	key_add_u64(&k, (uint64_t)++tally->sequence);
	return kv_put(txn, KV_CHANGES, key_slice(&k), text);
}

enum store_status
change_get(
    struct kv_txn *txn, uint32_t tenant, uint64_t sequence, struct slice *text)
{
	struct key k;

	key_init(&k, tenant);
	key_add_u64(&k, sequence);
	return kv_get(txn, KV_CHANGES, key_slice(&k), false, text);
}

enum store_status
changes_open(
    struct kv_txn *txn, uint32_t tenant, uint64_t after, struct kv_range **out)
{
	struct key prefix, from;

	key_init(&prefix, tenant);
	from = prefix;
	key_add_u64(&from, after + 1);
	return kv_range_open(
	    txn, KV_CHANGES, key_slice(&prefix), key_slice(&from), true, out);
}

enum store_status
changes_next(struct kv_range *range, uint64_t *sequence, struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status == STORE_OK)
		*sequence = key_last_u64(key);
	return status;
}
