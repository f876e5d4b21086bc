/*
 * streams.c: who is told of changes.
 *
 * key:   tenant id
 * value: the stream, JSON
 */
#include "store/key.h"
#include "store/streams.h"

enum store_status
stream_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    bool for_update, struct slice *text)
{
	struct key k = key_of_id(tenant, id);

	return kv_get(txn, KV_STREAMS, key_slice(&k), for_update, text);
}

enum store_status
stream_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice text)
{
	struct key k = key_of_id(tenant, id);

	return kv_put(txn, KV_STREAMS, key_slice(&k), text);
}

enum store_status
stream_delete(struct kv_txn *txn, uint32_t tenant, const struct uuid *id)
{
	struct key k = key_of_id(tenant, id);

	return kv_delete(txn, KV_STREAMS, key_slice(&k));
}

enum store_status
streams_open(struct kv_txn *txn, struct kv_range **out)
{
	return kv_range_open(txn, KV_STREAMS, SLICE(""), SLICE(""), true, out);
}

enum store_status
streams_next(struct kv_range *range, uint32_t *tenant, struct uuid *id,
    struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status == STORE_OK &&
	    (!key_take_tenant(&key, tenant) || !key_take_uuid(&key, id)))
		return STORE_FAIL;
	return status;
}
