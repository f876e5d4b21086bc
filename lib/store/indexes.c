/*
 * indexes.c: which resources have a value.
 *
 * key:   tenant type NUL attribute NUL value NUL id
 * value: nothing
 */
#include "store/indexes.h"
#include "store/key.h"

static struct slice
make_key(struct key *k, const struct index_key *from, const struct uuid *id)
{
	key_init(k, from->tenant);
	key_add_text(k, from->type);
	key_add_text(k, from->attribute);
	key_add_text(k, from->value);
	if (id != NULL)
		key_add_uuid(k, id);
	return key_slice(k);
}

enum store_status
index_put(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct key k;

	return kv_put(txn, KV_INDEXES, make_key(&k, key, id), SLICE(""));
}

enum store_status
index_delete(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct key k;

	return kv_delete(txn, KV_INDEXES, make_key(&k, key, id));
}

enum store_status
index_get(
    struct kv_txn *txn, const struct index_key *key, const struct uuid *id)
{
	struct slice value;
	struct key k;

	return kv_get(txn, KV_INDEXES, make_key(&k, key, id), false, &value);
}

enum store_status
index_open(
    struct kv_txn *txn, const struct index_key *key, struct kv_range **out)
{
	struct key k;

	return kv_range_open(
	    txn, KV_INDEXES, make_key(&k, key, NULL), SLICE(""), false, out);
}

enum store_status
index_next(struct kv_range *range, struct uuid *id)
{
	struct slice key, value;
	enum store_status status = kv_range_next(range, &key, &value);

	if (status == STORE_OK)
		*id = key_last_uuid(key);
	return status;
}
