/*
 * requests.c: requests that are answered later.
 *
 * key:   tenant id	value: the request, JSON
 * key:   0 id		value: tenant, 8 bytes; the queue, oldest first
 */
#include "store/key.h"
#include "store/requests.h"

/* Tenants are counted from 1. */
enum { QUEUE = 0 };

enum store_status
request_insert(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice text)
{
	struct key k = key_of_id(tenant, id), place = key_of_id(QUEUE, id);
	enum store_status status =
	    kv_insert(txn, KV_REQUESTS, key_slice(&k), text);
	unsigned char number[8];

	if (status != STORE_OK)
		return status;
	key_put_u64(number, tenant);
	return kv_insert(txn, KV_REQUESTS, key_slice(&place),
	    (struct slice){ (const char *)number, sizeof(number) });
}

enum store_status
request_get(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    bool for_update, struct slice *text)
{
	struct key k = key_of_id(tenant, id);

	return kv_get(txn, KV_REQUESTS, key_slice(&k), for_update, text);
}

enum store_status
request_put(struct kv_txn *txn, uint32_t tenant, const struct uuid *id,
    struct slice text, bool leave)
{
	struct key k = key_of_id(tenant, id), place = key_of_id(QUEUE, id);

	if (leave &&
	    kv_delete(txn, KV_REQUESTS, key_slice(&place)) == STORE_FAIL)
		return STORE_FAIL;
	return kv_put(txn, KV_REQUESTS, key_slice(&k), text);
}

enum store_status
requests_count_waiting(struct kv_txn *txn, uint64_t *n)
{
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;
	struct key prefix;

	*n = 0;
	key_init(&prefix, QUEUE);
	status = kv_range_open(
	    txn, KV_REQUESTS, key_slice(&prefix), SLICE(""), true, &range);
	while (status == STORE_OK &&
	    (status = kv_range_next(range, &key, &value)) == STORE_OK)
		++*n;
	kv_range_close(range);
	return status == STORE_FAIL ? STORE_FAIL : STORE_OK;
}

enum store_status
request_first(struct kv_txn *txn, uint32_t *tenant, struct uuid *id)
{
	struct kv_range *range;
	struct slice key, value;
	enum store_status status;
	struct key prefix;

	key_init(&prefix, QUEUE);
	status = kv_range_open(
	    txn, KV_REQUESTS, key_slice(&prefix), SLICE(""), true, &range);
	if (status != STORE_OK)
		return status;
	status = kv_range_next(range, &key, &value);
	if (status == STORE_OK) {
		*id = key_last_uuid(key);
		*tenant = (uint32_t)key_last_u64(value);
	}
	kv_range_close(range);
	return status;
}

enum store_status
request_delete(struct kv_txn *txn, uint32_t tenant, const struct uuid *id)
{
	struct key k = key_of_id(tenant, id);

	return kv_delete(txn, KV_REQUESTS, key_slice(&k));
}

enum store_status
request_withdraw(struct kv_txn *txn, uint32_t tenant, const struct uuid *id)
{
	struct key place = key_of_id(QUEUE, id);

	if (kv_delete(txn, KV_REQUESTS, key_slice(&place)) == STORE_FAIL)
		return STORE_FAIL;
	return request_delete(txn, tenant, id);
}

enum store_status
requests_open(struct kv_txn *txn, struct kv_range **out)
{
	struct key from;

	key_init(&from, QUEUE + 1);
	return kv_range_open(
	    txn, KV_REQUESTS, SLICE(""), key_slice(&from), true, out);
}

enum store_status
requests_next(struct kv_range *range, uint32_t *tenant, struct uuid *id,
    struct slice *text)
{
	struct slice key;
	enum store_status status = kv_range_next(range, &key, text);

	if (status == STORE_OK &&
	    (!key_take_tenant(&key, tenant) || !key_take_uuid(&key, id)))
		return STORE_FAIL;
	return status;
}
