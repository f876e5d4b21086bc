/*
 * counters.c: numbers that count.
 *
 * key:   tenant name NUL
 * value: 8 bytes, big-endian
 */
#include "store/counters.h"
#include "store/key.h"

static enum store_status
read_counter(
    struct kv_txn *txn, struct slice key, bool for_update, int64_t *value)
{
	struct slice stored;
	enum store_status status =
	    kv_get(txn, KV_COUNTERS, key, for_update, &stored);

	*value = 0;
	if (status == STORE_NOTFOUND)
		return STORE_OK;
	if (status == STORE_OK)
		*value = (int64_t)key_last_u64(stored);
	return status;
}

enum store_status
counter_get(
    struct kv_txn *txn, uint32_t tenant, struct slice name, int64_t *value)
{
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, name);
	return read_counter(txn, key_slice(&k), false, value);
}

enum store_status
counter_add(struct kv_txn *txn, uint32_t tenant, struct slice name,
    int64_t delta, int64_t *value)
{
	unsigned char bytes[8];
	enum store_status status;
	struct key k;

	key_init(&k, tenant);
	key_add_text(&k, name);
	status = read_counter(txn, key_slice(&k), true, value);
	if (status != STORE_OK)
		return status;
	*value += delta;
	key_put_u64(bytes, (uint64_t)*value);
	return kv_put(txn, KV_COUNTERS, key_slice(&k),
	    (struct slice){ (const char *)bytes, sizeof(bytes) });
}
